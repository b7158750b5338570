package dev.lanyard.node.app.runtime;

import dev.lanyard.discovery.Discovery;
import dev.lanyard.discovery.mdns.MdnsSource;
import dev.lanyard.discovery.udp.UdpDiscovery;
import dev.lanyard.node.app.config.AgeClock;
import dev.lanyard.node.app.config.KeyRenewal;
import dev.lanyard.node.app.config.Listing;
import dev.lanyard.node.app.config.MachineIds;
import dev.lanyard.node.app.config.OwnerOnlyFiles;
import dev.lanyard.node.app.config.PeerMemory;
import dev.lanyard.node.app.config.ScrubMemory;
import dev.lanyard.node.app.config.Settings;
import dev.lanyard.node.app.config.StartFailure;
import dev.lanyard.node.app.config.StateDirectory;
import dev.lanyard.node.app.control.ControlServer;
import dev.lanyard.node.app.control.RunningNode;
import dev.lanyard.node.app.runtime.PeerRoll.Attempts;
import dev.lanyard.node.core.engine.Effect;
import dev.lanyard.node.core.engine.Engine;
import dev.lanyard.node.core.engine.Event;
import dev.lanyard.node.core.engine.Event.Command;
import dev.lanyard.node.core.engine.JustChanged;
import dev.lanyard.node.core.engine.Policy;
import dev.lanyard.node.core.engine.Problem;
import dev.lanyard.node.core.engine.SessionId;
import dev.lanyard.node.core.index.IndexFailure;
import dev.lanyard.node.core.index.IndexReader;
import dev.lanyard.node.core.names.NameRules;
import dev.lanyard.node.core.names.Naming;
import dev.lanyard.node.io.apply.Applier;
import dev.lanyard.node.io.apply.Journal;
import dev.lanyard.node.io.apply.Pruning;
import dev.lanyard.node.io.apply.Recovery;
import dev.lanyard.node.io.apply.Versions;
import dev.lanyard.node.io.disk.Disk;
import dev.lanyard.node.io.disk.RootIdentity;
import dev.lanyard.node.io.disk.RootLostException;
import dev.lanyard.node.io.peer.Peers;
import dev.lanyard.node.io.peer.TransferSink;
import dev.lanyard.node.io.scan.Scanner;
import dev.lanyard.node.io.scan.ScrubCounts;
import dev.lanyard.node.io.scan.Scrubber;
import dev.lanyard.node.io.scan.Signing;
import dev.lanyard.node.io.store.DecisionJournal;
import dev.lanyard.node.io.store.SignatureFile;
import dev.lanyard.node.io.store.SqliteIndex;
import dev.lanyard.node.io.transfer.Amounts;
import dev.lanyard.node.io.transfer.Transfers;
import dev.lanyard.node.io.transfer.Width;
import dev.lanyard.node.io.watch.WatchSettings;
import dev.lanyard.node.io.watch.Watcher;
import dev.lanyard.protocol.KeyRing;
import dev.lanyard.protocol.NodeId;
import dev.lanyard.protocol.NodeIdentity;
import dev.lanyard.protocol.RelativePath;
import dev.lanyard.protocol.ReplicaId;
import dev.lanyard.protocol.VersionVector;
import dev.lanyard.protocol.message.Message;
import dev.lanyard.protocol.transport.NettyTransport;
import dev.lanyard.protocol.transport.Transport.Link;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** One node that runs in this process. */
public final class NodeRuntime implements RunningNode {
    private static final Logger log = LoggerFactory.getLogger(NodeRuntime.class);
    private static final Duration ANSWER_MAX = Duration.ofSeconds(30);

    /** Who asks for a repair waits so long; it goes on afterwards. */
    private static final Duration REPAIR_MAX = Duration.ofHours(1);

    private static final Result PAUSED =
            new Result(false, "this node is paused; go on with: lanyard resume");

    private final Settings settings;
    private final Surroundings surroundings;

    /** What has to be closed, the last one first. */
    private final Deque<AutoCloseable> opened = new ArrayDeque<>();

