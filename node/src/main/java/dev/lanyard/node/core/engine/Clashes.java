package dev.lanyard.node.core.engine;

import dev.lanyard.node.core.index.Row;
import dev.lanyard.node.core.names.Naming;
import dev.lanyard.protocol.RelativePath;

import org.jspecify.annotations.Nullable;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Names that cannot be had here beside others that are here, where the file system takes them for
 * one; and who waits for whom.
 */
final class Clashes {
    /*
     * The names in one directory are remembered by their keys: work is found in path order, so that one directory follows the
     * other. What is remembered may be out of date; so whatever is found by it is looked up before it is believed, and what is not
     * found by it the file system finds, which refuses the name.
     */
    private final Replica replica;
    private final Naming naming;
    private final Map<String, RelativePath> names = new HashMap<>();
    private @Nullable RelativePath directory;
    private boolean remembers;

    /** Those that wait until what has their name, as the file system sees it, is gone. */
    private final Map<Slot, Set<RelativePath>> waiting = new HashMap<>();

    /** All names that are one in a directory. */
    private record Slot(@Nullable RelativePath directory, String key) {}

    Clashes(Replica replica, Naming naming) {
        this.replica = replica;
        this.naming = naming;
    }

    /** Whether no two names are one here: there is nothing to ask for. */
    boolean never() {
        return naming.isExact();
    }

    /** Why the file system cannot have this name, whatever else is there. */
    Optional<String> fault(RelativePath path) {
        return naming.fault(path);
    }

    /** What is held here and is one name with {@code path}; null for nothing. */
    @Nullable RelativePath with(RelativePath path) {
        if (never()) {
            return null;
        }
        Slot slot = slot(path);
        remember(slot.directory());
        RelativePath other = names.get(slot.key());
        return other != null && !other.equals(path) && isHeld(other) ? other : null;
    }

    /** Whether {@code path}, or a directory above it, cannot be here. */
    boolean keepOut(RelativePath path) {
        for (Optional<RelativePath> at = Optional.of(path);
                !never() && at.isPresent();
                at = at.get().parent()) {
            if (with(at.get()) != null) {
                return true;
            }
        }
        return false;
    }

    /** {@code path} is to be tried again once nothing else has its name any more. */
    void await(RelativePath path) {
        if (!never()) {
            waiting.computeIfAbsent(slot(path), _ -> new HashSet<>()).add(path);
        }
    }

    /** What is held at {@code path} may have changed; those who may be tried again now. */
    Set<RelativePath> changed(RelativePath path) {
        if (never()) {
            return Set.of();
        }
        Slot slot = slot(path);
        if (isHeld(path)) {
            if (remembers && Objects.equals(slot.directory(), directory)) {
                names.put(slot.key(), path);
            }
            return Set.of();
        }
        Set<RelativePath> waiters = waiting.getOrDefault(slot, Set.of());
        if (waiters.isEmpty() || waiters.contains(path)) {
            return Set.of(); // It was not this that was in their way.
        }
        waiting.remove(slot);
        return waiters;
    }

    private Slot slot(RelativePath path) {
        return new Slot(path.parent().orElse(null), naming.key(path.name()));
    }

    private boolean isHeld(RelativePath path) {
        Row row = replica.row(path);
        return row != null && row.isHere();
    }

    private void remember(@Nullable RelativePath parent) {
        if (remembers && Objects.equals(parent, directory)) {
            return;
        }
        remembers = true;
        directory = parent;
        names.clear();
        Iterator<Row> children = new Children(replica.index, parent);
        while (children.hasNext()) {
            Row row = children.next();
            if (row.isHere()) {
                names.put(naming.key(row.path().name()), row.path());
            }
        }
    }
}
