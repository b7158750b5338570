package dev.lanyard.node.core.plan;

import dev.lanyard.node.core.index.Held;
import dev.lanyard.protocol.Entry;
import dev.lanyard.protocol.RelativePath;

import java.util.List;

/** How a step ended. */
public sealed interface Outcome {
    /** Which path it was about. */
    RelativePath path();

    /**
     * It is done and visible, not yet durable. {@code held} has the facts of the file as they were
     * set.
     */
    record Done(RelativePath path, Held held) implements Outcome {}

    /**
     * A file, or what is in a renamed directory, has another path, visible and not yet durable:
     * {@code held} is at the new one, {@code gone} at the old one.
     */
    record Renamed(Held held, Entry.Tombstone gone) implements Outcome {
        @Override
        public RelativePath path() {
            return held.entry().path();
        }
    }

    /**
     * A directory has another path, and with it all that is in it; visible and not yet durable.
     *
     * @param children all that the step named, in its order
     */
    record RenamedDirectory(Renamed directory, List<Renamed> children) implements Outcome {
        @Override
        public RelativePath path() {
            return directory.path();
        }
    }

    /** Nothing was changed, since the path was not what was expected: it must be scanned. */
    record Unexpected(RelativePath path) implements Outcome {}

    /**
     * Nothing was changed, since it is impossible now; to be tried again later, and a problem until
     * then.
     */
    record Blocked(RelativePath path, Obstacle obstacle, String detail) implements Outcome {}

    /** What stands in the way of a step or a transfer. */
    enum Obstacle {
        /** No space, or no inodes, left. */
        DISK_FULL,
        /** The file system or a file mode does not permit it. */
        NOT_PERMITTED,
        /** The file system is mounted read-only. */
        READ_ONLY,
        /** The name cannot be had here: too long, reserved, or it clashes with another one. */
        NAME_IMPOSSIBLE,
        /** Somebody has the file open for writing. */
        IN_USE,
        /** The directory has content that is not ours to delete. */
        NOT_EMPTY,
        /** The parent is not a directory here. */
        NO_PARENT,
        /** The root of the share is not what it was. */
        ROOT_LOST,
        /** The staged content is gone. */
        CONTENT_GONE,
        /** Reading or writing failed. */
        IO_ERROR
    }
}
