package dev.lanyard.node.core.engine;

import dev.lanyard.node.core.index.Held;
import dev.lanyard.node.core.index.Row;
import dev.lanyard.node.core.index.Row.Pending;
import dev.lanyard.protocol.Entry;
import dev.lanyard.protocol.Entry.Directory;
import dev.lanyard.protocol.Entry.File;
import dev.lanyard.protocol.Entry.Tombstone;
import dev.lanyard.protocol.Relation;
import dev.lanyard.protocol.RelativePath;
import dev.lanyard.protocol.Stamp;
import dev.lanyard.protocol.VersionVector;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * What a replica without state keeps in place, and from others, since others have deleted it and
 * this replica cannot know whether it had heard of that.
 */
final class HeldBack {
    /*
     * A replica that has no state finds all its files as if they were new. Told to others, they would bring back what was deleted;
     * compared with a deletion, most of them would lose. So, in this order:
     *
     *   1. It listens: until it has heard all that some peer knows, it tells nobody of anything that lives here, and applies nothing.
     *   2. It has heard, but not found all that is here: what it finds meets what was heard.
     *   3. It remembers: all was heard and all was found. From here on it is like any other replica, after a restart too.
     *
     * What meets a deletion in 1 and 2 is held back: the deletion is known, as it is by all others, and what is here stays held, in a
     * version that is greater than the deletion and that nobody hears of. The row says so by itself and needs no other memory. An edit
     * by a user is greater again, and so becomes known as any edit does.
     *
     * What is in a directory that cannot be read is not found in 2, nor is it known to be absent: a deletion that is heard of is not
     * taken for held there, and what is found in the end meets it as in 2.
     *
     * In 2 others may have been told of a file and may have deleted it since. Such a deletion has seen what is here, and counts.
     */
    private static final String MET = "met";
    private static final int PAGE = 512;
    private static final int LISTED_MAX = 100;

    private final Replica replica;
    private Stage stage;

    /** Whether what is held back may be something else than what is listed. */
    private boolean changed = true;

    private long listed;

    private enum Stage {
        LISTENING,
        HEARD,
        REMEMBERS
    }

    /** Whether a scan of everything has ended since found things were last taken note of. */
    private boolean looked;

    /** Whether it remembers, and has not yet taken note of what is not here. */
    private boolean unnoted;

    /** Whether it could not be told what is at a path. */
    private Predicate<RelativePath> unseen = _ -> false;

    HeldBack(Replica replica) {
        this.replica = replica;
        this.stage = replica.index.text(MET) == null ? Stage.LISTENING : Stage.REMEMBERS;
    }

    /** Lets it know of which paths it could not be told what is there. */
    void unseen(Predicate<RelativePath> isUnseen) {
        unseen = isUnseen;
    }

    // ---------------------------------------------------------------- listening

    /** Whether nobody may be told yet of what lives here, and nothing may be done to it. */
    boolean isListening() {
        return stage == Stage.LISTENING;
    }

    /** All that some peer knows was heard. */
    void heard() {
        if (stage == Stage.LISTENING) {
            stage = Stage.HEARD;
        }
    }

    /** All of the tree was looked at. */
    void looked() {
        looked = true;
    }

    /** All of the tree is to be looked at once more: what was not here may be found. */
    void lookAgain() {
        looked = false;
    }

    /**
     * Takes note of what was found; ends the listening if all was heard too.
     *
     * @param isQuiet whether no report of what is here is still to come
     */
    void found(boolean isQuiet) {
        if (!looked || stage == Stage.LISTENING) {
            return;
        }
        if (stage == Stage.HEARD) {
            stage = Stage.REMEMBERS;
            unnoted = true;
            replica.index.putText(MET, "yes");
            heldBackRows(this::restoreIfInUse);
        }
        if (isQuiet) {
            looked = false;
            unnoted = false;
            noteDeletions();
            replica.ignoring.found();
        }
    }

    /** What others deleted and was not found is not here, unless it cannot be told. */
    private void noteDeletions() {
        List<Row> page = replica.index.pending(Pending.NOTE, null, false, PAGE);
        while (!page.isEmpty()) {
            for (Row row : page) {
                if (!unseen.test(row.path())) {
                    Entry gone = Objects.requireNonNull(row.known());
                    replica.index.put(new Row(row.path(), gone, new Held(gone, null)));
                    replica.ignoring.outgrown(gone);
                }
            }
            RelativePath last = page.getLast().path();
            page = replica.index.pending(Pending.NOTE, last, false, PAGE);
        }
    }

