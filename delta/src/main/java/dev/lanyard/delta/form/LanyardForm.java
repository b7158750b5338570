package dev.lanyard.delta.form;

import dev.lanyard.delta.Instruction;
import dev.lanyard.delta.MalformedException;

import org.jspecify.annotations.Nullable;

import java.nio.ByteBuffer;

/** Our own form of deltas. */
final class LanyardForm implements Grammar {
    /*
     * magic    6C 79 44 01                     "lyD", version 1
     * step     number t, then
     *            t = 0               the end; number: how many bytes the target has
     *            t even              t / 2 bytes of literal, which follow
     *            t odd, t > 1        copy of t / 2 bytes; number, zigzag: where they begin in the
     *                                basis, less where the copy before ended (0 before the first)
     *
     * A number is unsigned, 7 bits in each byte, the low ones first, the top bit set in all bytes
     * but its last; at most 9 bytes, so below 2^63, and no longer than it needs to be. Zigzag: 0,
     * -1, 1, -2 ... are 0, 1, 2, 3 ...
     *
     * The blocks of an edited content follow each other, so most copies take three or four bytes.
     * The length at the end shows that nothing was cut off or left out.
     */
    private static final int MAGIC = 0x6C794401;

    private static final int NUMBER_BYTES_MAX = 9;
    private static final int COPY = 1;

    private long copyEnd;

    @Override
    public int magic() {
        return MAGIC;
    }

    @Override
    public int headBytesMax() {
        return 2 * NUMBER_BYTES_MAX;
    }

    @Override
    public void putCopy(Instruction.Copy copy, ByteBuffer to) {
        putNumber((copy.lengthBytes() << 1) | COPY, to);
        long distance = copy.basisOffset() - copyEnd;
        putNumber((distance << 1) ^ (distance >> (Long.SIZE - 1)), to);
        copyEnd = copy.basisEnd();
    }

    @Override
    public void putLiteral(long lengthBytes, ByteBuffer to) {
        putNumber(lengthBytes << 1, to);
    }

    @Override
    public void putEnd(long targetBytes, ByteBuffer to) {
        putNumber(0, to);
        putNumber(targetBytes, to);
    }

    private static void putNumber(long number, ByteBuffer to) {
        if (number < 0) {
            throw new IllegalArgumentException("a step of 2^62 bytes or more");
        }
        long left = number;
        while (left > 0x7F) {
            to.put((byte) (left | 0x80));
            left >>>= 7;
        }
        to.put((byte) left);
    }

    @Override
    public @Nullable Step read(ByteBuffer head) throws MalformedException {
        long token = number(head);
        if (token < 0) {
            return null;
        }
        if (token != 0 && (token & COPY) == 0) {
            return new Step.Literal(token >>> 1);
        }
        if (token == COPY) {
            throw new MalformedException("copy of 0 bytes");
        }
        long number = number(head);
        if (number < 0) {
            return null;
        }
        if (token == 0) {
            return new Step.End(number);
        }
        long begin = copyEnd + ((number >>> 1) ^ -(number & 1)); // Neither has more than 63 bits.
        if (begin < 0 || begin > Long.MAX_VALUE - (token >>> 1)) {
            throw new MalformedException("copy of %d bytes at %d".formatted(token >>> 1, begin));
        }
        copyEnd = begin + (token >>> 1);
        return new Step.Copy(begin, token >>> 1);
    }

    /** The next number, or -1 if it is not there whole. */
    private static long number(ByteBuffer head) throws MalformedException {
        long number = 0;
        for (int i = 0; head.hasRemaining(); i++) {
            byte next = head.get();
            number |= (next & 0x7FL) << (7 * i);
            if (next >= 0) {
                if (next == 0 && i > 0) {
                    throw new MalformedException("a number longer than it needs to be");
                }
                return number;
            }
            if (i == NUMBER_BYTES_MAX - 1) {
                throw new MalformedException("a number of more than 9 bytes");
            }
        }
        return -1;
    }
}
