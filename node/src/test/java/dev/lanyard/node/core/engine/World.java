package dev.lanyard.node.core.engine;

import dev.lanyard.node.core.engine.Event.FetchOutcome;
import dev.lanyard.node.core.engine.Event.PeerGreeting;
import dev.lanyard.node.core.ignore.IgnoreRules;
import dev.lanyard.node.core.index.InMemoryIndex;
import dev.lanyard.node.core.index.IndexReader;
import dev.lanyard.node.core.index.Row;
import dev.lanyard.node.core.index.Row.Pending;
import dev.lanyard.node.core.names.Naming;
import dev.lanyard.node.core.plan.Outcome;
import dev.lanyard.node.core.plan.Staged;
import dev.lanyard.node.core.plan.Step;
import dev.lanyard.protocol.ContentHash;
import dev.lanyard.protocol.Entry;
import dev.lanyard.protocol.NodeId;
import dev.lanyard.protocol.RelativePath;
import dev.lanyard.protocol.ReplicaId;
import dev.lanyard.protocol.message.Message;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Several engines in one thread, over trees in memory and a network that delivers when it likes, in
 * the order of each direction. Every choice comes from one seed. What an effect does happens as a
 * whole, at a moment of its own.
 */
final class World {
    private static final List<String> PATHS =
            List.of("a", "b", "d", "d/x", "d/y", "d/s", "d/s/t", "e", "e/x", "e/s");

    private static final int QUIET_ROUNDS = 250;
    private static final int RULES_FROM = (int) IgnoreRules.DEFAULT.source().lines().count();

    /** Lines of which users make rules. */
    private static final List<String> RULES =
            List.of(
                    "a", "/b", "d", "d/", "x", "!x", "s/", "!s/", "d/*", "!d/x", "e/s", "**/t", "*",
                    "!*", "!a", "[xy]", "e/");

    /** Names that are one where case is folded. */
    private static final List<String> CLASHING =
            List.of("a", "A", "d", "D", "d/x", "d/X", "D/x", "D/X", "d/s", "D/S", "D/s/t", "e/d");

    /** What directories are called that users rename. */
    private static final List<String> DIRECTORIES =
            List.of("d", "e", "f", "g", "d/s", "e/s", "f/s", "g/t");

    private static final List<String> MOVING =
            List.of(
                    "d", "d/x", "d/y", "d/s/t", "e/x", "e/y", "e/s/t", "f/x", "f/y", "f/s", "g/x",
                    "g/t/y");

    /** Directories have no time, but for one that was made again in place of something else. */
    private static final Instant OF_DIRECTORIES_MAX = Instant.EPOCH.plusSeconds(1);

    private static final Naming CASELESS = new Naming(true, true, false);

    /** Which node folds case; none for -1. */
    private final int folding;

    final List<Node> nodes = new ArrayList<>();

    /** Contents whose file a user did away with while it was not ignored. */
    final Set<ContentHash> deletable = new HashSet<>();

    /** Whether users write rules. */
    private final boolean withRules;

    /** Whether users rename directories more than anything else. */
    private boolean moving;

    final Set<String> written = new HashSet<>();
    final Set<String> overwritten = new HashSet<>();
    private final Policy policy;
    private final boolean withoutState;
    private final Random random;
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");

    /** Whether nodes know which day it is. */
    private boolean dated;

    private long contents;
    private long lastSession;
    private long lastId;
    private long sent;

    /** What happened, in order; only kept when one history is run alone. */
    final List<String> trace = new ArrayList<>();

    /** One replica. */
    final class Node {
        final int number;
        final FakeTree tree;
        InMemoryIndex index = new InMemoryIndex();
        final Duration skew = Duration.ofSeconds(random.nextInt(-40, 41));

        /** How far its clock is wrong beside that. */
        int skewDays;

        private int today;

        Engine engine;
        private FakeAuthor author;
        private @Nullable InMemoryIndex saved;
        private @Nullable ReplicaId savedReplica;
        private long savedLast;
        final Deque<Event> events = new ArrayDeque<>();

        /** Effects that have not been carried out; applies and flushes keep their order. */
        final List<Effect> effects = new ArrayList<>();

        final Deque<Effect.Apply> applies = new ArrayDeque<>();
        final Deque<Long> flushes = new ArrayDeque<>();
        final List<Link> links = new ArrayList<>();

        /** What it has answered to whoever asked. */
        final List<Effect.Reply> answers = new ArrayList<>();

        /** What scans have seen and not told yet: meanwhile the tree may change. */
        final List<List<Event>> reports = new ArrayList<>();

        /** What its user has begun to put back, and does next of it. */
        final Deque<Runnable> puttingBack = new ArrayDeque<>();

        /** What is back in place, and the engine was not told yet. */
        final Map<RelativePath, String> untold = new TreeMap<>();

        long staged;

        /** What its user does when steps are about to be carried out. */
        Runnable beforeApply = () -> {};

        /** What it listed last. */
        List<Problem> problems = List.of();

        /** What it was asked for last, and what it was told of that. */
        boolean paused;

        boolean quiet;

        final Naming naming;
        Message.Mode mode;

        Node(int number, Message.Mode mode) {
            this.number = number;
            this.mode = mode;
            this.naming = number == folding ? CASELESS : Naming.EXACT;
            this.tree = new FakeTree(naming);
            if (!withoutState) {
                index.putText("met", "yes");
            }
            this.author = new FakeAuthor(new ReplicaId(number + 1), 0, World.this::freshId);
            this.engine = engine(author);
        }

