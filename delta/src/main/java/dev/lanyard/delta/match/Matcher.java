package dev.lanyard.delta.match;

import dev.lanyard.delta.Instruction;
import dev.lanyard.delta.Signature;
import dev.lanyard.delta.Target;
import dev.lanyard.delta.parallel.InOrder;

import java.io.IOException;
import java.util.concurrent.Executor;

/**
 * Finds the blocks of a basis in targets. Immutable; threads may share it. It takes up to 40 bytes
 * of memory for each block besides the signature; a match takes eight blocks, at least 512 KiB, for
 * each thread, however long the target is.
 */
public final class Matcher {
    private static final long SEGMENT_BYTES = 64 << 20;

    private final Signature signature;
    private final BlockIndex index;
    private final long segmentBytes;

    /**
     * For the basis of {@code signature}.
     *
     * @param secret what nobody else knows; with it neither a signature nor a target that was made
     *     to be slow is
     */
    public Matcher(Signature signature, long secret) {
        this(signature, SEGMENT_BYTES, secret);
    }

    /**
     * The same with other segments.
     *
     * @param segmentBytes how much one thread matches at once; a multiple of the size of blocks
     */
    Matcher(Signature signature, long segmentBytes, long secret) {
        this.signature = signature;
        this.index = new BlockIndex(signature, secret);
        this.segmentBytes = segmentBytes;
    }

    /** How a match ended. */
    public sealed interface Outcome {
        /**
         * All instructions have been given out.
         *
         * @param copiedBytes so much of the target is in the basis
         * @param literalBytes so much is not, or was not found
         */
        record Matched(long copiedBytes, long literalBytes) implements Outcome {}

        /**
         * More literal bytes were found than may be; the instructions given out until then are
         * worth nothing.
         */
        record Abandoned(long literalBytes) implements Outcome {}
    }

    /**
     * Reads the whole target in order, each byte once, so it may also be a stream.
     *
     * @param literalBytesMax with more literal bytes than this, the target is better sent whole
     * @param sink takes the instructions as they are found
     * @throws IOException if the target cannot be read or the sink does not take an instruction
     */
    public Outcome match(Target target, long literalBytesMax, Instruction.Sink sink)
            throws IOException {
        return match(target, InPlace.UNKNOWN, literalBytesMax, sink);
    }

    /**
     * The same, where some blocks need not be looked at: their bytes are passed over, unless they
     * were read along with others. The instructions are the same.
     */
    public Outcome match(
            Target target, InPlace inPlace, long literalBytesMax, Instruction.Sink sink)
            throws IOException {
        Emitter out = new Emitter(sink, literalBytesMax);
        new SegmentMatcher(signature, index, target, inPlace, 0, Long.MAX_VALUE, out).run();
        out.flush();
        return outcome(out);
    }

    /**
     * The same, in several places at once. Literals are read twice, the second time where they are
     * given out, by this thread.
     *
     * @param lengthBytes how many bytes the target has
     * @param executor matches; this thread may be none of its own
     * @param threads how many segments are matched beside each other
     * @throws IOException also if the target has fewer bytes
     */
    public Outcome match(
            Target target,
            long lengthBytes,
            long literalBytesMax,
            Instruction.Sink sink,
            Executor executor,
            int threads)
            throws IOException {
        Emitter out = new Emitter(sink, literalBytesMax);
        SegmentJoint joint = new SegmentJoint(target, out);
        InOrder<SegmentPlan> segments = new InOrder<>(executor, threads + 1);
        try {
            for (long from = 0; from < lengthBytes && !out.isFull(); from += segmentBytes) {
                if (segments.isFull()) {
                    joint.add(segments.take());
                }
                long begin = from;
                boolean isLast = lengthBytes - from <= segmentBytes;
                long end = isLast ? Long.MAX_VALUE : from + segmentBytes;
                Target part = within(target, lengthBytes);
                segments.begin(() -> plan(part, begin, end, literalBytesMax));
            }
            while (!segments.isEmpty() && !out.isFull()) {
                joint.add(segments.take());
            }
        } finally {
            segments.abandon();
        }
        out.flush();
        if (!out.isFull() && joint.position() != lengthBytes) {
            throw new IOException(
                    "the new content ended at byte %d of %d while it was read"
                            .formatted(joint.position(), lengthBytes));
        }
        return outcome(out);
    }

    /** It may have grown since its length was asked for. */
    private static Target within(Target target, long lengthBytes) {
        return (to, offset) -> {
            long left = lengthBytes - offset;
            if (left <= 0) {
                return -1;
            }
            int limit = to.limit();
            to.limit((int) Math.min(limit, to.position() + left));
            int count = target.read(to, offset);
            to.limit(limit);
            return count;
        };
    }

    private SegmentPlan plan(Target target, long from, long to, long literalBytesMax)
            throws IOException {
        SegmentPlan plan = new SegmentPlan(from);
        Emitter out = new Emitter(plan, literalBytesMax);
        new SegmentMatcher(signature, index, target, InPlace.UNKNOWN, from, to, out).run();
        out.flush();
        if (out.isFull()) {
            plan.abandon(out.literalBytes());
        }
        return plan;
    }

    private static Outcome outcome(Emitter out) {
        return out.isFull()
                ? new Outcome.Abandoned(out.literalBytes())
                : new Outcome.Matched(out.copiedBytes(), out.literalBytes());
    }
}
