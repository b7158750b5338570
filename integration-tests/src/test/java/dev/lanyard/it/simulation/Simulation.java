package dev.lanyard.it.simulation;

import static java.util.stream.Collectors.joining;

import com.google.errorprone.annotations.FormatMethod;

import dev.lanyard.delta.checksum.TreeHash;
import dev.lanyard.node.core.engine.Problem;
import dev.lanyard.node.core.ignore.IgnoreRules;
import dev.lanyard.node.core.index.Held;
import dev.lanyard.node.core.index.Row;
import dev.lanyard.node.core.plan.Outcome;
import dev.lanyard.node.io.disk.NameHabit;
import dev.lanyard.node.io.disk.Root.Found;
import dev.lanyard.node.io.disk.Root.Kind;
import dev.lanyard.node.io.disk.Root.Place;
import dev.lanyard.protocol.ContentHash;
import dev.lanyard.protocol.Entry;
import dev.lanyard.protocol.RelativePath;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/** Carries out one {@link History}, checks after each move, lets all end, and checks again. */
final class Simulation {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final Duration SOON = Duration.ofMinutes(2);

    /** What no watch tells of is seen by the next look at everything, which comes each hour. */
    private static final Duration SETTLED_WITHIN = Duration.ofMinutes(90);

    /** One thing that users have to deal with may hide another. */
    private static final int HELPED_MAX = 6;

    /** More than any two clocks differ. */
    private static final Duration CLOCKS_APART = Duration.ofDays(30);

    private static final Duration ROUND = Duration.ofMillis(300);
    private static final Pattern ARRAY = Pattern.compile("\\[[A-Z]@[0-9a-f]+");

    /** Before anybody helps, and after that: what is listed is tried again for an hour and more. */
    private static final int ROUNDS_MAX = 5_000;

    private static final int SILENT_MINUTES = 9;
    private static final int AMID_CALLS_MAX = 40;
    private static final int EVENTS_MAX = 3;

    private final @Nullable Consumer<String> trace;
    private final Ledger ledger = new Ledger();
    private final Network network = new Network();
    private final List<Machine> machines = new ArrayList<>();
    private Instant now = START;
    private int contents;
    private boolean folding;
    private boolean reserving;

    /** How much had been changed on all disks when the ledger was checked. */
    private long checked = -1;

    Simulation(History history, @Nullable Consumer<String> trace) {
        this.trace = trace;
        Random random = new Random(history.seed());
        for (int i = 0; i < history.machines(); i++) {
            machines.add(new Machine(this, i, random.nextLong()));
        }
    }

    /**
     * Runs {@code history}.
     *
     * @param trace takes a line for each thing that happens
     * @throws Violation if something went wrong
     */
    static void run(History history, Consumer<String> trace) {
        new Simulation(history, trace).run(history.moves());
    }

    /** Runs it, which is faster where nobody wants to know what happens. */
    static void run(History history) {
        new Simulation(history, null).run(history.moves());
    }

    private void run(List<Move> moves) {
        moves.stream().filter(Move::isFromTheBeginning).forEach(this::make);
        begin();
        for (Move move : moves) {
            tell("%s", move);
            if (!move.isFromTheBeginning()) {
                make(move);
                check();
            }
        }
        end();
        if (moves.stream().noneMatch(move -> move.isFault() || move.kind() == Move.Kind.IGNORE)) {
            // A rename just before a stop cannot be told from an edit afterwards, nor what users do
            // to what is ignored: all is kept then, and not all of it is listed.
            ledger.checkConflicts(machines);
        }
    }

    /** Looks at all disks, if any was changed. */
    private void check() {
        long changes = machines.stream().mapToLong(machine -> machine.disk().changes()).sum();
        if (changes != checked) {
            ledger.check(machines);
            checked = changes;
        }
    }

    // ---------------------------------------------------------------- what others ask

    Instant now() {
        return now;
    }

    Duration sinceStart() {
        return Duration.between(START, now);
    }

    Ledger ledger() {
        return ledger;
    }

    List<Machine> machines() {
        return machines;
    }

    Network network() {
        return network;
    }

    /** Whether names that differ in case are one somewhere. */
    boolean isFolding() {
        return folding;
    }

    /** Whether there is a disk that refuses some names. */
    boolean isReserving() {
        return reserving;
    }

    /** How many contents there are so far. */
    int contents() {
        return contents;
    }