    private final InstantSource monotonic;
    private final EngineLoop loop;
    private final AtomicBoolean closed = new AtomicBoolean();
    private @Nullable Parts parts;

    /** What questions are answered with. */
    private record Parts(
            NodeIdentity identity,
            InetSocketAddress listening,
            Peers peers,
            Transfers transfers,
            Versions versions,
            ConflictWatch conflicts,
            Disk disk,
            DecisionJournal decisions,
            Renamed renames,
            PeerRoll roll,
            PeerVersions elsewhere,
            Scrubbing scrubbing,
            KeptKeys keys) {}

    /** What a session may ask for at any time, as of the last step. */
    private record Self(ReplicaId replica, VersionVector seen) {}

    /** The paths that are listed as decayed, as of the last step. */
    private volatile Set<RelativePath> decayed = Set.of();

    /** How much was held when housekeeping looked last. */
    private volatile long heldBytes;

    private volatile Self self = new Self(new ReplicaId(0), VersionVector.empty());

    private NodeRuntime(Settings settings, Surroundings surroundings) {
        this.settings = settings;
        this.surroundings = surroundings;
        Instant start = surroundings.wallClock().instant();
        long startNanos = System.nanoTime();
        this.monotonic = () -> start.plusNanos(System.nanoTime() - startNanos);
        this.loop = new EngineLoop(monotonic, surroundings.wallClock());
    }

    /**
     * Starts a node on this machine; see {@link dev.lanyard.node.app.control.NodeLauncher#launch}.
     *
     * @throws StartFailure if it cannot start; nothing is left behind then
     */
    public static NodeRuntime launch(Settings settings) throws StartFailure {
        NodeRuntime node = launch(settings, Surroundings.ofThisMachine());
        // A thread that ends by our own mistake would leave a node that only seems to run.
        Thread.setDefaultUncaughtExceptionHandler(
                (thread, failure) -> node.loop.fail(thread, failure));
        return node;
    }

    /** The same in other surroundings. */
    public static NodeRuntime launch(Settings settings, Surroundings surroundings)
            throws StartFailure {
        NodeRuntime node = new NodeRuntime(settings, surroundings);
        try {
            node.start();
            return node;
        } catch (StartFailure failure) {
            node.close();
            throw failure;
        } catch (RootLostException lost) {
            node.close();
            throw new StartFailure(
                    StartFailure.Kind.REFUSED,
                    "the folder is not the one that it was (%s)".formatted(lost.getMessage()),
                    "mount or plug in what holds it; to begin anew with what is there, remove its state directory",
                    lost);
        } catch (IOException | IndexFailure failure) {
            node.close();
            throw new StartFailure(
                    StartFailure.Kind.FAILED,
                    "the node cannot start (%s)".formatted(failure.getMessage()),
                    "look at the log in the state directory",
                    failure);
        } catch (RuntimeException | Error wrong) {
            node.close();
            throw wrong;
        }
    }

    private <T extends AutoCloseable> T own(T part) {
        opened.push(part);
        return part;
    }

    // ---------------------------------------------------------------- start and end

