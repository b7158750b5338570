package dev.lanyard.node.core.engine;

import dev.lanyard.node.core.index.Held;
import dev.lanyard.node.core.index.Row;
import dev.lanyard.node.core.index.Row.Pending;
import dev.lanyard.node.core.plan.Planner;
import dev.lanyard.protocol.Entry;
import dev.lanyard.protocol.Entry.Directory;
import dev.lanyard.protocol.Entry.File;
import dev.lanyard.protocol.Entry.Tombstone;
import dev.lanyard.protocol.RelativePath;

import java.util.Iterator;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** Decides whether what was deleted or replaced elsewhere may go here now. */
final class Clearing {
    private final Replica replica;
    private final Clashes clashes;
    private final Predicate<RelativePath> inFlight;
    private final Consumer<RelativePath> remade;

    /**
     * Decides for {@code replica}.
     *
     * @param inFlight whether a path has a job
     * @param remade told of directories that were made again, since something live is in them
     */
    Clearing(
            Replica replica,
            Clashes clashes,
            Predicate<RelativePath> inFlight,
            Consumer<RelativePath> remade) {
        this.replica = replica;
        this.clashes = clashes;
        this.inFlight = inFlight;
        this.remade = remade;
    }

    /**
     * Whether this is the content that its new path waits for: it may be the only one that anybody
     * can copy. It goes all the same, to versions, where the old path is in the way of the new one,
     * or the new one cannot be had here, or is in a directory that is no more.
     */
    boolean isStillToMove(Tombstone gone, Held held) {
        RelativePath to = gone.movedTo();
        if (to == null
                || gone.path().isBelow(to)
                || !isInKnownDirectory(to)
                || clashes.keepOut(to)) {
            return false;
        }
        Row row = replica.row(to);
        return row != null
                && row.pending() == Pending.PLACE
                && row.known() instanceof File file
                && Planner.hasContent(held, file);
    }

    private boolean isInKnownDirectory(RelativePath path) {
        Optional<RelativePath> parent = path.parent();
        Row row = parent.isEmpty() ? null : replica.row(parent.get());
        return parent.isEmpty() || (row != null && row.known() instanceof Directory);
    }

    /**
     * Whether nothing that is synced is in the way of what replaces {@code directory}. A live child
     * wins over what is at its parent's path: if one is held here, the directory is made again, by
     * this replica; if one is only known, whoever holds it does that.
     */
    boolean isCleared(Directory directory, Entry target) {
        boolean cleared = true;
        Iterator<Row> children = new Children(replica.index, directory.path());
        while (children.hasNext()) {
            Row row = children.next();
            boolean knownLive = row.known() != null && row.known().isLive();
            if (knownLive && row.isHere()) {
                remake(directory, target);
                return false;
            }
            // Whoever holds a live child makes the directory again; what must go first has its turn
            // before. What is deeper keeps the child that it is in from going.
            cleared &= !knownLive && (!row.isHere() || inFlight.test(row.path()));
        }
        return cleared;
    }

    private void remake(Directory directory, Entry target) {
        Row row = Objects.requireNonNull(replica.row(directory.path()));
        Held held = Objects.requireNonNull(row.held());
        Directory again =
                new Directory(
                        directory.path(),
                        directory.mode(),
                        held.entry()
                                .version()
                                .with(replica.author.replica(), replica.author.next()),
                        target.stamp().next(),
                        replica.author.replica());
        replica.mint(row, again, held.stat());
        remade.accept(directory.path()); // It is a live child itself now.
    }
}