    /** A content that nothing else has. */
    String nextContent() {
        return "c%d.".formatted(++contents);
    }

    /** Something happens, which is put into words only for those who want to know. */
    @FormatMethod
    void tell(String format, @Nullable Object... arguments) {
        if (trace != null) {
            String line = format.formatted(arguments);
            // Arrays have no text of their own but where they are in memory.
            trace.accept(line.indexOf('@') < 0 ? line : ARRAY.matcher(line).replaceAll("[...]"));
        }
    }

    /** {@code machine} says that this outcome is on its medium. */
    void isDurable(Machine machine, Outcome outcome) {
        switch (outcome) {
            case Outcome.Done it -> isDurable(machine, it.held());
            case Outcome.Renamed it -> isDurable(machine, it.held());
            case Outcome.RenamedDirectory it ->
                    it.children().forEach(child -> isDurable(machine, child.held()));
            case Outcome.Unexpected _, Outcome.Blocked _ -> {}
        }
    }

    /** If it still is what the node put there: what a user does to it is not promised. */
    private void isDurable(Machine machine, Held held) {
        RelativePath path = held.entry().path();
        RelativePath stored = machine.stored(path);
        Found found = machine.disk().everything().get(stored);
        if (found != null && found.kind() == Kind.FILE && found.stat().equals(held.stat())) {
            ledger.keeps(machine, machine.contentOf(stored));
        }
    }

    // ---------------------------------------------------------------- moves

    /** Starts all machines, and has them meet. */
    void begin() {
        for (Machine machine : machines) {
            machine.start();
            machine.disk().sync();
        }
        settle(); // Replicas that have never met hold back what others did before.
    }

    private void connectAll() {
        for (Machine one : machines) {
            machines.forEach(other -> network.connect(one, other));
        }
    }

    void make(Move move) {
        Machine machine = machines.get(Math.floorMod(move.machine(), machines.size()));
        int number = move.number();
        Random random = new Random(number);
        switch (move.kind()) {
            case STEP -> node(machine, node -> node.step(1 + random.nextInt(EVENTS_MAX)));
            case DELIVER -> network.deliver(machine, number);
            case SCAN -> node(machine, node -> node.scan(number));
            case REPORT -> node(machine, node -> node.tellReport(number));
            case WATCH -> node(machine, node -> node.tellWatched(1 + random.nextInt(EVENTS_MAX)));
            case TRANSFER -> node(machine, node -> node.transfer(number));
            case APPLY -> node(machine, NodeProcess::apply);
            case FLUSH -> {
                node(machine, NodeProcess::flush);
                node(machine, NodeProcess::lookForRoot);
            }
            case RUN -> {
                network.deliverAll(machine);
                node(machine, NodeProcess::doAll);
            }
            case WAIT -> now = now.plusMillis(random.nextInt(400));
            case USE -> new User(this, machine, number).act();
            case USE_AMID ->
                    machine.useAmid(
                            1 + random.nextInt(AMID_CALLS_MAX),
                            () -> new User(this, machine, number).act());
            case CONNECT -> network.connect(machine, other(random));
            case CUT -> network.cut(machine, other(random));
            case KILL -> machine.end(false);
            case SHUTDOWN -> {
                node(machine, NodeProcess::flush); // Of that its engine does not hear any more.
                sync(machine);
                machine.shutDown();
            }
            case POWER_CUT -> machine.end(true);
            case KILL_AMID -> machine.endAmid(1 + random.nextInt(AMID_CALLS_MAX), false);
            case POWER_CUT_AMID -> machine.endAmid(1 + random.nextInt(AMID_CALLS_MAX), true);
            case START -> machine.start();
            case SYNC -> sync(machine);
            case FAULTS -> machine.fail();
            case FULL -> machine.fill();
            case HEAL -> machine.heal();
            case UNMOUNT -> machine.disk().unmount();
            case CLOCK -> {
                // What the power tears under the times that it had is known by these; where the
                // clock is set in the same minute, only reading all again would find it.
                sync(machine);
                machine.setClock(Duration.ofSeconds(random.nextInt(-100_000, 100_000)));
            }
            case OVERFLOW -> node(machine, NodeProcess::overflow);
            case PAUSE -> node(machine, NodeProcess::pauseOrResume);
            case IGNORE -> new User(this, machine, number).ignore();
            case FOLD -> {
                folding = true;
                machine.names(
                        random.nextBoolean()
                                ? NameHabit.IGNORING_CASE
                                : NameHabit.IGNORING_CASE_AND_FORM);
            }
            case RESERVE -> {
                reserving = true;
                machine.names(NameHabit.RESERVING);
            }
            case DECOMPOSE -> {
                folding = true;
                machine.names(NameHabit.DECOMPOSING);
            }
            case REUSE -> machine.disk().reuseInodes();
            case LINE -> network.beLine();
        }
    }

