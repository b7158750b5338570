package dev.lanyard.delta.sign;

import dev.lanyard.delta.Basis;
import dev.lanyard.delta.Signature;
import dev.lanyard.delta.parallel.InOrder;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;

/** Makes the signature of a basis that can be read in several places at once. */
public final class Signer {
    /** What is read and summed at once: it is still near the processor then. */
    private static final int PIECE_BYTES_MIN = 128 << 10;

    private Signer() {}

    /**
     * Reads the whole basis, each byte once.
     *
     * @param seed as in {@link SignatureBuilder}
     * @param executor does the reading; this thread may be none of its own
     * @param threads how many segments are read beside each other, each with a buffer of a block,
     *     at least 128 KiB
     * @throws IOException if it cannot be read, or has fewer bytes
     */
    public static Signature sign(
            Basis basis, long lengthBytes, byte[] seed, Executor executor, int threads)
            throws IOException {
        SignatureBuilder builder = new SignatureBuilder(lengthBytes, seed);
        InOrder<Segment> segments = new InOrder<>(executor, 2 * threads);
        ArrayDeque<ByteBuffer> idle = new ArrayDeque<>();
        try {
            for (long at = 0; at < lengthBytes; at += SignatureBuilder.SEGMENT_BYTES) {
                if (segments.isFull()) {
                    take(segments, builder, idle);
                }
                long from = at;
                long to = Math.min(lengthBytes, from + SignatureBuilder.SEGMENT_BYTES);
                ByteBuffer buffer =
                        idle.isEmpty()
                                ? ByteBuffer.allocate(
                                        Math.max(builder.blockBytes(), PIECE_BYTES_MIN))
                                : idle.remove();
                segments.begin(() -> segment(builder, basis, from, to, buffer));
            }
            while (!segments.isEmpty()) {
                take(segments, builder, idle);
            }
        } finally {
            segments.abandon();
        }
        return builder.finish();
    }

    private static void take(
            InOrder<Segment> segments, SignatureBuilder builder, ArrayDeque<ByteBuffer> idle)
            throws IOException {
        Segment segment = segments.take();
        segment.parts.forEach(builder::add);
        idle.add(segment.buffer);
    }

    private static Segment segment(
            SignatureBuilder builder, Basis basis, long from, long to, ByteBuffer bytes)
            throws IOException {
        List<Part> parts = new ArrayList<>();
        long at = from;
        while (at < to) {
            bytes.clear().limit((int) Math.min(bytes.capacity(), to - at));
            while (bytes.hasRemaining()) {
                int count = basis.read(bytes, at);
                if (count < 0) {
                    throw new IOException(
                            "the old content ended at byte %d while it was read".formatted(at));
                }
                at += count;
            }
            parts.add(builder.part(bytes.flip()));
        }
        return new Segment(parts, bytes);
    }

    private record Segment(List<Part> parts, ByteBuffer buffer) {}
}
