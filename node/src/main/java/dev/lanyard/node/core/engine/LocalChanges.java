package dev.lanyard.node.core.engine;

import dev.lanyard.node.core.engine.Event.Dirt;
import dev.lanyard.node.core.engine.Observation.Absent;
import dev.lanyard.node.core.engine.Observation.SeenDirectory;
import dev.lanyard.node.core.engine.Observation.SeenFile;
import dev.lanyard.node.core.engine.Observation.SeenLink;
import dev.lanyard.node.core.engine.Observation.Unreadable;
import dev.lanyard.node.core.engine.Observation.Unsettled;
import dev.lanyard.node.core.engine.Observation.Unsupported;
import dev.lanyard.node.core.engine.Replacements.Untold;
import dev.lanyard.node.core.ignore.IgnoreRules;
import dev.lanyard.node.core.index.FileStat;
import dev.lanyard.node.core.index.Held;
import dev.lanyard.node.core.index.Row;
import dev.lanyard.protocol.Entry;
import dev.lanyard.protocol.Entry.Directory;
import dev.lanyard.protocol.Entry.File;
import dev.lanyard.protocol.Entry.Symlink;
import dev.lanyard.protocol.Entry.Tombstone;
import dev.lanyard.protocol.RelativePath;
import dev.lanyard.protocol.Stamp;
import dev.lanyard.protocol.VersionVector;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * From dirty paths to new versions: asks for scans, compares what they saw with what is held, and
 * makes a version where they differ.
 */
final class LocalChanges {
    /*
     * State is compared, not time or cause: an event that our own applying caused leads to a scan that sees exactly what is held, and ends
     * there. An observation counts only if the engine still holds what the scan compared with (its basis). Otherwise this could happen:
     *
     *   1. A scan reads version 1 of a file.
     *   2. Version 2 arrives and is applied, since the file is still version 1.
     *   3. The observation of version 1 is taken for an edit that undoes version 2.
     *
     * In the same way a path with a step in flight is not looked at before the outcome of the step is known, nor one at which a user
     * puts something back before that is told.
     */
    private static final int SCANS_MAX = 4;
    private static final int DIRT_PER_SCAN_MAX = 4_096;
    private static final Duration UNSETTLED_FIRST = Duration.ofMillis(250);
    private static final Duration UNSETTLED_WAITED_FOR_MAX = Duration.ofSeconds(1);
    private static final Duration UNSETTLED_MAX = Duration.ofSeconds(10);
    private static final int UNSETTLED_COUNT_MAX = 100_000;
    private static final String NOT_LISTED = "the folder could not be looked at; the log tells why";

    private final Replica replica;
    private final CatchUp catchUp;
    private final Replacements replacements;
    private final DeletionBrake brake;

    /** Dirty paths that wait for a scan to end; the value tells whether they are deep. */
    private final Map<RelativePath, Boolean> gathered = new LinkedHashMap<>();

    private boolean rootDirty;

    /** Dirty paths that have a step in flight, or are being put back. */
    private final Map<RelativePath, Boolean> parked = new HashMap<>();

    /** Files that kept changing while they were looked at. */
    private final Map<RelativePath, Unquiet> unsettled = new LinkedHashMap<>();

    private final Scans scans = new Scans();
    private final Renames renames;
    private final Set<Long> rootScans = new HashSet<>();

    /** Those of them that began before all was to be looked at once more. */
    private final Set<Long> outdated = new HashSet<>();

    private boolean scannedOnce;

    /** The last scan that looks at the rules file. */
    private long rulesScan;

    /** To be looked at again; {@link Instant#MAX} while that look has no answer. */
    private record Unquiet(Instant retryAt, Duration delay) {
        boolean isBeingLookedAt() {
            return retryAt.equals(Instant.MAX);
        }

        boolean isLookedAtSoon() {
            return !isBeingLookedAt() && delay.compareTo(UNSETTLED_WAITED_FOR_MAX) <= 0;
        }
    }

    LocalChanges(Replica replica, CatchUp catchUp) {
        this.replica = replica;
        this.catchUp = catchUp;
        this.renames = new Renames(replica);
        this.brake = new DeletionBrake(replica);
        this.replacements = new Replacements(replica, brake);
    }

    /** What keeps bursts of deletions from becoming versions. */
    DeletionBrake brake() {
        return brake;
    }

    /** Whether all of the tree was looked at since the node started. */
    boolean scannedOnce() {
        return scannedOnce;
    }