    /**
     * Whether it is not known yet that nothing is at {@code path}, of which a deletion was heard.
     * Were it taken for held, what is found there would be an edit of it.
     */
    boolean mayFind(RelativePath path, @Nullable Held held) {
        return held == null
                && (stage != Stage.REMEMBERS
                        || unnoted
                        || isUnseen(path)
                        || replica.ignoring.isUnfound(path, null));
    }

    /** Whether it could not be told what is at {@code path} when it was last looked at. */
    boolean isUnseen(RelativePath path) {
        return unseen.test(path);
    }

    /** An absence is over: directories are made again that others need. */
    void restoreUsed() {
        if (replica.oneWay.gives()) {
            changed = true;
            heldBackRows(this::restoreIfInUse);
        }
    }

    /** A directory was held back before it was known that something new is in it. */
    private void restoreIfInUse(Row row, Held held) {
        if (held.entry() instanceof Directory) {
            Iterator<Row> children = new Children(replica.index, row.path());
            while (children.hasNext()) {
                Entry known = children.next().known();
                if (known != null && known.isLive()) {
                    restore(row, held);
                    return;
                }
            }
        }
    }

    // ---------------------------------------------------------------- meeting a deletion

    /**
     * What becomes of {@code row} before {@code heard} is compared with what is known of it.
     *
     * @return the row that {@code heard} shall be compared with; it is in the index
     */
    @Nullable Row hearing(@Nullable Row before, Entry heard) {
        Row row = replica.absence.hearing(before, heard);
        Held held = row == null ? null : row.held();
        if (row == null || held == null || !held.entry().isLive()) {
            return row;
        }
        Row after = row;
        if (heard instanceof Tombstone deletion) {
            after = isHeldBackFrom(deletion, row, held) ? kept(deletion, held) : row;
        } else if (isHeldBack(row) && Entry.ORDER.compare(heard, row.known()) > 0) {
            // Somebody else has made something there since: that replaces it, and it is kept in
            // versions.
            after = new Row(row.path(), row.known(), new Held(least(held.entry()), held.stat()));
        }
        if (!after.equals(row)) {
            replica.index.put(after);
            replica.minted.removeIf(made -> made.path().equals(row.path())); // In this very step.
            changed = true;
        }
        return after;
    }

    private boolean isHeldBackFrom(Tombstone deletion, Row row, Held held) {
        boolean greater = row.known() == null || Entry.ORDER.compare(deletion, row.known()) > 0;
        if (isHeldBack(row)) {
            return greater;
        }
        Relation seen = deletion.version().relationTo(held.entry().version());
        return switch (stage) {
            case LISTENING ->
                    greater || (seen != Relation.BEFORE && isContentOf(deletion, held.entry()));
            case HEARD -> greater && seen != Relation.AFTER;
            case REMEMBERS -> false;
        };
    }

    /**
     * What was found where nothing was before.
     *
     * @param hasFormer whether what was here before the path was ignored is known, so that this is
     *     an edit like any other where there is a memory
     * @return the row that holds it back, or null if there is no reason to
     */
    @Nullable Row finding(@Nullable Row row, Held found, boolean hasFormer) {
        if (hasFormer && stage == Stage.REMEMBERS) {
            return null;
        }
        if (row == null || row.held() != null || !(row.known() instanceof Tombstone deletion)) {
            return null;
        }
        if (Entry.ORDER.compare(deletion, found.entry()) < 0
                && !isContentOf(deletion, found.entry())) {
            return null;
        }
        changed = true;
        return kept(deletion, found);
    }

    /** Whether it is the very content that was deleted, whatever a copy made of its date. */
    private static boolean isContentOf(Tombstone deletion, Entry held) {
        return held instanceof File file && file.content().equals(deletion.content());
    }

    private Row kept(Tombstone deletion, Held held) {
        Entry entry = held.entry();
        Stamp stamp =
                deletion.stamp().compareTo(entry.stamp()) > 0 ? deletion.stamp() : entry.stamp();
        Entry kept =
                Remade.of(entry, replica.nextVersion(held), stamp.next(), replica.author.replica());
        replica.see(kept.version());
        replica.decisions.keptHere(deletion.path());
        return new Row(deletion.path(), deletion, new Held(kept, held.stat()));
    }

