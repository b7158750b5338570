package dev.lanyard.node.core.engine;

import dev.lanyard.protocol.RelativePath;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/**
 * The paths at which users are putting something back. It is in place before the engine is told
 * what it is: a scan that finds it meanwhile would make it an edit of somebody who has seen less,
 * and the decision one more version.
 */
final class PutBacks {
    private final Map<RelativePath, Integer> underWay = new HashMap<>();

    void begin(RelativePath path) {
        underWay.merge(path, 1, Integer::sum);
    }

    void begin(Collection<RelativePath> paths) {
        paths.forEach(this::begin);
    }

    void end(RelativePath path) {
        underWay.computeIfPresent(path, (_, count) -> count == 1 ? null : count - 1);
    }

    boolean contains(RelativePath path) {
        return underWay.containsKey(path);
    }
}