    /**
     * Whether nothing that was reported as dirty waits to be looked at; files that somebody keeps
     * writing to aside. One that was unsettled a few times may be finished: its times change, too,
     * when another name of it goes.
     */
    boolean isIdle() {
        return isQuiet() && !brake.isGathering() && !settlesSoon();
    }

    private boolean settlesSoon() {
        return unsettled.values().stream().anyMatch(Unquiet::isLookedAtSoon);
    }

    /** The same, whatever is gathered that was deleted. */
    boolean isQuiet() {
        return scans.count() == 0 && gathered.isEmpty() && !rootDirty && parked.isEmpty();
    }

    /** Whether it could not be told what is at {@code path} when it was last looked at. */
    boolean isUnseen(RelativePath path) {
        if (unsettled.containsKey(path)) {
            return true;
        }
        Optional<RelativePath> at = Optional.of(path);
        while (at.isPresent() && replica.problems.has(Problem.Kind.UNREADABLE)) {
            if (replica.problems.has(Problem.Kind.UNREADABLE, at.get())) {
                return true;
            }
            at = at.get().parent();
        }
        return false;
    }

    void dirty(List<Dirt> dirt) {
        if (replica.paused) {
            return; // Whoever goes on looks at everything.
        }
        for (Dirt each : dirt) {
            RelativePath path = each.path();
            if (path == null) {
                rootDirty = true;
                continue;
            }
            catchUp.stir(path);
            if (!replica.ignoring.ignoresAnyKind(path)) {
                dirty(path, each.deep());
                renames.directory(path, each.movedFrom());
            }
        }
    }

    void dirty(RelativePath path, boolean deep) {
        if (path.equals(IgnoreRules.FILE)) {
            replica.ignoring.changing();
        }
        if (isBusy(path)) {
            parked.merge(path, deep, Boolean::logicalOr);
        } else {
            gathered.merge(path, deep, Boolean::logicalOr);
        }
    }

    void dirtyAll() {
        rootDirty = true;
    }

    /** All is to be looked at by a scan that begins now: more may be found than before. */
    void lookAgain() {
        outdated.addAll(rootScans);
        replica.ignoring.lookAgain();
        replica.heldBack.lookAgain();
        dirtyAll();
    }

    private boolean isBusy(RelativePath path) {
        return catchUp.isInFlight(path) || replica.putBacks.contains(path);
    }

    /** What kept {@code path} from being looked at has ended. */
    void landed(RelativePath path) {
        Boolean deep = parked.remove(path);
        if (deep != null) {
            gathered.merge(path, deep, Boolean::logicalOr);
        }
    }

    /** The same for a step that changed all that is below {@code directory}. */
    void landedBelow(RelativePath directory) {
        for (RelativePath path : List.copyOf(parked.keySet())) {
            if ((path.equals(directory) || path.isBelow(directory)) && !catchUp.isInFlight(path)) {
                landed(path);
            }
        }
    }

    /** Makes versions of what was deleted, and asks for the scans that are due. */
    void pump() {
        if (replica.rootLost != null || replica.paused) {
            return;
        }
        List<DeletionBrake.Released> released = brake.judge(scannedOnce && isQuiet());
        released.forEach(this::release);
        if (!released.isEmpty()) {
            replacements.takeBraked().forEach(path -> dirty(path, false));
        }
        if (brake.takeScanWanted()) {
            dirtyAll();
        }
        if (rootDirty && rootScans.isEmpty()) {
            rootDirty = false;
            rootScans.add(scan(List.of(new Dirt(null, true))));
        }
        while (!gathered.isEmpty() && scans.count() - rootScans.size() < SCANS_MAX) {
            scan(takeGathered());
        }
    }

    private void release(DeletionBrake.Released gone) {
        Row row = replica.row(gone.path());
        if (row == null || isBusy(gone.path()) || !gone.basis().equals(row.held())) {
            dirty(gone.path(), false);
            return;
        }
        deleted(row, gone.basis(), gone.path());
        catchUp.held(gone.path());
    }

    private List<Dirt> takeGathered() {
        List<Dirt> dirt = new ArrayList<>();
        var each = gathered.entrySet().iterator();
        while (each.hasNext() && dirt.size() < DIRT_PER_SCAN_MAX) {
            var next = each.next();
            dirt.add(
                    new Dirt(
                            next.getKey(),
                            next.getValue(),
                            renames.sourceOfDirectory(next.getKey())));
            each.remove();
        }
        return dirt;
    }