        private Engine engine(Author author) {
            return new Engine(
                    index, author, policy.in(mode), content -> tree.isKept(content), naming);
        }

        void ask(Event.Command command) {
            events.add(new Event.Asked(0, command, wallClock()));
        }

        Instant wallClock() {
            return now.plus(skew).plus(Duration.ofDays(skewDays));
        }

        void step(int eventsMax) {
            List<Event> batch = new ArrayList<>();
            int day = (int) (wallClock().getEpochSecond() / 86_400);
            if (dated && day != today) {
                today = day;
                events.addFirst(new Event.DayBegan(day));
            }
            if (!tree.dirt.isEmpty()) {
                events.add(new Event.Dirtied(List.copyOf(tree.dirt)));
                tree.dirt.clear();
            }
            while (!events.isEmpty() && batch.size() < eventsMax) {
                batch.add(events.poll());
            }
            batch.forEach(event -> tell(number + " gets " + event));
            boolean quiet = quietSince(batch);
            batch.forEach(this::isTold);
            for (Effect effect : engine.step(batch, now)) {
                if (quiet && isActive(effect)) {
                    throw new AssertionError(number + " is paused and wants " + effect);
                }
                accept(effect);
            }
        }

        /** Whether it was paused before {@code batch} and still is. */
        private boolean quietSince(List<Event> batch) {
            boolean before = quiet;
            for (Event event : batch) {
                if (event instanceof Event.Asked asked) {
                    quiet = asked.command() instanceof Event.Command.Pause;
                }
            }
            return before && quiet;
        }

        private void isTold(Event event) {
            if (event instanceof Event.Asked(_, Event.Command.Restored it, _)) {
                it.begun().forEach(untold::remove);
            }
        }

        /** What is put back is not an edit of somebody who found it. */
        private void refuseEdit(Decision decision) {
            String content = untold.get(decision.path());
            Row row = index.row(decision.path());
            if (content != null
                    && decision.what() == Decision.What.MADE
                    && row != null
                    && row.held() != null
                    && row.held().entry() instanceof Entry.File file
                    && file.content().equals(FakeTree.hash(content))) {
                throw new AssertionError("made before it was told of: " + row);
            }
        }

        /** Whether the engine has not heard yet of what is to be put back at {@code path}. */
        boolean isToBeTold(RelativePath path) {
            return events.stream()
                    .anyMatch(
                            event ->
                                    event instanceof Event.Asked(_, Event.Command.Restoring it, _)
                                            && it.paths().contains(path));
        }

        /** Goes on with what its user puts back. */
        void putBack() {
            Runnable next = puttingBack.poll();
            if (next != null) {
                next.run();
            }
        }

        private static boolean isActive(Effect effect) {
            return switch (effect) {
                case Effect.Announce it -> !isGreeting(it);
                case Effect.Fetch _, Effect.Copy _, Effect.Apply _, Effect.Scan _ -> true;
                default -> false;
            };
        }

        /** A new peer hears of the rules before all else, also from one that is paused. */
        private static boolean isGreeting(Effect.Announce announce) {
            return announce.entries().stream()
                    .allMatch(entry -> entry.path().equals(IgnoreRules.FILE));
        }

        private void accept(Effect effect) {
            tell(number + " wants " + effect);
            switch (effect) {
                case Effect.Send it -> send(it.session(), it.message());
                case Effect.Announce it -> {
                    it.entries().forEach(this::refuseEarly);
                    it.sessions()
                            .forEach(session -> send(session, new Message.Announce(it.entries())));
                }
                case Effect.Apply it -> {
                    if (mode == Message.Mode.SEND_ONLY) {
                        throw new AssertionError(number + " is send-only and wants " + it);
                    }
                    it.steps().forEach(this::refuseIgnored);
                    if (index.text("met") == null && removes(it)) {
                        throw new AssertionError(number + " has no state and deletes: " + it);
                    }
                    applies.add(it);
                }
                case Effect.Scan _, Effect.Cookie _, Effect.Fetch _, Effect.Copy _ ->
                        effects.add(effect);
                case Effect.CancelFetch it ->
                        effects.removeIf(
                                each ->
                                        each instanceof Effect.Fetch fetch
                                                && fetch.fetch() == it.fetch());
                case Effect.Discard it -> tree.staging.remove(it.stagedName());
                case Effect.Answer it -> {
                    answers.add(it.reply());
                    if (it.reply() instanceof Effect.Reply.Problems list) {
                        problems = list.problems();
                    }
                }
                case Effect.Note it -> refuseEdit(it.decision());
                case Effect.CheckRoot _, Effect.Close _, Effect.AskClock _, Effect.Clear _ -> {}
            }
        }

        /**
         * Whoever hears that a directory was deleted, and not what was in it, makes it again: so
         * whoever saw that tells of what was in it before.
         */
        private void refuseEarly(Entry entry) {
            if (!(entry instanceof Entry.Tombstone gone)
                    || gone.movedTo() != null
                    || gone.stamp().time().isAfter(OF_DIRECTORIES_MAX)
                    || !gone.author().equals(engine.replica())) {
                return;
            }
            Iterator<Row> children = new Children(index, gone.path());
            while (children.hasNext()) {
                Row child = children.next();
                if (child.isHere() && child.pending() == Row.Pending.NOTHING) {
                    throw new AssertionError("tells of " + gone + " before " + child);
                }
            }
        }

