package dev.lanyard.delta.checksum;

/**
 * The weak checksum of a block: 48 bits of the sum of one window, its anchor, and 16 of the last
 * window of the block.
 */
public final class Weak {
    static final int EDGE_BITS = 16;

    private Weak() {}

    /**
     * The weak checksum of a block.
     *
     * @param anchorSum the sum of the window by which the block is found
     * @param edgeSum the sum of its last window
     */
    public static long of(long anchorSum, long edgeSum) {
        return Gear.kept(anchorSum) | (edgeSum >>> (Long.SIZE - EDGE_BITS));
    }

    /** What is kept in it of the sum of the anchor. */
    public static long anchorSum(long weak) {
        return Gear.kept(weak);
    }

    /** Whether the last window of its block may be the one that ends at {@code end}. */
    public static boolean mayEnd(long weak, byte[] bytes, int end) {
        long edge = Gear.of(bytes, end - Gear.WINDOW_BYTES);
        return (edge >>> (Long.SIZE - EDGE_BITS)) == (weak & ((1L << EDGE_BITS) - 1));
    }
}
