package dev.lanyard.delta.checksum;

import dev.lanyard.delta.Signature;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** The strong checksum of blocks, for one seed. Immutable, so threads may share it. */
public final class Strong {
    /*
     * A universal hash, not a cryptographic one: who does not know the seed cannot make two blocks
     * with one sum but by luck, whatever the blocks are, and that is proved. Who knows it can, and
     * the hash of the whole content judges in the end: it costs a delta, never a content. It is
     * several times as fast as SHA-256 with the processor's help.
     *
     * Two lanes, each with keys of its own. In each:
     *
     *   chunk of 1 KiB, 128 words w, keys k   lo, hi = sums, each mod 2^64, of the halves of
     *                                         (w[2i] + k[2i]) * (w[2i+1] + k[2i+1])      NH
     *   the chunks of a block                 a polynomial mod p = 2^61 - 1 at the point x:
     *                                         v = length; for each chunk, for each of its three
     *                                         pieces of 60, 60 and 8 bits: v = v * x + piece
     *
     * NH: Black, Halevi, Krawczyk, Krovetz, Rogaway, "UMAC" (1999), with words of 64 bits as in
     * VMAC (Krovetz, Dai 2007): two chunks have one sum, of 128 bits, with probability 2^-64.
     * Deviation: the halves are summed apart and no carry passes between them, which leaves 129
     * sums undistinguished: 2^-57. The polynomial (Carter, Wegman 1979) adds 3 * chunks / p. Both
     * lanes together: below 2^-103 for blocks of 128 KiB, 2^-98 for the longest. A last chunk that
     * is shorter is filled up with zeros; the length tells them apart.
     *
     * Keys: SHA-256(seed | number of the key, u32), 32 bytes at a time, little-endian words.
     */
    private static final int CHUNK_BYTES = 1 << 10;

    private static final int CHUNK_WORDS = CHUNK_BYTES / Long.BYTES;
    private static final long P = (1L << 61) - 1;
    private static final long PIECE = (1L << 60) - 1;
    private static final VarHandle WORD =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private final long[] keys;
    private final long firstPoint;
    private final long secondPoint;

    /** For one seed of {@link Signature#SEED_BYTES}. */
    public Strong(byte[] seed) {
        if (seed.length != Signature.SEED_BYTES) {
            throw new IllegalArgumentException("seed of %d bytes".formatted(seed.length));
        }
        long[] drawn = expanded(seed, 2 * CHUNK_WORDS + 2);
        this.keys = drawn;
        this.firstPoint = (drawn[2 * CHUNK_WORDS] & PIECE) + 1;
        this.secondPoint = (drawn[2 * CHUNK_WORDS + 1] & PIECE) + 1;
    }

    private static long[] expanded(byte[] seed, int count) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            ByteBuffer words = ByteBuffer.allocate(count * Long.BYTES + digest.getDigestLength());
            for (int i = 0; words.position() < count * Long.BYTES; i++) {
                digest.update(seed);
                words.put(digest.digest(ByteBuffer.allocate(Integer.BYTES).putInt(i).array()));
            }
            long[] drawn = new long[count];
            words.flip().order(ByteOrder.LITTLE_ENDIAN).asLongBuffer().get(drawn);
            return drawn;
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }

    /** Puts the two halves of the sum of {@code length} bytes from {@code from} into {@code to}. */
    public void sum(byte[] bytes, int from, int length, long[] to, int at) {
        to[at] = length;
        to[at + 1] = length;
        int whole = length - length % CHUNK_BYTES;
        for (int offset = 0; offset < whole; offset += CHUNK_BYTES) {
            chunk(bytes, from + offset, to, at);
        }
        if (whole < length) {
            byte[] last = new byte[CHUNK_BYTES];
            System.arraycopy(bytes, from + whole, last, 0, length - whole);
            chunk(last, 0, to, at);
        }
    }

    private void chunk(byte[] bytes, int from, long[] to, int at) {
        long[] k = keys;
        long low1 = 0;
        long high1 = 0;
        long low2 = 0;
        long high2 = 0;
        for (int i = 0; i < CHUNK_WORDS; i += 2) {
            long one = (long) WORD.get(bytes, from + i * Long.BYTES);
            long other = (long) WORD.get(bytes, from + i * Long.BYTES + Long.BYTES);
            long a = one + k[i];
            long b = other + k[i + 1];
            low1 += a * b;
            high1 += Math.unsignedMultiplyHigh(a, b);
            long c = one + k[i + CHUNK_WORDS];
            long d = other + k[i + CHUNK_WORDS + 1];
            low2 += c * d;
            high2 += Math.unsignedMultiplyHigh(c, d);
        }
        to[at] = folded(to[at], firstPoint, low1, high1);
        to[at + 1] = folded(to[at + 1], secondPoint, low2, high2);
    }

    private static long folded(long value, long point, long low, long high) {
        long v = step(value, point, low & PIECE);
        v = step(v, point, ((low >>> 60) | (high << 4)) & PIECE);
        return step(v, point, high >>> 56);
    }

    /** {@code value * point + piece} mod {@link #P}. */
    private static long step(long value, long point, long piece) {
        long low = value * point;
        long sum = (low & P) + ((low >>> 61) | (Math.multiplyHigh(value, point) << 3)) + piece;
        sum = (sum & P) + (sum >>> 61);
        return sum >= P ? sum - P : sum;
    }
}