        private void refuseIgnored(Step step) {
            boolean ignored =
                    step.entry().isLive()
                            ? engine.rules()
                                    .ignores(step.path(), step.entry() instanceof Entry.Directory)
                            : engine.rules().ignoresAnyKind(step.path());
            boolean child =
                    step instanceof Step.RenameDirectory rename
                            && rename.children().stream()
                                    .anyMatch(
                                            each ->
                                                    engine.rules()
                                                            .ignores(
                                                                    each.entry().path(),
                                                                    each.entry()
                                                                            instanceof
                                                                            Entry.Directory));
            if (ignored
                    || child
                    || (step.expected() != null
                            && engine.rules()
                                    .ignores(
                                            step.path(),
                                            step.expected().entry() instanceof Entry.Directory))
                    || (step instanceof Step.Rename rename
                            && engine.rules().ignores(rename.gone().path(), false))) {
                throw new AssertionError("a step on what is ignored: " + step);
            }
        }

        private static boolean removes(Effect.Apply batch) {
            return batch.steps().stream().anyMatch(step -> step instanceof Step.Remove);
        }

        private void send(SessionId session, Message.ForIndex message) {
            links.stream()
                    .filter(link -> link.here.equals(session))
                    .findFirst()
                    .ifPresent(link -> link.outgoing.add(message));
            sent++;
        }

        /** Its state is saved as it is now. */
        void save() {
            saved = copy(index);
            savedLast = author.last;
            savedReplica = author.replica;
        }

        /**
         * It was stopped, and is started with the state that was saved, which nothing shows as
         * older.
         */
        void rollBack() {
            if (saved != null && savedReplica != null) {
                tell(number + " has its old state and does not know it");
                restart(copy(saved), new FakeAuthor(savedReplica, savedLast, World.this::freshId));
            }
        }

        /** It was stopped, and is started with the state and the id that it had. */
        void goOn() {
            tell(number + " is started again and goes on");
            restart(
                    copy(index),
                    new FakeAuthor(author.replica, author.last + 5, World.this::freshId));
        }

        /** It was stopped, and is started in another mode. */
        void restartAs(Message.Mode other) {
            tell(number + " is started again, " + other);
            mode = other;
            goOn();
        }

        /** Its machine is replaced by one that was copied from {@code other} as a whole. */
        void becomeCopyOf(Node other) {
            tell(number + " is a copy of " + other.number);
            tree.nodes.values().forEach(each -> overwritten.add(each.content()));
            overwritten.addAll(tree.versions);
            saved = null;
            restart(
                    copy(other.index),
                    new FakeAuthor(other.author.replica, other.author.last, World.this::freshId));
            tree.become(other.tree);
        }

        /**
         * It was stopped, and is started with the state that was saved: it shows itself as older.
         */
        void restoreState() {
            if (saved != null) {
                tell(number + " has its old state");
                restart(copy(saved), fresh());
            }
        }

        /** It was stopped, and is started without state. */
        void loseState() {
            tell(number + " has lost its state");
            saved = null;
            restart(new InMemoryIndex(), fresh());
        }

        /** It was stopped, and is started with the state that it had. */
        void restart() {
            tell(number + " is started again");
            restart(copy(index), fresh());
        }

        private void restart(InMemoryIndex from, FakeAuthor with) {
            nodes.forEach(other -> disconnect(this, other));
            events.clear();
            effects.clear();
            reports.clear();
            applies.clear();
            flushes.clear();
            puttingBack.clear();
            untold.clear();
            tree.staging.clear();
            tree.dirt.clear();
            index = from;
            today = 0;
            paused = "paused".equals(index.text("paused"));
            quiet = paused;
            author = with;
            engine = engine(author);
        }

        /** The user says what becomes of what is held back. */
        void release(boolean restore) {
            tell(number + (restore ? " restores" : " confirms"));
            events.add(new Event.Asked(0, new Event.Command.ConfirmDeletes(restore), wallClock()));
        }

        /**
         * Its user puts something in the place of contents that are wanted and nowhere any more.
         */
        void replaceWhatNobodyHas() {
            for (Row row : index.pending(Row.Pending.PLACE, null, false, 1_000)) {
                if (row.known() instanceof Entry.File file
                        && nodes.stream().noneMatch(node -> node.has(file))) {
                    tell(number + " replaces " + row.path());
                    overwrite(this, row.path());
                    tree.write(row.path(), "again", wallClock());
                }
            }
        }

        /** Whether another name is there in place of this one, or of one above it. */
        boolean cannotHave(RelativePath path) {
            return !tree.nodes.containsKey(path) && !tree.named(path).equals(path);
        }

        /** Of these paths those that are in none of the others. */
        Set<String> topmost(Set<RelativePath> paths) {
            return paths.stream()
                    .filter(path -> path.parent().stream().noneMatch(paths::contains))
                    .map(RelativePath::toString)
                    .collect(Collectors.toSet());
        }

        private boolean has(Entry.File file) {
            return tree.nodes.values().stream()
                    .anyMatch(node -> FakeTree.hash(node.content()).equals(file.content()));
        }

