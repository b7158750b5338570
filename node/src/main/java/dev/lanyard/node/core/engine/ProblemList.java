package dev.lanyard.node.core.engine;

import dev.lanyard.node.core.engine.Problem.Kind;
import dev.lanyard.protocol.RelativePath;

import java.time.Instant;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What a user should know now, at most one problem of a kind about one subject. */
final class ProblemList {
    private final Map<Kind, Map<String, Problem>> problems = new EnumMap<>(Kind.class);

    /** Lists a problem; one that is listed already keeps its beginning. */
    void add(Kind kind, String subject, Instant now, String detail) {
        problems.computeIfAbsent(kind, _ -> new LinkedHashMap<>())
                .merge(
                        subject,
                        new Problem(kind, subject, now, detail),
                        (old, latest) -> new Problem(kind, subject, old.since(), detail));
    }

    /** These are all problems of this kind. */
    void replaceAll(Kind kind, List<Problem> all) {
        removeAll(kind);
        Map<String, Problem> ofKind = new LinkedHashMap<>();
        all.forEach(problem -> ofKind.put(problem.subject(), problem));
        problems.put(kind, ofKind);
    }

    /** Its cause is gone. */
    void remove(Kind kind, String subject) {
        Map<String, Problem> ofKind = problems.get(kind);
        if (ofKind != null) {
            ofKind.remove(subject);
        }
    }

    /** Its cause is gone, if it was listed; made for asking of every path that is looked at. */
    void remove(Kind kind, RelativePath path) {
        Map<String, Problem> ofKind = problems.get(kind);
        if (ofKind != null && !ofKind.isEmpty()) {
            ofKind.remove(path.toString());
        }
    }

    /** Whether there is a problem of this kind. */
    boolean has(Kind kind) {
        Map<String, Problem> ofKind = problems.get(kind);
        return ofKind != null && !ofKind.isEmpty();
    }

    /** Whether there is a problem of this kind about {@code path}. */
    boolean has(Kind kind, RelativePath path) {
        Map<String, Problem> ofKind = problems.get(kind);
        return ofKind != null && ofKind.containsKey(path.toString());
    }

    /** Whether there is a problem of this kind about {@code path} or something below it. */
    boolean hasWithin(Kind kind, RelativePath path) {
        Map<String, Problem> ofKind = problems.get(kind);
        String at = path.toString();
        return ofKind != null
                && ofKind.keySet().stream()
                        .anyMatch(each -> each.equals(at) || each.startsWith(at + "/"));
    }

    /** The causes of all problems of this kind are gone. */
    void removeAll(Kind kind) {
        problems.remove(kind);
    }

    /** Those about this subject. */
    List<Problem> about(String subject) {
        return problems.values().stream()
                .flatMap(ofKind -> Stream.ofNullable(ofKind.get(subject)))
                .toList();
    }

    int size() {
        return problems.values().stream().mapToInt(Map::size).sum();
    }

    /** The oldest first. */
    List<Problem> list() {
        return problems.values().stream()
                .flatMap(ofKind -> ofKind.values().stream())
                .sorted(Comparator.comparing(Problem::since))
                .toList();
    }
}
