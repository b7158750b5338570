package dev.lanyard.it.simulation;

import dev.lanyard.node.app.runtime.StepwiseStart;
import dev.lanyard.node.core.engine.Effect;
import dev.lanyard.node.core.engine.Engine;
import dev.lanyard.node.core.engine.Event;
import dev.lanyard.node.core.engine.Event.Dirt;
import dev.lanyard.node.core.engine.Event.PeerGreeting;
import dev.lanyard.node.core.engine.JustChanged;
import dev.lanyard.node.core.engine.Policy;
import dev.lanyard.node.core.engine.Problem;
import dev.lanyard.node.core.engine.SessionId;
import dev.lanyard.node.core.plan.Outcome;
import dev.lanyard.node.io.apply.Journal;
import dev.lanyard.node.io.apply.Recovery;
import dev.lanyard.node.io.apply.StepwiseApplier;
import dev.lanyard.node.io.apply.Versions;
import dev.lanyard.node.io.disk.Disk;
import dev.lanyard.node.io.disk.Root;
import dev.lanyard.node.io.disk.RootLostException;
import dev.lanyard.node.io.scan.StepwiseScanner;
import dev.lanyard.protocol.ContentHash;
import dev.lanyard.protocol.NodeId;
import dev.lanyard.protocol.RelativePath;
import dev.lanyard.protocol.message.Message;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Random;

/** A node that runs: its engine, and what waits to be done for it. */
final class NodeProcess {
    private static final int SECONDS_OF_A_DAY = 86_400;

    private final Simulation world;
    private final Machine machine;
    private final Disk disk;
    private final Versions versions;
    private final Engine engine;
    private final Runnable writeMark;
    private final StepwiseScanner scanner;
    private final StepwiseApplier applier;
    private final Deque<Event> events = new ArrayDeque<>();

    /** Paths, and cookies between them. */
    private final Deque<Event> watched = new ArrayDeque<>();

    private final List<Effect.Scan> scans = new ArrayList<>();
    private final List<List<Event>> reports = new ArrayList<>();
    private final List<Transfer> transfers = new ArrayList<>();
    private final Deque<Effect.Apply> applies = new ArrayDeque<>();
    private final PriorityQueue<Timer> timers =
            new PriorityQueue<>(Comparator.comparing(Timer::due).thenComparingInt(Timer::number));
    private final List<Outcome> unflushed = new ArrayList<>();
    private final List<Long> flushed = new ArrayList<>();
    private List<Event> report = new ArrayList<>();
    private List<Problem> problems = List.of();
    private boolean isRootSought;
    private boolean paused;
    private int staged;
    private int lastTimer;
    private int today;

    private record Timer(Instant due, int number, Runnable work) {}

    private NodeProcess(
            Simulation world,
            Machine machine,
            Versions versions,
            Journal journal,
            StepwiseStart.Started started) {
        this.world = world;
        this.machine = machine;
        this.disk = machine.seen();
        this.versions = versions;
        this.engine =
                new Engine(
                        machine.index(), started.author(), Policy.DEFAULT, versions, disk.naming());
        this.writeMark = started.writeMark();
        this.scanner =
                new StepwiseScanner(
                        disk,
                        machine.index()::reader,
                        machine.clock(),
                        event -> report.add(event),
                        (delay, work) ->
                                timers.add(new Timer(world.now().plus(delay), ++lastTimer, work)));
        JustChanged.before(machine.index()).ifPresent(scanner::doubt);
        this.applier = new StepwiseApplier(disk, journal, versions);
    }

    /** Starts a node as the real one is started, on what its machine has. */
    static NodeProcess start(Simulation world, Machine machine, String boot, Random random)
            throws IOException {
        Disk disk = machine.seen();
        Journal journal =
                StepwiseApplier.journal(machine.disk().stateFile("journal"), boot, machine.clock());
        Versions versions = new Versions(disk, machine.clock(), random);
        Recovery recovery =
                new Recovery(
                        disk,
                        journal,
                        versions,
                        StepwiseStart.held(machine.index()),
                        machine.clock());
        StepwiseStart.adopt(machine.index(), recovery.run());
        recovery.finish();
        StepwiseStart.Started started =
                StepwiseStart.author(
                        machine.index(), disk, machine.toString(), machine.number() + 1L, random);
        versions.learn();
        return new NodeProcess(world, machine, versions, journal, started);
    }

    PeerGreeting greeting(boolean dialled) {
        return new PeerGreeting(
                new NodeId(0, 0, 0, machine.number()),
                engine.replica(),
                machine.toString(),
                Message.Mode.TWO_WAY,
                engine.seen(),
                dialled);
    }

