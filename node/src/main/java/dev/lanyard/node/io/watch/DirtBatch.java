package dev.lanyard.node.io.watch;

import dev.lanyard.node.core.engine.Event.Dirt;
import dev.lanyard.protocol.RelativePath;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Paths to be reported in one event, each once. Owned by the thread of the watch. */
final class DirtBatch {
    private final Map<RelativePath, Boolean> deepByPath = new LinkedHashMap<>();
    private final Map<RelativePath, RelativePath> movedFrom = new HashMap<>();
    private boolean everything;

    /** A path, with all below it if {@code deep}; one that cannot be named (null) is left out. */
    void add(@Nullable RelativePath path, boolean deep) {
        if (path != null) {
            deepByPath.merge(path, deep, Boolean::logicalOr);
        }
    }

    /** A directory that is {@code to} now, with all below it, and was {@code from} before. */
    void addMoved(@Nullable RelativePath from, @Nullable RelativePath to) {
        add(from, true);
        add(to, true);
        if (from != null && to != null) {
            movedFrom.put(to, from);
        }
    }

    /** All of the tree. */
    void addEverything() {
        everything = true;
    }

    int size() {
        return deepByPath.size();
    }

    boolean isEmpty() {
        return !everything && deepByPath.isEmpty();
    }

    /** What was added, in that order; afterwards nothing is here. */
    List<Dirt> take() {
        List<Dirt> dirt = new ArrayList<>(deepByPath.size() + 1);
        if (everything) {
            dirt.add(new Dirt(null, true));
        } else {
            deepByPath.forEach((path, deep) -> dirt.add(new Dirt(path, deep, movedFrom.get(path))));
        }
        clear();
        return List.copyOf(dirt);
    }

    void clear() {
        deepByPath.clear();
        movedFrom.clear();
        everything = false;
    }
}
