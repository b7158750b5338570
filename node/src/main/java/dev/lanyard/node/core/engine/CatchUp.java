package dev.lanyard.node.core.engine;

import dev.lanyard.node.core.engine.Effect.LocalCopy;
import dev.lanyard.node.core.engine.Event.FetchOutcome;
import dev.lanyard.node.core.ignore.IgnoreRules;
import dev.lanyard.node.core.index.Held;
import dev.lanyard.node.core.index.Row;
import dev.lanyard.node.core.index.Row.Pending;
import dev.lanyard.node.core.names.Naming;
import dev.lanyard.node.core.plan.Outcome;
import dev.lanyard.node.core.plan.Planner;
import dev.lanyard.node.core.plan.Staged;
import dev.lanyard.node.core.plan.Step;
import dev.lanyard.protocol.ContentHash;
import dev.lanyard.protocol.Entry;
import dev.lanyard.protocol.Entry.Directory;
import dev.lanyard.protocol.Entry.File;
import dev.lanyard.protocol.Entry.Tombstone;
import dev.lanyard.protocol.RelativePath;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
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
 * Brings what is held to what is known: picks paths with work left, gets their contents into
 * staging, has the steps applied, and writes down what became of them.
 */
final class CatchUp {
    /*
     * What has to be done is not a queue but a property of rows: known and held differ. So nothing that has to be done can be
     * forgotten, and a million pending paths take no memory. A cursor walks them in path order (a directory comes before what is in
     * it) and fills a window of jobs; paths that were heard of just now go first, past the cursor. Deletions have a cursor of their own that
     * walks backwards, so that what is in a directory goes before it, and that moves only when all creations have found their
     * content (a renamed file is a creation and a deletion) and no exchange is under way.
     *
     * The cursor wraps only when something may have changed for a path that it has passed: `again`.
     */
    private static final int JOBS_MAX = 4_096;
    private static final int FRESH_MAX = 10_000;
    private static final int BLOCKS_MAX = 100_000;
    private static final long BYTES_MAX = 256L << 20;

    /**
     * A large file counts as so much, so that a few of them do not keep everything else waiting.
     */
    private static final long BYTES_COUNTED_MAX = 64L << 20;

    private static final int STEPS_PER_BATCH = 512;
    private static final int BATCHES_MAX = 4;
    private static final int HOLDERS_TRIED = 4;

    private final Replica replica;
    private final Blocks blocks;
    private final Clashes clashes;
    private final Clearing clearing;
    private final Fetches fetches;
    private final DirectoryMoves moves;
    private final Map<RelativePath, Job> jobs = new HashMap<>();
    private long jobBytes;

    /** Jobs that ended since a source did not have the content; taken up again at once. */
    private final Map<RelativePath, Job> earlier = new HashMap<>();

    private final Deque<Fresh> fresh = new ArrayDeque<>();
    private final Cursor places;
    private final Cursor removals;

    /** Contents that are on their way, and which paths wait for the same one. */
    private final Map<ContentHash, Set<RelativePath>> awaited = new HashMap<>();

    private final List<Step> ready = new ArrayList<>();
    private final Map<Long, List<Step>> batches = new LinkedHashMap<>();
    private final Map<Long, List<Entry>> unflushed = new LinkedHashMap<>();
    private final List<RelativePath> landed = new ArrayList<>();
    private final List<RelativePath> suspects = new ArrayList<>();
    private final List<Entry> durable = new ArrayList<>();
    private final List<Long> flushed = new ArrayList<>();

    private long lastBatch;
    private long fetchedBytes;
    private boolean exchanging;

    /** Whether a file was not removed or replaced since its content is still to be moved. */
    private boolean movesAreAwaited;

    /** A path that was heard of just now; {@code from} probably has its content. */
    private record Fresh(RelativePath path, @Nullable SessionId from) {}

    CatchUp(Replica replica, Naming naming) {
        this.replica = replica;
        this.blocks = new Blocks(replica);
        this.clashes = new Clashes(replica, naming);
        this.clearing = new Clearing(replica, clashes, this::isInFlight, this::held);
        this.fetches = new Fetches(replica);
        this.moves = new DirectoryMoves(replica, this::isInFlight);
        this.places = new Cursor(replica.index, Pending.PLACE, false);
        this.removals = new Cursor(replica.index, Pending.REMOVE, true);
    }

