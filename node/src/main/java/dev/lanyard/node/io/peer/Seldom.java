package dev.lanyard.node.io.peer;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Lets each thing be logged once in a while, however often it happens: what a peer can cause, it
 * can cause a thousand times a second. Thread-safe.
 */
final class Seldom {
    private static final int KEYS_MAX = 256;

    private final Duration every;

    /** What was logged, the longest ago first. */
    private final Map<Object, Entry> entries = new LinkedHashMap<>();

    private record Entry(Instant at, long missed) {}

    Seldom(Duration every) {
        this.every = every;
    }

    /**
     * Counts one more {@code thing}, which happened at {@code now}, a time that never goes back.
     *
     * @return how many of them went unlogged since the last one that was logged, if this one is to
     *     be; or -1
     */
    synchronized long count(Object thing, Instant now) {
        Entry last = entries.get(thing);
        if (last != null && now.isBefore(last.at().plus(every))) {
            entries.replace(thing, new Entry(last.at(), last.missed() + 1));
            return -1;
        }
        entries.remove(thing);
        if (entries.size() >= KEYS_MAX) {
            entries.remove(entries.keySet().iterator().next());
        }
        entries.put(thing, new Entry(now, 0));
        return last == null ? 0 : last.missed();
    }
}