    // ---------------------------------------------------------------- what it hears

    void hear(Event event) {
        events.add(event);
    }

    /** Somebody has changed {@code path}. */
    void watched(RelativePath path) {
        watched.add(new Event.Dirtied(List.of(new Dirt(path, true))));
    }

    /** What was watched and not told yet is lost. */
    void overflow() {
        watched.removeIf(Event.Dirtied.class::isInstance);
        watched.add(new Event.WatchOverflowed());
    }

    void ask(Event.Command command) {
        events.add(new Event.Asked(0, command, machine.wallClock()));
    }

    void pauseOrResume() {
        paused = !paused;
        ask(paused ? new Event.Command.Pause() : new Event.Command.Resume());
    }

    void resume() {
        paused = false;
        ask(new Event.Command.Resume());
    }

    void tellWatched(int max) {
        for (int i = 0; i < max && !watched.isEmpty(); i++) {
            events.add(watched.remove());
        }
    }

    // ---------------------------------------------------------------- what it does

    /** The engine takes so many events, and a step. */
    void step(int eventsMax) {
        List<Event> batch = new ArrayList<>();
        int day = (int) (machine.wallClock().getEpochSecond() / SECONDS_OF_A_DAY);
        if (day != today) {
            today = day;
            batch.add(new Event.DayBegan(day));
        }
        while (!timers.isEmpty() && !timers.element().due().isAfter(world.now())) {
            report = new ArrayList<>();
            timers.remove().work().run();
            events.addAll(report);
        }
        while (!events.isEmpty() && batch.size() < eventsMax) {
            batch.add(events.remove());
        }
        if (batch.isEmpty()) {
            if (engine.nextTimeout().map(at -> at.isAfter(world.now())).orElse(true)) {
                return; // It sleeps.
            }
            batch.add(new Event.Ticked());
        }
        for (Event event : batch) {
            if (!(event instanceof Event.Ticked)) {
                world.tell("%s gets %s", machine, event);
            }
        }
        List<Effect> effects = engine.step(batch, world.now());
        writeMark.run();
        effects.forEach(this::accept);
    }

    private void accept(Effect effect) {
        world.tell("%s wants %s", machine, effect);
        switch (effect) {
            case Effect.Scan it -> scans.add(it);
            case Effect.Cookie it -> watched.add(new Event.CookieSeen(it.cookie()));
            case Effect.Send it -> world.network().send(machine, it.session(), it.message());
            case Effect.Announce it -> it.sessions().forEach(session -> announce(session, it));
            case Effect.Close it -> world.network().close(machine, it.session());
            case Effect.Fetch it -> transfers.addAll(Transfer.fetch(it, this::nextStaged));
            case Effect.Copy it -> transfers.addAll(Transfer.copy(it, this::nextStaged));
            case Effect.CancelFetch it -> cancel(it.fetch());
            case Effect.Discard it -> discard(it.stagedName());
            case Effect.Apply it -> applies.add(it);
            case Effect.Clear it -> flushed.addAll(it.batches());
            case Effect.CheckRoot _ -> isRootSought = true;
            case Effect.Answer it -> {
                if (it.reply() instanceof Effect.Reply.Problems list) {
                    problems = list.problems();
                }
            }
            case Effect.Note _, Effect.AskClock _ -> {} // Only users are told what follows.
        }
    }

    private void cancel(long fetch) {
        transfers.stream()
                .filter(transfer -> transfer.fetch() == fetch)
                .forEach(transfer -> transfer.drop(disk));
        transfers.removeIf(transfer -> transfer.fetch() == fetch);
    }

    private void announce(SessionId session, Effect.Announce announce) {
        world.network().send(machine, session, new Message.Announce(announce.entries()));
    }

    private String nextStaged() {
        return "s-" + ++staged;
    }

    private void discard(String stagedName) {
        try (Root root = disk.open()) {
            root.delete(Root.Place.STAGING, stagedName);
        } catch (IOException e) {
            world.tell("%s keeps %s: %s", machine, stagedName, e.getMessage());
        }
    }

    /** One of the scans that wait looks. */
    void scan(int choice) {
        if (!scans.isEmpty()) {
            Effect.Scan scan = scans.remove(Math.floorMod(choice, scans.size()));
            report = new ArrayList<>();
            scanner.run(scan);
            reports.add(report);
        }
    }

    /** What one of them has seen is told. */
    void tellReport(int choice) {
        if (!reports.isEmpty()) {
            events.addAll(reports.remove(Math.floorMod(choice, reports.size())));
        }
    }