    boolean isInFlight(RelativePath path) {
        return jobs.containsKey(path) || moves.isInFlight(path);
    }

    /** Whether everything that is known is held durably. */
    boolean isDone() {
        return isQuiet() && (!replica.oneWay.takes() || hasAll());
    }

    private boolean hasAll() {
        return replica.index.pendingAmount(Pending.PLACE).count() == 0
                && replica.index.pendingAmount(Pending.REMOVE).count() == blocks.restingCount();
    }

    /** Whether nothing is under way; what is left is blocked, or waits for a peer. */
    boolean isQuiet() {
        return jobs.isEmpty()
                && fresh.isEmpty()
                && !moves.isAwaiting()
                && batches.isEmpty()
                && unflushed.isEmpty()
                && durable.isEmpty();
    }

    Optional<String> obstacle() {
        return blocks.obstacle();
    }

    /** Why the path cannot be brought to what is known, also if that may pass by itself. */
    Optional<Problem> block(RelativePath path) {
        return blocks.of(path);
    }

    long fetchedBytes() {
        return fetchedBytes;
    }

    /** A version was adopted that this disk does not show. */
    void wanted(Entry known, @Nullable SessionId from) {
        blocks.remove(known.path());
        cancelFetch(known.path());
        if (known.isLive() && moves.contradicted(known.path())) {
            resume();
        }
        if (moves.adopted(known.path()) && !isToBeNoted(known)) {
            return; // All of it is looked at when the last of it has come.
        }
        if (movesAreAwaited) {
            resume(); // Perhaps it was what they wait for.
        }
        if (known.isLive()) {
            offerFresh(known.path(), from);
            places.rewind(); // For those below a directory that is known only now.
        } else if (!isInFlight(known.path())) {
            held(known.path());
        }
    }

    private boolean isToBeNoted(Entry known) {
        Row row = known.isLive() ? null : replica.row(known.path());
        return row != null && row.pending() == Pending.NOTE;
    }

    /** A peer has renamed a directory, and is about to tell what that changes. */
    void renaming(SessionId by, RelativePath from, RelativePath to) {
        if (replica.oneWay.takes() && !replica.paused && replica.rootLost == null) {
            moves.heard(by, from, to);
        }
    }

    /** What is being fetched for the path, alone, is not wanted any more. */
    private void cancelFetch(RelativePath path) {
        Job job = jobs.get(path);
        if (job == null || job.staged != null || job.fetch == 0) {
            return;
        }
        if (fetches.cancelIfAlone(path, job)) {
            end(path, job);
        }
    }

    private void offerFresh(RelativePath path, @Nullable SessionId from) {
        if (path.equals(IgnoreRules.FILE)) {
            fresh.addFirst(new Fresh(path, from));
        } else if (fresh.size() < FRESH_MAX) {
            fresh.add(new Fresh(path, from));
        } else {
            places.rewind();
        }
    }

    /**
     * What is held at a path may have changed by an observation: its pending work has another
     * start.
     */
    void held(RelativePath path) {
        Row row = replica.row(path);
        if (row == null) {
            return;
        }
        if (row.held() != null && row.held().entry() instanceof Directory) {
            resume(); // For what waits for this parent.
        }
        path.parent().ifPresent(this::reconsider);
        clashes.changed(path).forEach(this::nameFree);
        if (movesAreAwaited && row.pending() != Pending.PLACE) {
            movesAreAwaited = false; // It was this that they wait for, perhaps.
            resume();
        }
        switch (row.pending()) {
            case NOTHING, HELD_BACK, CHANGED, ADDED -> blocks.remove(path);
            case PLACE -> offerFresh(path, null);
            case REMOVE -> removals.rewind();
            case NOTE -> {
                if (!replica.heldBack.mayFind(path, row.held())) {
                    Entry gone = Objects.requireNonNull(row.known());
                    replica.index.put(new Row(path, gone, new Held(gone, null)));
                }
                blocks.remove(path);
            }
        }
    }

    /** What kept {@code path} from its name has gone. */
    private void nameFree(RelativePath path) {
        blocks.retry(path, Problem.Kind.NAME_IMPOSSIBLE);
        offerFresh(path, null);
    }

