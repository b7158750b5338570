package dev.lanyard.node.io.scan;

import dev.lanyard.node.core.engine.Event;
import dev.lanyard.node.core.engine.Event.Dirt;
import dev.lanyard.node.core.engine.JustChanged;
import dev.lanyard.node.core.index.FileStat;
import dev.lanyard.node.core.index.Held;
import dev.lanyard.node.core.plan.Outcome;
import dev.lanyard.protocol.Entry;
import dev.lanyard.protocol.RelativePath;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Files that were hashed, or put in place, so soon after they changed that a further change could
 * have the same time and go unseen. Each is made dirty once more when that is past, and hashed
 * again. Thread-safe.
 */
final class Suspects {
    /*
     * 1. A file is written at tick 7 of the file system's clock, and gets the time 7.
     * 2. We hash it, still in tick 7.
     * 3. It is written again, to the same length, in tick 7: its times are the same as before.
     *
     * The same with a file that this node has put in place in tick 7, if it was made elsewhere in tick 7 too: its content is known, and
     * what is written to it in tick 7 gives it the time that it has.
     *
     * What changes after the tick gets another time. A tick is some milliseconds; where the file
     * system keeps no fraction of a second it is up to two seconds.
     *
     * To hash a large file twice takes longer than to let the tick pass: that is waited for, and one
     * look is enough.
     */
    private static final Duration TICK = Duration.ofMillis(50);
    private static final Duration COARSE_TICK = Duration.ofMillis(2_050);
    private static final int COUNT_MAX = 200_000;

    /** What is read in about the time of {@link #TICK}. */
    private static final long AWAITED_BYTES_MIN = 64L << 20;

    private final InstantSource wallClock;
    private final Consumer<Event> events;
    private final Map<RelativePath, Suspect> suspects = new ConcurrentHashMap<>();
    private final Later later;

    /** What the process before had hashed once only, perhaps; and what of it was hashed since. */
    private volatile JustChanged.@Nullable Span before;

    private final Set<RelativePath> hashedSince = ConcurrentHashMap.newKeySet();

    /** Runs something after a while. */
    interface Later extends AutoCloseable {
        /** Has {@code work} run when {@code delay} is over, unless it is closed before. */
        void after(Duration delay, Runnable work);

        @Override
        void close();
    }

    Suspects(InstantSource wallClock, Consumer<Event> events) {
        this(wallClock, events, new Timer());
    }

    Suspects(InstantSource wallClock, Consumer<Event> events, Later later) {
        this.wallClock = wallClock;
        this.events = events;
        this.later = later;
    }

    /** Files of {@code span} are due as well, once each. */
    void doubt(JustChanged.Span span) {
        before = span;
    }

    /** What {@link #isRacy} is to be asked with, taken before the file is read. */
    Instant now() {
        return wallClock.instant();
    }

    /**
     * Returns when a file that looks so can be read once and for all, if it is large and that is
     * soon; at once otherwise. At most two ticks of a file system that keeps fractions of a second.
     */
    void awaitTick(FileStat stat) {
        if (stat.sizeBytes() < AWAITED_BYTES_MIN || tick(stat).equals(COARSE_TICK)) {
            return;
        }
        Instant now = now();
        Duration wait = untilPast(stat.ctime(), now);
        Duration other = untilPast(stat.mtime(), now);
        if (other.compareTo(wait) > 0) {
            wait = other;
        }
        if (wait.isPositive()) {
            new CompletableFuture<Void>()
                    .completeOnTimeout(null, wait.toNanos(), TimeUnit.NANOSECONDS)
                    .join();
        }
    }

    private static Duration untilPast(Instant time, Instant now) {
        return isWithin(time, now, TICK) ? Duration.between(now, time.plus(TICK)) : Duration.ZERO;
    }

    /** Whether a file with these times, read from {@code begun} on, may have changed unseen. */
    static boolean isRacy(FileStat stat, Instant begun) {
        Duration tick = tick(stat);
        return isWithin(stat.ctime(), begun, tick) || isWithin(stat.mtime(), begun, tick);
    }

    /**
     * This node has put these in place. What was suspected of a file goes with it where it is
     * renamed.
     */
    void placed(List<Outcome> outcomes) {
        Map<RelativePath, FileStat> young = new HashMap<>();
        for (Outcome outcome : outcomes) {
            switch (outcome) {
                case Outcome.Done done -> placed(done.held(), null, young);
                case Outcome.Renamed it -> placed(it.held(), it.gone().path(), young);
                case Outcome.RenamedDirectory it ->
                        it.children()
                                .forEach(child -> placed(child.held(), child.gone().path(), young));
                case Outcome.Unexpected _, Outcome.Blocked _ -> {}
            }
        }
        lookAgain(young);
    }

