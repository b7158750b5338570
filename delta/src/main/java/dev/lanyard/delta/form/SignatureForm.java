package dev.lanyard.delta.form;

import dev.lanyard.delta.MalformedException;
import dev.lanyard.delta.Signature;

import java.io.IOException;
import java.nio.ByteBuffer;

/** How a signature is written. */
public final class SignatureForm {
    /*
     * Numbers are big-endian:
     *
     *    0  magic              6C 79 53 01     "lyS", version 1
     *    4  log2 of the size of blocks     u8  11 to 20
     *    5  length of the basis           u64  below 2^63
     *   13  seed                     16 bytes
     *   29  blocks, in order, 27 bytes each:
     *         0  weak checksum            u64  48 bits of the anchor's sum, 16 of the last window's
     *         8  anchor                   u24  at most the size of blocks - 64
     *        11  strong checksum     16 bytes
     *
     * There are as many blocks as length and size of blocks say, at most 2^24, and nothing behind
     * them; so nothing is allocated that is not already there. Weak checksum and anchor of a last
     * block that is shorter are 0.
     */
    private static final int MAGIC = 0x6C795301;

    private static final int HEAD_BYTES = 29;
    private static final int BLOCK_BYTES = 27;
    private static final int BLOCKS_AT_ONCE = 1 << 10;

    /** No signature has more bytes. */
    public static final int BYTES_MAX = HEAD_BYTES + BLOCK_BYTES * Signature.BLOCKS_MAX;

    private SignatureForm() {}

    /** How many bytes the signature of so many bytes takes. */
    public static long encodedBytes(Signature signature) {
        return encodedBytes(signature.blockCount());
    }

    /** How many bytes a signature of so many blocks takes. */
    public static long encodedBytes(int blockCount) {
        return HEAD_BYTES + (long) BLOCK_BYTES * blockCount;
    }

    /**
     * Writes a signature.
     *
     * @throws IOException if {@code out} does not take it
     */
    public static void write(Signature signature, ByteSink out) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(HEAD_BYTES + BLOCK_BYTES * BLOCKS_AT_ONCE);
        buffer.putInt(MAGIC)
                .put((byte) Integer.numberOfTrailingZeros(signature.blockBytes()))
                .putLong(signature.lengthBytes())
                .put(signature.seed());
        for (int i = 0; i < signature.blockCount(); i++) {
            if (buffer.remaining() < BLOCK_BYTES) {
                out.write(buffer.flip());
                buffer.clear();
            }
            buffer.putLong(signature.weak(i))
                    .put((byte) (signature.anchor(i) >>> 16))
                    .putShort((short) signature.anchor(i))
                    .putLong(signature.strongFirst(i))
                    .putLong(signature.strongSecond(i));
        }
        out.write(buffer.flip());
    }

    /**
     * Reads a signature: all remaining bytes.
     *
     * @throws MalformedException if they are none
     */
    public static Signature read(ByteBuffer bytes) throws MalformedException {
        if (bytes.remaining() < HEAD_BYTES) {
            throw new MalformedException(
                    "a signature of %d bytes (expected at least %d)"
                            .formatted(bytes.remaining(), HEAD_BYTES));
        }
        int magic = bytes.getInt();
        if (magic != MAGIC) {
            throw new MalformedException("no signature: it begins with %08X".formatted(magic));
        }
        int blockBytes = blockBytes(bytes.get());
        long lengthBytes = bytes.getLong();
        byte[] seed = new byte[Signature.SEED_BYTES];
        bytes.get(seed);
        if (lengthBytes < 0) {
            throw new MalformedException("a basis of more than 2^63 bytes");
        }
        int count = Signature.blockCount(lengthBytes, blockBytes);
        if (bytes.remaining() != (long) BLOCK_BYTES * count) {
            throw new MalformedException(
                    "%d bytes of sums (expected %d for %d blocks)"
                            .formatted(bytes.remaining(), (long) BLOCK_BYTES * count, count));
        }
        return blocks(bytes, lengthBytes, blockBytes, seed, count);
    }

    private static int blockBytes(byte log) throws MalformedException {
        int least = Integer.numberOfTrailingZeros(Signature.BLOCK_BYTES_MIN);
        int greatest = Integer.numberOfTrailingZeros(Signature.BLOCK_BYTES_MAX);
        if (log < least || log > greatest) {
            throw new MalformedException(
                    "blocks of 2^%d bytes (expected 2^%d-2^%d)".formatted(log, least, greatest));
        }
        return 1 << log;
    }

    private static Signature blocks(
            ByteBuffer bytes, long lengthBytes, int blockBytes, byte[] seed, int count)
            throws MalformedException {
        long[] weak = new long[count];
        int[] anchors = new int[count];
        long[] strong = new long[2 * count];
        for (int i = 0; i < count; i++) {
            weak[i] = bytes.getLong();
            anchors[i] = ((bytes.get() & 0xFF) << 16) | (bytes.getShort() & 0xFFFF);
            if (anchors[i] > blockBytes - Signature.WINDOW_BYTES) {
                throw new MalformedException(
                        "anchor at %d of block %d (expected 0-%d)"
                                .formatted(anchors[i], i, blockBytes - Signature.WINDOW_BYTES));
            }
            strong[2 * i] = bytes.getLong();
            strong[2 * i + 1] = bytes.getLong();
        }
        return new Signature(lengthBytes, blockBytes, seed, weak, anchors, strong);
    }
}