    /** What is held is what is known, without a change of this disk. */
    void settled(Entry known, Held settled) {
        replica.index.put(new Row(known.path(), known, settled));
        durable.add(known);
        held(known.path());
    }

    /** What is in {@code directory} has changed: it may go now, or have to be made again. */
    private void reconsider(RelativePath directory) {
        Row row = replica.row(directory);
        if (row != null && row.pending() == Pending.PLACE) {
            offerFresh(directory, null);
        } else if (row != null && row.pending() == Pending.REMOVE) {
            removals.rewind();
        }
    }

    /** A peer has the content of what is known of this path. */
    void available(RelativePath path) {
        if (blocks.retry(path, Problem.Kind.CONTENT_MISSING)) {
            offerFresh(path, null);
        }
    }

    /** The path is not ours to sync any more, and has no row. */
    void ignored(RelativePath path) {
        blocks.remove(path);
        cancelFetch(path);
    }

    /**
     * Steps that were decided and not yet given out must not touch what is ignored now, nor what
     * was in between: that is found anew, and may be something else.
     */
    void dropIgnored() {
        ready.removeIf(
                step -> {
                    Job job = jobs.get(step.path());
                    if (job == null || !(replica.ignoring.covers(step) || isOutdated(step))) {
                        return false;
                    }
                    discard(job);
                    end(step.path(), job);
                    if (step instanceof Step.Rename rename) {
                        endRename(step.path(), job, rename.gone().path(), false);
                    }
                    moves.ended(step.path());
                    return true;
                });
    }

    private boolean isOutdated(Step step) {
        return !isKnown(step.entry()) || (step instanceof Step.Rename it && !isKnown(it.gone()));
    }

    private boolean isKnown(Entry entry) {
        Row row = replica.row(entry.path());
        return row != null && entry.equals(row.known());
    }

    /** Something happened at this path; a directory above may be ready to go. */
    void stir(RelativePath path) {
        for (RelativePath blocked : blocks.retryAt(path)) {
            offerFresh(blocked, null);
            removals.rewind();
        }
        if (blocks.stir(path)) {
            removals.rewind();
        }
    }

    /** The same for all directories that stay for what is in them. */
    void stirAll() {
        if (blocks.stirAll()) {
            removals.rewind();
        }
    }

    /** Something that held everything up is over: look at all that is left. */
    void resume() {
        places.rewind();
        removals.rewind();
    }

    /** A user wants all to be looked at: names too that could not be had. */
    void retryNames() {
        blocks.retry(Problem.Kind.NAME_IMPOSSIBLE).forEach(path -> offerFresh(path, null));
    }

    /** Stops what is being fetched; what is staged stays, and waits. */
    void pause() {
        fetches.cancelAll().forEach(this::end);
        moves.clear();
        resume();
    }

    void opened() {
        blocks.retry(Problem.Kind.CONTENT_MISSING).forEach(path -> offerFresh(path, null));
        resume();
    }

    /** Paths whose step has ended since the last call. */
    List<RelativePath> takeLanded() {
        List<RelativePath> taken = List.copyOf(landed);
        landed.clear();
        return taken;
    }

    /** Directories that were renamed, or not, since the last call: the old paths and the new. */
    List<RelativePath> takeLandedTrees() {
        return moves.takeEnded();
    }

    /** Paths that were not what was expected, to be scanned. */
    List<RelativePath> takeSuspects() {
        List<RelativePath> taken = List.copyOf(suspects);
        suspects.clear();
        return taken;
    }

    /** Entries that have become durable since the last call. */
    List<Entry> takeDurable() {
        List<Entry> taken = List.copyOf(durable);
        durable.clear();
        return taken;
    }

    /** Batches of which no more will be heard. */
    void clearFlushed() {
        if (!flushed.isEmpty()) {
            replica.emit(new Effect.Clear(List.copyOf(flushed)));
            flushed.clear();
        }
    }

    void tick() {
        if (moves.tick()) {
            resume();
        }
        for (RelativePath path : blocks.due()) {
            Row row = replica.row(path);
            if (row != null && row.pending() == Pending.REMOVE) {
                removals.rewind();
            } else {
                offerFresh(path, null);
            }
        }
    }

    Optional<Instant> nextTimeout() {
        return Stream.concat(blocks.nextTimeout().stream(), moves.nextTimeout().stream())
                .min(Instant::compareTo);
    }

