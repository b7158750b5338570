package dev.lanyard.it.simulation;

import dev.lanyard.it.onefile.Explanation;
import dev.lanyard.it.onefile.KeptName;
import dev.lanyard.it.onefile.Observation;
import dev.lanyard.it.onefile.Observation.Delete;
import dev.lanyard.it.onefile.Observation.Read;
import dev.lanyard.it.onefile.Observation.Stabilize;
import dev.lanyard.it.onefile.Observation.Write;
import dev.lanyard.node.io.disk.DiskException;
import dev.lanyard.node.io.disk.MemoryDisk;
import dev.lanyard.node.io.disk.Root.Place;
import dev.lanyard.protocol.RelativePath;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * Users of three simulated machines who read, write and delete one file, while everything that
 * nodes do happens at random: all from one seed.
 */
final class OneFileRun {
    private static final int MACHINES = 3;
    private static final int OPERATIONS_MIN = 10;
    private static final int OPERATIONS_RANGE = 11;
    private static final int MOVES_MAX = 30;
    private static final int AMID_CALLS_MAX = 12;
    private static final int SOON_CALLS_MAX = 3;
    private static final RelativePath FILE = RelativePath.of("file");
    private static final RelativePath DRAFT = RelativePath.of("draft");
    private static final Instant LONG_AGO = Instant.parse("2020-01-01T00:00:00Z");
    private static final Instant FAR_AHEAD = Instant.parse("2099-01-01T00:00:00Z");

    /** The parts of a node, the network and time, each as often as it stands here. */
    private static final List<Move.Kind> MOVES =
            List.of(
                    Move.Kind.STEP,
                    Move.Kind.STEP,
                    Move.Kind.STEP,
                    Move.Kind.DELIVER,
                    Move.Kind.DELIVER,
                    Move.Kind.SCAN,
                    Move.Kind.REPORT,
                    Move.Kind.WATCH,
                    Move.Kind.TRANSFER,
                    Move.Kind.TRANSFER,
                    Move.Kind.APPLY,
                    Move.Kind.FLUSH,
                    Move.Kind.RUN,
                    Move.Kind.RUN,
                    Move.Kind.RUN,
                    Move.Kind.WAIT,
                    Move.Kind.CONNECT,
                    Move.Kind.CUT,
                    Move.Kind.OVERFLOW,
                    Move.Kind.CLOCK);

    private final Simulation world;
    private final Random random;
    private final Explanation explanation = new Explanation(MACHINES);

    /** What happened since it was last explained. */
    private final List<Observation> observed = new ArrayList<>();

    private OneFileRun(long seed) {
        this.world = new Simulation(new History(seed, MACHINES, List.of()), null);
        this.random = new Random(seed);
    }

    /**
     * Runs what follows from {@code seed}.
     *
     * @return what was observed
     * @throws AssertionError if nothing explains it
     */
    static List<Observation> run(long seed) {
        OneFileRun run = new OneFileRun(seed);
        run.run();
        return run.explanation.observed();
    }

    private void run() {
        world.begin();
        int operations = OPERATIONS_MIN + random.nextInt(OPERATIONS_RANGE);
        boolean isSlow = random.nextBoolean(); // So that much is concurrent.
        for (int i = 0; i < operations; i++) {
            nodesWork(random.nextInt(isSlow ? MOVES_MAX / 4 : MOVES_MAX));
            operate(world.machines().get(random.nextInt(MACHINES)));
            explain();
            if (random.nextInt(operations) == 0) {
                stabilize();
            }
        }
        stabilize();
    }

    private void nodesWork(int moves) {
        for (int i = 0; i < moves; i++) {
            Move.Kind kind = MOVES.get(random.nextInt(MOVES.size()));
            Machine machine = world.machines().get(random.nextInt(MACHINES));
            NodeProcess node = machine.process();
            if (kind == Move.Kind.APPLY && node != null && node.isAboutToApply()) {
                if (random.nextInt(3) == 0) {
                    killAmid(machine);
                } else {
                    operateAmid(machine);
                }
            }
            world.make(new Move(kind, machine.number(), random.nextInt()));
            explain();
            if (kind == Move.Kind.FLUSH && random.nextInt(4) == 0) {
                machine.end(false); // Before it takes note of what is durable now.
                startAfterUse(machine);
            }
        }
    }