    private long scan(List<Dirt> dirt) {
        long scan = scans.begin(dirt);
        brake.looks(scan, dirt);
        renames.looks(scan, dirt);
        if (dirt.stream().anyMatch(each -> isOfRules(each))) {
            rulesScan = scan;
        }
        replica.emit(
                new Effect.Scan(scan, dirt, replica.ignoring.rules(), replica.ignoring.stat()));
        return scan;
    }

    private static boolean isOfRules(Dirt dirt) {
        RelativePath path = dirt.path();
        return path != null && path.equals(IgnoreRules.FILE);
    }

    void scanEnded(long scan, Event.ScanEnd end) {
        renames.looked(scan);
        for (Renames.Waiting each : renames.takeAll(scan)) {
            if (!replacements.keeps(scan, each.seen(), each.wallClock())) {
                observed(scan, each.seen(), each.wallClock());
            }
        }
        for (Replacements.Waiting each : replacements.takeAll(scan)) {
            if (replacements.untold(each.seen().path()) == Untold.NOTHING) {
                observed(scan, each.seen(), each.wallClock());
            } else {
                unsettled(each.seen().path());
            }
        }
        boolean abandoned = scans.isAbandoned(scan);
        boolean counts = end == Event.ScanEnd.COMPLETE && !abandoned;
        scans.end(scan);
        brake.looked(scan, counts);
        if (scan == rulesScan
                && !gathered.containsKey(IgnoreRules.FILE)
                && !parked.containsKey(IgnoreRules.FILE)) {
            replica.ignoring.steady();
        }
        boolean everything = rootScans.remove(scan);
        boolean isOutdated = outdated.remove(scan);
        if (everything && counts) {
            scannedOnce = true;
            replica.problems.remove(Problem.Kind.UNREADABLE, "");
            if (!isOutdated) {
                replica.heldBack.looked();
            }
        } else if (everything && !abandoned && end == Event.ScanEnd.PARTIAL) {
            replica.problems.add(Problem.Kind.UNREADABLE, "", replica.now, NOT_LISTED);
        }
    }

    /** Forgets what is under way: the root is lost, and what scans still report means nothing. */
    void abandon() {
        scans.abandon();
        replica.ignoring.steady();
        replica.ignoring.doubt();
        gathered.clear();
        parked.clear();
        unsettled.clear();
        renames.clear();
        replacements.clear();
        rootDirty = false;
        replica.heldBack.lookAgain();
        brake.abandon();
    }

    /** Nothing that is seen from now on counts, nor what scans that are under way still report. */
    void pause() {
        abandon();
    }

    void tick() {
        unsettled.replaceAll(
                (path, unquiet) -> {
                    if (unquiet.retryAt().isAfter(replica.now)) {
                        return unquiet;
                    }
                    dirty(path, false);
                    return new Unquiet(Instant.MAX, unquiet.delay());
                });
    }

    Optional<Instant> nextTimeout() {
        return Stream.concat(
                        unsettled.values().stream()
                                .filter(unquiet -> !unquiet.isBeingLookedAt())
                                .map(Unquiet::retryAt),
                        brake.nextTimeout().stream())
                .min(Instant::compareTo);
    }

    void observed(long scan, List<Observation> observations, Instant wallClock) {
        if (replica.rootLost != null || scans.isAbandoned(scan)) {
            return;
        }
        brake.looking(scan);
        for (Observation observation : observations) {
            if (observation instanceof Absent absent) {
                Renames.Waiting renamed = renames.take(absent.path());
                if (renamed != null
                        && !replacements.keeps(scan, renamed.seen(), renamed.wallClock())) {
                    observed(scan, renamed.seen(), renamed.wallClock());
                }
            }
            if (!renames.keeps(scan, observation, wallClock)
                    && !replacements.keeps(scan, observation, wallClock)) {
                observed(scan, observation, wallClock);
            }
        }
    }

    private void observed(long scan, Observation observation, Instant wallClock) {
        if (scans.isOutdated(scan, observation.path())) {
            dirty(observation.path(), false);
        } else {
            observed(observation, wallClock);
        }
    }

    /** A user has put {@code put} in place: what was told of its path before is over. */
    void putBack(Observation put) {
        unsettled.remove(put.path());
        clearProblems(put.path(), put);
    }

