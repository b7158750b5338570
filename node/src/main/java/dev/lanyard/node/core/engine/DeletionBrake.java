package dev.lanyard.node.core.engine;

import dev.lanyard.node.core.engine.Event.Dirt;
import dev.lanyard.node.core.index.Held;
import dev.lanyard.node.core.index.Row;
import dev.lanyard.node.core.index.Row.Pending;
import dev.lanyard.protocol.Entry;
import dev.lanyard.protocol.Entry.Directory;
import dev.lanyard.protocol.Entry.File;
import dev.lanyard.protocol.RelativePath;
import dev.lanyard.protocol.message.Message.Mode;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Keeps a burst of deletions from becoming versions until a user has said that it was meant. Works
 * for the replica on which files are gone; what others delete has been through theirs.
 */
final class DeletionBrake {
    /*
     * What is gone stays held in the index while it is not known whether that was meant: so peers hear nothing of it, and every later
     * scan, after a restart too, finds it gone again. Nothing else is written down but that the brake is on.
     *
     *   OPEN       Paths that are gone are gathered until no more of them come, and judged together: they become versions, or the
     *              brake is on. In a share of few entries they become versions at once.
     *   HOLDING    Nothing that is gone becomes a version. Ends by itself when all of it is there again.
     *   CONFIRMED  A user has said that it was meant: a scan of everything finds it gone once more, and all of it becomes versions
     *              together, so that no one hears that a directory is gone before what was in it.
     *   RESTORING  A user wants it back: a scan finds what is gone, and it counts as not held, so that it is brought like anything else.
     *
     * A path that was gathered or held may be looked at again at any time; the answer of the last look counts. Paths are remembered
     * only to be counted, so if there are too many of them, the rest is not.
     */
    private static final String HELD = "deletions.held";
    private static final int PATHS_MAX = 100_000;
    private static final int HOLDERS_TRIED = 8;

    private final Replica replica;
    private Stage stage;

    /** What is gone and not yet judged. */
    private final NavigableMap<RelativePath, Gone> gathered = new TreeMap<>();

    private long notGathered;
    private Instant gatheredSince = Instant.EPOCH;
    private Instant gatheredLast = Instant.EPOCH;

    /** Deletions that became versions a moment ago. */
    private final Deque<Burst> recent = new ArrayDeque<>();

    /** What is held back, with the last scan that found it gone. */
    private final NavigableMap<RelativePath, Long> heldBack = new TreeMap<>();

    /** What scans look at that are under way while something is held back. */
    private final Map<Long, List<Dirt>> looks = new HashMap<>();

    private boolean moreHeldBack;
    private boolean scanWanted;
    private long scan;

    private enum Stage {
        OPEN,
        HOLDING,
        CONFIRMED,
        RESTORING
    }

    private record Burst(Instant at, long count) {}

    /** What was held when this scan found it gone. */
    private record Gone(Held held, long scan) {}

    DeletionBrake(Replica replica) {
        this.replica = replica;
        this.stage = "yes".equals(replica.index.text(HELD)) ? Stage.HOLDING : Stage.OPEN;
    }

    // ---------------------------------------------------------------- what scans see

    /** What is told from now on was seen by this scan. */
    void looking(long scan) {
        this.scan = scan;
    }

    /** Something is at this path. */
    void present(RelativePath path) {
        gathered.remove(path);
        heldBack.remove(path);
    }

    /** What is ignored now was not deleted, whoever has it or not, and is not counted. */
    void forgetIgnored() {
        gathered.values().removeIf(gone -> replica.ignoring.ignores(gone.held().entry()));
        heldBack.keySet().removeIf(this::isIgnored);
    }

    private boolean isIgnored(RelativePath path) {
        Row row = replica.row(path);
        Held held = row == null ? null : row.held();
        return held == null
                ? replica.ignoring.ignoresAnyKind(path)
                : replica.ignoring.ignores(held.entry());
    }

    /**
     * What was held at this path is at another one now: that is no deletion, and it is not counted
     * as one.
     */
    void paired(RelativePath path) {
        present(path);
    }

    /**
     * What is held at this path is gone.
     *
     * @return whether the brake sees to it; if not, it is a deletion, now
     */
    boolean takes(RelativePath path, Row row, Held held) {
        if (replica.policy.mode() == Mode.RECEIVE_ONLY) {
            return false; // Nobody hears of it.
        }
        if (row.pending() == Pending.HELD_BACK) {
            return false; // Others have deleted it already.
        }
        return switch (stage) {
            case OPEN, CONFIRMED -> gathers(path, held);
            case HOLDING -> holdsBack(path, row, held);
            case RESTORING -> isWanted(row) && forget(row);
        };
    }

