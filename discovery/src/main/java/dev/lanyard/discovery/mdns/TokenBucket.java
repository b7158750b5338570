package dev.lanyard.discovery.mdns;

import java.time.Duration;

/** Lets so many things pass at once and then so many in a time. Thread-safe, never blocks. */
final class TokenBucket {
    private final int most;
    private final long nanosPerToken;
    private long tokens;
    private long filledNanos;

    /** Full at {@code nowNanos}, which is monotonic; a token comes back each {@code refill}. */
    TokenBucket(int most, Duration refill, long nowNanos) {
        this.most = most;
        nanosPerToken = refill.toNanos();
        tokens = most;
        filledNanos = nowNanos;
    }

    /** Takes a token, and says whether there was one. */
    synchronized boolean take(long nowNanos) {
        long come = (nowNanos - filledNanos) / nanosPerToken;
        if (come > 0) { // Another thread may have come first with a later time.
            tokens = Math.min(most, tokens + come);
            filledNanos += come * nanosPerToken;
        }
        if (tokens == 0) {
            return false;
        }
        tokens--;
        return true;
    }
}
