package dev.lanyard.delta;

import java.util.Arrays;

/**
 * What is told of a basis so that others find out which of its blocks their content has: the sums
 * of all blocks. Immutable.
 */
public final class Signature {
    /** The least size of a block, in bytes. */
    public static final int BLOCK_BYTES_MIN = 2 << 10;

    /** The greatest size of a block, in bytes. */
    public static final int BLOCK_BYTES_MAX = 1 << 20;

    /** How many blocks are told of; what comes behind them (16 TiB) is not matched. */
    public static final int BLOCKS_MAX = 1 << 24;

    /** How many bytes the windows have that weak checksums are of. */
    public static final int WINDOW_BYTES = 64;

    /** How many bytes a seed has. */
    public static final int SEED_BYTES = 16;

    private final long lengthBytes;
    private final int blockBytes;
    private final byte[] seed;
    private final long[] weak;
    private final int[] anchors;
    private final long[] strong;

    /**
     * Takes the arrays for itself.
     *
     * @param seed what the strong sums were made with
     * @param weak one for each block
     * @param anchors one for each block
     * @param strong two for each block
     * @throws IllegalArgumentException if they do not belong together
     */
    public Signature(
            long lengthBytes,
            int blockBytes,
            byte[] seed,
            long[] weak,
            int[] anchors,
            long[] strong) {
        int count = blockCount(lengthBytes, blockBytes);
        if (seed.length != SEED_BYTES
                || weak.length != count
                || anchors.length != count
                || strong.length != 2 * count) {
            throw new IllegalArgumentException(
                    "sums of %d, %d and %d/2 blocks (expected %d)"
                            .formatted(weak.length, anchors.length, strong.length, count));
        }
        for (int i = 0; i < count; i++) {
            if (anchors[i] < 0 || anchors[i] > blockBytes - WINDOW_BYTES) {
                throw new IllegalArgumentException(
                        "anchor at %d of block %d (expected 0-%d)"
                                .formatted(anchors[i], i, blockBytes - WINDOW_BYTES));
            }
        }
        this.lengthBytes = lengthBytes;
        this.blockBytes = blockBytes;
        this.seed = seed.clone();
        this.weak = weak;
        this.anchors = anchors;
        this.strong = strong;
    }

    /**
     * The size of block for a basis of {@code lengthBytes}: the power of two next to the root of 16
     * times the length, within the limits. An edit costs about a block of literal, a block about 27
     * bytes of signature: at this size neither outweighs the other.
     */
    public static int blockBytesFor(long lengthBytes) {
        if (lengthBytes < 0) {
            throw new IllegalArgumentException("length of %d bytes".formatted(lengthBytes));
        }
        double wanted = 4 * Math.sqrt((double) lengthBytes);
        int bytes = BLOCK_BYTES_MIN;
        while (bytes < BLOCK_BYTES_MAX && bytes * Math.sqrt(2) < wanted) {
            bytes *= 2;
        }
        return bytes;
    }

    /**
     * How many blocks are told of, at most {@link #BLOCKS_MAX}.
     *
     * @throws IllegalArgumentException if there are no such lengths
     */
    public static int blockCount(long lengthBytes, int blockBytes) {
        if (lengthBytes < 0
                || blockBytes < BLOCK_BYTES_MIN
                || blockBytes > BLOCK_BYTES_MAX
                || Integer.bitCount(blockBytes) != 1) {
            throw new IllegalArgumentException(
                    "%d bytes in blocks of %d".formatted(lengthBytes, blockBytes));
        }
        long count = lengthBytes / blockBytes + (lengthBytes % blockBytes == 0 ? 0 : 1);
        return (int) Math.min(count, BLOCKS_MAX);
    }

    /** How many bytes the basis has. */
    public long lengthBytes() {
        return lengthBytes;
    }

    /** How many bytes each block has, but the last. */
    public int blockBytes() {
        return blockBytes;
    }

    /** How many blocks it tells of. */
    public int blockCount() {
        return weak.length;
    }

    /** What the strong sums were made with. */
    public byte[] seed() {
        return seed.clone();
    }

    /** Where a block begins in the basis. */
    public long offset(int index) {
        return (long) index * blockBytes;
    }

    /** How many bytes a block has. */
    public int lengthBytes(int index) {
        return (int) Math.min(blockBytes, lengthBytes - offset(index));
    }

    /** The weak checksum of a block. */
    public long weak(int index) {
        return weak[index];
    }

    /** Where in a block the window begins that its weak checksum is of. */
    public int anchor(int index) {
        return anchors[index];
    }

    /** The first half of the strong checksum of a block. */
    public long strongFirst(int index) {
        return strong[2 * index];
    }

    /** The second half. */
    public long strongSecond(int index) {
        return strong[2 * index + 1];
    }

    /** All that is told of a block. */
    public Block block(int index) {
        return new Block(
                index,
                lengthBytes(index),
                weak(index),
                anchor(index),
                strongFirst(index),
                strongSecond(index));
    }

    /** Equal when all sums are. */
    @Override
    public boolean equals(Object other) {
        return other instanceof Signature that
                && lengthBytes == that.lengthBytes
                && blockBytes == that.blockBytes
                && Arrays.equals(seed, that.seed)
                && Arrays.equals(weak, that.weak)
                && Arrays.equals(anchors, that.anchors)
                && Arrays.equals(strong, that.strong);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(strong);
    }

    @Override
    public String toString() {
        return "signature of %d bytes in %d blocks of %d"
                .formatted(lengthBytes, blockCount(), blockBytes);
    }
}