        boolean isIdle() {
            return events.isEmpty()
                    && tree.dirt.isEmpty()
                    && effects.isEmpty()
                    && reports.isEmpty()
                    && applies.isEmpty()
                    && flushes.isEmpty()
                    && puttingBack.isEmpty()
                    && links.stream().allMatch(link -> link.outgoing.isEmpty());
        }

        void run(Effect effect) {
            switch (effect) {
                case Effect.Scan it -> {
                    try (var reader = index.reader()) {
                        reports.add(scan(it, reader));
                    }
                }
                case Effect.Cookie it -> events.add(new Event.CookieSeen(it.cookie()));
                case Effect.Fetch it -> events.add(new Event.Fetched(it.fetch(), fetch(it)));
                case Effect.Copy it ->
                        events.add(
                                new Event.Fetched(
                                        it.fetch(),
                                        it.copies().stream()
                                                .map(copy -> stage(copy.source(), copy.entry()))
                                                .toList()));
                default -> throw new AssertionError(effect);
            }
        }

        private List<Event> scan(Effect.Scan scan, IndexReader reader) {
            if (!Objects.equals(tree.rulesStat(), scan.rulesStat())) {
                tell(
                        number
                                + " reads the rules "
                                + tree.rules().source().lines().skip(RULES_FROM).toList());
                return List.of(
                        new Event.RulesRead(tree.rules(), tree.rulesStat()),
                        new Event.Dirtied(scan.dirt()),
                        new Event.ScanEnded(scan.scan(), Event.ScanEnd.REPEATED));
            }
            return List.of(
                    new Event.Observed(
                            scan.scan(), tree.scan(scan.dirt(), scan.rules(), reader), wallClock()),
                    new Event.ScanEnded(scan.scan(), Event.ScanEnd.COMPLETE));
        }

        private List<FetchOutcome> fetch(Effect.Fetch fetch) {
            List<FetchOutcome> outcomes = new ArrayList<>();
            Link link =
                    links.stream()
                            .filter(each -> each.here.equals(fetch.from()))
                            .findFirst()
                            .orElse(null);
            for (Effect.Want want : fetch.wants()) {
                outcomes.add(
                        link == null
                                ? new FetchOutcome.Cut(want.entry().path())
                                : stage(link.other.tree, want.entry().path(), want.entry()));
            }
            return outcomes;
        }

        private FetchOutcome stage(Effect.CopySource source, Entry.File file) {
            return switch (source) {
                case Effect.CopySource.InTree it -> stage(tree, it.path(), file);
                case Effect.CopySource.InVersions _ ->
                        tree.versions.stream()
                                .filter(each -> FakeTree.hash(each).equals(file.content()))
                                .findFirst()
                                .map(content -> staged(content, file))
                                .orElse(new FetchOutcome.Missing(file.path()));
            };
        }

        private FetchOutcome staged(String content, Entry.File file) {
            String name = "s-" + ++staged;
            tree.staging.put(name, content);
            return new FetchOutcome.Ready(file.path(), new Staged(name));
        }

        private FetchOutcome stage(FakeTree from, RelativePath source, Entry.File file) {
            FakeTree.Node node = from.nodes.get(source);
            if (node == null
                    || node.kind() != FakeTree.Kind.FILE
                    || !FakeTree.hash(node.content()).equals(file.content())) {
                return new FetchOutcome.Missing(file.path());
            }
            return staged(node.content(), file);
        }

        void apply() {
            Effect.Apply batch = applies.poll();
            if (batch == null) {
                return;
            }
            beforeApply.run();
            List<Outcome> outcomes = batch.steps().stream().map(tree::apply).toList();
            tell(number + " applied " + outcomes);
            events.add(new Event.Applied(batch.batch(), outcomes));
            flushes.add(batch.batch());
        }

        void flush() {
            Long batch = flushes.poll();
            if (batch != null) {
                events.add(new Event.Flushed(batch));
            }
        }
    }

    /** One direction of a connection. */
    static final class Link {
        final SessionId here;
        final Node other;
        final Deque<Message.ForIndex> outgoing = new ArrayDeque<>();
        SessionId there;

        Link(SessionId here, Node other, SessionId there) {
            this.here = here;
            this.other = other;
            this.there = there;
        }
    }

    private static final class FakeAuthor implements Author {
        private final Supplier<ReplicaId> fresh;
        private ReplicaId replica;
        private long begun;
        private long last;

        FakeAuthor(ReplicaId replica, long begun, Supplier<ReplicaId> fresh) {
            this.replica = replica;
            this.begun = begun;
            this.last = begun;
            this.fresh = fresh;
        }

        @Override
        public ReplicaId replica() {
            return replica;
        }

        @Override
        public long next() {
            return ++last;
        }

        @Override
        public long last() {
            return last;
        }

        @Override
        public long begun() {
            return begun;
        }

        @Override
        public void renew() {
            replica = fresh.get();
            begun = 0;
            last = 0;
        }
    }

    private void tell(String what) {
        if (System.getProperty("seed") != null) {
            trace.add(what);
        }
    }

    World(long seed, int count) {
        this(seed, count, Policy.DEFAULT, false);
    }

    World(long seed, int count, Policy policy, boolean withRules) {
        this(seed, count, policy, withRules, false);
    }