    // ---------------------------------------------------------------- choosing

    /** Starts as much as there is room for. */
    void pump(boolean exchangeUnderWay) {
        exchanging = exchangeUnderWay;
        if (!replica.oneWay.takes()) {
            makeParentsAgain();
            return;
        }
        if (replica.rootLost != null || replica.paused) {
            return;
        }
        Fetches.Gathering gathering = fetches.gather();
        if (bringsRulesFirst(gathering)) {
            gathering.emit();
            emitSteps();
            return;
        }
        if (!exchanging && moves.isAwaiting()) {
            renameDirectories();
        }
        while (!fresh.isEmpty() && jobs.size() < JOBS_MAX + FRESH_MAX) {
            Fresh next = fresh.poll();
            consider(next.path(), next.from(), gathering);
        }
        while (hasRoom()) {
            Row row = places.next();
            if (row == null) {
                break;
            }
            consider(row.path(), null, gathering);
        }
        if (!exchanging && places.isExhausted()) {
            while (hasRoom()) {
                Row row = removals.next();
                if (row == null) {
                    break;
                }
                remove(row);
            }
        }
        gathering.emit();
        emitSteps();
    }

    private void renameDirectories() {
        for (DirectoryMoves.Ready next : moves.takeReady()) {
            Step.RenameDirectory step = next.step();
            if (step != null && canHaveName(step.entry())) {
                begin(step.path(), new Job(step.entry(), null));
                ready.add(step); // What is not part of it is looked at when it has ended.
            } else {
                if (step != null) {
                    moves.ended(next.to());
                }
                resume();
            }
        }
    }

    /**
     * A replica that takes nothing has to make the directories again all the same that what it gave
     * is in, for the others.
     */
    private void makeParentsAgain() {
        while (!fresh.isEmpty()) {
            makeAgain(replica.row(fresh.poll().path()));
        }
        for (Row row = places.next(); row != null; row = places.next()) {
            makeAgain(row);
        }
        for (Row row = removals.next(); row != null; row = removals.next()) {
            makeAgain(row);
        }
    }

    private void makeAgain(@Nullable Row row) {
        Row current = row == null ? null : replica.row(row.path());
        if (current != null
                && current.known() != null
                && !(current.known() instanceof Directory)
                && current.held() != null
                && current.held().entry() instanceof Directory directory) {
            clearing.isCleared(directory, current.known());
        }
    }

    /** Rules that are on their way must be in force before anything else is put in place. */
    private boolean bringsRulesFirst(Fetches.Gathering gathering) {
        while (!fresh.isEmpty() && fresh.peek().path().equals(IgnoreRules.FILE)) {
            consider(IgnoreRules.FILE, fresh.poll().from(), gathering);
        }
        consider(IgnoreRules.FILE, null, gathering);
        return isInFlight(IgnoreRules.FILE);
    }

    /**
     * While all others wait to know what happens to the rules file, its own step goes on: as long
     * as that is in flight, nobody looks at the file.
     */
    void pumpRules() {
        if (replica.rootLost != null || replica.paused) {
            return;
        }
        List<Step> held = new ArrayList<>(ready);
        ready.removeIf(step -> !touchesRules(step));
        held.removeAll(ready);
        emitSteps();
        ready.addAll(held);
    }

    private static boolean touchesRules(Step step) {
        return step.path().equals(IgnoreRules.FILE)
                || (step instanceof Step.Rename rename
                        && rename.gone().path().equals(IgnoreRules.FILE));
    }

    private boolean hasRoom() {
        return jobs.size() < JOBS_MAX && blocks.size() < BLOCKS_MAX && jobBytes < BYTES_MAX;
    }

