package dev.lanyard.node.app.mirror;

import dev.lanyard.protocol.RelativePath;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** How long what is being written to is waited for, path by path. Times are of one clock, in ns. */
final class Patience {
    /** After so long it is taken as it is... */
    static final Duration FIRST = Duration.ofSeconds(10);

    /** ...and so long after that again, if there is no end of the writing. */
    static final Duration NEXT = Duration.ofMinutes(1);

    private final Map<RelativePath, Wait> waits = new HashMap<>();

    /** Until when; and whether it was taken as it is before. */
    private record Wait(long until, boolean tried) {}

    /** What was looked at and is not written to any more is forgotten. */
    void looked(Collection<RelativePath> at, Collection<RelativePath> restless) {
        waits.keySet().removeIf(each -> at.contains(each) && !restless.contains(each));
    }

    /** After a look at everything. */
    void lookedAtAll(Collection<RelativePath> restless) {
        waits.keySet().retainAll(restless);
    }

    /** What of {@code restless} was waited for long enough; that is waited for anew then. */
    List<RelativePath> overdue(Collection<RelativePath> restless, long now) {
        List<RelativePath> overdue = new ArrayList<>();
        for (RelativePath each : restless) {
            Wait wait = waits.computeIfAbsent(each, _ -> new Wait(now + FIRST.toNanos(), false));
            if (now - wait.until() >= 0) {
                overdue.add(each);
                waits.put(each, new Wait(now + NEXT.toNanos(), true));
            }
        }
        return overdue;
    }

    /** Whether it is to be looked at again soon: it may be finished any moment. */
    boolean isYoung(RelativePath path) {
        Wait wait = waits.get(path);
        return wait != null && !wait.tried();
    }

    /** What is to be looked at now, though nobody has called. */
    List<RelativePath> due(long now) {
        List<RelativePath> due = new ArrayList<>();
        waits.forEach(
                (path, wait) -> {
                    if (wait.tried() && now - wait.until() >= 0) {
                        due.add(path);
                    }
                });
        return due;
    }

    /** How long until something is {@link #due}; the greatest number if nothing will be. */
    long nanosToDue(long now) {
        long least = Long.MAX_VALUE;
        for (Wait wait : waits.values()) {
            if (wait.tried()) {
                least = Math.min(least, Math.max(0, wait.until() - now));
            }
        }
        return least;
    }
}