    private void observed(Observation observation, Instant wallClock) {
        RelativePath path = observation.path();
        if (isBusy(path)) {
            parked.merge(path, false, Boolean::logicalOr);
            return;
        }
        if (observation instanceof Unreadable seen && !replica.ignoring.covers(seen)) {
            unreadable(seen); // Whatever was held: a directory that was just found may be so.
            return;
        }
        Row row = replica.row(path);
        Held held = row == null ? null : row.held();
        if (!Objects.equals(held, observation.basis())) {
            dirty(path, false); // Too old to say anything.
            return;
        }
        Held decayed =
                row == null || held == null ? null : replica.decay.seen(row, held, observation);
        if (row != null && decayed != null) {
            replica.index.put(new Row(path, row.known(), decayed));
            dirty(path, false);
            catchUp.held(path);
            return;
        }
        if (!(observation instanceof Unsettled)) {
            unsettled.remove(path);
        }
        if (Unreadables.mayHeal(replica.problems, held, observation)) {
            lookAgain(); // Until then it cannot be told what is in it, which nothing says any more.
        }
        clearProblems(path, observation);
        if (replica.ignoring.covers(observation)) {
            ignored(row, observation);
        } else {
            compared(row, observation, wallClock);
        }
    }

    /** It may be what all know already, or what was here before its path was ignored. */
    private void compared(@Nullable Row seen, Observation observation, Instant wallClock) {
        Row row = seen;
        Held held = row == null ? null : row.held();
        Row former = row == null ? replica.ignoring.former(observation.path()) : null;
        if (former != null) {
            row = former;
            held = former.held();
        }
        FileStat asKnown = row == null ? null : statAsKnown(row, observation);
        if (row != null && asKnown != null) {
            // Somebody else brought it here, or it was here before: no version is made of what all
            // know already.
            Entry known = Objects.requireNonNull(row.known());
            replica.ignoring.outgrown(known);
            catchUp.settled(known, new Held(known, asKnown));
            return;
        }
        if (seen != null && held == null && isFormer(seen, observation)) {
            return;
        }
        if (former != null && held == null) {
            // Something else is found: a version that has not seen the former one.
            if (isNewsOfOthers(former, observation)) {
                replica.ignoring.outgrown(Objects.requireNonNull(former.known()));
            } else {
                row = null;
            }
        }
        changed(row, held, observation, wallClock);
    }

    /**
     * Whether it is what was here before its path was ignored, though something else was heard
     * since; then it is held, as if it had been found first. Else:
     *
     * <ol>
     *   <li>The path is not ignored any more, and the scan that finds it anew has not come to it.
     *   <li>A peer says that it was deleted.
     *   <li>The scan finds the file, which nobody has changed, and takes it for an edit.
     * </ol>
     */
    private boolean isFormer(Row row, Observation observation) {
        Row former = replica.ignoring.former(row.path());
        FileStat stat = former == null ? null : statAsKnown(former, observation);
        if (former == null || stat == null) {
            return false;
        }
        Entry before = Objects.requireNonNull(former.known());
        Entry known = Objects.requireNonNull(row.known());
        replica.ignoring.outgrown(before);
        if (Entry.ORDER.compare(before, known) > 0) {
            catchUp.settled(before, new Held(before, stat));
            return true;
        }
        Row found = new Row(row.path(), before, new Held(before, stat));
        Row after = Objects.requireNonNull(replica.heldBack.hearing(found, known));
        replica.index.put(new Row(row.path(), known, after.held()));
        catchUp.held(row.path());
        return true;
    }

    /**
     * Whether what others had made was to come here before its path was ignored, and something else
     * is found now: it may be what was here then, which is less.
     */
    private boolean isNewsOfOthers(Row former, Observation observation) {
        boolean seen =
                observation instanceof SeenFile
                        || observation instanceof SeenDirectory
                        || observation instanceof SeenLink;
        Entry known = former.known();
        return seen
                && known != null
                && !known.author().equals(replica.author.replica())
                && !replica.ignoring.ignores(known);
    }

    private void changed(
            @Nullable Row row, @Nullable Held held, Observation observation, Instant wallClock) {
        RelativePath path = observation.path();
        doubtRules(observation);
        switch (observation) {
            case SeenFile seen -> seenFile(row, held, seen, wallClock);
            case SeenDirectory seen -> seenDirectory(row, held, seen);
            case SeenLink seen -> seenLink(row, held, seen, wallClock);
            case Absent _ -> gone(row, held, path);
            case Unsupported seen -> unsupported(row, held, seen);
            case Unreadable _, Observation.Ignored _ -> {} // Handled before.
            case Unsettled _ -> unsettled(path);
        }
        catchUp.held(path);
    }

