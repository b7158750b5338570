package dev.lanyard.node.core.engine;

import dev.lanyard.node.core.ignore.IgnoreRules;
import dev.lanyard.node.core.index.Held;
import dev.lanyard.node.core.index.Row;
import dev.lanyard.node.core.index.Row.Pending;
import dev.lanyard.node.core.plan.Step;
import dev.lanyard.node.core.plan.Step.Moved;
import dev.lanyard.protocol.Entry;
import dev.lanyard.protocol.Entry.Directory;
import dev.lanyard.protocol.Entry.File;
import dev.lanyard.protocol.Entry.Tombstone;
import dev.lanyard.protocol.RelativePath;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;

/** Directories that a peer has renamed, which are renamed here as one where that is the same. */
final class DirectoryMoves {
    /*
     * A renamed directory is heard of as many entries and tombstones, the tombstone of the directory last. Dealt with one by one as
     * they come, each costs a system call or more, and the directory another inode. So a peer that saw the rename says so before it
     * announces what follows from it, and nothing below either path is touched until that tombstone has come. Then all is there to
     * compare: if the rows say of each thing that is held in the old directory that it is to be gone, and of the same place in the new
     * one that exactly this is to come, and nothing is under way there, one step does it all. What is ignored moves along, so there must
     * be no rule by which it may not be ignored at its new place, and would be told to all: by single steps it stays where it is.
     *
     * Nothing depends on the hint. Whatever does not fit, or does not come, is left to the steps for single paths, as if nobody had
     * spoken of a rename.
     */
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final Duration PATIENCE_MAX = Duration.ofSeconds(20);
    private static final int AWAITED_MAX = 64;
    private static final int CHILDREN_MAX = 20_000;
    private static final int PAGE = 1_000;

    private final Replica replica;
    private final Predicate<RelativePath> inFlight;

    /** By the old path. */
    private final Map<RelativePath, Awaited> awaited = new LinkedHashMap<>();

    /** The step that is under way: one at a time, since each has as many children as it has. */
    private Step.@Nullable RenameDirectory underWay;

    private final List<RelativePath> ended = new ArrayList<>();

    /** A rename of which not all is known yet. */
    private static final class Awaited {
        private final RelativePath from;
        private final RelativePath to;
        private final SessionId by;
        private final Instant latest;
        private Instant until;

        Awaited(RelativePath from, RelativePath to, SessionId by, Instant heard) {
            this.from = from;
            this.to = to;
            this.by = by;
            this.latest = heard.plus(PATIENCE_MAX);
            this.until = heard.plus(PATIENCE);
        }

        void prolong(Instant now) {
            Instant later = now.plus(PATIENCE);
            until = later.isBefore(latest) ? later : latest;
        }

        boolean covers(RelativePath path) {
            return isAtOrBelow(path, from) || isAtOrBelow(path, to);
        }
    }

    /**
     * @param inFlight whether a path is being fetched or applied, by itself or by a step of this
     */
    DirectoryMoves(Replica replica, Predicate<RelativePath> inFlight) {
        this.replica = replica;
        this.inFlight = inFlight;
    }

    /** A peer says that {@code from} is {@code to} now, and that it will tell what that changes. */
    void heard(SessionId by, RelativePath from, RelativePath to) {
        if (awaited.size() >= AWAITED_MAX
                || !isHeldDirectory(from)
                || isHeld(to)
                || isInFlight(from)
                || isInFlight(to)
                || from.equals(IgnoreRules.FILE)
                || to.equals(IgnoreRules.FILE)) {
            return;
        }
        awaited.putIfAbsent(from, new Awaited(from, to, by, replica.now));
    }

    /**
     * Something live is known at {@code path}; whether that was to be gone, and is waited for no
     * longer.
     */
    boolean contradicted(RelativePath path) {
        return awaited.remove(path) != null;
    }

    /**
     * A version of {@code path} was adopted; whether that is part of a rename that is waited for:
     * then whoever tells of it is still at it.
     */
    boolean adopted(RelativePath path) {
        boolean any = false;
        for (Awaited move : awaited.values()) {
            if (move.covers(path)) {
                move.prolong(replica.now);
                any = true;
            }
        }
        return any;
    }

    /** Nothing is waited for that this session was to tell. */
    void closed(SessionId session) {
        awaited.values().removeIf(move -> move.by.equals(session));
    }

    /** Nothing is waited for any more. */
    void clear() {
        awaited.clear();
    }

    /** Lets go of what was waited for too long; whether there was any. */
    boolean tick() {
        return awaited.values().removeIf(move -> !move.until.isAfter(replica.now));
    }

    /** When to come back at the latest. */
    Optional<Instant> nextTimeout() {
        return awaited.values().stream().map(move -> move.until).min(Instant::compareTo);
    }

    /** Whether anything is waited for. */
    boolean isAwaiting() {
        return !awaited.isEmpty();
    }

    /** Whether {@code path} is left alone until all is known of a rename. */
    boolean holdsOff(RelativePath path) {
        return !awaited.isEmpty() && awaited.values().stream().anyMatch(each -> each.covers(path));
    }

    /** Whether a step that is under way changes {@code path}. */
    boolean isInFlight(RelativePath path) {
        return underWay != null
                && (isAtOrBelow(path, underWay.path())
                        || isAtOrBelow(path, underWay.gone().path()));
    }

