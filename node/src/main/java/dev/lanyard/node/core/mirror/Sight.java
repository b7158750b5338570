package dev.lanyard.node.core.mirror;

import dev.lanyard.node.core.index.FileStat;

/** What is seen at a path. */
public record Sight(Kind kind, FileStat stat) {
    /** What something is, as far as a mirror decides by it. */
    public enum Kind {
        FILE,
        DIRECTORY,
        LINK,
        /** A fifo, socket or device: never copied, never opened. */
        SPECIAL
    }

    /**
     * Whether the inode is that which is remembered; that is 0 where files do not keep theirs, and
     * says nothing then.
     */
    public static boolean isSameInode(FileStat seen, FileStat remembered) {
        return remembered.inode() == 0 || seen.inode() == remembered.inode();
    }

    /** Whether nothing that a content cannot change without has moved; the device is not asked. */
    public boolean isAsIn(FileStat remembered) {
        return stat.sizeBytes() == remembered.sizeBytes()
                && isSameInode(stat, remembered)
                && stat.mtime().equals(remembered.mtime())
                && stat.ctime().equals(remembered.ctime());
    }
}