    private void placed(
            Held held, @Nullable RelativePath before, Map<RelativePath, FileStat> young) {
        FileStat stat = held.stat();
        if (stat == null || !(held.entry() instanceof Entry.File)) {
            return;
        }
        boolean wasSuspected =
                before != null && (suspects.containsKey(before) || isDoubted(before, stat));
        if (wasSuspected || isWithin(stat.mtime(), stat.ctime(), tick(stat))) {
            young.put(held.entry().path(), stat);
        }
    }

    private static Duration tick(FileStat stat) {
        boolean coarse = isWhole(stat.ctime()) && isWhole(stat.mtime());
        return coarse ? COARSE_TICK : TICK;
    }

    private static boolean isWhole(Instant time) {
        return time.equals(time.truncatedTo(ChronoUnit.SECONDS));
    }

    private static boolean isWithin(Instant time, Instant now, Duration tick) {
        return Duration.between(time, now).abs().compareTo(tick) < 0;
    }

    /** Has these files looked at once more. */
    void lookAgain(Map<RelativePath, FileStat> files) {
        if (files.isEmpty() || suspects.size() > COUNT_MAX) {
            return;
        }
        Duration wait = Duration.ZERO;
        for (Map.Entry<RelativePath, FileStat> file : files.entrySet()) {
            Duration tick = tick(file.getValue());
            suspects.put(file.getKey(), new Suspect(file.getValue(), false));
            wait = tick.compareTo(wait) > 0 ? tick : wait;
        }
        List<RelativePath> paths = List.copyOf(files.keySet());
        later.after(wait.multipliedBy(2), () -> fallDue(paths));
    }

    /** The time is up for these, whatever the wall clock says: somebody may have set it. */
    private void fallDue(List<RelativePath> paths) {
        for (RelativePath path : paths) {
            suspects.computeIfPresent(path, (_, suspect) -> new Suspect(suspect.stat, true));
        }
        events.accept(
                new Event.Dirtied(paths.stream().map(path -> new Dirt(path, false)).toList()));
    }

    /** The next look is to hash this file, if it looks so, again. */
    void stay(RelativePath path, FileStat stat) {
        suspects.put(path, new Suspect(stat, true));
    }

    /** Whether {@code path}, where {@code held} is held, is to be hashed once more. */
    boolean contains(RelativePath path, @Nullable Held held) {
        FileStat stat = held == null ? null : held.stat();
        return suspects.containsKey(path) || (stat != null && isDoubted(path, stat));
    }

    private boolean isDoubted(RelativePath path, FileStat stat) {
        JustChanged.Span doubted = before;
        return doubted != null && doubted.has(stat) && !hashedSince.contains(path);
    }

    /** Whether a file that looks as what is held there must be hashed all the same. */
    boolean isDue(RelativePath path, FileStat stat) {
        Suspect suspect = suspects.get(path);
        if (suspect == null) {
            return isDoubted(path, stat);
        }
        return suspect.isDue;
    }

    /** It was hashed and is going to be told, looking so: what was suspected of it is over. */
    void clear(RelativePath path, FileStat stat) {
        suspects.computeIfPresent(
                path, (_, suspect) -> suspect.isDue || !suspect.stat.equals(stat) ? null : suspect);
        if (before != null) {
            hashedSince.add(path);
        }
    }

    /** It is no file any more. */
    void forget(RelativePath path) {
        suspects.remove(path);
    }

    void close() {
        later.close();
    }

    /** The usual one; what it is given once it is closed is for the next start to find. */
    private static final class Timer implements Later {
        private final ScheduledThreadPoolExecutor thread =
                new ScheduledThreadPoolExecutor(
                        1, Thread.ofPlatform().daemon().name("lanyard-scan-again").factory());

        Timer() {
            thread.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy());
        }

        @Override
        public void after(Duration delay, Runnable work) {
            var _ = thread.schedule(work, delay.toMillis(), TimeUnit.MILLISECONDS);
        }

        @Override
        public void close() {
            thread.shutdownNow();
        }
    }

    private record Suspect(FileStat stat, boolean isDue) {}
}
