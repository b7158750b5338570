package dev.lanyard.protocol.codec;

import java.nio.ByteBuffer;
import java.nio.LongBuffer;

/** Numbers of 64 bits that are random: as a byte string they are shorter than as a CBOR number. */
final class Words {
    private Words() {}

    static byte[] bytes(long... words) {
        byte[] bytes = new byte[words.length * Long.BYTES];
        ByteBuffer.wrap(bytes).asLongBuffer().put(words);
        return bytes;
    }

    static long read(String what, CborIn in) throws ProtocolViolation {
        return ByteBuffer.wrap(in.bytes(what, Long.BYTES)).getLong();
    }

    static long[] readAll(String what, CborIn in) throws ProtocolViolation {
        byte[] bytes = in.bytes(what, 0, FrameEncoder.FRAME_BYTES_MAX);
        if (bytes.length % Long.BYTES != 0) {
            throw new ProtocolViolation(
                    "%s of %d bytes (expected a multiple of %d)"
                            .formatted(what, bytes.length, Long.BYTES));
        }
        LongBuffer words = ByteBuffer.wrap(bytes).asLongBuffer();
        long[] read = new long[words.remaining()];
        words.get(read);
        return read;
    }
}
