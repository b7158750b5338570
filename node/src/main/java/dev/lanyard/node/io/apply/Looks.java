package dev.lanyard.node.io.apply;

import dev.lanyard.node.core.index.FileStat;
import dev.lanyard.node.core.index.Held;
import dev.lanyard.node.io.disk.Root.Found;
import dev.lanyard.node.io.disk.Root.Kind;
import dev.lanyard.protocol.Entry;

import org.jspecify.annotations.Nullable;

/** Compares what is found on the disk with what it should be. */
final class Looks {
    private Looks() {}

    /**
     * Whether {@code found} is what {@code expected} says, untouched since. The size and times of a
     * directory move with every child, so of a directory only its mode counts. The device is not
     * compared: its number may change with each mount.
     */
    static boolean isUntouched(@Nullable Found found, Held expected) {
        return found != null
                && isLike(found, expected)
                && (found.kind() == Kind.DIRECTORY
                        || found.stat().ctime().equals(Intent.statOf(expected).ctime()));
    }

    /** The same for something that was just renamed or linked, which sets ctime. */
    static boolean isLike(@Nullable Found found, Held expected) {
        if (found == null || found.kind() != kindOf(expected.entry())) {
            return false;
        }
        FileStat stat = Intent.statOf(expected);
        if (found.stat().mode() != stat.mode()) {
            return false;
        }
        return found.kind() == Kind.DIRECTORY || isSameFile(found.stat(), stat);
    }

    /** Whether {@code found} is the very thing that is {@code held}, whatever became of it. */
    static boolean isInode(@Nullable Found found, Held held) {
        return found != null && found.stat().inode() == Intent.statOf(held).inode();
    }

    /** Whether {@code found} is the thing that was prepared, with nothing written to it since. */
    static boolean isAsPrepared(@Nullable Found found, Found prepared) {
        if (found == null
                || found.kind() != prepared.kind()
                || found.stat().inode() != prepared.stat().inode()) {
            return false;
        }
        return found.kind() == Kind.DIRECTORY || isSameFile(found.stat(), prepared.stat());
    }

    private static boolean isSameFile(FileStat one, FileStat other) {
        return one.inode() == other.inode()
                && one.sizeBytes() == other.sizeBytes()
                && one.mtime().equals(other.mtime());
    }

    static Kind kindOf(Entry entry) {
        return switch (entry) {
            case Entry.File _ -> Kind.FILE;
            case Entry.Directory _ -> Kind.DIRECTORY;
            case Entry.Symlink _ -> Kind.SYMLINK;
            case Entry.Tombstone _ ->
                    throw new IllegalArgumentException("%s is not there".formatted(entry));
        };
    }
}