    /** {@code withoutState}: all begin as replicas that have no memory. */
    World(long seed, int count, Policy policy, boolean withRules, boolean withoutState) {
        this(seed, count, policy, withRules, withoutState, -1);
    }

    /** {@code count} replicas of which the last takes names for one that differ in case only. */
    static World folding(long seed, int count) {
        return new World(seed, count, Policy.DEFAULT, false, false, count - 1);
    }

    /** {@code count} replicas whose users mostly rename directories. */
    static World moving(long seed, int count) {
        World world = new World(seed, count);
        world.moving = true;
        world.nodes.forEach(node -> node.tree.tellsAbsencesLast = true);
        return world;
    }

    private World(
            long seed,
            int count,
            Policy policy,
            boolean withRules,
            boolean withoutState,
            int folding) {
        this.folding = folding;
        this.policy = policy;
        this.withRules = withRules;
        this.withoutState = withoutState;
        random = new Random(seed);
        for (int i = 0; i < count; i++) {
            nodes.add(new Node(i, policy.mode()));
        }
    }

    /** A node in each of these modes. */
    World(long seed, List<Message.Mode> modes) {
        this(seed, modes, Policy.DEFAULT);
    }

    World(long seed, List<Message.Mode> modes, Policy policy) {
        this(seed, 0, policy, false);
        modes.forEach(mode -> nodes.add(new Node(nodes.size(), mode)));
    }

    /** Nodes know from now on which day it is. */
    World dated() {
        dated = true;
        return this;
    }

    /** Nothing happens for some days; nobody steps meanwhile. */
    void sleep(int days) {
        tell("%d days pass".formatted(days));
        now = now.plus(Duration.ofDays(days));
    }

    // ---------------------------------------------------------------- network

    void connect(Node one, Node other) {
        if (one.links.stream().anyMatch(link -> link.other == other)) {
            return;
        }
        SessionId here = new SessionId(++lastSession);
        SessionId there = new SessionId(++lastSession);
        one.links.add(new Link(here, other, there));
        other.links.add(new Link(there, one, here));
        one.events.add(new Event.SessionOpened(here, greeting(other, true)));
        other.events.add(new Event.SessionOpened(there, greeting(one, false)));
    }

    private PeerGreeting greeting(Node node, boolean dialled) {
        return new PeerGreeting(
                new NodeId(0, 0, 0, node.number),
                node.engine.replica(),
                "node" + node.number,
                Message.Mode.TWO_WAY,
                node.engine.seen(),
                dialled);
    }

    void disconnect(Node one, Node other) {
        cut(one, other);
        cut(other, one);
    }

    private static void cut(Node one, Node other) {
        one.links.removeIf(
                link -> {
                    if (link.other != other) {
                        return false;
                    }
                    one.events.add(new Event.SessionClosed(link.here, "cut"));
                    return true;
                });
    }

    private FakeAuthor fresh() {
        return new FakeAuthor(freshId(), 0, this::freshId);
    }

    private ReplicaId freshId() {
        return new ReplicaId(100 + ++lastId);
    }

    private static InMemoryIndex copy(InMemoryIndex index) {
        InMemoryIndex copy = new InMemoryIndex();
        index.page(null, true, 10_000).forEach(copy::put);
        for (String name :
                List.of(
                        "seen",
                        "met",
                        "deletions.held",
                        "paused",
                        "exchanged",
                        "decayed",
                        "edits.followed")) {
            String text = index.text(name);
            if (text != null) {
                copy.putText(name, text);
            }
        }
        copy.commit();
        return copy;
    }

    void disconnectAll() {
        nodes.forEach(one -> nodes.forEach(other -> disconnect(one, other)));
    }

    void connectAll() {
        for (Node one : nodes) {
            for (Node other : nodes) {
                if (one.number < other.number) {
                    connect(one, other);
                }
            }
        }
    }

    private void deliver(Node node) {
        List<Link> waiting = node.links.stream().filter(link -> !link.outgoing.isEmpty()).toList();
        if (!waiting.isEmpty()) {
            Link link = waiting.get(random.nextInt(waiting.size()));
            Message.ForIndex message = Objects.requireNonNull(link.outgoing.poll());
            link.other.events.add(new Event.Received(link.there, message));
        }
    }

    // ---------------------------------------------------------------- history

    /**
     * One thing happens somewhere: a user acts, a message arrives, an effect is carried out, time
     * passes, a link breaks or heals.
     */
    void anything(boolean withUsers) {
        Node node = nodes.get(random.nextInt(nodes.size()));
        switch (random.nextInt(withUsers ? 16 : 12)) {
            case 0, 1, 2 -> node.step(1 + random.nextInt(3));
            case 3, 4, 5 -> deliver(node);
            case 6, 7 -> {
                if (!node.effects.isEmpty()) {
                    node.run(node.effects.remove(random.nextInt(node.effects.size())));
                }
            }
            case 8 -> {
                if (!node.reports.isEmpty()) {
                    node.events.addAll(node.reports.remove(random.nextInt(node.reports.size())));
                }
            }
            case 9 -> node.apply();
            case 10 -> {
                node.flush();
                node.putBack();
            }
            case 11 -> now = now.plusMillis(random.nextInt(moving ? 40 : 400));
            case 12 -> {
                if (random.nextInt(4) == 0) {
                    pauseOrResume(node);
                } else {
                    breakOrHeal(node);
                }
            }
            default -> act(node);
        }
    }

