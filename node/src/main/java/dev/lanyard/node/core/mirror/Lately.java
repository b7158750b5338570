package dev.lanyard.node.core.mirror;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * How much was deleted lately. Many small bursts that follow each other empty a destination as well
 * as one large one. Times are of one clock, in ns.
 */
public final class Lately {
    /** What was deleted longer ago does not count. */
    static final Duration WINDOW = Duration.ofMinutes(10);

    private final Deque<Burst> bursts = new ArrayDeque<>();
    private long sum;

    private record Burst(long at, long count) {}

    /** So many files and links were deleted now. */
    public void deleted(long count, long now) {
        if (count > 0) {
            bursts.addLast(new Burst(now, count));
            sum += count;
        }
    }

    /** How many were deleted within the window. */
    public long count(long now) {
        for (Burst first = bursts.peekFirst();
                first != null && now - first.at >= WINDOW.toNanos();
                first = bursts.peekFirst()) {
            sum -= bursts.removeFirst().count;
        }
        return sum;
    }
}
