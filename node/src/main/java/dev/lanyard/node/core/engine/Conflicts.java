package dev.lanyard.node.core.engine;

import dev.lanyard.node.core.engine.Event.OpenConflict;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** What waits in versions for somebody to deal with it, as problems. */
final class Conflicts {
    private static final int LISTED_MAX = 100;

    private Conflicts() {}

    /** One for each path, so far as they can be read; the others as one. */
    static List<Problem> problems(List<OpenConflict> conflicts, Instant now) {
        List<Problem> problems = new ArrayList<>();
        for (OpenConflict conflict : conflicts.subList(0, Math.min(conflicts.size(), LISTED_MAX))) {
            problems.add(
                    new Problem(
                            Problem.Kind.CONFLICT,
                            conflict.path().toString(),
                            conflict.since(),
                            detail(conflict.count())));
        }
        if (conflicts.size() > LISTED_MAX) {
            String more = "%d more paths".formatted(conflicts.size() - LISTED_MAX);
            problems.add(new Problem(Problem.Kind.CONFLICT, "", now, more));
        }
        return problems;
    }

    private static String detail(int count) {
        return count == 1
                ? "a content that lost, and that nobody has dealt with, is kept"
                : "%d contents that lost, and that nobody has dealt with, are kept"
                        .formatted(count);
    }
}
