package dev.lanyard.delta.checksum;

import dev.lanyard.delta.Signature;

/**
 * The rolling sum over windows of 64 bytes, and the search for windows whose sum is great. One
 * search is one object; not thread-safe.
 */
public final class Gear {
    /*
     * sum(b0 ... b63) = T[b0] * 2^63 + ... + T[b62] * 2 + T[b63]   mod 2^64
     *
     * Gear (Xia et al., "Ddelta", 2014): a byte is taken in by one shift and one addition, and
     * leaves by itself after 64 of them, so nothing has to be subtracted. The greater the sum in
     * signed comparison, the rarer; which windows have great sums is decided by their bytes alone,
     * not by where they are (Broder, "On the resemblance and containment of documents", 1997).
     *
     * Deviation: T is not wholly random. T[c] is chosen so that the sum of a window of nothing but
     * c, which is -T[c], is among the greatest 2^-13 of all sums. So a run of one byte value is
     * always noticed, and whoever notices it can go to its end at the speed of memory.
     */

    /** How many bytes a sum is of. */
    public static final int WINDOW_BYTES = Signature.WINDOW_BYTES;

    /** Every window of one byte value has at least this sum. */
    private static final int UNIFORM_BITS = 13;

    private static final long KEPT = -1L << Weak.EDGE_BITS;
    private static final long[] TABLE = table();

    private long sum;

    /** A search that begins anywhere. */
    public Gear() {}

    private static long[] table() {
        long[] table = new long[256];
        for (int i = 0; i < table.length; i++) {
            table[i] = Long.MIN_VALUE + 1 + (mixed(i + 1) >>> UNIFORM_BITS);
        }
        return table;
    }

    /** SplitMix64 (Steele, Lea, Flood 2014); any other source of fixed bits would do. */
    private static long mixed(int index) {
        long z = index * 0x9E3779B97F4A7C15L;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }

    /** The sum of the 64 bytes from {@code from}. */
    public static long of(byte[] bytes, int from) {
        long sum = 0;
        for (int i = from; i < from + WINDOW_BYTES; i++) {
            sum = (sum << 1) + TABLE[bytes[i] & 0xFF];
        }
        return sum;
    }

    /** The sum of 64 bytes of one value. */
    public static long ofUniform(byte value) {
        return -TABLE[value & 0xFF];
    }

    /**
     * From which sum on a window is good to know blocks of this size by: several of those in each
     * block have it, few enough that other windows cost nothing. Not more than the sum of any
     * window of one byte value.
     */
    public static long great(int blockBytes) {
        int bits = Integer.numberOfTrailingZeros(blockBytes) - 6;
        bits = Math.clamp(bits, 7, UNIFORM_BITS);
        return Long.MAX_VALUE - (-1L >>> bits);
    }

    /** The sum of the window that ends where the last search ended. */
    public long sum() {
        return sum;
    }

    /** Takes 63 bytes from {@code from}: the search can go on with the one behind them. */
    public void begin(byte[] bytes, int from) {
        long h = 0;
        for (int i = from; i < from + WINDOW_BYTES - 1; i++) {
            h = (h << 1) + TABLE[bytes[i] & 0xFF];
        }
        sum = h;
    }

    /**
     * Takes bytes until a window has a great sum.
     *
     * @param from the byte behind the last one taken
     * @param to where to end; at least {@code from}
     * @param least from which sum on one is great
     * @return the last byte of the window, or {@code to} if there is none; all bytes up to it are
     *     taken
     */
    public int next(byte[] bytes, int from, int to, long least) {
        long h = sum;
        for (int i = from; i < to; i++) {
            h = (h << 1) + TABLE[bytes[i] & 0xFF];
            if (h >= least) {
                sum = h;
                return i;
            }
        }
        sum = h;
        return to;
    }

    /** The same for windows whose sums are also {@code known}, where great ones are many. */
    public int nextKnown(byte[] bytes, int from, int to, long least, Sieve known) {
        long[] words = known.words; // A call in this loop would cost more than all else.
        int shift = known.shift;
        long h = sum;
        for (int i = from; i < to; i++) {
            h = (h << 1) + TABLE[bytes[i] & 0xFF];
            if (h >= least) {
                int bit = (int) (((h & KEPT) * Sieve.ODD) >>> shift);
                if (((words[bit >>> 6] >>> bit) & 1) != 0) {
                    sum = h;
                    return i;
                }
            }
        }
        sum = h;
        return to;
    }

    /**
     * The window of the greatest sum below {@code bound}.
     *
     * @param length at least 64
     * @return where it begins, counted from {@code from}, or -1 if there is none; its sum is {@link
     *     #sum}
     */
    public int greatestBelow(byte[] bytes, int from, int length, long bound) {
        begin(bytes, from);
        long h = sum;
        long greatest = Long.MIN_VALUE;
        int at = -1;
        for (int i = from + WINDOW_BYTES - 1; i < from + length; i++) {
            h = (h << 1) + TABLE[bytes[i] & 0xFF];
            if (h > greatest && h < bound) {
                greatest = h;
                at = i;
            }
        }
        sum = greatest;
        return at < 0 ? -1 : at - (WINDOW_BYTES - 1) - from;
    }

    /**
     * The part of a sum that is kept in a weak checksum: its upper 48 bits, in place; the least
     * significant ones depend on few bytes.
     */
    public static long kept(long sum) {
        return sum & KEPT;
    }
}
