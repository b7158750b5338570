package dev.lanyard.it.simulation;

import dev.lanyard.node.core.ignore.IgnoreRules;
import dev.lanyard.node.core.index.InMemoryIndex;
import dev.lanyard.node.io.disk.Disk;
import dev.lanyard.node.io.disk.DiskException;
import dev.lanyard.node.io.disk.DiskException.Fault;
import dev.lanyard.node.io.disk.FaultyDisk;
import dev.lanyard.node.io.disk.FaultyDisk.Call;
import dev.lanyard.node.io.disk.FaultyDisk.Operation;
import dev.lanyard.node.io.disk.MemoryDisk;
import dev.lanyard.node.io.disk.NameHabit;
import dev.lanyard.node.io.disk.Root.Found;
import dev.lanyard.node.io.disk.Root.Kind;
import dev.lanyard.node.io.disk.RootIdentity;
import dev.lanyard.protocol.RelativePath;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.text.Normalizer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.Random;
import java.util.Set;

/** A machine with a disk, a clock, a user and, most of the time, a node that runs. */
final class Machine {
    private static final int CAPACITY_BYTES = 6_000;
    private static final Set<Operation> WRITING =
            EnumSet.of(
                    Operation.CREATE,
                    Operation.WRITE_BYTES,
                    Operation.COPY,
                    Operation.CREATE_DIRECTORY,
                    Operation.CREATE_LINK,
                    Operation.WRITE);

    private final int number;
    private final Simulation world;
    private final Random random;
    private final MemoryDisk disk;
    private final FaultyDisk faulty;
    private Disk seen;
    private boolean decomposes;
    private final InMemoryIndex index = new InMemoryIndex();
    private final Duration drift;
    private Duration skew;
    private @Nullable RootIdentity root;
    private @Nullable NodeProcess process;
    private int boots;
    private boolean failing;

    /** How many calls from now on something happens in the middle of what the node does; or 0. */
    private int amid;

    private @Nullable Runnable useAmid;
    private boolean powerAmid;

    Machine(Simulation world, int number, long seed) {
        this.world = world;
        this.number = number;
        this.random = new Random(seed);
        this.skew = Duration.ofSeconds(random.nextInt(-40, 41));
        this.drift = Duration.ofNanos(random.nextInt(-200_000, 200_001)); // In each second.
        this.disk = new MemoryDisk(clock(), random);
        this.faulty = new FaultyDisk(disk);
        this.seen = faulty;
        disk.onChange(this::changed);
        if (random.nextInt(3) == 0) {
            disk.granularity(Duration.ofSeconds(1 + random.nextInt(2)));
        }
        addFaults();
    }

    private void changed(RelativePath path) {
        NodeProcess running = process;
        if (running != null) {
            running.watched(path);
        }
    }

    MemoryDisk disk() {
        return disk;
    }

    /** What the file at {@code path} has, which must be there. */
    String contentOf(RelativePath path) {
        try {
            return Contents.text(disk.contentOf(path));
        } catch (DiskException gone) {
            throw new IllegalStateException(path + " is no file that can be read", gone);
        }
    }

    /** Where the link at {@code path} leads, which must be there. */
    String targetOf(RelativePath path) {
        try {
            return Contents.text(disk.targetOf(path).bytes());
        } catch (DiskException gone) {
            throw new IllegalStateException(path + " is no link that can be read", gone);
        }
    }

    InMemoryIndex index() {
        return index;
    }

    @Nullable NodeProcess process() {
        return process;
    }

    int number() {
        return number;
    }

    /** Its disk as its node sees it. */
    Disk seen() {
        return seen;
    }

    /** Its disk treats names as {@code habit} says. */
    void names(NameHabit habit) {
        disk.names(habit);
        decomposes = habit.equals(NameHabit.DECOMPOSING);
        seen = faulty.named();
    }

    /** By which name the others know what is stored at {@code path}. */
    RelativePath told(RelativePath path) {
        return inForm(path, Normalizer.Form.NFC);
    }

