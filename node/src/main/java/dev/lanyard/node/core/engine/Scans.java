package dev.lanyard.node.core.engine;

import dev.lanyard.node.core.engine.Event.Dirt;
import dev.lanyard.protocol.RelativePath;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** The scans that are under way, and which of them looked at a path last. */
final class Scans {
    /*
     * Scans run beside each other and may report in another order than they looked:
     *
     *   1. A scan sees that a user changed a file.
     *   2. The user changes it back; a second scan sees what is held, and has nothing to report.
     *   3. The report of the first scan arrives, about a content that is nowhere any more.
     *
     * So a report counts only if no scan that was asked for later covers its path. What the later ones cover is remembered as long as
     * an earlier one is under way.
     */
    private static final int FEW_TREES = 16;

    private final TreeSet<Long> active = new TreeSet<>();
    private final Map<RelativePath, Long> paths = new HashMap<>();
    private final Map<RelativePath, Long> trees = new HashMap<>();
    private long everything;
    private long last;
    private long abandoned;

    /** The number of a new scan of {@code dirt}. */
    long begin(List<Dirt> dirt) {
        long scan = ++last;
        active.add(scan);
        for (Dirt each : dirt) {
            RelativePath path = each.path();
            if (path == null) {
                everything = scan;
            } else {
                (each.deep() ? trees : paths).put(path, scan);
            }
        }
        return scan;
    }

    void end(long scan) {
        active.remove(scan);
        if (active.isEmpty()) {
            paths.clear();
            trees.clear();
        }
    }

    /** What the scans that are under way still report means nothing. */
    void abandon() {
        abandoned = last;
    }

    /** Whether {@code scan} was under way when it was last abandoned. */
    boolean isAbandoned(long scan) {
        return scan <= abandoned;
    }

    /** Whether a later scan than {@code scan} looks, or has looked, at {@code path}. */
    boolean isOutdated(long scan, RelativePath path) {
        if (everything > scan || paths.getOrDefault(path, 0L) > scan) {
            return true;
        }
        if (trees.isEmpty()) {
            return false;
        }
        if (trees.size() <= FEW_TREES) { // The common case, and no walk up a deep path.
            return trees.entrySet().stream()
                    .anyMatch(
                            tree ->
                                    tree.getValue() > scan
                                            && (path.equals(tree.getKey())
                                                    || path.isBelow(tree.getKey())));
        }
        Optional<RelativePath> above = Optional.of(path);
        while (above.isPresent()) {
            if (trees.getOrDefault(above.get(), 0L) > scan) {
                return true;
            }
            above = above.get().parent();
        }
        return false;
    }

    /** How many are under way. */
    int count() {
        return active.size();
    }
}