    private void pauseOrResume(Node node) {
        node.paused = !node.paused;
        ask(node, node.paused ? new Event.Command.Pause() : new Event.Command.Resume());
    }

    private void ask(Node node, Event.Command command) {
        tell(node.number + " is asked " + command);
        node.events.add(new Event.Asked(0, command, node.wallClock()));
    }

    private void breakOrHeal(Node node) {
        Node other = nodes.get(random.nextInt(nodes.size()));
        if (other != node && random.nextInt(3) == 0) {
            disconnect(node, other);
        } else if (other != node) {
            connect(node, other);
        }
    }

    private RelativePath anyPath() {
        List<String> paths = moving ? MOVING : folding < 0 ? PATHS : CLASHING;
        return RelativePath.of(paths.get(random.nextInt(paths.size())));
    }

    /** Another name for {@code path}: it may differ in case only, also where case is folded. */
    private RelativePath newName(Node node, RelativePath path) {
        RelativePath to = anyPath();
        boolean onlyName =
                node.tree.named(to).equals(path)
                        && to.parent().equals(path.parent())
                        && !to.equals(path);
        return onlyName ? to : node.tree.named(to);
    }

    /** Most of the time nothing, so that replicas have the time to be equal before. */
    private void moveDirectory(Node node) {
        List<RelativePath> there =
                DIRECTORIES.stream().map(RelativePath::of).filter(node.tree::isDirectory).toList();
        RelativePath to = RelativePath.of(DIRECTORIES.get(random.nextInt(DIRECTORIES.size())));
        if (there.isEmpty() || random.nextInt(4) > 0 || node.tree.nodes.containsKey(to)) {
            return;
        }
        RelativePath from = there.get(random.nextInt(there.size()));
        if (!to.isBelow(from) && !from.isBelow(to)) {
            overwriteParents(node, to);
            tell(node.number + " renames the directory " + from + " to " + to);
            node.tree.rename(from, to);
        }
    }

    private void act(Node node) {
        if (withRules && random.nextInt(8) == 0) {
            writeRules(node);
            return;
        }
        if (moving && random.nextInt(3) > 0) {
            moveDirectory(node);
            return;
        }
        RelativePath path = node.tree.named(anyPath());
        Instant mtime =
                switch (random.nextInt(4)) {
                    case 0 -> Instant.parse("2020-01-01T00:00:00Z");
                    case 1 -> Instant.parse("2099-01-01T00:00:00Z");
                    default -> node.wallClock();
                };
        switch (random.nextInt(12)) {
            case 10 -> restore(node, path);
            case 11 -> {
                tell(node.number + " keeps what it holds at " + path);
                node.ask(new Event.Command.Kept(path, anyVersion(path)));
            }
            case 0, 1, 2, 3 -> {
                String content = "c" + ++contents;
                overwrite(node, path);
                written.add(content);
                tell(node.number + " writes " + path + " " + content);
                node.tree.write(path, content, mtime);
            }
            case 4, 5 -> {
                overwrite(node, path);
                tell(node.number + " removes " + path);
                node.tree.removeAll(path);
            }
            case 6 -> {
                if (!isFile(node, path)) {
                    overwriteParents(node, path);
                    tell(node.number + " makes " + path);
                    node.tree.makeDirectory(path);
                }
            }
            case 7 -> {
                tell(node.number + " chmod " + path);
                node.tree.chmod(path, random.nextInt(2) == 0 ? 0700 : 0755);
            }
            case 8 -> {
                RelativePath to = newName(node, path);
                if (node.tree.nodes.containsKey(path)
                        && !to.isBelow(path)
                        && !path.isBelow(to)
                        && !to.equals(path)) {
                    overwrite(node, to);
                    node.tree.nodes.keySet().stream()
                            .filter(at -> at.equals(path) || at.isBelow(path))
                            .forEach(at -> mayBeDeleted(node, at));
                    tell(node.number + " renames " + path + " to " + to);
                    node.tree.rename(path, to);
                }
            }
            default -> {
                overwrite(node, path);
                tell(node.number + " links " + path);
                node.tree.link(path, "target" + random.nextInt(3), mtime);
            }
        }
    }

    /** The user of {@code node} begins to put back something that was displaced there. */
    private void restore(Node node, RelativePath path) {
        if (node.tree.versions.isEmpty()) {
            return;
        }
        String content = node.tree.versions.get(random.nextInt(node.tree.versions.size()));
        tell(node.number + " begins to restore " + content + " at " + path);
        node.ask(new Event.Command.Restoring(List.of(path)));
        node.puttingBack.add(() -> restore(node, path, content, anyVersion(path)));
    }

    private void restore(Node node, RelativePath path, String content, Event.Seen seen) {
        if (node.isToBeTold(path)) {
            node.puttingBack.addFirst(() -> restore(node, path, content, seen));
            return;
        }
        List<Event.Restoration> restored = new ArrayList<>();
        if (node.tree.canRestore(path)) {
            tell(node.number + " restores " + content + " at " + path);
            FakeTree.Node put =
                    node.tree.restore(path, content, Instant.parse("2020-01-01T00:00:00Z"));
            var observation =
                    new Observation.SeenFile(
                            path, FakeTree.stat(put), FakeTree.hash(content), null);
            restored.add(new Event.Restoration(observation, seen));
            node.untold.put(path, content);
        }
        node.puttingBack.addFirst(
                () -> node.ask(new Event.Command.Restored(List.of(path), restored)));
    }