    /** Where that is stored which the others know as {@code path}. */
    RelativePath stored(RelativePath path) {
        return inForm(path, Normalizer.Form.NFD);
    }

    private RelativePath inForm(RelativePath path, Normalizer.Form form) {
        return decomposes ? RelativePath.of(Normalizer.normalize(path.toString(), form)) : path;
    }

    /** What is ignored there. */
    IgnoreRules rules() {
        Found found = disk.everything().get(IgnoreRules.FILE);
        return found != null && found.kind() == Kind.FILE
                ? IgnoreRules.parse(Contents.bytes(contentOf(IgnoreRules.FILE)))
                : IgnoreRules.DEFAULT;
    }

    InstantSource clock() {
        return this::wallClock;
    }

    Instant wallClock() {
        Duration sinceStart = world.sinceStart();
        return world.now().plus(skew).plus(drift.multipliedBy(sinceStart.toSeconds()));
    }

    void setClock(Duration by) {
        skew = skew.plus(by);
    }

    // ---------------------------------------------------------------- faults

    private void addFaults() {
        faulty.before(_ -> isUseHere(), this::useNow);
        faulty.crash(_ -> isEndHere());
        for (Fault fault : new Fault[] {Fault.IO, Fault.NOT_PERMITTED, Fault.DISK_FULL}) {
            faulty.fail(call -> isFailing(call, fault), fault);
        }
    }

    private boolean isUseHere() {
        return useAmid != null && amid > 0 && --amid == 0;
    }

    private void useNow() {
        Runnable use = useAmid;
        useAmid = null;
        if (use != null) {
            use.run();
        }
    }

    private boolean isEndHere() {
        return useAmid == null && amid > 0 && --amid == 0;
    }

    private boolean isFailing(Call call, Fault fault) {
        if (!failing || call.operation() == Operation.OPEN || random.nextInt(12) > 0) {
            return false;
        }
        return switch (fault) {
            case DISK_FULL -> WRITING.contains(call.operation());
            case NOT_PERMITTED -> process != null; // Rights do not change while a node starts.
            default -> true;
        };
    }

    void fail() {
        failing = true;
    }

    void fill() {
        disk.capacity(CAPACITY_BYTES);
    }

    void heal() {
        failing = false;
        disk.capacity(Long.MAX_VALUE);
        disk.mount();
        useAmid = null;
        amid = 0;
    }

    /** A user does something before the node's {@code calls}-th call from now on. */
    void useAmid(int calls, Runnable use) {
        amid = calls;
        useAmid = use;
    }

    /** The process, or the power, ends with the node's {@code calls}-th call from now on. */
    void endAmid(int calls, boolean power) {
        amid = calls;
        useAmid = null;
        powerAmid = power;
    }

    // ---------------------------------------------------------------- the process

    /** What a process does, which it may not survive. */
    interface Work {
        void run() throws IOException;
    }

    /** Does something of the node's. */
    void run(Work work) {
        try {
            work.run();
        } catch (FaultyDisk.Crash crash) {
            world.tell("%s: %s", this, crash.getMessage());
            end(powerAmid);
        } catch (IOException failed) {
            world.tell("%s cannot start: %s", this, failed.getMessage());
            end(false);
        }
    }

    /** The process is gone, and with {@code power} what was not on the medium. */
    void end(boolean power) {
        process = null;
        amid = 0;
        index.crash();
        faulty.heal();
        addFaults();
        world.network().drop(this);
        if (power) {
            boots++;
            world.ledger().cut(this, world.machines(), disk::crash);
        }
    }

    /** Ends the process; it starts under another boot. */
    void shutDown() {
        end(false);
        boots++;
    }

    /** Starts the process, if it does not run. */
    void start() {
        if (process == null) {
            run(
                    () -> {
                        RootIdentity adopted = seen.adopt(root);
                        root = adopted;
                        process = NodeProcess.start(world, this, "boot" + boots, random);
                    });
        }
    }

    @Override
    public String toString() {
        return "machine " + number;
    }
}
