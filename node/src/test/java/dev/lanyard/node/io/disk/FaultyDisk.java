package dev.lanyard.node.io.disk;

import dev.lanyard.node.core.index.FileStat;
import dev.lanyard.node.core.names.Naming;
import dev.lanyard.node.io.disk.DiskException.Fault;
import dev.lanyard.protocol.RelativePath;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * A disk that behaves as another one does, but for the faults and habits that a test gives it.
 * Thread-safe; they may be given at any time and hold from the next call on.
 *
 * <pre>{@code
 * FaultyDisk disk = new FaultyDisk(real);
 * disk.fail(at(Operation.PLACE, path("a/b")), Fault.DISK_FULL);
 * disk.fail(nth(3, any(Operation.WRITE)), Fault.IO);
 * disk.before(nth(1, any(Operation.EXCHANGE)), () -> Files.writeString(file, "edited meanwhile"));
 * disk.crash(nth(1, any(Operation.ARCHIVE)));
 * }</pre>
 */
public final class FaultyDisk implements Disk {
    private final Disk real;
    private final List<Rule> rules = new CopyOnWriteArrayList<>();
    private final List<Predicate<Call>> busy = new CopyOnWriteArrayList<>();
    private final Decays decays = new Decays();
    private final AtomicBoolean crashed = new AtomicBoolean();
    private volatile UnaryOperator<Instant> mtimes = UnaryOperator.identity();
    private volatile NameHabit nameHabit = NameHabit.EXACT;
    private volatile long freeBytes = Long.MAX_VALUE;
    private volatile boolean exchanging = true;
    private volatile boolean flushingWhole = true;

    /** A disk that behaves as {@code real}, so far. */
    public FaultyDisk(Disk real) {
        this.real = real;
    }

    /** What is asked of a disk, its root or a file, with what it is about. */
    public record Call(
            Operation operation,
            @Nullable RelativePath path,
            Root.@Nullable Place place,
            @Nullable String name) {}

    /** The methods of {@link Disk}, {@link Root}, {@link Root.Content} and {@link Root.Sink}. */
    public enum Operation {
        ADOPT,
        OPEN,
        STAT,
        LIST,
        /** Opening for reading. */
        READ,
        /** Reading from what was opened. */
        READ_BYTES,
        READ_LINK,
        CREATE,
        REOPEN,
        /** Writing to what was created or opened. */
        WRITE_BYTES,
        /** Flushing what was created or opened. */
        FLUSH_BYTES,
        CLOSE_SINK,
        COPY,
        RENAME_STAGED,
        CREATE_DIRECTORY,
        CREATE_LINK,
        SET_ATTRIBUTES,
        PLACE,
        EXCHANGE,
        RENAME,
        REPLACE,
        LINK,
        TAKE,
        REMOVE_DIRECTORY,
        ARCHIVE,
        NAMES,
        DELETE,
        WRITE,
        IS_QUIET,
        FLUSH,
        FLUSH_ALL
    }

    /** What happens around a call: it may throw, and it may change the tree behind our back. */
    public interface Rule {
        /** Before the real call, which is not made if this throws. */
        default void before(Call call) throws IOException {}

        /** After the real call has succeeded. */
        default void after(Call call) throws IOException {}
    }

    /** What a hook does. */
    public interface Act {
        /** Does it. */
        void run() throws IOException;
    }

    /** The process is gone: whatever is asked of the disk after it, throws it again. */
    public static final class Crash extends Error {
        Crash(Call call) {
            super("crash at " + call);
        }
    }

    /** All calls of {@code operation}. */
    public static Predicate<Call> any(Operation operation) {
        return call -> call.operation() == operation;
    }

    /** The calls of {@code operation} about {@code path}. */
    public static Predicate<Call> at(Operation operation, RelativePath path) {
        return call -> call.operation() == operation && Objects.equals(call.path(), path);
    }

    /** The calls of {@code operation} about {@code name} in {@code place}. */
    public static Predicate<Call> at(Operation operation, Root.Place place, String name) {
        return call ->
                call.operation() == operation && call.place() == place && name.equals(call.name());
    }

    /** All calls about {@code directory} and what is below it. */
    public static Predicate<Call> below(RelativePath directory) {
        return call -> {
            RelativePath path = call.path();
            return path != null && (path.equals(directory) || path.isBelow(directory));
        };
    }

    /** Only the {@code n}-th of the calls, counted from 1 and from now. */
    public static Predicate<Call> nth(int n, Predicate<Call> calls) {
        AtomicInteger count = new AtomicInteger();
        return call -> calls.test(call) && count.incrementAndGet() == n;
    }

    /** Adds a rule. The first that was added comes first. */
    public void add(Rule rule) {
        rules.add(rule);
    }

    /** Lets calls fail. The calls are not made. */
    public void fail(Predicate<Call> calls, Fault fault) {
        before(
                calls,
                call -> {
                    throw new DiskException(
                            call.operation().name(), String.valueOf(call.path()), fault, 0);
                });
    }