    /**
     * Renames of which all is known now; they are waited for no longer. The last of them may have a
     * step.
     */
    List<Ready> takeReady() {
        List<Ready> ready = new ArrayList<>();
        for (Awaited move : List.copyOf(awaited.values())) {
            Row from = replica.row(move.from);
            if (underWay != null
                    || from == null
                    || !(from.known() instanceof Tombstone)
                    || isParentToCome(move.to)) {
                continue;
            }
            awaited.remove(move.from);
            underWay = step(move);
            ready.add(new Ready(move.to, underWay));
        }
        return ready;
    }

    /**
     * A rename of which all is known.
     *
     * @param step what does it as one, or null where that cannot be: then it is for others to do
     */
    record Ready(RelativePath to, Step.@Nullable RenameDirectory step) {}

    /**
     * The step that was under way for the new path {@code to}, if there was one, has ended or was
     * never begun: the old path, or null.
     */
    @Nullable RelativePath ended(RelativePath to) {
        if (underWay == null || !underWay.path().equals(to)) {
            return null;
        }
        RelativePath from = underWay.gone().path();
        underWay = null;
        ended.add(from);
        ended.add(to);
        return from;
    }

    /** Old and new paths of steps that have ended since the last call. */
    List<RelativePath> takeEnded() {
        List<RelativePath> taken = List.copyOf(ended);
        ended.clear();
        return taken;
    }

    private Step.@Nullable RenameDirectory step(Awaited move) {
        Row from = replica.row(move.from);
        Row to = replica.row(move.to);
        if (from == null
                || to == null
                || inFlight.test(move.from)
                || inFlight.test(move.to)
                || !(to.known() instanceof Directory directory)
                || to.pending() != Pending.PLACE
                || from.pending() != Pending.REMOVE
                || !(from.known() instanceof Tombstone gone)
                || !directory.looksLike(Objects.requireNonNull(from.held()).entry())
                || from.held().stat() == null
                || to.isHere()
                || !hasParent(move.to)
                || replica.ignoring.ignores(directory)
                || replica.ignoring.ignores(from.held().entry())
                || replica.ignoring.mayUncover(move.from, move.to)) {
            return null;
        }
        List<Moved> children = children(move);
        return children == null || !allBelow(move.to, row -> !row.isHere())
                ? null
                : new Step.RenameDirectory(directory, gone, from.held(), children);
    }

    /** Everything that is held below the old path, if all of it is to be at the new one. */
    private @Nullable List<Moved> children(Awaited move) {
        List<Moved> children = new ArrayList<>();
        return allBelow(move.from, row -> takesAlong(move, row, children)) ? children : null;
    }

    /**
     * Whether {@code row} can move along; if something is here, it is added to {@code children}.
     */
    private boolean takesAlong(Awaited move, Row row, List<Moved> children) {
        boolean isKnown = row.known() != null && row.known().isLive();
        if (inFlight.test(row.path()) || isKnown || children.size() >= CHILDREN_MAX) {
            return false;
        }
        Moved moved = row.isHere() ? moved(move, row) : null;
        if (moved != null) {
            children.add(moved);
        }
        return moved != null || !row.isHere();
    }

    private boolean allBelow(RelativePath directory, Predicate<Row> fits) {
        List<Row> page = replica.index.pageBelow(directory, null, PAGE);
        while (page.stream().allMatch(fits)) {
            if (page.size() < PAGE) {
                return true;
            }
            page = replica.index.pageBelow(directory, page.getLast().path(), PAGE);
        }
        return false;
    }

    private @Nullable Moved moved(Awaited move, Row row) {
        Held held = Objects.requireNonNull(row.held());
        RelativePath path = row.path().rebased(move.from, move.to).orElse(null);
        Row target = path == null ? null : replica.row(path);
        if (path == null
                || target == null
                || held.stat() == null
                || !(row.known() instanceof Tombstone gone)
                || row.pending() != Pending.REMOVE
                || !isToCome(target, held)) {
            return null;
        }
        boolean isNamed = !(held.entry() instanceof File) || Objects.equals(gone.movedTo(), path);
        boolean isIgnored = replica.ignoring.ignores(held.entry());
        return isNamed && !isIgnored
                ? new Moved(Objects.requireNonNull(target.known()), gone, held)
                : null;
    }

    /**
     * Whether nothing is at the path of {@code target}, and what {@code held} is shall come there.
     */
    private boolean isToCome(Row target, Held held) {
        Entry known = target.known();
        return known != null
                && target.pending() == Pending.PLACE
                && !inFlight.test(target.path())
                && !target.isHere()
                && known.looksLike(held.entry())
                && !replica.ignoring.ignores(known);
    }

    private boolean hasParent(RelativePath path) {
        return path.parent().isEmpty() || isHeldDirectory(path.parent().get());
    }

    /** Whether the parent is not here yet, and is about to be made. */
    private boolean isParentToCome(RelativePath path) {
        Row parent = path.parent().map(replica::row).orElse(null);
        return parent != null
                && parent.known() instanceof Directory
                && parent.pending() == Pending.PLACE
                && !isHeldDirectory(parent.path());
    }

    private boolean isHeldDirectory(RelativePath path) {
        Row row = replica.row(path);
        return row != null && row.held() != null && row.held().entry() instanceof Directory;
    }

    private boolean isHeld(RelativePath path) {
        Row row = replica.row(path);
        return row != null && row.isHere();
    }

    private static boolean isAtOrBelow(RelativePath path, RelativePath directory) {
        return path.equals(directory) || path.isBelow(directory);
    }
}
