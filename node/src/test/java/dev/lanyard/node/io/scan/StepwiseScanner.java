package dev.lanyard.node.io.scan;

import dev.lanyard.node.core.engine.Effect;
import dev.lanyard.node.core.engine.Event;
import dev.lanyard.node.core.engine.JustChanged;
import dev.lanyard.node.core.index.IndexReader;
import dev.lanyard.node.core.plan.Outcome;
import dev.lanyard.node.io.disk.Disk;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** The scans of a node, each carried out whole by the thread that asks for it. */
public final class StepwiseScanner {
    private final Disk disk;
    private final Supplier<IndexReader> readers;
    private final InstantSource wallClock;
    private final Consumer<Event> events;
    private final Restless restless = new Restless();

    /** One for each thread: histories are many and short, and its buffers are large. */
    private static final ThreadLocal<ContentHasher> HASHER =
            ThreadLocal.withInitial(() -> new ContentHasher(new Here(), 1, Signing.NONE));

    private final Suspects suspects;

    /** Runs what a scan wants to be done after a while. */
    public interface Later {
        /** Has {@code work} run when {@code delay} is over. */
        void after(Duration delay, Runnable work);
    }

    /** A scanner of {@code disk}; {@code events} takes what it tells. */
    public StepwiseScanner(
            Disk disk,
            Supplier<IndexReader> readers,
            InstantSource wallClock,
            Consumer<Event> events,
            Later later) {
        this.disk = disk;
        this.readers = readers;
        this.wallClock = wallClock;
        this.events = events;
        this.suspects =
                new Suspects(
                        wallClock,
                        events,
                        new Suspects.Later() {
                            @Override
                            public void after(Duration delay, Runnable work) {
                                later.after(delay, work);
                            }

                            @Override
                            public void close() {}
                        });
    }

    /** See {@link Scanner#doubt}. */
    public void doubt(JustChanged.Span span) {
        suspects.doubt(span);
    }

    /** See {@link Scanner#placed}. */
    public void placed(List<Outcome> outcomes) {
        suspects.placed(outcomes);
    }

    /** Carries out {@code scan}, and tells its end last. */
    public void run(Effect.Scan scan) {
        try (IndexReader reader = readers.get()) {
            new ScanRun(
                            scan,
                            disk,
                            reader,
                            HASHER.get(),
                            restless,
                            suspects,
                            new Reporter(scan.scan(), wallClock, events),
                            () -> false)
                    .run();
        }
    }

    /** Does all work at once. */
    private static final class Here extends AbstractExecutorService {
        @Override
        public void execute(Runnable work) {
            work.run();
        }

        @Override
        public void shutdown() {}

        @Override
        public List<Runnable> shutdownNow() {
            return List.of();
        }

        @Override
        public boolean isShutdown() {
            return false;
        }

        @Override
        public boolean isTerminated() {
            return false;
        }

        @Override
        public boolean awaitTermination(long timeout, TimeUnit unit) {
            return false;
        }
    }
}
