package dev.lanyard.node.io.disk;

import dev.lanyard.node.core.plan.Outcome.Obstacle;

import java.io.IOException;

/** A system call failed. Says which one, for which path, with which error, and what that means. */
public final class DiskException extends IOException {
    private final Fault fault;

    /** A failure of {@code call} on {@code subject}; {@code errno} is 0 where there is none. */
    public DiskException(String call, String subject, Fault fault, int errno) {
        super(
                "%s %s: %s%s"
                        .formatted(
                                call,
                                subject,
                                fault.text(),
                                errno == 0 ? "" : " (errno " + errno + ")"));
        this.fault = fault;
    }

    /** What went wrong. */
    public Fault fault() {
        return fault;
    }

    /** What went wrong, as far as anyone decides by it. */
    public enum Fault {
        NO_SUCH_FILE("no such file", Obstacle.NO_PARENT),
        EXISTS("something is there already", Obstacle.IO_ERROR),
        NOT_A_DIRECTORY("not a directory", Obstacle.NO_PARENT),
        IS_A_DIRECTORY("is a directory", Obstacle.IO_ERROR),
        NOT_EMPTY("directory not empty", Obstacle.NOT_EMPTY),
        /** A symbolic link where none may be, or a way out of the root. */
        CONFINED("a link or a way out of the folder", Obstacle.NO_PARENT),
        NOT_PERMITTED("permission denied", Obstacle.NOT_PERMITTED),
        READ_ONLY("read-only file system", Obstacle.READ_ONLY),
        DISK_FULL("no space left", Obstacle.DISK_FULL),
        NAME_IMPOSSIBLE("this name cannot be had here", Obstacle.NAME_IMPOSSIBLE),
        BUSY("in use", Obstacle.IN_USE),
        /** Another file system is mounted there, or a rename would cross file systems. */
        OTHER_DEVICE("another file system", Obstacle.NOT_PERMITTED),
        /** The file system has no such operation: the caller takes the longer way. */
        UNSUPPORTED("not supported by the file system", Obstacle.IO_ERROR),
        /** The file is shorter than it was a moment ago. */
        SHRANK("the file shrank while it was read", Obstacle.IO_ERROR),
        IO("input/output error", Obstacle.IO_ERROR);

        private final String text;
        private final Obstacle obstacle;

        Fault(String text, Obstacle obstacle) {
            this.text = text;
            this.obstacle = obstacle;
        }

        /** For people. */
        public String text() {
            return text;
        }

        /** What it means for a step or a transfer that met it. */
        public Obstacle obstacle() {
            return obstacle;
        }
    }
}
