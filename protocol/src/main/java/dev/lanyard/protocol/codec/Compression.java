package dev.lanyard.protocol.codec;

import net.jpountz.lz4.LZ4Compressor;
import net.jpountz.lz4.LZ4Exception;
import net.jpountz.lz4.LZ4Factory;
import net.jpountz.lz4.LZ4SafeDecompressor;

import org.jspecify.annotations.Nullable;

import java.nio.ByteBuffer;

/** Packs frames with LZ4 where a sample promises that it is worth it. Thread-safe. */
final class Compression {
    /** Shorter frames travel in one packet either way. */
    private static final int WORTHWHILE_BYTES_MIN = 1_024;

    private static final int SAMPLE_BYTES = 4_096;

    private static final LZ4Factory FACTORY = LZ4Factory.fastestInstance();

    private Compression() {}

    /**
     * A frame of {@code type} with these bytes packed, header and all, or null when it is better
     * sent as it is.
     *
     * @param bytes what follows the header begins at {@code offset}
     */
    static @Nullable ByteBuffer pack(MessageType type, byte[] bytes, int offset, int length) {
        if (!isPromising(bytes, offset, length)) {
            return null;
        }
        LZ4Compressor compressor = FACTORY.fastCompressor();
        int head = Frame.HEADER_BYTES + Frame.UNPACKED_LENGTH_BYTES;
        byte[] frame = new byte[head + compressor.maxCompressedLength(length)];
        int packed =
                compressor.compress(bytes, offset, length, frame, head, frame.length - head)
                        + Frame.UNPACKED_LENGTH_BYTES;
        if (packed >= length) {
            return null;
        }
        new Frame(packed, type, true).writeTo(frame, 0);
        ByteBuffer.wrap(frame).putInt(Frame.HEADER_BYTES, length);
        return ByteBuffer.wrap(frame, 0, Frame.HEADER_BYTES + packed);
    }

    /**
     * Whether a sample of these bytes gets shorter. It is taken from the middle: the beginning of
     * many files is a header that says nothing.
     */
    static boolean isPromising(byte[] bytes, int offset, int length) {
        if (length < WORTHWHILE_BYTES_MIN) {
            return false;
        }
        int sample = Math.min(SAMPLE_BYTES, length);
        LZ4Compressor compressor = FACTORY.fastCompressor();
        byte[] packed = new byte[compressor.maxCompressedLength(sample)];
        int packedBytes =
                compressor.compress(
                        bytes, offset + (length - sample) / 2, sample, packed, 0, packed.length);
        return packedBytes < sample - sample / 8;
    }

    /**
     * Unpacks the body of a compressed frame: unpacked length u32, LZ4 block.
     *
     * @param unpackedMax how many bytes it may have
     */
    static byte[] unpack(byte[] body, int length, int unpackedMax) throws ProtocolViolation {
        int packed = length - Frame.UNPACKED_LENGTH_BYTES;
        if (packed <= 0) {
            throw new ProtocolViolation(
                    "compressed frame of %d bytes (expected 5 or more)".formatted(length));
        }
        long unpacked = Integer.toUnsignedLong(ByteBuffer.wrap(body).getInt());
        long possible = Math.min(unpackedMax, (long) packed * Frame.RATIO_MAX);
        if (unpacked > possible) {
            throw new ProtocolViolation(
                    "%d bytes that unpack to %d (expected at most %d)"
                            .formatted(packed, unpacked, possible));
        }
        LZ4SafeDecompressor decompressor = FACTORY.safeDecompressor();
        byte[] bytes = new byte[(int) unpacked];
        try {
            int written =
                    decompressor.decompress(
                            body, Frame.UNPACKED_LENGTH_BYTES, packed, bytes, 0, bytes.length);
            if (written != bytes.length) {
                throw new ProtocolViolation(
                        "%d bytes unpacked (expected %d)".formatted(written, bytes.length));
            }
            return bytes;
        } catch (LZ4Exception malformed) {
            throw new ProtocolViolation("not an LZ4 block: " + malformed.getMessage(), malformed);
        }
    }
}