    private boolean gathers(RelativePath path, Held held) {
        if (stage == Stage.OPEN
                && recent.isEmpty()
                && replica.index.liveCount() < replica.policy.brakeEntriesMin()) {
            return false;
        }
        if (stage == Stage.OPEN && isInReplaced(path)) {
            // What took the place of its directory was told of; it must not be late.
            counts(1);
            return false;
        }
        if (gathered.isEmpty() && notGathered == 0) {
            gatheredSince = replica.now;
        }
        gatheredLast = replica.now;
        if (gathered.size() < PATHS_MAX || gathered.containsKey(path)) {
            gathered.put(path, new Gone(held, scan));
        } else {
            notGathered++;
        }
        return true;
    }

    private boolean isInReplaced(RelativePath path) {
        Optional<RelativePath> parent = path.parent();
        if (parent.isEmpty()) {
            return false;
        }
        Row row = replica.row(parent.get());
        return row == null || row.held() == null || !(row.held().entry() instanceof Directory);
    }

    private void counts(long lost) {
        Burst last = recent.peekLast();
        if (last != null && last.at().equals(replica.now)) {
            recent.removeLast();
            lost += last.count();
        }
        recent.add(new Burst(replica.now, lost));
    }

    private boolean holdsBack(RelativePath path, Row row, Held held) {
        boolean heardOfMore = !held.entry().equals(row.known());
        if (heardOfMore && !isWanted(row)) {
            return false; // Somebody else has deleted it too.
        }
        if (heardOfMore || (held.entry() instanceof Directory && isParentOfWork(path))) {
            return forget(row); // An edit beats a deletion that nobody has heard of.
        }
        hold(path);
        return true;
    }

    private static boolean isWanted(Row row) {
        return row.known() != null && row.known().isLive();
    }

    private boolean isParentOfWork(RelativePath directory) {
        Children children = new Children(replica.index, directory);
        while (children.hasNext()) {
            if (children.next().pending() == Pending.PLACE) {
                return true;
            }
        }
        return false;
    }

    /** It is not here any more, and comes back as everything comes that is known and not held. */
    private boolean forget(Row row) {
        present(row.path());
        replica.index.put(new Row(row.path(), row.known(), null));
        return true;
    }

    private void hold(RelativePath path) {
        if (heldBack.size() < PATHS_MAX || heldBack.containsKey(path)) {
            if (heldBack.put(path, scan) == null) {
                replica.decisions.heldBack(path);
            }
        } else {
            moreHeldBack = true;
        }
    }

    /** This scan looks at {@code dirt}. */
    void looks(long scan, List<Dirt> dirt) {
        if (stage == Stage.HOLDING || isGathering()) {
            looks.put(scan, dirt);
        }
    }

    /**
     * This scan has looked: what it did not find gone is there. It does not tell of files that are
     * as they were, as they are in a directory that was moved away and back.
     */
    void looked(long scan, boolean completely) {
        List<Dirt> dirt = looks.remove(scan);
        if (dirt == null || !completely) {
            return;
        }
        for (Dirt each : dirt) {
            isThere(heldBack, each, seen -> seen < scan);
            isThere(gathered, each, gone -> gone.scan() < scan);
        }
    }

    /** Removes what {@code dirt} covers, where it was seen {@code before}. */
    private static <T> void isThere(
            NavigableMap<RelativePath, T> gone, Dirt dirt, Predicate<T> before) {
        RelativePath path = dirt.path();
        if (path == null) {
            gone.values().removeIf(before);
            return;
        }
        T seen = gone.get(path);
        if (seen != null && before.test(seen)) {
            gone.remove(path);
        }
        if (dirt.deep()) {
            Iterator<Map.Entry<RelativePath, T>> below =
                    gone.tailMap(path, false).entrySet().iterator();
            while (below.hasNext()) {
                Map.Entry<RelativePath, T> next = below.next();
                if (!next.getKey().isBelow(path)) {
                    return;
                }
                if (before.test(next.getValue())) {
                    below.remove();
                }
            }
        }
    }

    // ---------------------------------------------------------------- judging

    /** What shall become of paths that were gathered. */
    record Released(RelativePath path, Held basis) {}

    /**
     * Judges what is to be judged.
     *
     * @param isQuiet whether all that was reported has been looked at
     * @return what becomes a version now, the deepest first
     */
    List<Released> judge(boolean isQuiet) {
        if (replica.rootLost != null) {
            return List.of();
        }
        recent.removeIf(
                burst -> !burst.at().plus(replica.policy.brakeWindow()).isAfter(replica.now));
        List<Released> released = isDue(isQuiet) ? judge() : List.of();
        if (isQuiet && !isGathering() && !scanWanted) {
            end();
        }
        tell();
        return released;
    }

    private boolean isDue(boolean isQuiet) {
        return isGathering()
                && !gatheredLast.plus(replica.policy.brakeQuiet()).isAfter(replica.now)
                && (isQuiet || !longestUntil().isAfter(replica.now));
    }

    private Instant longestUntil() {
        return gatheredSince.plus(replica.policy.brakeWindow());
    }

