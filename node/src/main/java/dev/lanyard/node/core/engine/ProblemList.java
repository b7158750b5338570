package dev.lanyard.node.core.engine;

import dev.lanyard.node.core.engine.Problem.Kind;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a user should know now, at most one problem of a kind about one subject. */
final class ProblemList {
    private record Key(Kind kind, String subject) {}

    private final Map<Key, Problem> problems = new LinkedHashMap<>();

    /** Lists a problem; one that is listed already keeps its beginning. */
    void add(Kind kind, String subject, Instant now, String detail) {
        problems.merge(
                new Key(kind, subject),
                new Problem(kind, subject, now, detail),
                (old, latest) -> new Problem(kind, subject, old.since(), detail));
    }

    /** Its cause is gone. */
    void remove(Kind kind, String subject) {
        problems.remove(new Key(kind, subject));
    }

    /** The causes of all problems of this kind are gone. */
    void removeAll(Kind kind) {
        problems.keySet().removeIf(key -> key.kind() == kind);
    }

    int size() {
        return problems.size();
    }

    /** The oldest first. */
    List<Problem> list() {
        List<Problem> list = new ArrayList<>(problems.values());
        list.sort(Comparator.comparing(Problem::since));
        return list;
    }
}