    /** What somebody knows of {@code path}: the version that lost, or won, or something older. */
    private Event.Seen anyVersion(RelativePath path) {
        Row row = nodes.get(random.nextInt(nodes.size())).index.row(path);
        return row == null || row.known() == null
                ? Event.Seen.NOTHING
                : new Event.Seen(row.known().version(), row.known().stamp());
    }

    private void writeRules(Node node) {
        overwrite(node, IgnoreRules.FILE);
        if (random.nextInt(6) == 0) {
            tell(node.number + " removes the rules");
            node.tree.removeAll(IgnoreRules.FILE);
            return;
        }
        StringBuilder rules = new StringBuilder("# c" + ++contents + "\n");
        for (int line = random.nextInt(4); line > 0; line--) {
            rules.append(RULES.get(random.nextInt(RULES.size()))).append('\n');
        }
        written.add(rules.toString());
        tell(node.number + " writes the rules " + rules.toString().lines().toList());
        node.tree.write(IgnoreRules.FILE, rules.toString(), node.wallClock());
    }

    private static boolean isFile(Node node, RelativePath path) {
        FakeTree.Node there = node.tree.nodes.get(path);
        return there != null && there.kind() == FakeTree.Kind.FILE;
    }

    /**
     * The user of {@code node} sees what is at {@code path}, below it and in the place of its
     * parents, and does away with it.
     */
    private void overwrite(Node node, RelativePath path) {
        overwritten.addAll(node.tree.contentsAt(path));
        node.tree.nodes.keySet().stream()
                .filter(at -> at.equals(path) || at.isBelow(path))
                .forEach(at -> mayBeDeleted(node, at));
        overwriteParents(node, path);
    }

    /**
     * A deletion may be told of what was not ignored when a user did away with it, by the file or
     * by what the node knew of it then.
     */
    private void mayBeDeleted(Node node, RelativePath path) {
        FakeTree.Node there = Objects.requireNonNull(node.tree.nodes.get(path));
        boolean safe =
                node.tree.isIgnored(path, node.tree.rules())
                        && node.tree.isIgnored(path, node.engine.rules());
        if (!safe) {
            deletable.add(FakeTree.hash(there.content()));
        }
    }

    private void overwriteParents(Node node, RelativePath path) {
        for (var parent = path.parent(); parent.isPresent(); parent = parent.get().parent()) {
            if (isFile(node, parent.get())) {
                overwritten.addAll(node.tree.contentsAt(parent.get()));
                mayBeDeleted(node, parent.get());
            }
        }
    }

    /** Lets time pass. */
    void later(Duration time) {
        now = now.plus(time);
    }

    /** Lets everything that is under way come to its end; false if it does not. */
    boolean settle(int roundsMax) {
        connectAll();
        nodes.forEach(node -> ask(node, new Event.Command.Resume()));
        return run(roundsMax);
    }

    /** The same among those that are connected. */
    boolean run(int roundsMax) {
        int quiet = 0;
        long sentBefore = sent;
        for (int round = 0; round < roundsMax; round++) {
            for (Node node : nodes) {
                node.step(100);
                node.links.forEach(
                        link -> {
                            while (!link.outgoing.isEmpty()) {
                                link.other.events.add(
                                        new Event.Received(link.there, link.outgoing.poll()));
                            }
                        });
                while (!node.effects.isEmpty()) {
                    node.run(node.effects.removeFirst());
                }
                node.reports.forEach(node.events::addAll);
                node.reports.clear();
                node.apply();
                node.flush();
                node.putBack();
            }
            if (nodes.stream().allMatch(Node::isIdle)) {
                if (nodes.stream().allMatch(this::hasNothingSoon)) {
                    return true;
                }
                // Where something ignored is in the way of something that is not, it is tried for
                // ever.
                quiet = sent == sentBefore ? quiet + 1 : 0;
                sentBefore = sent;
                if (withRules && quiet > QUIET_ROUNDS) {
                    return true;
                }
                now = now.plusMillis(300);
            }
        }
        return false;
    }

    /** Of which paths {@code node} lists that it cannot have them. */
    Set<String> impossible(Node node) {
        node.events.add(new Event.Asked(0, new Event.Command.Problems(), node.wallClock()));
        node.step(1);
        return node.problems.stream()
                .filter(problem -> problem.kind() == Problem.Kind.NAME_IMPOSSIBLE)
                .map(Problem::subject)
                .collect(Collectors.toSet());
    }

    /** What keeps the nodes from being settled. */
    String busy() {
        StringBuilder busy = new StringBuilder();
        for (Node node : nodes) {
            busy.append(
                    "%n%d: events %s, effects %s, reports %s, timeout %s of %s, status %s"
                            .formatted(
                                    node.number,
                                    node.events,
                                    node.effects,
                                    node.reports,
                                    node.engine.nextTimeout(),
                                    now,
                                    shown(node)));
        }
        return busy.toString();
    }

    private boolean hasNothingSoon(Node node) {
        node.step(1);
        Instant soon = now.plus(Duration.ofMinutes(2));
        return node.isIdle() && node.engine.nextTimeout().map(at -> at.isAfter(soon)).orElse(true);
    }