    /** Its content may have changed while its look did not: the rules are read once more. */
    private void doubtRules(Observation observation) {
        boolean seen =
                !(observation instanceof Absent) // Nothing looks like no file.
                        && !(observation instanceof Unreadable)
                        && !(observation instanceof Unsettled)
                        && !(observation instanceof Unsupported);
        if (seen && observation.path().equals(IgnoreRules.FILE)) {
            replica.ignoring.doubt();
            dirty(observation.path(), false);
        }
    }

    private void ignored(@Nullable Row row, Observation observation) {
        unsettled.remove(observation.path());
        if (observation instanceof Observation.Ignored
                && row != null
                && row.held() != null
                && row.held().entry().isLive()
                && !replica.ignoring.ignores(row.held().entry())) {
            replica.ignoring.notHeld(row);
            catchUp.held(observation.path());
        }
    }

    /**
     * The facts of what was seen, if it is not what is held but exactly what is known; null
     * otherwise.
     */
    private static @Nullable FileStat statAsKnown(Row row, Observation observation) {
        if (row.held() != null && row.held().entry().equals(row.known())) {
            return null;
        }
        return switch (observation) {
            case SeenFile seen ->
                    row.known() instanceof File known
                                    && known.content().equals(seen.content())
                                    && known.mode() == seen.stat().mode()
                                    && known.mtime().equals(seen.stat().mtime())
                            ? seen.stat()
                            : null;
            case SeenDirectory seen ->
                    row.known() instanceof Directory known && known.mode() == seen.stat().mode()
                            ? seen.stat()
                            : null;
            case SeenLink seen ->
                    row.known() instanceof Symlink known && known.target().equals(seen.target())
                            ? seen.stat()
                            : null;
            case Absent _, Unsupported _, Unreadable _, Observation.Ignored _, Unsettled _ -> null;
        };
    }

    private void unreadable(Unreadable seen) {
        unsettled.remove(seen.path());
        replica.problems.add(
                Problem.Kind.UNREADABLE, seen.path().toString(), replica.now, seen.reason());
        catchUp.held(seen.path());
    }

    private void clearProblems(RelativePath path, Observation observation) {
        replica.problems.remove(Problem.Kind.UNREADABLE, path);
        if (!(observation instanceof Absent)) {
            brake.present(path);
        }
        if (!(observation instanceof Unsupported)) {
            replica.problems.remove(Problem.Kind.UNSUPPORTED, path);
        }
    }

    private void seenFile(
            @Nullable Row row, @Nullable Held held, SeenFile seen, Instant wallClock) {
        FileStat stat = seen.stat();
        if (held != null
                && held.entry() instanceof File before
                && held.stat() != null
                && before.content().equals(seen.content())) {
            sameContent(row, held.stat(), before, stat);
            return;
        }
        replica.movedEdits.edited(held, stat);
        Stamp stamp = editStamp(held, stat, wallClock);
        VersionVector version = replica.nextVersion(held);
        File made =
                new File(
                        seen.path(),
                        stat.sizeBytes(),
                        stat.mtime(),
                        stat.mode(),
                        seen.content(),
                        version,
                        stamp,
                        replica.author.replica());
        replica.mint(row, made, stat);
    }

    /**
     * What the file system shows of mode and mtime is compared with what it showed before, not with
     * the entry: one that rounds times or has no modes would else report an edit of everything.
     */
    private void sameContent(@Nullable Row row, FileStat before, File held, FileStat stat) {
        boolean sameMtime = FileTimes.same(stat.mtime(), before.mtime());
        boolean sameMode = stat.mode() == before.mode();
        if (sameMtime && sameMode) {
            refresh(row, held, stat);
            return;
        }
        File made =
                new File(
                        held.path(),
                        held.sizeBytes(),
                        sameMtime ? held.mtime() : stat.mtime(),
                        sameMode ? held.mode() : stat.mode(),
                        held.content(),
                        held.version().with(replica.author.replica(), replica.author.next()),
                        held.stamp().next(),
                        replica.author.replica());
        replica.mint(row, made, stat);
    }