    private void consider(
            RelativePath path, @Nullable SessionId from, Fetches.Gathering gathering) {
        Row row = moves.holdsOff(path) ? null : replica.row(path);
        if (row == null || row.pending() != Pending.PLACE || isInFlight(path)) {
            return;
        }
        if (!hasParent(path)) {
            // The directory that it clashed in is gone: what is listed is what keeps that away.
            blocks.remove(path, Problem.Kind.NAME_IMPOSSIBLE);
        }
        if (blocks.holdsBack(path)) {
            return;
        }
        Entry target = Objects.requireNonNull(row.known());
        Held settled = Gossip.settledWith(target, row.held());
        if (settled != null) {
            settled(target, settled);
            return;
        }
        Held expected = row.isHere() ? row.held() : null;
        if (expected != null
                && expected.entry() instanceof Directory directory
                && !(target instanceof Directory)
                && !clearing.isCleared(directory, target)) {
            removals.rewind();
            replica.oneWay.keepDirectory(row);
            return;
        }
        if (!hasParent(path)) {
            path.parent()
                    .filter(replica.oneWay::clearsTheWay)
                    .ifPresent(parent -> offerFresh(parent, null));
            return; // The cursor comes back when a directory was made or heard of.
        }
        if (expected == null && !canHaveName(target)) {
            return;
        }
        if (expected != null && isStillToMove(expected, target)) {
            movesAreAwaited = true;
            return;
        }
        Job job = jobFor(target, expected);
        if (target instanceof File file && !Planner.hasContent(expected, file)) {
            bring(path, job, file, from, gathering);
        } else {
            begin(path, job);
            ready.add(step(target, expected, null));
        }
    }

    /**
     * Whether nothing that is here has the name already, as the file system sees it. What is about
     * to go is only waited for; a file that is renamed to the name is not in its way.
     */
    private boolean canHaveName(Entry target) {
        RelativePath path = target.path();
        RelativePath other = clashes.with(path);
        Optional<String> fault = clashes.fault(path);
        if (other == null || fault.isPresent()) {
            fault.ifPresent(why -> blocks.add(path, Problem.Kind.NAME_IMPOSSIBLE, why));
            return fault.isEmpty();
        }
        Row there = Objects.requireNonNull(replica.row(other));
        Job before = earlier.get(path);
        boolean mayRename = !exchanging && (before == null || !before.triedRename);
        if (mayRename && target instanceof File file && there.equals(movedHere(file, null))) {
            return true;
        }
        clashes.await(path);
        if (there.pending() != Pending.REMOVE || blocks.of(other).isPresent()) {
            blocks.add(
                    path,
                    Problem.Kind.NAME_IMPOSSIBLE,
                    "this file system takes it for %s, which is there".formatted(other));
        }
        return false;
    }

    /**
     * A new job; one that goes on after a source did not have the content knows what was tried. In
     * place of what has decayed only a peer's content will do, if it is to be the same: a copy on
     * this disk may share its blocks.
     */
    private Job jobFor(Entry target, @Nullable Held expected) {
        Job job = new Job(target, expected);
        if (expected != null
                && expected.isDecayed()
                && expected.entry().version().equals(target.version())) {
            job.triedLocally = true;
            job.triedRename = true;
        }
        Job before = earlier.remove(target.path());
        if (before != null && before.target.equals(target)) {
            job.tried.addAll(before.tried);
            job.triedLocally |= before.triedLocally;
            job.triedRename |= before.triedRename;
        }
        return job;
    }

    private boolean hasParent(RelativePath path) {
        Optional<RelativePath> parent = path.parent();
        if (parent.isEmpty()) {
            return true;
        }
        Job making = jobs.get(parent.get());
        if (making != null) {
            return making.target
                    instanceof Directory; // Its step comes before ours: batches keep their order.
        }
        Row row = replica.row(parent.get());
        return row != null && row.held() != null && row.held().entry() instanceof Directory;
    }

    private void begin(RelativePath path, Job job) {
        jobs.put(path, job);
        jobBytes += Math.min(job.bytes(), BYTES_COUNTED_MAX);
    }

    private void end(RelativePath path, Job job) {
        jobs.remove(path);
        jobBytes -= Math.min(job.bytes(), BYTES_COUNTED_MAX);
        landed.add(path);
        if (job.target instanceof File file) {
            Set<RelativePath> followers = awaited.remove(file.content());
            if (followers != null) {
                followers.forEach(follower -> offerFresh(follower, null));
            }
        }
    }

    // ---------------------------------------------------------------- bringing content

