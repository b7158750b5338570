package dev.lanyard.node.io.scan;

import dev.lanyard.node.core.engine.Observation;
import dev.lanyard.node.core.engine.Observation.SeenFile;
import dev.lanyard.node.core.engine.Observation.Unreadable;
import dev.lanyard.node.core.engine.Observation.Unsettled;
import dev.lanyard.node.core.index.FileStat;
import dev.lanyard.node.core.index.Held;
import dev.lanyard.node.io.disk.DiskException;
import dev.lanyard.node.io.disk.Root;
import dev.lanyard.node.io.disk.Root.Content;
import dev.lanyard.node.io.disk.Root.Found;
import dev.lanyard.node.io.disk.Root.Kind;
import dev.lanyard.protocol.ContentHash;
import dev.lanyard.protocol.Entry;
import dev.lanyard.protocol.RelativePath;

import org.jspecify.annotations.Nullable;

import java.io.IOException;

/** What single looks at the tree mean. */
final class Looks {
    /** What is said of whatever another file system shows below the root. */
    static final String OTHER_DEVICE = "another file system is mounted here";

    private Looks() {}

    /** Whether what is at a path is, for all that {@code lstat} tells, what is held there. */
    static boolean isHeld(Found found, @Nullable Held held) {
        return held != null
                && held.stat() != null
                && isKind(found.kind(), held.entry())
                && switch (held.entry()) {
                    case Entry.File _, Entry.Symlink _ -> found.stat().equals(held.stat());
                    case Entry.Directory _ -> isSameDirectory(found.stat(), held.stat());
                    case Entry.Tombstone _ -> false;
                };
    }

    /** The times of a directory change with its names; they say nothing about itself. */
    private static boolean isSameDirectory(FileStat found, FileStat held) {
        return found.mode() == held.mode()
                && found.inode() == held.inode()
                && found.device() == held.device();
    }

    private static boolean isKind(Kind kind, Entry entry) {
        return switch (kind) {
            case FILE -> entry instanceof Entry.File;
            case DIRECTORY -> entry instanceof Entry.Directory;
            case SYMLINK -> entry instanceof Entry.Symlink;
            case FIFO, SOCKET, DEVICE -> false;
        };
    }

    /**
     * The content that a file has for all that {@code lstat} tells, though the number of its device
     * may be another one: that may change whenever the file system is mounted, and nothing else
     * does then; the root itself was checked. Null if the file must be read.
     */
    static @Nullable ContentHash contentWithoutReading(Found found, @Nullable Held held) {
        if (held == null || !(held.entry() instanceof Entry.File file) || held.stat() == null) {
            return null;
        }
        FileStat now = found.stat();
        FileStat asBefore =
                new FileStat(
                        now.sizeBytes(),
                        now.mtime(),
                        now.ctime(),
                        now.mode(),
                        now.inode(),
                        held.stat().device());
        return found.kind() == Kind.FILE && asBefore.equals(held.stat()) ? file.content() : null;
    }

    /**
     * Whether a failed look says that the path as such leads nowhere: a parent is none any more.
     */
    static boolean leadsNowhere(DiskException failure) {
        return switch (failure.fault()) {
            case NO_SUCH_FILE, NOT_A_DIRECTORY, CONFINED -> true;
            case EXISTS,
                    IS_A_DIRECTORY,
                    NOT_EMPTY,
                    NOT_PERMITTED,
                    READ_ONLY,
                    DISK_FULL,
                    NAME_IMPOSSIBLE,
                    BUSY,
                    OTHER_DEVICE,
                    UNSUPPORTED,
                    SHRANK,
                    IO ->
                    false;
        };
    }

    /** Whether a failed look may be due to the loss of the root. */
    static boolean mayBeLoss(DiskException failure) {
        return failure.fault() != DiskException.Fault.NOT_PERMITTED
                && failure.fault() != DiskException.Fault.OTHER_DEVICE;
    }

    /** For people. */
    static String reason(DiskException failure) {
        return failure.fault() == DiskException.Fault.OTHER_DEVICE
                ? OTHER_DEVICE
                : failure.fault().text();
    }

    /** For people. */
    static String word(Kind kind) {
        return switch (kind) {
            case FILE -> "file";
            case DIRECTORY -> "directory";
            case SYMLINK -> "link";
            case FIFO -> "fifo";
            case SOCKET -> "socket";
            case DEVICE -> "device";
        };
    }

    /**
     * Reads a file from the first byte to the last.
     *
     * @return {@link SeenFile} if nobody wrote to it meanwhile
     * @throws IOException if it failed for a reason that may be the loss of the root
     */
    static Seen read(Root root, Hashing hashing, RelativePath path, @Nullable Held held)
            throws IOException {
        Observation unsettled = new Unsettled(path, held);
        if (!root.isQuiet(path)) {
            return new Seen(unsettled, 1);
        }
        try (Content content = root.read(path)) {
            Found before = content.stat();
            if (before.stat().device() != root.device()) {
                return new Seen(new Unreadable(path, OTHER_DEVICE, held), 1);
            }
            ContentHash hash = hashing.hash(content, before.stat().sizeBytes());
            Found after = content.stat();
            if (hash == null || !after.stat().equals(before.stat())) {
                return new Seen(unsettled, 1);
            }
            return new Seen(new SeenFile(path, after.stat(), hash, held), after.linkCount());
        }
    }

    /** A way to hash a content; null if it does not have exactly so many bytes. */
    interface Hashing {
        @Nullable ContentHash hash(Content content, long sizeBytes) throws IOException;
    }

    /** What was seen, and how many names the file has. */
    record Seen(Observation observation, int linkCount) {}
}
