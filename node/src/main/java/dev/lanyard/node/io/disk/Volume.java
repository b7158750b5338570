package dev.lanyard.node.io.disk;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.util.OptionalLong;

/**
 * What a file system may be trusted with, by its type as {@code statfs} tells it. What is not known
 * is not trusted.
 */
record Volume(long type) {
    private static final long EXT = 0xEF53L;
    private static final long XFS = 0x58465342L;
    private static final long BTRFS = 0x9123683EL;
    private static final long F2FS = 0xF2F52010L;
    private static final long BCACHEFS = 0xCA451A4EL;
    private static final long TMPFS = 0x01021994L;
    private static final long OVERLAY = 0x794C7630L;
    private static final long FAT = 0x4D44L;
    private static final long EXFAT = 0x2011BAB0L;

    // struct statfs, on the machines that we run on.
    private static final int TYPE = 0;
    private static final int BLOCKS = 16;
    private static final int BLOCKS_AVAILABLE = 32;
    private static final int FILES = 40;
    private static final int FILES_FREE = 48;
    private static final int BLOCK_BYTES = 72;

    /** The volume that an open descriptor is on; one that is trusted with nothing if it is mute. */
    static Volume of(Scratch s, int descriptor) {
        int result = Libc.fstatfs(s, descriptor);
        // The type is a number of 32 bits, which some kernels extend by its sign.
        return new Volume(result < 0 ? result : s.struct().get(JAVA_LONG, TYPE) & 0xffffffffL);
    }

    /** How many bytes this user may still write there; the greatest number if it is mute. */
    static long freeBytes(Scratch s, int descriptor) {
        if (Libc.fstatfs(s, descriptor) < 0 || s.struct().get(JAVA_LONG, BLOCKS) == 0) {
            return Long.MAX_VALUE;
        }
        long blocks = s.struct().get(JAVA_LONG, BLOCKS_AVAILABLE);
        long blockBytes = s.struct().get(JAVA_LONG, BLOCK_BYTES);
        return blocks > Long.MAX_VALUE / Math.max(1, blockBytes)
                ? Long.MAX_VALUE
                : Math.max(0, blocks) * blockBytes;
    }

    /** How many files can still be made there; empty where there is no such limit. */
    static OptionalLong freeFiles(Scratch s, int descriptor) {
        return Libc.fstatfs(s, descriptor) < 0 || s.struct().get(JAVA_LONG, FILES) == 0
                ? OptionalLong.empty()
                : OptionalLong.of(s.struct().get(JAVA_LONG, FILES_FREE));
    }

    /**
     * Whether one flush of the whole file system reports all that could not be written. Network
     * file systems and FUSE answer it without asking the other side.
     */
    boolean flushesWhole() {
        return type == EXT || type == XFS || type == BTRFS || type == F2FS || type == TMPFS;
    }

    /**
     * Whether a lease that is refused means that somebody writes. NFS and SMB refuse it as well
     * when their server gave them no delegation.
     */
    boolean tellsWriters() {
        return flushesWhole()
                || type == BCACHEFS
                || type == OVERLAY
                || type == FAT
                || type == EXFAT;
    }

    /** Whether a file has the same inode number after the volume was mounted again. */
    boolean keepsInodes() {
        return type != FAT && type != EXFAT;
    }
}