    private void bring(
            RelativePath path,
            Job job,
            File file,
            @Nullable SessionId from,
            Fetches.Gathering gathering) {
        Row moved = job.triedRename || exchanging ? null : movedHere(file, job.expected);
        if (moved != null) {
            rename(path, job, file, moved);
            return;
        }
        Set<RelativePath> followers = awaited.get(file.content());
        if (followers != null && file.sizeBytes() > 0) {
            followers.add(path); // Nothing travels twice: copied when the first one is here.
            if (!job.tried.isEmpty()) {
                earlier.put(path, job); // Else two paths would ask for it in turns for ever.
            }
            return;
        }
        Effect.CopySource source = job.triedLocally ? null : localSource(file);
        if (source instanceof Effect.CopySource.InTree && exchanging) {
            if (!job.tried.isEmpty()) {
                earlier.put(path, job);
            }
            return; // Perhaps it was renamed while we were apart, and the other half is to come.
        }
        if (source != null) {
            job.triedLocally = true;
            begin(path, job);
            gathering.copy(path, job, new LocalCopy(file, source));
            return;
        }
        SessionId session = fetches.chooseSource(job, from);
        if (session == null && fetches.isSessionEnding()) {
            if (!job.tried.isEmpty()) {
                earlier.put(path, job);
            }
            return;
        }
        if (session == null) {
            if (!job.tried.isEmpty() && replica.movedEdits.takeBack(file)) {
                held(path);
            } else if (!job.tried.isEmpty()) {
                blocks.add(
                        path,
                        Problem.Kind.CONTENT_MISSING,
                        "no connected machine has this content any more");
            }
            return; // A new session starts all that wait for one.
        }
        begin(path, job);
        awaited.putIfAbsent(file.content(), new HashSet<>());
        gathering.want(session, path, job);
    }

    /** The row of the file that was renamed to {@code file}, if it is still here untouched. */
    private @Nullable Row movedHere(File file, @Nullable Held expected) {
        for (RelativePath holder : replica.index.holders(file.content(), HOLDERS_TRIED)) {
            Row row = replica.row(holder);
            if (row != null
                    && row.known() instanceof Tombstone gone
                    && Objects.equals(gone.movedTo(), file.path())
                    && !isInFlight(holder)
                    && Planner.hasContent(row.held(), file)
                    && Renames.mayReplace(row.held(), expected)) {
                return row;
            }
        }
        return null;
    }

    private void rename(RelativePath path, Job job, File file, Row moved) {
        Tombstone gone = (Tombstone) Objects.requireNonNull(moved.known());
        Held held = Objects.requireNonNull(moved.held());
        job.movedFrom = moved.path();
        job.triedRename = true;
        begin(path, job);
        begin(moved.path(), new Job(gone, held));
        boolean isNowhereElse = replica.movedEdits.isNowhereElse(job.expected, file);
        ready.add(Planner.rename(file, gone, held, job.expected, isNowhereElse));
    }

    private Step step(Entry target, @Nullable Held expected, @Nullable Staged content) {
        boolean isNowhereElse = replica.movedEdits.isNowhereElse(expected, target);
        return Planner.step(target, expected, content, isNowhereElse);
    }

    /** Whether {@code held} is to be copied elsewhere before {@code next} takes its place. */
    private boolean isStillToMove(Held held, Entry next) {
        Tombstone gone = replica.movedEdits.overtaken(held, next);
        return gone != null && (exchanging || clearing.isStillToMove(gone, held));
    }

    private Effect.@Nullable CopySource localSource(File file) {
        if (file.sizeBytes() == 0) {
            return null; // An empty content costs nothing wherever it comes from.
        }
        for (RelativePath holder : replica.index.holders(file.content(), HOLDERS_TRIED)) {
            if (!isBeingReplaced(holder)
                    && !holder.equals(file.path())
                    && replica.decay.found(holder) == null) {
                return new Effect.CopySource.InTree(holder);
            }
        }
        return replica.kept.mayHave(file.content()) ? new Effect.CopySource.InVersions() : null;
    }

    /**
     * Whether a step may change the path at any time; one that still waits for content has none.
     */
    private boolean isBeingReplaced(RelativePath path) {
        Job job = jobs.get(path);
        return job != null && (job.fetch == 0 || job.staged != null);
    }

