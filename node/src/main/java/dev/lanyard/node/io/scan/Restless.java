package dev.lanyard.node.io.scan;

import dev.lanyard.node.core.engine.Observation;
import dev.lanyard.protocol.RelativePath;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Paths of which the last thing that was reported was a trouble: unsettled, unreadable,
 * unsupported. Whoever was told of it waits to hear that it is over, so the next look at such a
 * path reports what it sees, even if that is just what the index has. Thread-safe.
 */
final class Restless {
    /** Beyond this, a trouble that is over is heard of when something changes there. */
    private static final int COUNT_MAX = 200_000;

    private final Set<RelativePath> paths = ConcurrentHashMap.newKeySet();

    /** Whether the next look at {@code path} must be reported. */
    boolean contains(RelativePath path) {
        return paths.contains(path);
    }

    /** All such paths strictly below {@code directory}, or everywhere for null. */
    List<RelativePath> below(@Nullable RelativePath directory) {
        return paths.stream()
                .filter(path -> directory == null || path.isBelow(directory))
                .sorted()
                .toList();
    }

    /** This is going to be reported. */
    void note(Observation observation) {
        boolean trouble =
                switch (observation) {
                    case Observation.Unsettled _,
                            Observation.Unreadable _,
                            Observation.Unsupported _ ->
                            true;
                    case Observation.SeenFile _,
                            Observation.SeenDirectory _,
                            Observation.SeenLink _,
                            Observation.Ignored _,
                            Observation.Absent _ ->
                            false;
                };
        if (!trouble) {
            paths.remove(observation.path());
        } else if (paths.size() < COUNT_MAX) {
            paths.add(observation.path());
        }
    }
}