    private void start() throws StartFailure, IOException {
        StateDirectory state = own(StateDirectory.claim(settings));
        KeyRing ring = state.shareKeys(surroundings.random());
        Disk disk = surroundings.disks().holding(settings.folder());
        RootIdentity root = disk.adopt(state.root().orElse(null));
        state.recordRoot(root);

        OwnerOnlyFiles.makeDirectory(state.decisions());
        DecisionJournal decisions =
                own(DecisionJournal.open(state.decisions(), surroundings.wallClock()));
        SqliteIndex index = own(SqliteIndex.open(state.index()));
        SignatureFile signatures = own(SignatureFile.open(state.signatures()));
        Versions versions = new Versions(disk, surroundings.wallClock(), surroundings.random());
        Journal journal =
                own(
                        Journal.open(
                                state.journal(),
                                surroundings.boot().id(),
                                surroundings.wallClock()));
        Recovery recovery =
                new Recovery(
                        disk, journal, versions, Assembly.held(index), surroundings.wallClock());
        Assembly.adopt(index, recovery.run());
        recovery.finish();
        FolderAuthor author =
                Assembly.author(
                        index, disk, MachineIds.machine(), index.inode(), surroundings.random());
        author.writeMark();
        NodeIdentity identity =
                state.identity(
                        author.isCopied(),
                        surroundings.random(),
                        surroundings.wallClock().instant());
        Engine engine =
                new Engine(
                        index,
                        author,
                        Policy.DEFAULT.in(settings.mode()).keeping(settings.keepDeletionsDays()),
                        versions,
                        disk.naming());
        self = new Self(engine.replica(), engine.seen());
        decayed = engine.decayed();

        Watcher watcher = own(Watcher.on(settings.folder(), loop::put, WatchSettings.DEFAULT));
        Bringing bringing = new Bringing(loop::put);
        Transfers transfers =
                own(
                        new Transfers(
                                disk,
                                index::reader,
                                versions::nameOf,
                                this::isDecayed,
                                bringing::hear,
                                surroundings.random(),
                                Width.of(Runtime.getRuntime().availableProcessors()),
                                signatures,
                                decisions::write));
        Scanner scanner =
                own(
                        new Scanner(
                                disk,
                                index::reader,
                                surroundings.wallClock(),
                                loop::put,
                                new Signing(signatures, transfers::found, surroundings.random())));
        JustChanged.before(index).ifPresent(scanner::doubt);
        Renamed renames = new Renamed(loop::put);
        ConflictWatch conflicts = new ConflictWatch(versions, loop::put);
        Applier applier =
                own(
                        new Applier(
                                disk,
                                journal,
                                versions,
                                event -> {
                                    if (event instanceof Event.Applied applied) {
                                        scanner.placed(applied.outcomes());
                                    }
                                    conflicts.hear(event);
                                    renames.hear(event);
                                }));
        PeerRoll roll = new PeerRoll(PeerMemory.in(state.peers()), surroundings.wallClock());
        AtomicReference<@Nullable Peers> told = new AtomicReference<>();
        VersionTalk talk = new VersionTalk(versions::listOrBelow);
        KeptKeys keys =
                own(
                        new KeptKeys(
                                state.path(),
                                ring,
                                identity.nodeId(),
                                surroundings.wallClock(),
                                staying -> renewed(staying, roll, told.get())));
        Peers peers =
                own(
                        peers(
                                identity,
                                keys,
                                roll,
                                transfers,
                                talk,
                                event -> hear(event, roll, told.get())));
        told.set(peers);
        Effects effects =
                new Effects(loop, disk, scanner, watcher, applier, transfers, peers, decisions);

        InetSocketAddress listening = listen(peers);
        if (settings.discovery()) {
            peers.dialMissing(roll.missingAddresses());
        }
        watcher.start();
        PeerVersions elsewhere =
                new PeerVersions(
                        versions,
                        talk,
                        (from, file) -> bringing.bring(transfers, from, file),
                        command -> ask(command, Effect.Reply.Done.class));
        Scrubbing scrubbing =
                new Scrubbing(
                        () ->
                                new Scrubber(
                                        disk,
                                        index::reader,
                                        surroundings.wallClock(),
                                        loop::put,
                                        this::isDecayed),
                        new ScrubMemory(state.scrub()),
                        surroundings.wallClock(),
                        () -> heldBytes);
        parts =
                new Parts(
                        identity, listening, peers, transfers, versions, conflicts, disk, decisions,
                        renames, roll, elsewhere, scrubbing, keys);
        Thread thread =
                Thread.ofPlatform()
                        .name("engine")
                        .start(
                                () ->
                                        loop.run(
                                                engine,
                                                due -> {
                                                    dropSharedIdentity(engine, state);
                                                    afterStep(engine, author, effects, due);
                                                }));
        own(() -> endLoop(thread));
        AgeClock ages = new AgeClock(surroundings.wallClock(), monotonic, state.clock());
        own(housekeeping(disk, versions, conflicts, transfers, ages, index::reader, signatures));
        Lull lull = new Lull();
        own(new Housekeeping("scrub", () -> {}, () -> isLull(lull), scrubbing::round));
        own(ControlServer.start(this, state.path(), surroundings.random()));
        log.atInfo()
                .addKeyValue("folder", settings.folder())
                .addKeyValue("node", identity.nodeId())
                .addKeyValue("replica", engine.replica())
                .addKeyValue("listen", listening)
                .log("node started");
    }

