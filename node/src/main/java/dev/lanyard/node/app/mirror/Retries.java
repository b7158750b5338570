package dev.lanyard.node.app.mirror;

import dev.lanyard.protocol.RelativePath;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What failed, and when it is tried again: after a longer time each time. Nobody tells of a disk
 * that has room again, or of a folder at the destination that may be written to. Times are of one
 * clock, in ns. Changed by one thread only while no other asks.
 */
final class Retries {
    /** After so long what failed is tried again... */
    static final Duration FIRST = Duration.ofSeconds(2);

    /** ...and at last so often. */
    static final Duration LAST = Duration.ofMinutes(10);

    /** Where more failed, all is looked at again. */
    private static final int PATHS_MAX = 1_000;

    /** By path; nothing for all of the folder. */
    private final Map<Optional<RelativePath>, Retry> retries = new HashMap<>();

    private record Retry(String why, Duration pause, long at) {}

    /** Whether it did not fail in this way before. */
    boolean isNews(Optional<RelativePath> path, String why) {
        Retry before = retries.getOrDefault(path, retries.get(Optional.<RelativePath>empty()));
        return before == null || !before.why.equals(why);
    }

    /** After a look at some places; what of them did not fail is forgotten. */
    void looked(Collection<RelativePath> at, Map<Optional<RelativePath>, String> failed, long now) {
        retries.keySet()
                .removeIf(
                        each ->
                                !failed.containsKey(each)
                                        && each.isPresent()
                                        && at.contains(each.orElseThrow()));
        add(failed, now);
    }

    /** After a look at everything. */
    void lookedAtAll(Map<Optional<RelativePath>, String> failed, long now) {
        if (failed.size() <= PATHS_MAX) {
            retries.keySet().retainAll(failed.keySet());
        }
        add(failed, now);
    }

    private void add(Map<Optional<RelativePath>, String> failed, long now) {
        if (failed.size() + retries.size() <= PATHS_MAX) {
            failed.forEach((path, why) -> add(path, why, now));
            return;
        }
        failed.values().stream()
                .findFirst()
                .ifPresent(
                        why -> {
                            retries.keySet().removeIf(Optional::isPresent);
                            add(Optional.empty(), why, now);
                        });
    }

    private void add(Optional<RelativePath> path, String why, long now) {
        Retry before = retries.get(path);
        if (before != null && before.at - now > 0) {
            return; // Somebody looked before its time.
        }
        Duration pause = before == null ? FIRST : before.pause.multipliedBy(2);
        pause = pause.compareTo(LAST) > 0 ? LAST : pause;
        retries.put(path, new Retry(why, pause, now + pause.toNanos()));
    }

    /** What is to be tried again now; nothing for all of the folder. */
    List<Optional<RelativePath>> due(long now) {
        List<Optional<RelativePath>> due = new ArrayList<>();
        retries.forEach(
                (path, retry) -> {
                    if (now - retry.at >= 0) {
                        due.add(path);
                    }
                });
        return due;
    }

    /** How long until something is {@link #due}; the greatest number if nothing will be. */
    long nanosToDue(long now) {
        long least = Long.MAX_VALUE;
        for (Retry each : retries.values()) {
            least = Math.min(least, Math.max(0, each.at - now));
        }
        return least;
    }
}
