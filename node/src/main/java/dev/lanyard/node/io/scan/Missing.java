package dev.lanyard.node.io.scan;

import dev.lanyard.node.core.engine.Observation;
import dev.lanyard.node.core.engine.Observation.Absent;
import dev.lanyard.node.core.engine.Observation.Unreadable;
import dev.lanyard.node.core.engine.Observation.Unsettled;
import dev.lanyard.node.core.index.Held;
import dev.lanyard.node.core.index.IndexReader;
import dev.lanyard.node.core.index.Row;
import dev.lanyard.node.io.disk.Root;
import dev.lanyard.node.io.scan.Evidence.Verdict;
import dev.lanyard.protocol.Entry;
import dev.lanyard.protocol.RelativePath;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Paths that a scan did not find. They are judged and told at its end, when all else was told: what
 * moved is seen at its new place before its old one is reported empty, and a root that went away
 * during the scan is noticed before anything is taken for deleted. Owned by the thread of the scan.
 */
final class Missing {
    /** More files are judged and told before the end: memory is bounded. */
    private static final int COUNT_MAX = 16_384;

    private final Ground ground;
    private final IndexReader reader;
    private final Restless restless;
    private final Reporter reporter;
    private final RulesFile rules;
    private final Set<RelativePath> paths = new LinkedHashSet<>();
    private final Set<RelativePath> directories = new LinkedHashSet<>();
    private final Set<RelativePath> unreadableTold = new HashSet<>();

    Missing(
            Ground ground,
            IndexReader reader,
            Restless restless,
            Reporter reporter,
            RulesFile rules) {
        this.ground = ground;
        this.reader = reader;
        this.restless = restless;
        this.reporter = reporter;
        this.rules = rules;
    }

    /** The path was not found. @throws IOException if the root is lost */
    void add(RelativePath path) throws IOException {
        add(path, held(path));
    }

    /** The same where it was just read what was held there, or null. */
    void add(RelativePath path, @Nullable Held held) throws IOException {
        if (held == null || !(held.entry() instanceof Entry.Directory)) {
            paths.add(path);
        } else {
            directories.add(path); // It goes after all that is in it: see tell().
        }
        if (paths.size() >= COUNT_MAX) {
            tell(paths);
        }
    }

    /**
     * Judges and tells all that were added, what is in a directory before the directory: whoever
     * hears first that the directory is gone takes what is still known to be in it for new.
     *
     * @throws IOException if the root is lost
     */
    void tell() throws IOException {
        paths.addAll(directories);
        directories.clear();
        tell(paths);
    }

    private void tell(Set<RelativePath> missing) throws IOException {
        List<RelativePath> ascending = missing.stream().sorted().toList();
        for (int end = ascending.size(); end > 0; end -= Reporter.BATCH) {
            tell(ascending.subList(Math.max(0, end - Reporter.BATCH), end));
        }
        missing.clear();
    }

    private void tell(List<RelativePath> batch) throws IOException {
        List<@Nullable Held> bases = new ArrayList<>(batch.size());
        List<RelativePath> asked = new ArrayList<>(batch.size());
        List<@Nullable Held> all = held(batch); // Before anything is looked at.
        for (int i = 0; i < all.size(); i++) {
            RelativePath path = batch.get(i);
            Held held = all.get(i);
            if ((held != null && held.entry().isLive()) || restless.contains(path)) {
                asked.add(path);
                bases.add(held);
            }
        }
        List<Observation> told = new ArrayList<>(asked.size());
        try (Root root = ground.another()) {
            Evidence evidence = new Evidence(root);
            for (int i = 0; i < asked.size(); i++) {
                judge(evidence.of(asked.get(i)), asked.get(i), bases.get(i), told);
            }
            evidence.returned().forEach(directory -> doubt(directory, told));
        }
        rules.confirm();
        told.forEach(restless::note);
        reporter.observed(told.reversed());
    }

    private static void doubt(RelativePath directory, List<Observation> told) {
        told.replaceAll(
                each ->
                        each instanceof Absent absent && absent.path().isBelow(directory)
                                ? new Unsettled(absent.path(), absent.basis())
                                : each);
    }

    /** What is held at each of {@code ascending}; mostly they stand together in the index. */
    private List<@Nullable Held> held(List<RelativePath> ascending) {
        Deque<Row> rows =
                new ArrayDeque<>(reader.page(ascending.getFirst(), true, ascending.size()));
        RelativePath end = rows.isEmpty() ? null : rows.getLast().path();
        List<@Nullable Held> held = new ArrayList<>(ascending.size());
        for (RelativePath path : ascending) {
            while (!rows.isEmpty() && rows.getFirst().path().compareTo(path) < 0) {
                rows.removeFirst();
            }
            boolean isNext = !rows.isEmpty() && rows.getFirst().path().equals(path);
            boolean isBeyond = end != null && path.compareTo(end) > 0;
            held.add(isNext ? rows.getFirst().held() : isBeyond ? held(path) : null);
        }
        return held;
    }

    private @Nullable Held held(RelativePath path) {
        Row row = reader.row(path);
        return row == null ? null : row.held();
    }

    private void judge(
            Verdict verdict, RelativePath path, @Nullable Held held, List<Observation> told)
            throws IOException {
        switch (verdict) {
            case Verdict.Gone _ -> told.add(new Absent(path, held));
            case Verdict.Doubtful _ -> told.add(new Unsettled(path, held));
            case Verdict.Unknown unknown -> {
                if (Looks.mayBeLoss(unknown.cause())) {
                    ground.confirm();
                }
                // Nothing is said of what is below, but to who waits for a word about just that.
                RelativePath where = restless.contains(path) ? path : unknown.where();
                if (where != null && unreadableTold.add(where)) {
                    told.add(
                            new Unreadable(
                                    where,
                                    Looks.reason(unknown.cause()),
                                    where.equals(path) ? held : held(where)));
                }
            }
        }
    }
}
