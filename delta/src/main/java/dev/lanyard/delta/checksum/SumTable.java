package dev.lanyard.delta.checksum;

import java.util.Arrays;

/**
 * Which block has an anchor of a sum: open addressing over two arrays, so that a look-up is one or
 * two accesses to memory. Not thread-safe while it is changed.
 */
public final class SumTable {
    /** What is found where there is nothing. */
    public static final int NONE = -1;

    private static final long ODD = 0xD6E8FEB86659FD93L;

    private final long[] sums;
    private final int[] blocks;
    private final int shift;

    /** An empty one, for at most so many sums. */
    public SumTable(int count) {
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
        int slot = (int) ((kept * ODD) >>> shift);
        while (blocks[slot] != NONE && sums[slot] != kept) {
            slot = (slot + 1) & (sums.length - 1);
        }
        return slot;
    }
}