    /** The node is killed while it applies. */
    private void killAmid(Machine machine) {
        machine.endAmid(1 + random.nextInt(AMID_CALLS_MAX), false);
        world.make(new Move(Move.Kind.APPLY, machine.number(), random.nextInt()));
        startAfterUse(machine);
    }

    /** The user of a node that was killed does something before its next start. */
    private void startAfterUse(Machine machine) {
        if (machine.process() == null) {
            operation(machine).run();
            explain();
            machine.start();
        }
    }

    private void operate(Machine machine) {
        if (random.nextInt(4) == 0) {
            operateAmid(machine);
        } else {
            operation(machine).run();
        }
    }

    /** A user does two things in the middle of the next thing that the node does. */
    private void operateAmid(Machine machine) {
        machine.useAmid(
                1 + random.nextInt(AMID_CALLS_MAX),
                () -> {
                    operation(machine).run();
                    machine.useAmid(1 + random.nextInt(SOON_CALLS_MAX), operation(machine));
                });
    }

    private Runnable operation(Machine machine) {
        int dice = random.nextInt(10);
        if (dice < 5) {
            return () -> observed.add(new Read(machine.number(), shown(machine)));
        }
        return dice < 8 ? () -> write(machine) : () -> delete(machine);
    }

    private static @Nullable String shown(Machine machine) {
        return machine.disk().everything().containsKey(FILE) ? machine.contentOf(FILE) : null;
    }

    private void write(Machine machine) {
        MemoryDisk disk = machine.disk();
        String value = newValue();
        observed.add(new Write(machine.number(), value, shown(machine)));
        world.ledger().discards(machine, FILE);
        world.ledger().writes(value, "written on " + machine);
        try {
            if (random.nextBoolean()) {
                disk.write(FILE, Contents.bytes(value));
                date(disk, FILE);
            } else {
                disk.write(DRAFT, Contents.bytes(value));
                date(disk, DRAFT);
                disk.rename(DRAFT, FILE);
            }
        } catch (DiskException e) {
            throw new IllegalStateException("nothing is wrong with this disk", e);
        }
    }

    /**
     * No two have the same length: in one tick of a coarse clock a file is not seen to be another
     * one of the same length, and then what is kept is not called a conflict.
     */
    private String newValue() {
        return world.nextContent() + "-".repeat(world.contents());
    }

    /** Some files come with a date of their own, like no other. */
    private void date(MemoryDisk disk, RelativePath path) throws DiskException {
        switch (random.nextInt(6)) {
            case 0 -> disk.setMtime(path, LONG_AGO.plusSeconds(world.contents()));
            case 1 -> disk.setMtime(path, FAR_AHEAD.plusSeconds(world.contents()));
            default -> {}
        }
    }

    private void delete(Machine machine) {
        String replaced = shown(machine);
        if (replaced == null) {
            observed.add(new Read(machine.number(), null));
            return;
        }
        observed.add(new Delete(machine.number(), replaced));
        world.ledger().discards(machine, FILE);
        try {
            machine.disk().delete(FILE);
        } catch (DiskException e) {
            throw new IllegalStateException("nothing is wrong with this disk", e);
        }
    }

    private void stabilize() {
        for (Machine machine : world.machines()) {
            machine.heal(); // Whoever waits for the right moment gives up.
            machine.start();
        }
        world.settle();
        List<@Nullable String> values = new ArrayList<>();
        Set<String> conflicts = new HashSet<>();
        for (Machine machine : world.machines()) {
            values.add(shown(machine));
            conflicts.addAll(conflicts(machine));
        }
        observed.add(new Stabilize(values, conflicts));
        explain();
    }

    private static Set<String> conflicts(Machine machine) {
        Set<String> conflicts = new HashSet<>();
        for (Map.Entry<String, byte[]> kept : machine.disk().files(Place.VERSIONS).entrySet()) {
            if (KeptName.isConflict(kept.getKey())) {
                conflicts.add(Contents.text(kept.getValue()));
            }
        }
        return conflicts;
    }

    private void explain() {
        observed.forEach(explanation::observe);
        observed.clear();
    }
}
