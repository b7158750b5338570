package dev.lanyard.node.core.engine;

import dev.lanyard.node.core.engine.Effect.Phase;
import dev.lanyard.node.core.engine.Effect.Reply;
import dev.lanyard.node.core.engine.Event.Command;
import dev.lanyard.node.core.ignore.IgnoreRules;
import dev.lanyard.node.core.index.Index;
import dev.lanyard.node.core.index.Index.Amount;
import dev.lanyard.node.core.index.Row;
import dev.lanyard.node.core.index.Row.Pending;
import dev.lanyard.node.core.names.Naming;
import dev.lanyard.node.core.plan.Outcome;
import dev.lanyard.protocol.Entry;
import dev.lanyard.protocol.RelativePath;
import dev.lanyard.protocol.ReplicaId;
import dev.lanyard.protocol.VersionVector;
import dev.lanyard.protocol.message.Message;
import dev.lanyard.protocol.message.Message.Announce;
import dev.lanyard.protocol.message.Message.BucketAnswer;
import dev.lanyard.protocol.message.Message.BucketEntries;
import dev.lanyard.protocol.message.Message.BucketOffer;
import dev.lanyard.protocol.message.Message.EntryAsk;
import dev.lanyard.protocol.message.Message.ExchangeDone;
import dev.lanyard.protocol.message.Message.Have;
import dev.lanyard.protocol.message.Message.Renaming;
import dev.lanyard.protocol.message.Message.SettleAsk;
import dev.lanyard.protocol.message.Message.SettleTell;
import dev.lanyard.protocol.message.Message.SummaryAsk;
import dev.lanyard.protocol.message.Message.SummaryTell;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The state machine of a replica: events in, effects out. One thread calls it. It does no IO but
 * through its index, and reads no clock.
 *
 * <p>Duties of the caller:
 *
 * <ol>
 *   <li>Give it all events in the order in which they came, several at a time if several wait.
 *   <li>Run the effects that a step returns, in their order, after the step; the index is committed
 *       by then. What goes to one session must arrive in that order; {@link Effect.Apply} batches
 *       must be carried out in that order.
 *   <li>Come back with {@link Event.Ticked} at {@link #nextTimeout}, if nothing else comes before.
 * </ol>
 */
public final class Engine {
    private static final Duration FULL_SCAN_EVERY = Duration.ofHours(1);
    private static final Duration REPEAT_PARTIAL_AFTER = Duration.ofSeconds(5);
    private static final Duration ROOT_CHECK_EVERY = Duration.ofSeconds(1);

    private final Replica replica;
    private final CatchUp catchUp;
    private final LocalChanges local;
    private final Gossip gossip;
    private final Exchanges exchanges;
    private final Clocks clocks;
    private final Waits waits;
    private final Decisions decisions;
    private final Repairs repairs;

    private @Nullable Instant fullScanAt;
    private @Nullable Instant rootCheckAt;
    private @Nullable Instant busySince;

    /**
     * An engine over what {@code index} remembers, making versions as {@code author}, within {@code
     * policy}.
     *
     * @param kept which contents need not be fetched, since versions has them
     */
    public Engine(Index index, Author author, Policy policy, KeptContents kept) {
        this(index, author, policy, kept, Naming.EXACT);
    }

    /** The same over a file system that tells names apart as {@code naming} says. */
    public Engine(Index index, Author author, Policy policy, KeptContents kept, Naming naming) {
        replica = new Replica(index, author, policy, kept);
        catchUp = new CatchUp(replica, naming);
        local = new LocalChanges(replica, catchUp);
        replica.heldBack.unseen(local::isUnseen);
        gossip = new Gossip(replica, catchUp);
        exchanges = new Exchanges(replica, gossip, catchUp);
        clocks = new Clocks(replica);
        waits = new Waits(replica, local, catchUp, exchanges);
        decisions = new Decisions(replica, catchUp, local);
        repairs = new Repairs(replica, catchUp);
    }

    /**
     * Takes events at {@code now} (a monotonic time), commits what follows from them, and returns
     * what shall be done.
     *
     * @throws RuntimeException if the index fails; nothing may be done then, and the node must stop
     */
    public List<Effect> step(List<Event> events, Instant now) {
        replica.now = now;
        events.forEach(this::dispatch);
        settle();
        replica.save();
        replica.index.commit();
        List<Effect> effects = List.copyOf(replica.effects);
        replica.effects.clear();
        return effects;
    }

    private void dispatch(Event event) {
        switch (event) {
            case Event.Dirtied it -> local.dirty(it.dirt());
            case Event.WatchOverflowed _ -> local.dirtyAll();
            case Event.WatchLimited it -> watchLimited(it.unwatchedDirectories());
            case Event.CookieSeen it -> waits.cookieSeen(it.cookie());
            case Event.Observed it -> {
                JustChanged.note(replica.index, it);
                local.observed(it.scan(), it.observations(), it.wallClock());
            }
            case Event.ScanEnded it -> scanEnded(it.scan(), it.end());
            case Event.RulesRead it -> rulesRead(it);
            case Event.IgnoredCounted it -> replica.ignoring.counted(it.count());
            case Event.RootLost it -> rootLost(it.reason());
            case Event.RootFound _ -> rootFound();
            case Event.SessionOpened it -> opened(new Peer(it.session(), it.peer()));
            case Event.SessionClosed it -> closed(it.session());
            case Event.PeerBrokeRule it -> brokeRule(it.session(), it.detail());
            case Event.ClockTold it -> clocks.told(it.session(), it.ahead(), it.roundTrip());
            case Event.ConflictsListed it ->
                    replica.problems.replaceAll(
                            Problem.Kind.CONFLICT, Conflicts.problems(it.conflicts(), replica.now));
            case Event.Scrubbed it -> replica.decay.scrubbed(it.held(), it.found());
            case Event.SessionOverflowed it -> overflowed(it.session());
            case Event.Received it -> received(it.session(), it.message());
            case Event.Fetched it -> catchUp.fetched(it.fetch(), it.outcomes());
            case Event.Applied it -> {
                JustChanged.note(replica.index, it.outcomes());
                applied(it.batch(), it.outcomes());
            }
            case Event.Flushed it -> catchUp.flushed(it.batch());
            case Event.FlushFailed it -> flushFailed(it.batches(), it.reason());
            case Event.Asked it -> asked(it.request(), it.command(), it.wallClock());
            case Event.DayBegan it -> dayBegan(it.day());
            case Event.Ticked _ -> {} // Deadlines are looked at in every step.
        }
    }

    private void dayBegan(int day) {
        if (replica.horizon.begin(day) && replica.absence.look()) {
            exchanges.startAll(); // What others have is heard before they are told more.
        }
    }

    /** What follows from the events together, once for all of them. */
    private void settle() {
        tick();
        replica.oneWay.begin();
        catchUp.takeSuspects().forEach(path -> local.dirty(path, false));
        land();
        decisions.pump();
        replica.movedEdits.pump();
        sift();
        listen();
        pumpSteps();
        replica.decay.pump();
        repairs.pump();
        catchUp.takeSuspects().forEach(path -> local.dirty(path, false));
        land();
        local.pump();
        catchUp.takeDurable().forEach(gossip::have);
        catchUp.clearFlushed();
        gossip.pump();
        replica.heldBack.tell();
        replica.oneWay.tell();
        replica.horizon.pump(catchUp::isInFlight);
        waits.pump();
        boolean busy = phase() == Phase.SYNCING;
        busySince = busy ? (busySince == null ? replica.now : busySince) : null;
    }

    private void land() {
        catchUp.takeLanded().forEach(local::landed);
        catchUp.takeLandedTrees().forEach(local::landedBelow);
    }

    /** Before all is looked at, what is here is not known, and nothing may take its place. */
    private void pumpSteps() {
        if (replica.heldBack.isListening()) {
            return; // What others deleted is not known yet.
        }
        if (replica.ignoring.holdsSteps()) {
            catchUp.pumpRules();
        } else if (local.scannedOnce()) {
            catchUp.pump(exchanges.isUnderWay());
        }
    }

    private void rulesRead(Event.RulesRead read) {
        replica.ignoring.read(read, catchUp);
        local.brake().forgetIgnored();
    }

    private void sift() {
        if (replica.ignoring.isSifting() && replica.ignoring.sift(catchUp)) {
            catchUp.dropIgnored();
            local.lookAgain();
            startFullScan(); // What is not ignored any more is found anew, and told, and heard of.
            exchanges.startAll();
            catchUp.resume();
        }
    }

    private void tick() {
        local.tick();
        catchUp.tick();
        gossip.tick();
        exchanges.tick();
        clocks.tick();
        replica.faults.tick();
        if (replica.rootLost == null && (fullScanAt == null || !fullScanAt.isAfter(replica.now))) {
            startFullScan(); // The first step of an engine begins with one.
        }
        if (rootCheckAt != null && !rootCheckAt.isAfter(replica.now)) {
            rootCheckAt = replica.now.plus(ROOT_CHECK_EVERY);
            replica.emit(new Effect.CheckRoot());
        }
    }

    /** A replica without state listens before it tells or does anything. */
    private void listen() {
        HeldBack heldBack = replica.heldBack;
        if (heldBack.isListening() && exchanges.hasHeard()) {
            heldBack.heard();
            replica.peers.keySet().forEach(exchanges::start); // Of what was not told.
        } else if (heldBack.isListening() && hasNothing() && !replica.peers.isEmpty()) {
            heldBack.heard(); // What arrives need not wait where nothing could be deleted.
        }
        heldBack.found(local.isQuiet() && !replica.ignoring.isSifting());
    }

    private boolean hasNothing() {
        return local.scannedOnce() && replica.index.liveCount() == 0;
    }

    /** When to come back at the latest, or empty when only an event can change anything. */
    public Optional<Instant> nextTimeout() {
        return Stream.of(
                        local.nextTimeout(),
                        catchUp.nextTimeout(),
                        gossip.nextTimeout(),
                        exchanges.nextTimeout(),
                        clocks.nextTimeout(),
                        replica.faults.nextTimeout(),
                        repairs.nextTimeout(),
                        replica.horizon.nextTimeout(),
                        replica.rootLost == null
                                ? Optional.ofNullable(fullScanAt)
                                : Optional.<Instant>empty(),
                        Optional.ofNullable(rootCheckAt),
                        replica.ignoring.isSifting()
                                ? Optional.of(replica.now)
                                : Optional.<Instant>empty())
                .flatMap(Optional::stream)
                .min(Instant::compareTo);
    }

    /** The id under which this replica makes versions now. */
    public ReplicaId replica() {
        return replica.author.replica();
    }

    /** The rules that are in force. */
    public IgnoreRules rules() {
        return replica.ignoring.rules();
    }

    /** The highest counter of each replica that was ever seen here, for greetings. */
    public VersionVector seen() {
        return replica.seen();
    }

    /** The files that are listed as decayed. */
    public Set<RelativePath> decayed() {
        return replica.decay.paths();
    }

    /** Whether something waits for a user to say what becomes of it. */
    public boolean holdsBack() {
        return local.brake().reason().isPresent() || replica.heldBack.count() > 0;
    }

    /** Whether all of the tree was looked at since the start. */
    public boolean scannedOnce() {
        return local.scannedOnce();
    }

    private void scanEnded(long scan, Event.ScanEnd end) {
        local.scanEnded(scan, end);
        Instant soon = replica.now.plus(REPEAT_PARTIAL_AFTER);
        if (end == Event.ScanEnd.PARTIAL && (fullScanAt == null || fullScanAt.isAfter(soon))) {
            fullScanAt = soon; // What was not looked at is not known by name.
        }
    }

    private void startFullScan() {
        fullScanAt = replica.now.plus(FULL_SCAN_EVERY);
        replica.ignoring.readAgain();
        local.dirtyAll();
        catchUp.stirAll();
    }

    private void watchLimited(int unwatchedDirectories) {
        if (unwatchedDirectories == 0) {
            replica.problems.removeAll(Problem.Kind.WATCH_LIMIT);
        } else {
            String detail = "%d directories are not watched".formatted(unwatchedDirectories);
            replica.problems.add(Problem.Kind.WATCH_LIMIT, "", replica.now, detail);
        }
    }

    // ---------------------------------------------------------------- root

    private void applied(long batch, List<Outcome> outcomes) {
        catchUp.applied(batch, outcomes);
        for (Outcome outcome : outcomes) {
            if (outcome instanceof Outcome.Blocked blocked
                    && blocked.obstacle() == Outcome.Obstacle.ROOT_LOST) {
                rootLost(blocked.detail());
            }
        }
    }

    private void flushFailed(List<Long> batches, String reason) {
        batches.forEach(catchUp::notFlushed);
        replica.problems.add(Problem.Kind.NOT_DURABLE, "", replica.now, reason);
    }

    private void rootLost(String reason) {
        if (replica.rootLost == null) {
            rootCheckAt = replica.now.plus(ROOT_CHECK_EVERY);
            local.abandon();
        }
        replica.rootLost = reason;
        replica.problems.add(Problem.Kind.ROOT_LOST, "", replica.now, reason);
    }

    private void rootFound() {
        replica.rootLost = null;
        rootCheckAt = null;
        replica.problems.removeAll(Problem.Kind.ROOT_LOST);
        startFullScan();
        catchUp.resume();
    }

    // ---------------------------------------------------------------- peers

    private void opened(Peer peer) {
        replica.peers.put(peer.session, peer);
        if (peer.greeting.replica().equals(replica.author.replica())) {
            replica.problems.add(
                    Problem.Kind.DUPLICATE_IDENTITY,
                    peer.greeting.name(),
                    replica.now,
                    "it made versions under the same id as this machine");
        }
        replica.renewal.greeted(peer.greeting);
        replica.decisions.greeted(peer);
        if (replica.canSee(peer.greeting.seen())) {
            replica.see(peer.greeting.seen());
        }
        replica.absence.opened(peer);
        gossip.greet(peer.session);
        exchanges.opened(peer);
        clocks.opened(peer);
        catchUp.opened();
    }

    private void closed(SessionId session) {
        Peer peer = replica.peers.remove(session);
        if (peer == null) {
            return;
        }
        replica.faults.forgetUnlessListed(peer.greeting.name());
        replica.problems.remove(Problem.Kind.DUPLICATE_IDENTITY, peer.greeting.name());
        exchanges.closed(session);
        clocks.closed(session);
        waits.closed(peer);
        catchUp.closed(session);
    }

    private void brokeRule(SessionId session, String detail) {
        Peer peer = replica.peers.get(session);
        if (peer != null) {
            replica.faults.add(peer.greeting.name(), detail);
        }
    }

    private void overflowed(SessionId session) {
        if (replica.peers.containsKey(session)) {
            exchanges.start(session);
        }
    }

    private void received(SessionId from, Message.ForIndex message) {
        if (!replica.peers.containsKey(from)) {
            return; // It was closed while this was on its way.
        }
        switch (message) {
            case Announce it -> it.entries().forEach(entry -> gossip.hear(from, entry));
            case Have it -> gossip.heardHave(from, it.versions());
            case EntryAsk it -> gossip.asked(from, it.paths());
            case SummaryAsk it -> exchanges.asked(from, it);
            case SummaryTell it -> exchanges.told(from, it);
            case BucketOffer it -> exchanges.offered(from, it);
            case BucketAnswer it -> exchanges.answered(from, it);
            case BucketEntries it -> exchanges.heard(from, it);
            case ExchangeDone _ -> exchanges.done(from);
            case SettleAsk it -> waits.asked(from, it);
            case SettleTell it -> waits.told(from, it);
            case Renaming it -> catchUp.renaming(from, it.from(), it.to());
        }
    }

    // ---------------------------------------------------------------- people

    private void asked(long request, Command command, Instant wallClock) {
        switch (command) {
            case Command.Status _ -> answer(request, status());
            case Command.Problems _ -> answer(request, new Reply.Problems(replica.problems.list()));
            case Command.Explain it -> answer(request, explain(it.path()));
            case Command.Wait _ -> waits.begin(request);
            case Command.Forget it ->
                    answer(request, new Reply.Missing(waits.forget(it.request())));
            case Command.ConfirmDeletes it -> answer(request, release(it.restore()));
            case Command.Level _ -> answer(request, level());
            case Command.Pause _ -> {
                pause();
                answer(request, new Reply.Done());
            }
            case Command.Resume _ -> {
                goOn();
                answer(request, new Reply.Done());
            }
            case Command.Repair it -> repairs.begin(request, it.path());
            case Command.Rescan _ -> {
                startFullScan();
                catchUp.retryNames();
                answer(request, new Reply.Done());
            }
            case Command.Restoring it -> {
                replica.putBacks.begin(it.paths());
                answer(request, new Reply.Done());
            }
            case Command.Restored it -> {
                decisions.restored(it, wallClock);
                answer(request, new Reply.Done());
            }
            case Command.Kept it -> {
                decisions.kept(it.path(), it.seen(), wallClock);
                answer(request, new Reply.Done());
            }
        }
    }

    private Reply release(boolean restore) {
        List<RelativePath> released = replica.heldBack.release(restore);
        released.forEach(catchUp::held);
        long count = local.brake().count() + released.size();
        if (restore) {
            local.brake().restore();
        } else {
            local.brake().confirm();
        }
        startFullScan();
        return new Reply.Released(count);
    }

    private Reply level() {
        List<RelativePath> levelled = replica.oneWay.level();
        levelled.forEach(catchUp::held);
        return new Reply.Released(levelled.size());
    }

    private void pause() {
        if (!replica.paused) {
            replica.pause(true);
            local.pause();
            catchUp.pause();
        }
    }

    /** What was changed here meanwhile is found by looking at everything. */
    private void goOn() {
        if (replica.paused) {
            replica.pause(false);
            startFullScan();
            catchUp.resume();
        }
    }

    private Reply explain(RelativePath path) {
        Row row = replica.row(path);
        Entry known = row == null ? null : row.known();
        Entry held = row == null || row.held() == null ? null : row.held().entry();
        List<Problem> problems = new ArrayList<>(replica.problems.about(path.toString()));
        catchUp.block(path).filter(block -> !problems.contains(block)).ifPresent(problems::add);
        return new Reply.Explanation(
                row,
                known == null ? "" : replica.decisions.nameOf(known.author()),
                held == null ? "" : replica.decisions.nameOf(held.author()),
                catchUp.isInFlight(path),
                problems);
    }

    private void answer(long request, Reply reply) {
        replica.emit(new Effect.Answer(request, reply));
    }

    private Phase phase() {
        if (replica.rootLost != null) {
            return Phase.ROOT_LOST;
        }
        if (replica.paused) {
            return Phase.PAUSED;
        }
        if (!local.scannedOnce()) {
            return Phase.SCANNING;
        }
        return catchUp.isDone() ? Phase.IDLE : Phase.SYNCING;
    }

    private Reply.Status status() {
        Amount held = replica.index.heldAmount();
        Amount toPlace = replica.index.pendingAmount(Pending.PLACE);
        List<Effect.PeerState> peers = new ArrayList<>();
        for (Peer peer : replica.peers.values()) {
            boolean exchanging = exchanges.isUnderWay(peer);
            peers.add(
                    new Effect.PeerState(
                            peer.session,
                            peer.greeting.node().toString(),
                            peer.greeting.name(),
                            exchanging,
                            !exchanging && catchUp.isDone()));
        }
        return new Reply.Status(
                phase(),
                held.count(),
                held.bytes(),
                toPlace.count(),
                toPlace.bytes(),
                replica.index.pendingAmount(Pending.REMOVE).count(),
                catchUp.fetchedBytes(),
                busySince == null ? Duration.ZERO : Duration.between(busySince, replica.now),
                List.copyOf(peers),
                replica.problems.size(),
                catchUp.fetchedBytes(),
                replica.ignoring.count(),
                replica.oneWay.count());
    }
}
