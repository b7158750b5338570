package dev.lanyard.node.io.transfer;

import dev.lanyard.node.core.index.FileStat;

import java.time.Duration;

/** Tells whether what is known of a file can be believed of what was copied from it. */
final class Untouched {
    /*
     * A copy need not be hashed when nothing can have touched its source: that looks exactly as when it was held, before and after, and
     * was last changed so long before the copy was made that a change within one tick of the file system's clock would show. That
     * clock is read from the copy itself.
     */
    private static final Duration TICK_MAX = Duration.ofSeconds(2);

    private Untouched() {}

    /**
     * Whether it is one file as it was; not the device, whose number may change with each mount.
     */
    static boolean isSame(FileStat one, FileStat other) {
        return one.sizeBytes() == other.sizeBytes()
                && one.mtime().equals(other.mtime())
                && one.ctime().equals(other.ctime())
                && one.inode() == other.inode();
    }

    /** Whether {@code source} was changed so long before {@code copied} that it would show. */
    static boolean isOlder(FileStat source, FileStat copied) {
        return copied.ctime().isAfter(source.ctime().plus(TICK_MAX));
    }
}