    private void sync(Machine machine) {
        machine.disk().sync();
        ledger.keepsAll(machine);
    }

    private Machine other(Random random) {
        return machines.get(random.nextInt(machines.size()));
    }

    private static void node(Machine machine, Consumer<NodeProcess> work) {
        machine.run(
                () -> {
                    NodeProcess process = machine.process();
                    if (process != null) {
                        work.accept(process);
                    }
                });
    }

    // ---------------------------------------------------------------- the end

    /** Faults stop, and all comes to its end. */
    private void end() {
        tell("faults stop");
        for (Machine machine : machines) {
            machine.heal();
            machine.start();
            node(machine, NodeProcess::resume);
        }
        settle();
        restart();
        settle();
        checkSilence();
    }

    /** Connects all, and lets time pass until they are equal and have nothing to do. */
    void settle() {
        Instant givenUp = now.plus(SETTLED_WITHIN);
        int helped = 0;
        for (int round = 0; round < ROUNDS_MAX && helped <= HELPED_MAX; round++) {
            connectAll();
            machines.forEach(machine -> node(machine, NodeProcess::doAll));
            network.deliverAll();
            check();
            if (!isIdle(Duration.ZERO)) {
                now = now.plus(ROUND);
            } else if (isIdle(SOON) && isEqual()) {
                return;
            } else if (now.isBefore(givenUp)) {
                Instant next = nextTimeout();
                boolean decided = restoreHeldBack();
                now = decided || !next.isAfter(now) ? now.plus(ROUND) : next;
            } else {
                now = now.plus(CLOCKS_APART); // What is written now is newer by any clock.
                givenUp = now.plus(SETTLED_WITHIN);
                round = 0;
                if (helped++ % 2 == 0) {
                    replaceMissing();
                } else {
                    clearAway();
                }
            }
        }
        throw new Violation("does not settle: " + busy());
    }

    /**
     * Has users decide who are asked to: what one had made and nobody had seen, while others
     * deleted something of that name, shall be there for all.
     *
     * @return whether anybody was asked
     */
    private boolean restoreHeldBack() {
        boolean decided = false;
        for (Machine machine : machines) {
            NodeProcess process = machine.process();
            decided |= process != null && process.restoreHeldBack();
        }
        return decided;
    }

    /**
     * Has users deal with what nodes list and cannot decide: a name that is there in another
     * spelling, something ignored that is in the way.
     */
    private void clearAway() {
        for (Machine machine : machines) {
            NodeProcess process = machine.process();
            if (process == null) {
                continue;
            }
            for (RelativePath path : process.pathsWith(Problem.Kind.NAME_IMPOSSIBLE)) {
                machines.forEach(other -> new User(this, other, contents).remove(path));
            }
            for (Problem.Kind kind : List.of(Problem.Kind.NOT_EMPTY, Problem.Kind.IN_USE)) {
                for (RelativePath path : process.pathsWith(kind)) {
                    new User(this, machine, contents).remove(path);
                }
            }
        }
    }

    /**
     * A power cut may take what all have heard of and nobody had fetched: in the place of what they
     * wait for somebody puts something else.
     */
    private void replaceMissing() {
        Set<RelativePath> replaced = new HashSet<>();
        for (Machine machine : machines) {
            NodeProcess process = machine.process();
            for (RelativePath path :
                    process == null
                            ? List.<RelativePath>of()
                            : process.pathsWith(Problem.Kind.CONTENT_MISSING)) {
                if (replaced.add(path)) {
                    checkNobodyHas(machine, path);
                    new User(this, machine, contents).replace(path);
                }
            }
        }
    }