    private List<Released> judge() {
        long lost = lost();
        long before = recent.stream().mapToLong(Burst::count).sum();
        long share = replica.index.liveCount() + before;
        List<Released> released = new ArrayList<>();
        if (stage == Stage.OPEN
                && share >= replica.policy.brakeEntriesMin()
                && 2 * (lost + before) > share) {
            enter(Stage.HOLDING);
            gathered.keySet().forEach(this::hold);
            moreHeldBack = notGathered > 0;
        } else {
            if (lost > 0) {
                counts(lost);
            }
            gathered.forEach((path, gone) -> released.add(new Released(path, gone.held())));
            released.sort(Comparator.comparing(Released::path).reversed());
        }
        scanWanted = stage != Stage.HOLDING && notGathered > 0;
        gathered.clear();
        notGathered = 0;
        return released;
    }

    /** Whether there is more to be found that is gone, which was too much to be remembered. */
    boolean takeScanWanted() {
        boolean wanted = scanWanted;
        scanWanted = false;
        return wanted;
    }

    /**
     * How many of them are deletions. A content that is at another path too was renamed, or has a
     * copy. Directories count by the part of their files that does.
     */
    private long lost() {
        long lost = notGathered;
        long kept = 0;
        long directories = 0;
        for (Gone gone : gathered.values()) {
            Entry entry = gone.held().entry();
            if (entry instanceof Directory) {
                directories++;
            } else if (entry instanceof File file && isElsewhere(file)) {
                kept++;
            } else {
                lost++;
            }
        }
        return lost + (lost + kept == 0 ? directories : directories * lost / (lost + kept));
    }

    private boolean isElsewhere(File file) {
        return replica.index.holders(file.content(), HOLDERS_TRIED).stream()
                .anyMatch(holder -> !gathered.containsKey(holder));
    }

    private void end() {
        switch (stage) {
            case OPEN -> {}
            case CONFIRMED, RESTORING -> enter(Stage.OPEN);
            case HOLDING -> {
                if (heldBack.isEmpty()) {
                    enter(Stage.OPEN);
                }
            }
        }
    }

    private void enter(Stage next) {
        stage = next;
        if (next == Stage.OPEN) {
            heldBack.clear();
            moreHeldBack = false;
        }
        replica.index.putText(HELD, next == Stage.OPEN ? "" : "yes");
    }

    private void tell() {
        Optional<String> reason = reason();
        if (reason.isPresent()) {
            replica.problems.add(Problem.Kind.DELETIONS_HELD, "", replica.now, reason.get());
        } else {
            replica.problems.remove(Problem.Kind.DELETIONS_HELD, "");
        }
    }

    // ---------------------------------------------------------------- people

    /** What is held back was meant: a scan of everything shall follow, which finds it once more. */
    void confirm() {
        if (stage == Stage.HOLDING) {
            stage = Stage.CONFIRMED;
            replica.decisions.confirmed(heldBack.keySet());
        }
    }

    /**
     * What is held back was not meant: a scan of everything shall follow, as for {@link #confirm}.
     */
    void restore() {
        if (stage == Stage.HOLDING) {
            stage = Stage.RESTORING;
            replica.decisions.takenBack(heldBack.keySet());
        }
    }

    /** How many paths are held back. */
    long count() {
        return stage == Stage.HOLDING ? heldBack.size() : 0;
    }

    /**
     * Whether it is not decided what becomes of something below {@code directory}: what took the
     * place of the directory must not be told of before.
     */
    boolean keepsBelow(RelativePath directory) {
        return (stage == Stage.HOLDING && isBelow(directory, heldBack.higherKey(directory)))
                || isBelow(directory, gathered.higherKey(directory));
    }

    private static boolean isBelow(RelativePath directory, @Nullable RelativePath path) {
        return path != null && path.isBelow(directory);
    }

    /** Why not all that was done here is told to others; empty when nothing is held back. */
    Optional<String> reason() {
        if (stage != Stage.HOLDING || heldBack.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                "%s%d of %d entries are gone here, and that is not told to others until it is confirmed"
                        .formatted(
                                moreHeldBack ? "more than " : "",
                                heldBack.size(),
                                replica.index.liveCount()));
    }

    /** Whether it is not decided yet what becomes of something that is gone. */
    boolean isGathering() {
        return !gathered.isEmpty() || notGathered > 0;
    }

    Optional<Instant> nextTimeout() {
        if (!isGathering()) {
            return Optional.empty();
        }
        Instant quiet = gatheredLast.plus(replica.policy.brakeQuiet());
        return Optional.of(quiet.isAfter(replica.now) ? quiet : longestUntil());
    }

    /**
     * Nothing that was seen counts any more, nor what a user said of it: the root is lost, or
     * nobody looks.
     */
    void abandon() {
        gathered.clear();
        notGathered = 0;
        looks.clear();
        if (stage == Stage.CONFIRMED || stage == Stage.RESTORING) {
            stage = Stage.HOLDING;
        }
    }
}