    void fetched(long fetch, List<FetchOutcome> outcomes) {
        for (FetchOutcome outcome : outcomes) {
            Job job = fetches.take(fetch, outcome.path());
            if (job == null) {
                discard(outcome);
                continue;
            }
            switch (outcome) {
                case FetchOutcome.Ready it -> {
                    fetchedBytes += job.source == null ? 0 : job.bytes();
                    staged(job, it.staged());
                }
                case FetchOutcome.Missing _ -> missing(job);
                case FetchOutcome.Cut _ -> cut(job);
                case FetchOutcome.Failed failed -> {
                    end(failed.path(), job);
                    blocks.add(failed.path(), Blocks.kind(failed.obstacle()), failed.detail());
                }
            }
        }
    }

    private void discard(FetchOutcome outcome) {
        if (outcome instanceof FetchOutcome.Ready ready) {
            replica.emit(new Effect.Discard(ready.staged().name()));
        }
    }

    private void staged(Job job, Staged staged) {
        RelativePath path = job.target.path();
        Row row = replica.row(path);
        if (row == null || !job.target.equals(row.known())) {
            // Something greater was heard meanwhile: this content is not wanted any more.
            replica.emit(new Effect.Discard(staged.name()));
            end(path, job);
            held(path);
            return;
        }
        job.staged = staged;
        ready.add(step(job.target, job.expected, staged));
    }

    private void missing(Job job) {
        if (job.source != null) {
            job.tried.add(job.source);
            job.source = null;
        }
        RelativePath path = job.target.path();
        end(path, job);
        earlier.put(path, job);
        held(path);
    }

    /** That its session ended says nothing about whether the peer has it. */
    private void cut(Job job) {
        Peer peer = job.source == null ? null : replica.peers.get(job.source);
        if (peer != null) {
            peer.cut = true;
        }
        RelativePath path = job.target.path();
        end(path, job);
        earlier.put(path, job);
        held(path);
    }

    // ---------------------------------------------------------------- removing

    private void remove(Row row) {
        RelativePath path = row.path();
        Row current = moves.holdsOff(path) ? null : replica.row(path);
        if (current == null || current.pending() != Pending.REMOVE || isInFlight(path)) {
            return;
        }
        Entry target = Objects.requireNonNull(current.known());
        Held held = Objects.requireNonNull(current.held());
        if (held.entry() instanceof Directory directory && !clearing.isCleared(directory, target)) {
            replica.oneWay.keepDirectory(current);
            return; // It was made again, perhaps, however long it was to wait for being removed.
        }
        if (blocks.holdsBack(path)) {
            return;
        }
        if (clearing.isStillToMove((Tombstone) target, held)) {
            movesAreAwaited = true;
            return;
        }
        begin(path, new Job(target, held));
        ready.add(step(target, held, null));
    }

    // ---------------------------------------------------------------- applying

    private void emitSteps() {
        while (!ready.isEmpty() && batches.size() < BATCHES_MAX) {
            List<Step> steps =
                    new ArrayList<>(ready.subList(0, Math.min(ready.size(), STEPS_PER_BATCH)));
            ready.subList(0, steps.size()).clear();
            long batch = ++lastBatch;
            batches.put(batch, steps);
            replica.emit(new Effect.Apply(batch, List.copyOf(steps)));
        }
    }

    void applied(long batch, List<Outcome> outcomes) {
        batches.remove(batch);
        List<Entry> done = new ArrayList<>();
        for (Outcome outcome : outcomes) {
            RelativePath path = outcome.path();
            Job job = jobs.get(path);
            if (job == null) {
                throw new IllegalStateException(
                        "an outcome for %s, which has no step in flight".formatted(path));
            }
            end(path, job);
            RelativePath oldPath = moves.ended(path);
            take(outcome, job, done);
            if (job.movedFrom != null) {
                endRename(path, job, job.movedFrom, outcome instanceof Outcome.Renamed);
            }
            if (oldPath != null && outcome instanceof Outcome.Unexpected) {
                blocks.remove(path); // By steps for single paths, then.
                suspects.add(oldPath);
            }
            held(path);
        }
        unflushed.put(batch, done);
    }

