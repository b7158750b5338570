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
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Carries out {@link Effect.Scan}. Thread-safe.
 *
 * <p>One scan of the whole tree runs at a time, and scans of a few paths beside it: neither waits
 * for the other.
 */
public final class Scanner implements AutoCloseable {
    private static final int FULL_SCANS_MAX = 1;
    private static final int SMALL_SCANS_MAX = 16;
    private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(10);

    private final Disk disk;
    private final ReaderPool readers;
    private final InstantSource wallClock;
    private final Consumer<Event> events;
    private final Restless restless = new Restless();
    private final Suspects suspects;
    private final ContentHasher hasher;
    private final ExecutorService scans = Executors.newCachedThreadPool(daemons("lanyard-scan-"));
    private final ExecutorService hashing;
    private final Semaphore fullScans = new Semaphore(FULL_SCANS_MAX, true);
    private final Semaphore smallScans = new Semaphore(SMALL_SCANS_MAX, true);
    private volatile boolean closed;

    /**
     * A scanner of what {@code disk} holds.
     *
     * @param readers opens a reader of the index; called by any thread, and each reader is used by
     *     one at a time and closed at the end
     * @param wallClock what observations are dated by
     * @param events takes what is reported; it may block for a while
     */
    public Scanner(
            Disk disk,
            Supplier<IndexReader> readers,
            InstantSource wallClock,
            Consumer<Event> events) {
        this(disk, readers, wallClock, events, Signing.NONE);
    }

    /** One that signs what it hashes. */
    public Scanner(
            Disk disk,
            Supplier<IndexReader> readers,
            InstantSource wallClock,
            Consumer<Event> events,
            Signing signing) {
        this.disk = disk;
        this.readers = new ReaderPool(readers);
        this.wallClock = wallClock;
        this.events = events;
        this.suspects = new Suspects(wallClock, events);
        int cores = Math.max(2, Runtime.getRuntime().availableProcessors());
        this.hashing = Executors.newFixedThreadPool(cores, daemons("lanyard-hash-"));
        this.hasher = new ContentHasher(hashing, cores, signing);
    }

    private static ThreadFactory daemons(String prefix) {
        return Thread.ofPlatform().daemon().name(prefix, 0).factory();
    }

    /** Has files of {@code span} hashed once more, also if nothing shows that they changed. */
    public void doubt(JustChanged.Span span) {
        suspects.doubt(span);
    }

    /**
     * Is told what this node has put in place, before anybody else: what a user writes to it at the
     * same moment may leave no trace.
     */
    public void placed(List<Outcome> outcomes) {
        suspects.placed(outcomes);
    }

    /**
     * Begins a scan; returns at once. Reports {@link Event.Observed} as it goes, and at the end
     * {@link Event.ScanEnded}; before that {@link Event.RootLost} if the root is not the root.
     */
    public void scan(Effect.Scan scan) {
        boolean full = scan.dirt().stream().anyMatch(dirt -> dirt.path() == null);
        scans.execute(() -> run(scan, full ? fullScans : smallScans));
    }

    private void run(Effect.Scan scan, Semaphore bound) {
        bound.acquireUninterruptibly();
        try {
            IndexReader reader = readers.borrow();
            new ScanRun(
                            scan,
                            disk,
                            reader,
                            hasher,
                            restless,
                            suspects,
                            new Reporter(scan.scan(), wallClock, events),
                            () -> closed)
                    .run();
            readers.giveBack(reader); // One that failed is not given back.
        } finally {
            bound.release();
        }
    }

    /** Ends all scans soon, and waits for that; what was not looked at is reported as such. */
    @Override
    public void close() {
        closed = true;
        suspects.close();
        scans.shutdown();
        try {
            boolean ended = scans.awaitTermination(CLOSE_PATIENCE.toSeconds(), TimeUnit.SECONDS);
            if (ended) {
                readers.close(); // Else a reader may still be in use.
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        hashing.shutdown();
    }
}