    private void seenDirectory(@Nullable Row row, @Nullable Held held, SeenDirectory seen) {
        FileStat stat = seen.stat();
        Stamp stamp = Stamp.ZERO;
        if (held != null) {
            stamp = held.entry().stamp().next();
            if (held.entry() instanceof Directory before
                    && held.stat() != null
                    && held.stat().mode() == stat.mode()) {
                refresh(row, before, stat);
                return;
            }
        }
        renames.announce(seen);
        VersionVector version = replica.nextVersion(held);
        replica.mint(
                row,
                new Directory(seen.path(), stat.mode(), version, stamp, replica.author.replica()),
                stat);
    }

    private void seenLink(
            @Nullable Row row, @Nullable Held held, SeenLink seen, Instant wallClock) {
        if (held != null
                && held.entry() instanceof Symlink before
                && before.target().equals(seen.target())) {
            refresh(row, before, seen.stat());
            return;
        }
        Stamp stamp = editStamp(held, seen.stat(), wallClock);
        VersionVector version = replica.nextVersion(held);
        replica.mint(
                row,
                new Symlink(seen.path(), seen.target(), version, stamp, replica.author.replica()),
                seen.stat());
    }

    private void gone(@Nullable Row row, @Nullable Held held, RelativePath path) {
        RelativePath target = held == null ? null : renames.target(path, held);
        if (target != null) {
            brake.paired(path);
            absent(row, held, path, target);
        } else if (row == null
                || held == null
                || !held.entry().isLive()
                || !brake.takes(path, row, held)) {
            deleted(row, held, path);
        }
    }

    /** A directory is told of after what was in it, of which another scan may have to tell. */
    private void deleted(@Nullable Row row, @Nullable Held held, RelativePath path) {
        boolean isDirectory = held != null && held.entry() instanceof Directory;
        Untold untold = isDirectory ? replacements.untold(path) : Untold.NOTHING;
        if (untold == Untold.NOTHING) {
            absent(row, held, path, null);
        } else if (untold == Untold.UNSEEN) {
            dirty(path, true);
        }
    }

    private void absent(
            @Nullable Row row,
            @Nullable Held held,
            RelativePath path,
            @Nullable RelativePath movedTo) {
        if (row != null && row.pending() == Row.Pending.NOTE) {
            Entry deleted = Objects.requireNonNull(row.known()); // Now it is known to be not here.
            replica.index.put(new Row(path, deleted, new Held(deleted, null)));
            replica.ignoring.outgrown(deleted);
        }
        if (held == null || !held.entry().isLive()) {
            return;
        }
        VersionVector version = replica.nextVersion(held);
        Tombstone made =
                new Tombstone(
                        path,
                        movedTo,
                        held.entry() instanceof File file ? file.content() : null,
                        version,
                        held.entry().stamp().next(),
                        replica.author.replica());
        replica.mint(row, movedTo == null ? made : made.of(held.entry().version()), null);
    }

    /**
     * What was synced at the path is not there any more: for the others that is a deletion, and
     * what is there now is only listed.
     */
    private void unsupported(@Nullable Row row, @Nullable Held held, Unsupported seen) {
        replica.problems.add(
                Problem.Kind.UNSUPPORTED, seen.path().toString(), replica.now, seen.kind());
        absent(row, held, seen.path(), null);
    }

    private void unsettled(RelativePath path) {
        Unquiet before = unsettled.get(path);
        if (before == null && unsettled.size() >= UNSETTLED_COUNT_MAX) {
            return; // Its next event, or the next full scan, finds it.
        }
        if (before != null && !before.isBeingLookedAt()) {
            return; // However many events there are: the look that is planned decides.
        }
        Duration delay = before == null ? UNSETTLED_FIRST : doubled(before.delay());
        unsettled.put(path, new Unquiet(replica.now.plus(delay), delay));
    }

    private static Duration doubled(Duration delay) {
        Duration twice = delay.multipliedBy(2);
        return twice.compareTo(UNSETTLED_MAX) < 0 ? twice : UNSETTLED_MAX;
    }

    /** Only facts of this disk changed: nothing to tell anyone. */
    private void refresh(@Nullable Row row, Entry held, FileStat stat) {
        Entry known = row == null ? null : row.known();
        replica.index.put(new Row(held.path(), known, new Held(held, stat)));
    }

    private static Stamp editStamp(@Nullable Held held, FileStat stat, Instant wallClock) {
        return held == null
                ? Stamp.ofCreation(stat.mtime(), wallClock)
                : Stamp.ofEdit(stat.mtime(), wallClock, held.entry().stamp());
    }
}