    private Housekeeping housekeeping(
            Disk disk,
            Versions versions,
            ConflictWatch conflicts,
            Transfers transfers,
            AgeClock ages,
            Supplier<IndexReader> readers,
            SignatureFile signatures) {
        Pruning pruning = new Pruning(disk, versions, settings.retention(), ages);
        Lull lull = new Lull();
        return new Housekeeping(
                "housekeeping",
                () -> {
                    versions.learn();
                    conflicts.look();
                },
                () -> isLull(lull),
                () -> {
                    if (status().phase() == Effect.Phase.IDLE) {
                        transfers.prunePartials(_ -> false); // All that is known is held.
                    }
                    boolean more = pruning.round();
                    if (!more) { // Once in a while, not with every round.
                        forgetSignatures(readers, signatures);
                        conflicts.look();
                    }
                    return more;
                });
    }

    /** After versions are pruned: a full disk needs that most. */
    private static void forgetSignatures(Supplier<IndexReader> readers, SignatureFile signatures) {
        try (IndexReader reader = readers.get()) {
            signatures.prune(content -> !reader.holders(content, 1).isEmpty());
        } catch (IOException e) {
            log.atWarn().setCause(e).log("signatures that are not needed were not forgotten");
        }
    }

    private boolean isLull(Lull lull) {
        try {
            Status now = status();
            heldBytes = now.bytes();
            return lull.isNow(now);
        } catch (IOException busyOrStopping) {
            return false;
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private InetSocketAddress listen(Peers peers) throws StartFailure {
        try {
            return peers.start(settings.listen());
        } catch (IOException taken) {
            throw StartFailure.cannotListen(settings.listen(), taken);
        }
    }

    /** Who has our counters may have the rest of our state as well. */
    private void dropSharedIdentity(Engine engine, StateDirectory state) {
        if (self.replica().equals(engine.replica())) {
            return;
        }
        try {
            state.dropIdentity();
        } catch (IOException e) {
            log.atWarn().setCause(e).log("identity not dropped");
        }
    }

    private void afterStep(Engine engine, FolderAuthor author, Effects effects, List<Effect> due) {
        author.writeMark();
        if (!self.replica().equals(engine.replica()) || !self.seen().equals(engine.seen())) {
            self = new Self(engine.replica(), engine.seen());
        }
        decayed = engine.decayed();
        due.forEach(effects::run);
    }

    private boolean isDecayed(RelativePath path) {
        return decayed.contains(path);
    }

    private void hear(Event event, PeerRoll roll, @Nullable Peers peers) {
        if (peers != null && roll.hear(event, peers::connected) && settings.discovery()) {
            peers.dialMissing(roll.missingAddresses());
        }
        loop.put(event);
    }

    /** The present key has become another one: those who are out are out at once. */
    private void renewed(Set<NodeId> staying, PeerRoll roll, @Nullable Peers peers) {
        if (peers != null) {
            roll.forgetAllBut(staying, peers::forget);
            if (settings.discovery()) {
                peers.dialMissing(roll.missingAddresses());
            }
            peers.newKey();
        }
    }

    private Peers peers(
            NodeIdentity identity,
            KeptKeys keys,
            PeerRoll roll,
            Transfers transfers,
            VersionTalk talk,
            Consumer<Event> events) {
        UdpDiscovery discovery =
                settings.discovery()
                        ? new UdpDiscovery(
                                UdpDiscovery.Settings.of(
                                                keys::beacons, NettyTransport.PROTOCOL_VERSION)
                                        .withPort(settings.discoveryPort())
                                        .withInterfaces(surroundings.interfaces())
                                        .withKnown(roll::missingHosts),
                                List.of(new MdnsSource(surroundings.random())),
                                surroundings.random(),
                                monotonic)
                        : null;
        return new Peers(
                listener ->
                        new NettyTransport(
                                identity, keys, this::greeting, listener, surroundings.random()),
                discovery,
                settings.peers(),
                events,
                new ToTransfers(transfers, talk),
                monotonic,
                surroundings.wallClock(),
                surroundings.random());
    }

    private Message.Greeting greeting() {
        Self now = self;
        return new Message.Greeting(now.replica(), settings.name(), settings.mode(), now.seen());
    }

    /** Joins packages that do not know each other. */
    private record ToTransfers(Transfers transfers, VersionTalk talk) implements TransferSink {
        @Override
        public void opened(SessionId session, Link link) {
            talk.opened(session, link);
            transfers.opened(session, link);
        }

        @Override
        public void received(SessionId session, Message.ForTransfer message) {
            transfers.received(session, message);
        }

        @Override
        public void received(SessionId session, Message.ForVersions message) {
            talk.received(session, message);
        }

        @Override
        public void closed(SessionId session) {
            talk.closed(session);
            transfers.closed(session);
        }
    }

    private void endLoop(Thread thread) throws InterruptedException {
        loop.stop();
        thread.join();
    }

    @Override
    public @Nullable Throwable awaitEnd() throws InterruptedException {
        try {
            return loop.end().get();
        } catch (ExecutionException e) {
            return e.getCause();
        }
    }

    @Override
    public void stop() {
        loop.stop();
    }

    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        while (!opened.isEmpty()) {
            AutoCloseable part = opened.pop();
            try {
                part.close();
            } catch (Exception e) {
                log.atWarn()
                        .addKeyValue("part", part.getClass().getSimpleName())
                        .setCause(e)
                        .log("not closed cleanly");
            }
        }
        log.atInfo().log("node stopped");
    }

    // ---------------------------------------------------------------- questions

    private Parts parts() throws IOException {
        Parts running = parts;
        if (running == null) {
            throw new IOException("the node is still starting");
        }
        return running;
    }

    private <T extends Effect.Reply> T ask(Command command, Class<T> reply)
            throws IOException, InterruptedException {
        EngineLoop.Request request = loop.ask(command);
        try {
            return reply.cast(request.reply().get(ANSWER_MAX.toNanos(), TimeUnit.NANOSECONDS));
        } catch (TimeoutException e) {
            loop.forget(request);
            throw new IOException("the node is too busy to answer", e);
        } catch (ExecutionException e) {
            throw new IOException("the node has stopped", e);
        }
    }

    @Override
    public Status status() throws IOException, InterruptedException {
        Effect.Reply.Status status = ask(new Command.Status(), Effect.Reply.Status.class);
        Parts running = parts();
        Amounts amounts = running.transfers().amounts();
        int inSync = (int) status.peers().stream().filter(Effect.PeerState::settled).count();
        return new Status(
                settings.folder().toString(),
                settings.name(),
                running.identity().nodeId().toString(),
                HostPort.show(running.listening()),
                status.phase(),
                status.files(),
                status.bytes(),
                status.toFetchFiles(),
                status.toFetchBytes(),
                status.toDelete(),
                status.fetchedBytes(),
                status.busy(),
                status.peers().size(),
                inSync,
                status.problemCount(),
                amounts.bytesReceived(),
                status.ignored(),
                settings.mode(),
                status.differing(),
                amounts.bytesSent(),
                amounts.savedByDelta(),
                amounts.savedByCopy() + running.renames().savedBytes(),
                running.peers().bytesSavedByCompression());
    }

    @Override
    public List<Problem> problems() throws IOException, InterruptedException {
        return ask(new Command.Problems(), Effect.Reply.Problems.class).problems().reversed();
    }

    @Override
    public List<Peer> peers() throws IOException, InterruptedException {
        Effect.Reply.Status status = ask(new Command.Status(), Effect.Reply.Status.class);
        Parts running = parts();
        Attempts attempts =
                new Attempts(
                        running.peers().addresses(),
                        running.peers().callers(),
                        monotonic.instant(),
                        running.listening().getPort());
        return running.roll().list(status.peers(), running.peers().connected(), attempts);
    }

    @Override
    public Diagnosis diagnosis() throws IOException {
        Parts running = parts();
        Naming naming = running.disk().naming();
        return new Diagnosis(
                ProcessHandle.current().pid(),
                Objects.requireNonNullElse(
                        NodeRuntime.class.getPackage().getImplementationVersion(), ""),
                Runtime.version().toString(),
                System.getProperty("user.name", ""),
                NettyTransport.PROTOCOL_VERSION,
                beacons(running.peers().discovery()),
                naming.foldsCase(),
                naming.foldsForms(),
                naming.rules() != NameRules.LINUX);
    }

    private @Nullable Beacons beacons(Discovery.@Nullable State state) {
        if (state == null) {
            return null;
        }
        Discovery.Reception reception = state.reception();
        return new Beacons(
                settings.discoveryPort(),
                state.interfaces(),
                state.faults().stream()
                        .map(each -> new Fault(each.place(), each.reason(), each.kind()))
                        .toList(),
                reception.heard(),
                reception.own(),
                reception.repeated(),
                reception.refused(),
                reception.foreign(),
                reception.garbage());
    }

    @Override
    public Result forget(String peer) throws IOException, InterruptedException {
        Parts running = parts();
        return running.roll()
                .forget(peer, peers(), running.peers().addresses(), running.peers()::forget);
    }

    @Override
    public NewKey newKey(List<String> without) throws IOException {
        Parts running = parts();
        Instant now = surroundings.wallClock().instant();
        try {
            KeyRenewal renewal =
                    KeyRenewal.draw(
                            Listing.of(running.roll().met(), without), surroundings.random(), now);
            keep(renewal, running, now);
            log.atInfo()
                    .addKeyValue("peer", running.identity().nodeId())
                    .log("the share has a new key");
            return NewKey.of(renewal);
        } catch (StartFailure refused) {
            return NewKey.refused(refused);
        }
    }

    private void keep(KeyRenewal renewal, Parts running, Instant now) throws StartFailure {
        try {
            running.keys()
                    .change(
                            ring -> renewal.in(ring, running.identity().nodeId(), now),
                            Listing.ids(renewal.listing().listed()));
        } catch (IOException e) {
            throw KeyRenewal.notKept(settings.stateDirectory(), e);
        }
    }

    private Keepsakes keepsakes() throws IOException {
        return new Keepsakes(
                parts().versions(),
                settings.name(),
                command -> ask(command, Effect.Reply.Done.class),
                parts().conflicts()::look);
    }

    @Override
    public List<Version> conflicts() throws IOException {
        return keepsakes().conflicts();
    }

    @Override
    public List<Version> versions(RelativePath path) throws IOException {
        return keepsakes().of(path);
    }

    @Override
    public Elsewhere versionsElsewhere(RelativePath path) throws IOException, InterruptedException {
        return parts().elsewhere().list(path);
    }

    @Override
    public Result shown(List<String> ids) throws IOException {
        return keepsakes().shown(ids);
    }

    @Override
    public Result restore(RelativePath path, @Nullable String version)
            throws IOException, InterruptedException {
        if (isPaused()) {
            return PAUSED;
        }
        PeerVersions elsewhere = parts().elsewhere();
        return elsewhere.isMeantBy(path, version)
                ? elsewhere.restore(path, version)
                : keepsakes().restore(path, version);
    }

    @Override
    public Result restoreBefore(RelativePath path, Instant before)
            throws IOException, InterruptedException {
        return isPaused() ? PAUSED : keepsakes().restoreBefore(path, before);
    }

    @Override
    public Result resolve(RelativePath path, Side keep) throws IOException, InterruptedException {
        return isPaused() ? PAUSED : keepsakes().resolve(path, keep);
    }

    @Override
    public Result await(Duration timeout) throws IOException, InterruptedException {
        EngineLoop.Request request = loop.ask(new Command.Wait());
        Optional<Result> result = ended(request, timeout, "all is on every connected machine");
        return result.isPresent() ? result.get() : new Result(false, timeIsUp(request));
    }

    /** How something ended that takes its time; empty if that takes longer than {@code timeout}. */
    private static Optional<Result> ended(
            EngineLoop.Request request, Duration timeout, String whenDone)
            throws IOException, InterruptedException {
        try {
            return switch (request.reply().get(timeout.toNanos(), TimeUnit.NANOSECONDS)) {
                case Effect.Reply.Done _ -> Optional.of(new Result(true, whenDone));
                case Effect.Reply.Impossible it -> Optional.of(new Result(false, it.reason()));
                case Effect.Reply.Status _,
                        Effect.Reply.Problems _,
                        Effect.Reply.Released _,
                        Effect.Reply.Missing _,
                        Effect.Reply.Explanation _ ->
                        throw new IllegalStateException("answered with something else");
            };
        } catch (TimeoutException e) {
            return Optional.empty();
        } catch (ExecutionException e) {
            throw new IOException("the node has stopped", e);
        }
    }

    private String timeIsUp(EngineLoop.Request request) throws IOException, InterruptedException {
        loop.drop(request);
        List<String> names =
                ask(new Command.Forget(request.number()), Effect.Reply.Missing.class).names();
        return names.isEmpty()
                ? "time is up"
                : "time is up; no answer from " + String.join(", ", names);
    }

    @Override
    public Result confirmDeletes(boolean restore) throws IOException, InterruptedException {
        if (isPaused()) {
            return PAUSED;
        }
        long count = ask(new Command.ConfirmDeletes(restore), Effect.Reply.Released.class).count();
        return new Result(true, Long.toString(count));
    }

    @Override
    public Result revert() throws IOException, InterruptedException {
        return level(Message.Mode.RECEIVE_ONLY, "receive-only");
    }

    @Override
    public Result override() throws IOException, InterruptedException {
        return level(Message.Mode.SEND_ONLY, "send-only");
    }

    private Result level(Message.Mode mode, String word) throws IOException, InterruptedException {
        if (settings.mode() != mode) {
            return new Result(false, "this node is not " + word);
        }
        if (isPaused()) {
            return PAUSED;
        }
        long count = ask(new Command.Level(), Effect.Reply.Released.class).count();
        return new Result(true, Long.toString(count));
    }

    @Override
    public List<Decision> log(int count, long after) throws IOException, InterruptedException {
        return Explaining.log(parts().decisions(), count, after);
    }

    @Override
    public Why why(RelativePath path) throws IOException, InterruptedException {
        Effect.Reply.Explanation now =
                ask(new Command.Explain(path), Effect.Reply.Explanation.class);
        return Explaining.why(path, now, parts().decisions());
    }

    @Override
    public Result rescan() throws IOException, InterruptedException {
        if (isPaused()) {
            return PAUSED;
        }
        ask(new Command.Rescan(), Effect.Reply.Done.class);
        return new Result(true, "looking at all files again");
    }

    @Override
    public Scrubbed scrub() throws IOException, InterruptedException {
        if (isPaused()) {
            throw new IOException(PAUSED.detail());
        }
        ScrubCounts found = parts().scrubbing().all();
        return new Scrubbed(
                found.files(), found.bytes(), found.decayed(), found.skipped(), found.paths());
    }

    @Override
    public Result repair(RelativePath path) throws IOException, InterruptedException {
        EngineLoop.Request request = loop.ask(new Command.Repair(path));
        Optional<Result> result = ended(request, REPAIR_MAX, path.toString());
        loop.drop(request);
        return result.isPresent() && result.get().done()
                ? result.get()
                : new Result(
                        false,
                        "%s: %s"
                                .formatted(
                                        path,
                                        result.map(Result::detail)
                                                .orElse("it is still being brought")));
    }

    private boolean isPaused() throws IOException, InterruptedException {
        return status().phase() == Effect.Phase.PAUSED;
    }

    @Override
    public Result pause() throws IOException, InterruptedException {
        ask(new Command.Pause(), Effect.Reply.Done.class);
        return new Result(true, "paused");
    }

    @Override
    public Result resume() throws IOException, InterruptedException {
        ask(new Command.Resume(), Effect.Reply.Done.class);
        return new Result(true, "going on");
    }
}
