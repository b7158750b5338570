package dev.lanyard.delta.checksum;

import java.util.Arrays;

/**
 * Which block has an anchor of a sum: open addressing over two arrays, so that a look-up is one or
 * two accesses to memory. Not thread-safe while it is changed.
 */
public final class SumTable {
    /** What is found where there is nothing. */
    public static final int NONE = -1;

    /*
     * Multiply-shift hashing (Dietzfelbinger et al., "A reliable randomized algorithm for the
     * closest-pair problem", 1997). With a multiplier that is known beforehand, sums can be made
     * that all want the same slot, and each look-up would go past all of them.
     */
    private final long multiplier;

    private final long[] sums;
    private final int[] blocks;
    private final int shift;

    /**
     * An empty one, for at most so many sums.
     *
     * @param secret what those do not know who choose the sums
     */
    public SumTable(int count, long secret) {
        this.multiplier = secret | 1;
        int log = Math.max(4, Integer.SIZE - Integer.numberOfLeadingZeros(count + count / 2));
        this.sums = new long[1 << log];
        this.blocks = new int[1 << log];
        this.shift = Long.SIZE - log;
        Arrays.fill(blocks, NONE);
    }

    /** The block of a sum, or {@link #NONE}. */
    public int find(long sum) {
        return blocks[slot(Gear.kept(sum))];
    }

    /** Sets the block of a sum that has none yet. */
    public void put(long sum, int block) {
        long kept = Gear.kept(sum);
        int slot = slot(kept);
        sums[slot] = kept;
        blocks[slot] = block;
    }

    private int slot(long kept) {
        int slot = wanted(kept);
        while (blocks[slot] != NONE && sums[slot] != kept) {
            slot = (slot + 1) & (sums.length - 1);
        }
        return slot;
    }

    private int wanted(long kept) {
        return (int) ((kept * multiplier) >>> shift);
    }

    /** How many slots a look-up goes past. */
    int steps(long sum) {
        long kept = Gear.kept(sum);
        return (slot(kept) - wanted(kept)) & (sums.length - 1);
    }
}