    /** The same, so that it loses to every version that anybody made. */
    static Entry least(Entry entry) {
        Stamp least = new Stamp(Stamp.ZERO.time().minusSeconds(1));
        return Remade.of(entry, entry.version(), least, entry.author());
    }

    private static boolean isHeldBack(Row row) {
        return row.pending() == Pending.HELD_BACK;
    }

    // ---------------------------------------------------------------- people

    /** A version was made at {@code path}; {@code before} is the row that it had. */
    void made(@Nullable Row before, Entry made) {
        changed |= before != null && isHeldBack(before);
        Row parent = made.isLive() ? made.path().parent().map(replica::row).orElse(null) : null;
        if (stage == Stage.REMEMBERS && parent != null && isHeldBack(parent)) {
            restore(parent, Objects.requireNonNull(parent.held())); // Others need it for the child.
        }
    }

    /** How much is held back. */
    long count() {
        return !replica.oneWay.gives() ? 0 : replica.index.pendingAmount(Pending.HELD_BACK).count();
    }

    /**
     * Makes all of it deletions, or new versions where {@code restore} says so.
     *
     * @return the paths
     */
    List<RelativePath> release(boolean restore) {
        List<RelativePath> released = new ArrayList<>();
        if (!replica.oneWay.gives()) {
            return released; // What is here and not elsewhere is told by another name.
        }
        heldBackRows(
                (row, held) -> {
                    released.add(row.path());
                    if (restore) {
                        restore(row, held);
                    } else {
                        delete(row, held);
                    }
                });
        if (restore) {
            replica.decisions.takenBack(released);
        } else {
            replica.decisions.confirmed(released);
        }
        return released;
    }

    private interface RowTaker {
        void take(Row row, Held held);
    }

    private void heldBackRows(RowTaker taker) {
        List<Row> page = replica.index.pending(Pending.HELD_BACK, null, false, PAGE);
        while (!page.isEmpty()) {
            for (Row each : page) {
                Row row = replica.row(each.path());
                if (row != null && isHeldBack(row)) {
                    taker.take(row, Objects.requireNonNull(row.held()));
                }
            }
            RelativePath last = page.getLast().path();
            page = replica.index.pending(Pending.HELD_BACK, last, false, PAGE);
        }
    }

    private void restore(Row row, Held held) {
        changed = true;
        Entry again =
                Remade.of(
                        held.entry(),
                        next(row, held),
                        held.entry().stamp().next(),
                        replica.author.replica());
        replica.mint(row, again, held.stat());
    }

    private void delete(Row row, Held held) {
        changed = true;
        Entry deleted =
                replica.horizon.dated(
                        new Tombstone(
                                row.path(),
                                null,
                                held.entry() instanceof File file ? file.content() : null,
                                next(row, held),
                                held.entry().stamp().next(),
                                replica.author.replica()));
        replica.see(deleted.version());
        replica.index.put(new Row(row.path(), deleted, held));
        replica.minted.add(deleted);
    }

    /** The user has seen both. */
    private VersionVector next(Row row, Held held) {
        VersionVector seen = row.known() == null ? VersionVector.empty() : row.known().version();
        return replica.nextVersion(held).join(seen);
    }

    /** Lists what is held back, the first of it path by path. */
    void tell() {
        if (!replica.oneWay.gives()) {
            return;
        }
        long count = count();
        if (count == listed && !changed) {
            return;
        }
        changed = false;
        listed = count;
        replica.problems.removeAll(Problem.Kind.HELD_BACK);
        for (Row row : replica.index.pending(Pending.HELD_BACK, null, false, LISTED_MAX)) {
            replica.problems.add(
                    Problem.Kind.HELD_BACK,
                    row.path().toString(),
                    replica.now,
                    Absence.isLacked(row)
                            ? "others do not have it any more, and this machine was away for longer than deletions are remembered; it is kept here only"
                            : "others deleted it while this machine had no record of it; it is kept here only");
        }
        if (count > LISTED_MAX) {
            replica.problems.add(
                    Problem.Kind.HELD_BACK,
                    "",
                    replica.now,
                    "%d more are kept here only".formatted(count - LISTED_MAX));
        }
    }

    /** Why this folder and those of others are not the same; empty when nothing is held back. */
    Optional<String> reason() {
        long count = count();
        return count == 0
                ? Optional.empty()
                : Optional.of(
                        "%d entries that others deleted are kept on this machine only, until its user says what becomes of them"
                                .formatted(count));
    }
}