    /** One of the transfers goes on. */
    void transfer(int choice) {
        if (transfers.isEmpty()) {
            return;
        }
        int chosen = Math.floorMod(choice, transfers.size());
        Transfer transfer = transfers.get(chosen);
        Event.@Nullable FetchOutcome outcome = transfer.goOn(machine, world.network(), versions);
        if (outcome != null) {
            transfers.remove(chosen);
            events.add(new Event.Fetched(transfer.fetch(), List.of(outcome)));
        }
    }

    /** Whether a batch waits to be carried out. */
    boolean isAboutToApply() {
        return !applies.isEmpty();
    }

    /** The next batch is carried out. */
    void apply() {
        Effect.Apply batch = applies.poll();
        if (batch != null) {
            Event.Applied applied = applier.apply(batch);
            scanner.placed(applied.outcomes());
            world.tell("%s has %s", machine, applied);
            unflushed.addAll(applied.outcomes());
            events.add(applied);
        }
    }

    /** What was carried out is made durable, and of what was so before no record is needed. */
    void flush() {
        applier.clear(flushed);
        applier.forget();
        flushed.clear();
        List<Outcome> group = List.copyOf(unflushed);
        unflushed.clear();
        List<Event> told = applier.flush();
        if (told.isEmpty()) {
            return;
        }
        world.tell("%s has %s", machine, told);
        if (told.stream().allMatch(Event.Flushed.class::isInstance)) {
            group.forEach(outcome -> world.isDurable(machine, outcome));
        }
        events.addAll(told);
    }

    /** Looks whether the folder is there again, if somebody wants to know. */
    void lookForRoot() {
        if (!isRootSought) {
            return;
        }
        isRootSought = false;
        try {
            disk.open().close();
            events.add(new Event.RootFound());
        } catch (RootLostException lost) {
            world.tell("%s: %s", machine, lost.getMessage());
        } catch (IOException failed) {
            world.tell("%s: %s", machine, failed.getMessage());
        }
    }

    // ---------------------------------------------------------------- what it is

    /** Everything that waits is done, once. */
    void doAll() {
        step(100);
        tellWatched(Integer.MAX_VALUE);
        for (int left = scans.size(); left > 0; left--) {
            scan(0);
        }
        while (!reports.isEmpty()) {
            tellReport(0);
        }
        for (int left = 2 * transfers.size(); left > 0; left--) {
            transfer(0);
        }
        for (int left = applies.size(); left > 0; left--) {
            apply();
        }
        flush();
        lookForRoot();
    }

    /** Whether nothing waits, and nothing will for {@code time}. */
    boolean isIdle(Duration time) {
        Instant end = world.now().plus(time);
        return events.isEmpty()
                && watched.isEmpty()
                && scans.isEmpty()
                && reports.isEmpty()
                && transfers.isEmpty()
                && applies.isEmpty()
                && unflushed.isEmpty()
                && !isRootSought
                && (timers.isEmpty() || timers.element().due().isAfter(end))
                && engine.nextTimeout().map(at -> at.isAfter(end)).orElse(true);
    }

    /** Its user has restored what is held back, if anything is; whether that was so. */
    boolean restoreHeldBack() {
        boolean isAsked =
                problems().stream().anyMatch(problem -> problem.kind() == Problem.Kind.HELD_BACK);
        if (isAsked) {
            ask(new Event.Command.ConfirmDeletes(true));
        }
        return isAsked;
    }

    /** Paths that have such a problem. */
    List<RelativePath> pathsWith(Problem.Kind kind) {
        return problems().stream()
                .filter(problem -> problem.kind() == kind)
                .map(problem -> RelativePath.of(problem.subject()))
                .toList();
    }

    /** What is known to be {@code content} in versions. */
    Optional<String> nameInVersions(ContentHash content) {
        return versions.nameOf(content);
    }

    /** When it wants to be woken. */
    Instant nextTimeout() {
        Instant engineAt = engine.nextTimeout().orElse(Instant.MAX);
        Instant timerAt = timers.isEmpty() ? Instant.MAX : timers.element().due();
        return engineAt.isBefore(timerAt) ? engineAt : timerAt;
    }

    /** What it lists of what a user should know. */
    List<Problem> problems() {
        ask(new Event.Command.Problems());
        step(Integer.MAX_VALUE);
        return problems;
    }

    /** What keeps it from being idle. */
    @Override
    public String toString() {
        return "%s: events %s, watched %s, scans %s, transfers %s, applies %s, next %s of %s"
                .formatted(
                        machine,
                        events,
                        watched,
                        scans,
                        transfers.size(),
                        applies,
                        engine.nextTimeout(),
                        world.now());
    }
}