    /** What all wait for is in nobody's tree, but for what is ignored there, nor in versions. */
    private void checkNobodyHas(Machine asking, RelativePath path) {
        Row row = asking.index().row(path);
        if (network.isLine() || row == null || !(row.known() instanceof Entry.File file)) {
            return; // In a line somebody between the two may not be able to have it.
        }
        for (Machine machine : machines) {
            machine.disk()
                    .everything()
                    .forEach(
                            (at, found) -> {
                                if (found.kind() == Kind.FILE
                                        && !machine.rules().ignores(machine.told(at), false)
                                        && hash(machine.contentOf(at)).equals(file.content())) {
                                    throw new Violation(
                                            "%s waits for %s, which %s has at %s"
                                                    .formatted(asking, path, machine, at));
                                }
                            });
            machine.disk()
                    .files(Place.VERSIONS)
                    .forEach(
                            (name, bytes) -> {
                                if (hash(Contents.text(bytes)).equals(file.content())) {
                                    throw new Violation(
                                            "%s waits for %s, which %s has in versions: %s"
                                                    .formatted(asking, path, machine, name));
                                }
                            });
        }
    }

    private static ContentHash hash(String content) {
        return ContentHash.of(TreeHash.of(Contents.bytes(content)));
    }

    private Instant nextTimeout() {
        return machines.stream()
                .map(Machine::process)
                .filter(Objects::nonNull)
                .map(NodeProcess::nextTimeout)
                .min(Comparator.naturalOrder())
                .orElseGet(() -> now.plus(ROUND));
    }

    private boolean isIdle(Duration time) {
        return network.isSilent()
                && machines.stream()
                        .map(Machine::process)
                        .allMatch(process -> process != null && process.isIdle(time));
    }

    private String busy() {
        return machines.stream().map(Simulation::busy).collect(joining("\n"));
    }

    private static String busy(Machine machine) {
        NodeProcess process = machine.process();
        return process == null
                ? machine + " does not run"
                : "%s, problems %s, tree %s".formatted(process, process.problems(), shown(machine));
    }

    private boolean isEqual() {
        IgnoreRules rules = machines.getFirst().rules();
        Set<RelativePath> unsynced = new HashSet<>();
        for (Machine machine : machines) {
            machine.disk()
                    .everything()
                    .forEach(
                            (stored, found) -> {
                                RelativePath path = machine.told(stored);
                                if (rules.ignores(path, found.kind() == Kind.DIRECTORY)) {
                                    unsynced.add(path);
                                    // A directory stays for what is ignored in it, where that is.
                                    for (Optional<RelativePath> in = path.parent();
                                            in.isPresent();
                                            in = in.get().parent()) {
                                        unsynced.add(in.get());
                                    }
                                }
                            });
        }
        return machines.stream().map(machine -> shown(machine, unsynced)).distinct().count() == 1;
    }

    private static SortedMap<RelativePath, String> shown(
            Machine machine, Set<RelativePath> without) {
        SortedMap<RelativePath, String> shown = shown(machine);
        shown.keySet().removeAll(without);
        return shown;
    }

    /** Path, kind, content or target, and mode of everything. */
    private static SortedMap<RelativePath, String> shown(Machine machine) {
        SortedMap<RelativePath, String> shown = new TreeMap<>();
        machine.disk()
                .everything()
                .forEach(
                        (path, found) ->
                                shown.put(machine.told(path), shown(machine, path, found)));
        return shown;
    }

    private static String shown(Machine machine, RelativePath path, Found found) {
        String mode = Integer.toOctalString(found.stat().mode() & 0777);
        return switch (found.kind()) {
            case FILE -> "file %s %s".formatted(machine.contentOf(path), mode);
            case DIRECTORY -> "directory " + mode;
            case SYMLINK -> "link to " + machine.targetOf(path);
            case FIFO, SOCKET, DEVICE ->
                    throw new IllegalStateException("nobody makes a " + found.kind());
        };
    }

    /** What a step that failed has left in staging is there until the next start. */
    private void restart() {
        tell("all start again");
        for (Machine machine : machines) {
            machine.end(false);
            machine.start();
            var staged = machine.disk().files(Place.STAGING).keySet();
            if (!staged.isEmpty()) {
                throw new Violation("%s has in staging %s".formatted(machine, staged));
            }
        }
    }

    private void checkSilence() {
        long before = network.sent();
        for (int minute = 0; minute < SILENT_MINUTES; minute++) {
            now = now.plus(Duration.ofMinutes(1));
            machines.forEach(machine -> node(machine, NodeProcess::doAll));
        }
        if (network.sent() != before) {
            throw new Violation(
                    "%d messages though nothing changed".formatted(network.sent() - before));
        }
    }
}
