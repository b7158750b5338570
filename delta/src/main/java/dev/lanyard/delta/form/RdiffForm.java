package dev.lanyard.delta.form;

import dev.lanyard.delta.Instruction;
import dev.lanyard.delta.MalformedException;

import org.jspecify.annotations.Nullable;

import java.nio.ByteBuffer;

/** The form of deltas that {@code rdiff} reads and writes. */
final class RdiffForm implements Grammar {
    /*
     * librsync 2.3, doc/formats.md, src/command.c and src/prototab.c; numbers are big-endian:
     *
     * magic    72 73 02 36                     "rs", delta
     * step     byte op, then
     *            00                  the end
     *            01 - 40             so many bytes of literal, which follow
     *            41 42 43 44         literal; its length in 1, 2, 4, 8 bytes; the bytes
     *            45 - 54             copy; offset in 1, 2, 4, 8 bytes, length in 1, 2, 4, 8 bytes:
     *                                op = 45 + 4 * log2(bytes of offset) + log2(bytes of length)
     *            55 - FF             reserved
     */
    private static final int MAGIC = 0x72730236;

    private static final int SHORT_LITERAL_MAX = 0x40;
    private static final int LITERAL = 0x41;
    private static final int COPY = 0x45;
    private static final int RESERVED = 0x55;

    @Override
    public int magic() {
        return MAGIC;
    }

    @Override
    public int headBytesMax() {
        return 1 + 2 * Long.BYTES;
    }

    @Override
    public void putCopy(Instruction.Copy copy, ByteBuffer to) {
        int offsetWidth = width(copy.basisOffset());
        int lengthWidth = width(copy.lengthBytes());
        to.put((byte) (COPY + 4 * offsetWidth + lengthWidth));
        put(copy.basisOffset(), offsetWidth, to);
        put(copy.lengthBytes(), lengthWidth, to);
    }

    @Override
    public void putLiteral(long lengthBytes, ByteBuffer to) {
        if (lengthBytes <= SHORT_LITERAL_MAX) {
            to.put((byte) lengthBytes);
            return;
        }
        int width = width(lengthBytes);
        to.put((byte) (LITERAL + width));
        put(lengthBytes, width, to);
    }

    @Override
    public void putEnd(long targetBytes, ByteBuffer to) {
        to.put((byte) 0);
    }

    /** The least of 0 to 3 so that it fits into 1, 2, 4 or 8 bytes. */
    private static int width(long number) {
        int bits = Long.SIZE - Long.numberOfLeadingZeros(number);
        return bits <= 8 ? 0 : bits <= 16 ? 1 : bits <= 32 ? 2 : 3;
    }

    private static void put(long number, int width, ByteBuffer to) {
        for (int shift = (8 << width) - 8; shift >= 0; shift -= 8) {
            to.put((byte) (number >>> shift));
        }
    }

    @Override
    public @Nullable Step read(ByteBuffer head) throws MalformedException {
        int op = head.get() & 0xFF;
        if (op == 0) {
            return new Step.End(Step.End.UNTOLD);
        }
        if (op <= SHORT_LITERAL_MAX) {
            return new Step.Literal(op);
        }
        if (op >= RESERVED) {
            throw new MalformedException("step %02X (expected 00-54)".formatted(op));
        }
        return op < COPY ? literal(op - LITERAL, head) : copy(op - COPY, head);
    }

    private static @Nullable Step literal(int width, ByteBuffer head) throws MalformedException {
        if (head.remaining() < (1 << width)) {
            return null;
        }
        long length = number(width, head);
        if (length <= 0) {
            throw new MalformedException(
                    "literal of %s bytes".formatted(Long.toUnsignedString(length)));
        }
        return new Step.Literal(length);
    }

    private static @Nullable Step copy(int widths, ByteBuffer head) throws MalformedException {
        if (head.remaining() < (1 << (widths / 4)) + (1 << (widths % 4))) {
            return null;
        }
        long offset = number(widths / 4, head);
        long length = number(widths % 4, head);
        if (offset < 0 || length <= 0 || offset > Long.MAX_VALUE - length) {
            throw new MalformedException(
                    "copy of %s bytes at %s"
                            .formatted(
                                    Long.toUnsignedString(length), Long.toUnsignedString(offset)));
        }
        return new Step.Copy(offset, length);
    }

    private static long number(int width, ByteBuffer head) {
        long number = 0;
        for (int i = 0; i < (1 << width); i++) {
            number = (number << 8) | (head.get() & 0xFF);
        }
        return number;
    }
}
