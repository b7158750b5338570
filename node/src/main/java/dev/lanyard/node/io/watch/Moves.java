package dev.lanyard.node.io.watch;

import dev.lanyard.node.io.watch.WatchTree.Node;
import dev.lanyard.protocol.RelativePath;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * First halves of renames that wait for the second ones. What never gets one was moved out of the
 * tree. Owned by the thread of the watch.
 */
final class Moves {
    private final Duration grace;
    private final Map<Integer, Half> halves = new LinkedHashMap<>();

    Moves(Duration grace) {
        this.grace = grace;
    }

    /**
     * The name {@code path} was taken away, null in a directory that is between two names itself;
     * {@code directory} is what was watched there.
     */
    void left(int cookie, @Nullable RelativePath path, @Nullable Node directory, Instant now) {
        halves.put(cookie, new Half(path, directory, now.plus(grace)));
    }

    /** The half that belongs to a name that appeared, which is forgotten here; or null. */
    @Nullable Half arrived(int cookie) {
        return halves.remove(cookie);
    }

    /** When the first one has waited long enough. */
    Instant nextDue() {
        return halves.isEmpty() ? Instant.MAX : halves.values().iterator().next().deadline;
    }

    /** Those that have waited long enough; they are forgotten here. */
    List<Half> expired(Instant now) {
        if (now.isBefore(nextDue())) {
            return List.of();
        }
        List<Half> expired = new ArrayList<>();
        Iterator<Half> each = halves.values().iterator();
        while (each.hasNext()) {
            Half half = each.next();
            if (!half.deadline.isAfter(now)) {
                expired.add(half);
                each.remove();
            }
        }
        return expired;
    }

    /** All that wait; they go on waiting. */
    List<Half> all() {
        return List.copyOf(halves.values());
    }

    void clear() {
        halves.clear();
    }

    /**
     * One half: the old path if it had one, and the detached directory if it is one that was
     * watched.
     */
    record Half(@Nullable RelativePath path, @Nullable Node directory, Instant deadline) {}
}
