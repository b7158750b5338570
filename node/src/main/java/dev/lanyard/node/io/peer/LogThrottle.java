package dev.lanyard.node.io.peer;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;

/**
 * Lets each thing be logged a few times at once, and then once in a while, however often it
 * happens: what a peer can cause, it can cause a thousand times a second. Thread-safe.
 */
final class LogThrottle {
    private static final int KEYS_MAX = 256;

    /**
     * So many things may be new at once, and then one in a while: whoever calls itself something
     * else each time is new each time.
     */
    static final int NEW_AT_ONCE = 64;

    private final Duration every;
    private Logged newcomers = new Logged(Instant.EPOCH, NEW_AT_ONCE, 0);

    /** What was logged, the longest ago first. */
    private final Map<Object, Logged> logged = new LinkedHashMap<>();

    /** When there was a line last, how many may follow at once, and how many were left out. */
    private record Logged(Instant at, long left, long unlogged) {}

    LogThrottle(Duration every) {
        this.every = every;
    }

    /**
     * Counts one more {@code thing}, which happened at {@code now}, a time that never goes back.
     *
     * @param atOnce how many of them may be logged without a pause
     * @return how many of it, or of new things if it is one, went unlogged since the last that was
     *     logged; empty if this one is to be left out too
     */
    synchronized OptionalLong count(Object thing, int atOnce, Instant now) {
        Logged last = logged.get(thing);
        if (last == null) {
            return countNew(thing, atOnce, now);
        }
        long left = left(last, atOnce, now);
        if (left == 0) {
            logged.replace(thing, unlogged(last));
            return OptionalLong.empty();
        }
        logged.remove(thing);
        logged.put(thing, new Logged(now, left - 1, 0));
        return OptionalLong.of(last.unlogged());
    }

    private OptionalLong countNew(Object thing, int atOnce, Instant now) {
        Logged before = newcomers;
        long left = left(before, NEW_AT_ONCE, now);
        if (left == 0) {
            newcomers = unlogged(before);
            return OptionalLong.empty();
        }
        newcomers = new Logged(now, left - 1, 0);
        if (logged.size() >= KEYS_MAX) {
            logged.remove(logged.keySet().iterator().next());
        }
        logged.put(thing, new Logged(now, atOnce - 1L, 0));
        return OptionalLong.of(before.unlogged());
    }

    private static Logged unlogged(Logged last) {
        return new Logged(last.at(), 0, last.unlogged() + 1);
    }

    private long left(Logged last, int atOnce, Instant now) {
        long more = Duration.between(last.at(), now).dividedBy(every);
        return Math.min(atOnce, last.left() + more);
    }
}
