package dev.lanyard.protocol.codec;

import java.nio.ByteBuffer;

/**
 * The header of a frame.
 *
 * <pre>
 * length u32 of what follows the header | type u8 | flags u8 | 0 u16
 *
 * flags: 1 compressed: what follows is  unpacked length u32 | LZ4 block
 * </pre>
 *
 * Big-endian.
 */
record Frame(int length, MessageType type, boolean compressed) {
    static final int HEADER_BYTES = 8;

    /** Where the flags are in the header. */
    static final int FLAGS_OFFSET = 5;

    /** The unpacked length that a compressed frame begins with. */
    static final int UNPACKED_LENGTH_BYTES = 4;

    /** The highest ratio that LZ4 can reach; a frame that claims more lies. */
    static final int RATIO_MAX = 255;

    private static final int COMPRESSED = 1;

    /** Writes the header at {@code offset}. */
    void writeTo(byte[] to, int offset) {
        ByteBuffer.wrap(to, offset, HEADER_BYTES)
                .putInt(length)
                .put((byte) type.code())
                .put((byte) (compressed ? COMPRESSED : 0))
                .putShort((short) 0);
    }

    /**
     * Reads a header.
     *
     * @param lengthMax how long a frame may be now
     */
    static Frame read(byte[] header, int lengthMax) throws ProtocolViolation {
        ByteBuffer in = ByteBuffer.wrap(header);
        long length = Integer.toUnsignedLong(in.getInt());
        int code = Byte.toUnsignedInt(in.get());
        int flags = in.get();
        int reserved = in.getShort();
        if (length > lengthMax) {
            throw new ProtocolViolation(
                    "frame of %d bytes (expected at most %d)".formatted(length, lengthMax));
        }
        if ((flags & ~COMPRESSED) != 0 || reserved != 0) {
            throw new ProtocolViolation(
                    "frame flags %x, reserved %x (expected 0-1, 0)"
                            .formatted(Byte.toUnsignedInt((byte) flags), reserved & 0xffff));
        }
        return new Frame((int) length, MessageType.ofCode(code), isCompressed(flags));
    }

    /** What the flags of a header say of the frame. */
    static boolean isCompressed(int flags) {
        return (flags & COMPRESSED) != 0;
    }
}