    private void take(Outcome outcome, Job job, List<Entry> done) {
        RelativePath path = outcome.path();
        switch (outcome) {
            case Outcome.Done it -> {
                replica.decisions.applied(job.expected, it.held().entry());
                done(path, it.held());
                done.add(it.held().entry());
            }
            case Outcome.Renamed it -> renamed(it, job.expected, done);
            case Outcome.RenamedDirectory it -> {
                renamed(it.directory(), null, done);
                it.children().forEach(child -> renamedAlong(child, done));
                held(it.directory().gone().path());
            }
            case Outcome.Unexpected _ -> {
                resume();
                suspects.add(path);
                discard(job);
                blocks.add(path, Problem.Kind.IN_USE, "it changed while it was to be replaced");
            }
            case Outcome.Blocked blocked -> {
                discard(job);
                blocked(path, blocked);
            }
        }
    }

    private void renamed(Outcome.Renamed renamed, @Nullable Held replaced, List<Entry> done) {
        Entry entry = renamed.held().entry();
        replica.decisions.renamed(renamed.gone(), entry, replaced);
        done(entry.path(), renamed.held());
        done(renamed.gone().path(), new Held(renamed.gone(), null));
        done.add(entry);
        done.add(renamed.gone());
    }

    /** What is in a renamed directory; something greater may have been heard meanwhile. */
    private void renamedAlong(Outcome.Renamed renamed, List<Entry> done) {
        renamed(renamed, null, done);
        for (RelativePath path : List.of(renamed.path(), renamed.gone().path())) {
            Row row = replica.row(path);
            if (row != null && row.pending() != Pending.NOTHING) {
                held(path);
            }
        }
    }

    /** The old path of a rename is free again; if nothing came of it the content is copied. */
    private void endRename(RelativePath path, Job job, RelativePath from, boolean done) {
        end(from, Objects.requireNonNull(jobs.get(from)));
        if (!done) {
            blocks.remove(path);
            earlier.put(path, job);
            suspects.add(from);
        }
        held(from);
    }

    private void done(RelativePath path, Held held) {
        blocks.remove(path);
        if (replica.ignoring.ignores(held.entry())) {
            return; // It became so while the step was under way.
        }
        if (path.equals(IgnoreRules.FILE)) {
            replica.ignoring.doubt();
            suspects.add(path);
        }
        Row row = replica.row(path);
        Entry known = row == null ? null : row.known();
        if (known == null || Entry.ORDER.compare(held.entry(), known) > 0) {
            known = held.entry(); // It was ignored for a while, and what was known of it set aside.
        }
        replica.ignoring.outgrown(known);
        replica.index.put(new Row(path, known, held));
        replica.movedEdits.arrived(path);
        if (movesAreAwaited && held.entry() instanceof File) {
            movesAreAwaited = false;
            resume();
        }
        if (!held.entry().isLive()) {
            path.parent().ifPresent(blocks::stir);
            resume(); // For what waits for this path to be free, or for its directory to be empty.
        }
    }

    private void blocked(RelativePath path, Outcome.Blocked blocked) {
        resume(); // What is there stays, and may be a parent for others.
        if (blocked.obstacle() == Outcome.Obstacle.NOT_EMPTY
                || blocked.obstacle() == Outcome.Obstacle.NO_PARENT) {
            suspects.add(path);
            path.parent().ifPresent(suspects::add);
        }
        blocks.add(path, Blocks.kind(blocked.obstacle()), blocked.detail());
        if (blocked.obstacle() == Outcome.Obstacle.NAME_IMPOSSIBLE) {
            clashes.await(path);
        }
        Row row = replica.row(path);
        if (blocked.obstacle() == Outcome.Obstacle.NOT_EMPTY
                && row != null
                && row.pending() == Pending.REMOVE) {
            blocks.rest(path);
        }
    }

    private void discard(Job job) {
        if (job.staged != null) {
            replica.emit(new Effect.Discard(job.staged.name()));
        }
    }

    /** What the batch did may not be durable: nobody is told that it is here. */
    void notFlushed(long batch) {
        unflushed.remove(batch);
    }

    void flushed(long batch) {
        List<Entry> done = unflushed.remove(batch);
        if (done == null) {
            return;
        }
        flushed.add(batch);
        for (Entry entry : done) {
            Row row = replica.row(entry.path());
            if (row != null
                    && row.held() != null
                    && entry.equals(row.held().entry())
                    && entry.equals(row.known())) {
                durable.add(entry);
            }
        }
    }

    /** A session is gone; what it was to send is answered as cut by the transfers. */
    void closed(SessionId session) {
        moves.closed(session);
        resume();
    }
}
