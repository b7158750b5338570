package dev.lanyard.delta.match;

import dev.lanyard.delta.Target;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Joins the plans of segments to one delta. For one thread. */
final class SegmentJoint {
    /*
     * The last copy of a segment may reach into the next one, which was matched from its own begin.
     * What both tell of is taken from the first: it was found by what is before it, where the other
     * knew nothing yet. The second is cut off there; a part of a copy is a copy. So a content that
     * was shifted as a whole is joined without a gap: the second finds the same blocks, from the
     * first that begins in it, and there the first one ends.
     */
    private static final int READ_BYTES = 128 << 10;

    private final Target target;
    private final Emitter out;
    private final byte[] literal = new byte[READ_BYTES];
    private long position;

    SegmentJoint(Target target, Emitter out) {
        this.target = target;
        this.out = out;
    }

    /** Up to where in the target instructions have been given out. */
    long position() {
        return position;
    }

    void add(SegmentPlan plan) throws IOException {
        if (plan.abandonedBytes() > 0) {
            out.abandon(plan.abandonedBytes());
            return;
        }
        long begin = plan.offset();
        for (int i = 0; i < plan.stepCount() && !out.isFull(); i++) {
            long end = begin + plan.lengthBytes(i);
            if (end > position) {
                long cut = Math.max(0, position - begin);
                if (plan.basisOffset(i) == SegmentPlan.LITERAL) {
                    giveLiteral(begin + cut, end);
                } else {
                    out.copy(plan.basisOffset(i) + cut, end - begin - cut);
                }
                position = end;
            }
            begin = end;
        }
    }

    private void giveLiteral(long from, long to) throws IOException {
        long at = from;
        while (at < to && !out.isFull()) {
            int wanted = (int) Math.min(READ_BYTES, to - at);
            int count = target.read(ByteBuffer.wrap(literal, 0, wanted), at);
            if (count < 0) {
                throw new IOException(
                        "the new content ended at byte %d while it was read".formatted(at));
            }
            out.literal(literal, 0, count);
            at += count;
        }
    }
}