    /** Steps all nodes over an hour in which nobody does anything; how many messages were sent. */
    long silence() {
        long before = sent;
        for (int i = 0; i < (withRules ? 7 : 9); i++) {
            now = now.plusSeconds(60);
            nodes.forEach(node -> node.step(10));
        }
        return sent - before;
    }

    /**
     * What the rules let a node show: without what is ignored, and without deleted directories that
     * stay for what is ignored in them.
     */
    Map<RelativePath, String> shared(Node node) {
        Map<RelativePath, String> shared = shown(node);
        IgnoreRules rules = node.tree.rules();
        shared.keySet().removeIf(path -> isInTheWay(path, rules));
        nodes.forEach(each -> shared.keySet().removeAll(staying(each, rules)));
        shared.keySet().removeIf(this::isOrHoldsGhost);
        return shared;
    }

    /** What lives below something that is no directory any more keeps that from its place. */
    private boolean isOrHoldsGhost(RelativePath path) {
        return isGhost(path)
                || nodes.getFirst().index.pageBelow(path, null, 1_000).stream()
                        .anyMatch(row -> isGhost(row.path()));
    }

    /**
     * Whether the content that all know of is nowhere: its author told of it, ignored it before
     * anybody had fetched it, and did away with it.
     */
    private boolean isGhost(RelativePath path) {
        Row row = nodes.getFirst().index.row(path);
        return row != null
                && row.known() instanceof Entry.File file
                && nodes.stream()
                        .allMatch(
                                node ->
                                        node.tree.nodes.get(path) == null
                                                || !FakeTree.hash(
                                                                node.tree.nodes.get(path).content())
                                                        .equals(file.content()));
    }

    /** Directories that are something else, or nothing, elsewhere, and cannot go. */
    private Set<RelativePath> staying(Node node, IgnoreRules rules) {
        Set<RelativePath> staying = new HashSet<>();
        for (RelativePath path : node.tree.nodes.keySet()) {
            if (node.tree.isIgnored(path, rules) || isInTheWay(path, rules)) {
                for (var up = path.parent(); up.isPresent(); up = up.get().parent()) {
                    Row row = node.index.row(up.get());
                    if (row != null && !(row.known() instanceof Entry.Directory)) {
                        staying.add(up.get());
                    }
                }
            }
        }
        return staying;
    }

    /** Whether any node has something ignored at the path, or above it: others may lack it then. */
    private boolean isInTheWay(RelativePath path, IgnoreRules rules) {
        for (var at = java.util.Optional.of(path); at.isPresent(); at = at.get().parent()) {
            RelativePath here = at.get();
            if (rules.ignores(here, true)
                    || rules.ignores(here, false)
                    || nodes.stream()
                            .anyMatch(
                                    node ->
                                            node.tree.nodes.containsKey(here)
                                                    && node.tree.isIgnored(here, rules))) {
                return true;
            }
        }
        return false;
    }

    /**
     * Tombstones of files that nobody deleted while they were synced. Those of renames are none:
     * the content lives on where it was moved to.
     */
    List<Entry> madeByRules() {
        List<Entry> made = new ArrayList<>();
        for (Node node : nodes) {
            for (Row row : node.index.page(null, true, 1_000)) {
                if (row.known() instanceof Entry.Tombstone tombstone
                        && tombstone.content() != null
                        && tombstone.movedTo() == null
                        && !deletable.contains(tombstone.content())) {
                    made.add(tombstone);
                }
            }
        }
        return made;
    }

    /** Contents that somebody wrote and nobody knowingly overwrote, and that are nowhere. */
    Set<String> lost() {
        Set<String> lost = new HashSet<>(written);
        lost.removeAll(overwritten);
        for (Node node : nodes) {
            node.tree.nodes.values().forEach(each -> lost.remove(each.content()));
            lost.removeAll(node.tree.versions);
        }
        return lost;
    }

    /** What nodes know of and could hold, and do not. */
    List<String> unfetched() {
        List<String> unfetched = new ArrayList<>();
        for (Node node : nodes) {
            for (Row row : node.index.pending(Pending.PLACE, null, false, 1_000)) {
                if (!node.cannotHave(row.path())) {
                    unfetched.add(node.number + ": " + row);
                }
            }
        }
        return unfetched;
    }

    /** Whatever comes next comes at any time; then all comes to its end. */
    void haste(Random any) {
        if (any.nextBoolean()) {
            connectAll();
        }
        for (int i = any.nextInt(150); i > 0; i--) {
            anything(false);
            if (any.nextInt(30) == 0) {
                connectAll();
            }
        }
        comeToAnEnd();
    }

    /** All comes to its end, or the test fails; what was traced is printed. */
    void comeToAnEnd() {
        boolean settled = settle(3_000);
        trace.forEach(System.out::println);
        trace.clear();
        if (!settled) {
            throw new AssertionError("does not settle: " + busy());
        }
    }

    /** Path, kind, content and mode of everything on a node. */
    static Map<RelativePath, String> shown(Node node) {
        Map<RelativePath, String> shown = new TreeMap<>();
        node.tree.nodes.forEach(
                (path, it) ->
                        shown.put(
                                path,
                                it.kind()
                                        + " "
                                        + it.content()
                                        + (it.kind() == FakeTree.Kind.LINK
                                                ? ""
                                                : " " + it.mode())));
        return shown;
    }
}
