package dev.lanyard.node.core.engine;

import dev.lanyard.node.core.engine.Observation.SeenFile;
import dev.lanyard.node.core.engine.Observation.SeenLink;
import dev.lanyard.node.core.engine.Observation.Unsupported;
import dev.lanyard.node.core.index.Row;
import dev.lanyard.protocol.Entry.Directory;
import dev.lanyard.protocol.RelativePath;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Keeps what took the place of a directory, or that it is gone, waiting until all is told that was
 * in it.
 */
final class Replacements {
    /*
     * A scan tells of the new file first and of what is gone when it ends. Were the file told to peers in that order, a peer that hears
     * it in between would find live children at its path, make the directory again for their sake, and the user's file would be gone
     * to versions although nobody else did anything. Where nothing took its place a scan tells in the right order, but of what was in
     * it another scan may have to tell that was asked for later.
     */
    private static final int WAITING_MAX = 20_000;

    private static final int TRIES_MAX = 6;

    private final Replica replica;
    private final DeletionBrake brake;
    private final Map<RelativePath, Waiting> waiting = new LinkedHashMap<>();

    /**
     * How often a scan ended before all was told; what is held back below would else be waited for.
     */
    private final Map<RelativePath, Integer> tries = new HashMap<>();

    private final Set<RelativePath> braked = new LinkedHashSet<>();

    /** What is at the path of a directory now. */
    record Waiting(long scan, Observation seen, Instant wallClock) {}

    Replacements(Replica replica, DeletionBrake brake) {
        this.replica = replica;
        this.brake = brake;
    }

    /** Keeps {@code seen} until its scan ends, if it took the place of a directory with content. */
    boolean keeps(long scan, Observation seen, Instant wallClock) {
        boolean replaces =
                seen instanceof SeenFile || seen instanceof SeenLink || seen instanceof Unsupported;
        if (!replaces || waiting.size() >= WAITING_MAX) {
            return false;
        }
        Row row = replica.row(seen.path());
        if (row == null || row.held() == null || !(row.held().entry() instanceof Directory)) {
            return false;
        }
        if (!hasContent(seen.path())) {
            return false;
        }
        waiting.merge(
                seen.path(),
                new Waiting(scan, seen, wallClock),
                (one, other) -> one.scan() > other.scan() ? one : other); // The later look counts.
        return true;
    }

    private boolean hasContent(RelativePath directory) {
        Iterator<Row> children = new Children(replica.index, directory);
        while (children.hasNext()) {
            Row child = children.next();
            if (child.isHere()) {
                return true;
            }
        }
        return false;
    }

    /** What waits no longer, since {@code scan} has ended. */
    List<Waiting> takeAll(long scan) {
        List<Waiting> ended = new ArrayList<>();
        waiting.values().removeIf(each -> each.scan() == scan && ended.add(each));
        return ended;
    }

    /** What is not yet told of all that was in a directory. */
    enum Untold {
        NOTHING,
        /** Something in it changed again while it was looked at: another look is worth it. */
        UNSEEN,
        /** The brake has not decided of it, and the directory is looked at when it has. */
        BRAKED
    }

    /** What has to be told before it can be told of what became of the directory. */
    Untold untold(RelativePath path) {
        if (brake.keepsBelow(path)) {
            braked.add(path);
            return Untold.BRAKED;
        }
        if (hasContent(path) && tries.merge(path, 1, Integer::sum) <= TRIES_MAX) {
            return Untold.UNSEEN;
        }
        tries.remove(path);
        return Untold.NOTHING;
    }

    /** Directories of whose content the brake had not decided when they were asked about. */
    List<RelativePath> takeBraked() {
        List<RelativePath> taken = List.copyOf(braked);
        braked.clear();
        return taken;
    }

    /** Forgets all that waits. */
    void clear() {
        braked.clear();
        tries.clear();
        waiting.clear();
    }
}
