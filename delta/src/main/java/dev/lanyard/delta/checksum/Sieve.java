package dev.lanyard.delta.checksum;

/** Says of most sums that are not in a set that they are not: a bitmap that stays in the cache. */
public final class Sieve {
    /** 256 KiB: half of what a core has for itself on common processors. */
    private static final int BITS_LOG_MAX = 21;

    private static final int BITS_LOG_MIN = 6;
    static final long ODD = 0x9E3779B97F4A7C15L;

    final long[] words;
    final int shift;

    /** An empty one, for so many sums. */
    public Sieve(int count) {
        int log = Long.SIZE - Long.numberOfLeadingZeros(16L * Math.max(1, count) - 1);
        log = Math.clamp(log, BITS_LOG_MIN, BITS_LOG_MAX);
        this.words = new long[1 << (log - BITS_LOG_MIN)];
        this.shift = Long.SIZE - log;
    }

    /** Adds a sum; of its bits those count that a weak checksum keeps. */
    public void add(long sum) {
        int bit = bit(sum);
        words[bit >>> BITS_LOG_MIN] |= 1L << bit;
    }

    /** False only if it was not added. */
    public boolean mayHave(long sum) {
        int bit = bit(sum);
        return ((words[bit >>> BITS_LOG_MIN] >>> bit) & 1) != 0;
    }

    private int bit(long sum) {
        return (int) ((Gear.kept(sum) * ODD) >>> shift);
    }
}
