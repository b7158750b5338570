package dev.lanyard.delta.match;

import dev.lanyard.delta.Instruction;

import java.util.Arrays;

/** The instructions for one segment of a target, literals as lengths. For one thread at a time. */
final class SegmentPlan implements Instruction.Sink {
    /** In place of an offset in the basis. */
    static final long LITERAL = -1;

    private final long offset;
    private long[] steps = new long[16];
    private int count;
    private long abandonedBytes;

    /** One that begins at {@code offset} of the target. */
    SegmentPlan(long offset) {
        this.offset = offset;
    }

    @Override
    public void take(Instruction instruction) {
        switch (instruction) {
            case Instruction.Copy copy -> add(copy.basisOffset(), copy.lengthBytes());
            case Instruction.Literal literal -> addLiteral(literal.lengthBytes());
        }
    }

    private void addLiteral(long lengthBytes) {
        if (count > 0 && basisOffset(count - 1) == LITERAL) {
            steps[2 * count - 1] += lengthBytes;
        } else {
            add(LITERAL, lengthBytes);
        }
    }

    private void add(long basisOffset, long lengthBytes) {
        if (2 * count == steps.length) {
            steps = Arrays.copyOf(steps, 2 * steps.length);
        }
        steps[2 * count] = basisOffset;
        steps[2 * count + 1] = lengthBytes;
        count++;
    }

    /** Says that it has no end, since this segment alone has too many literal bytes. */
    void abandon(long literalBytes) {
        abandonedBytes = literalBytes;
    }

    /** How many literal bytes were too many, or 0. */
    long abandonedBytes() {
        return abandonedBytes;
    }

    /** Where in the target it begins. */
    long offset() {
        return offset;
    }

    int stepCount() {
        return count;
    }

    /** Where in the basis the bytes of a step are, or {@link #LITERAL}. */
    long basisOffset(int step) {
        return steps[2 * step];
    }

    long lengthBytes(int step) {
        return steps[2 * step + 1];
    }
}