    /** Lets the root be lost whenever it is opened. */
    public void loseRoot() {
        before(
                any(Operation.OPEN),
                _ -> {
                    throw new RootLostException("lost by a test");
                });
    }

    /** Runs {@code act} before calls: what another program does at that moment. */
    public void before(Predicate<Call> calls, Act act) {
        before(calls, _ -> act.run());
    }

    private void before(Predicate<Call> calls, Throwing throwing) {
        add(
                new Rule() {
                    @Override
                    public void before(Call call) throws IOException {
                        if (calls.test(call)) {
                            throwing.accept(call);
                        }
                    }
                });
    }

    /** Runs {@code act} after calls that succeeded. */
    public void after(Predicate<Call> calls, Act act) {
        add(
                new Rule() {
                    @Override
                    public void after(Call call) throws IOException {
                        if (calls.test(call)) {
                            act.run();
                        }
                    }
                });
    }

    /** Ends the process, as far as the disk sees it, before a call. */
    public void crash(Predicate<Call> calls) {
        before(
                calls,
                call -> {
                    crashed.set(true);
                    throw new Crash(call);
                });
    }

    /** Somebody has open for writing what these calls of {@link Operation#IS_QUIET} ask about. */
    public void inUse(Predicate<Call> calls) {
        busy.add(calls);
    }

    /** Takes back all rules, a crash, and what is in use; the habits stay. */
    public void heal() {
        rules.clear();
        busy.clear();
        crashed.set(false);
    }

    /** All mtimes that are seen are changed so. */
    public void mtimes(UnaryOperator<Instant> change) {
        mtimes = change;
    }

    /** Mtimes have no finer part than {@code unit}, as on FAT (2 s). */
    public void roundMtimes(Duration unit) {
        mtimes(time -> rounded(time, unit));
    }

    private static Instant rounded(Instant time, Duration unit) {
        long nanos = unit.toNanos();
        return unit.toSeconds() > 0
                ? Instant.ofEpochSecond(
                        Math.floorDiv(time.getEpochSecond(), unit.toSeconds()) * unit.toSeconds())
                : Instant.ofEpochSecond(
                        time.getEpochSecond(), Math.floorDiv(time.getNano(), nanos) * nanos);
    }

    /** Which names are the same to this disk, and how it stores them. */
    public void names(NameHabit habit) {
        nameHabit = habit;
    }

    /** The file system cannot exchange two names, as NFS and FUSE cannot. */
    public void withoutExchange() {
        exchanging = false;
    }

    /** The file gets other bytes, as many, and nothing that is asked of this disk shows it. */
    public void decay(RelativePath path, byte[] bytes) throws IOException {
        try (Root root = real.open()) {
            decays.decay(root, path, folder().resolve(path.toString()), bytes);
        }
    }

    /** One flush for all would not report errors. */
    public void withoutFlushAll() {
        flushingWhole = false;
    }

    /** The root says that no more is free; writing more is not prevented. */
    public void freeBytes(long bytes) {
        freeBytes = bytes;
    }

    /** This disk as a node sees it, which finds out about its names. */
    public Disk named() {
        return new NamedDisk(this);
    }

    @Override
    public Path folder() {
        return real.folder();
    }

    @Override
    public Root open() throws IOException {
        return run(
                new Call(Operation.OPEN, null, null, null),
                () -> new FaultyRoot(this, real.open()));
    }

    @Override
    public RootIdentity adopt(@Nullable RootIdentity recorded) throws IOException {
        return run(new Call(Operation.ADOPT, null, null, null), () -> real.adopt(recorded));
    }

    @Override
    public Naming naming() {
        return real.naming();
    }

    /** A call that is made for real between its rules. */
    interface Body<T extends @Nullable Object> {
        T run() throws IOException;
    }

    private interface Throwing {
        void accept(Call call) throws IOException;
    }

    <T extends @Nullable Object> T run(Call call, Body<T> body) throws IOException {
        if (crashed.get()) {
            throw new Crash(call);
        }
        for (Rule rule : rules) {
            rule.before(call);
        }
        T result = body.run();
        for (Rule rule : rules) {
            rule.after(call);
        }
        return result;
    }

    FileStat seen(FileStat found) {
        FileStat stat = decays.shown(found);
        return new FileStat(
                stat.sizeBytes(),
                mtimes.apply(stat.mtime()),
                stat.ctime(),
                stat.mode(),
                stat.inode(),
                stat.device());
    }

    NameHabit nameHabit() {
        return nameHabit;
    }

    boolean isQuiet(Call call) {
        return busy.stream().noneMatch(calls -> calls.test(call));
    }

    long freeBytes() {
        return freeBytes;
    }

    boolean exchanges() {
        return exchanging;
    }

    boolean flushesWhole() {
        return flushingWhole;
    }
}
