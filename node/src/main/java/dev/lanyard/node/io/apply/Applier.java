package dev.lanyard.node.io.apply;

import dev.lanyard.node.core.engine.Effect;
import dev.lanyard.node.core.engine.Event;
import dev.lanyard.node.io.disk.Disk;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;

/**
 * Carries out batches of steps in the order in which they arrive, and makes them durable behind.
 *
 * <p>Each batch ends in {@link Event.Applied} as soon as it is visible, then in {@link
 * Event.Flushed} when it is durable. A batch whose contents could not be flushed gets no {@code
 * Flushed}: nobody may be told that it is held, and recovery looks at each byte of it at the next
 * start. {@link Recovery} must have run before.
 */
public final class Applier implements AutoCloseable {
    /* Both threads are of the platform: they sleep in flushes and renames, which are native calls,
     * and a virtual thread in a native call keeps its carrier. Two of them would hold up all other
     * virtual threads on a machine of two cores. */

    private static final Duration CLOSE_MAX = Duration.ofSeconds(30);

    private static final Logger log = LoggerFactory.getLogger(Applier.class);

    private final BatchRun batchRun;
    private final Flusher flusher;
    private final Consumer<Event> events;

    /**
     * An empty one is the end. Not bounded: the engine bounds what is under way, and blocking it
     * here while the worker waits for its queue would stop both.
     */
    private final BlockingQueue<Optional<Effect.Apply>> begun = new LinkedBlockingQueue<>();

    private final BlockingQueue<Behind> behind = new LinkedBlockingQueue<>();
    private final Thread worker;
    private final Thread flushing;

    /** What is to be done behind what users see. */
    private sealed interface Behind {
        /** Make it durable. */
        record Flush(AppliedBatch batch) implements Behind {}

        /** Forget that they were begun. */
        record Clear(List<Long> batches) implements Behind {}

        /** Nothing comes any more. */
        record End() implements Behind {}
    }

    /**
     * Begins to wait for batches.
     *
     * @param events takes the answers; may block
     */
    public Applier(Disk disk, Journal journal, Versions versions, Consumer<Event> events) {
        this.batchRun = new BatchRun(disk, journal, versions);
        this.flusher = new Flusher(disk, journal);
        this.events = events;
        this.worker = Thread.ofPlatform().name("apply").daemon().start(this::applyAll);
        this.flushing = Thread.ofPlatform().name("apply-flush").daemon().start(this::flushAll);
    }

    /** Carries out {@code batch} after those before it. Returns at once; any thread. */
    public void apply(Effect.Apply batch) {
        begun.add(Optional.of(batch));
    }

    /** What {@link Event.Flushed} said of these batches was noted. Returns at once; any thread. */
    public void clear(List<Long> batches) {
        behind.add(new Behind.Clear(batches));
    }

    /**
     * Finishes the batch that is being carried out, and makes durable what was done; batches that
     * were not begun are dropped. Waits at most half a minute for the disk. What nobody noted is
     * for the recovery at the next start.
     */
    @Override
    public void close() {
        begun.clear();
        begun.add(Optional.empty());
        if (!join(worker)) {
            return;
        }
        behind.add(new Behind.End());
        join(flushing);
    }

    private static boolean join(Thread thread) {
        try {
            if (thread.join(CLOSE_MAX)) {
                return true;
            }
            log.atWarn().addKeyValue("thread", thread.getName()).log("the disk did not answer");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return false;
    }

    private void applyAll() {
        for (Optional<Effect.Apply> next = take(begun, Optional.empty());
                next.isPresent();
                next = take(begun, Optional.empty())) {
            AppliedBatch done = batchRun.run(next.get());
            events.accept(new Event.Applied(done.batch(), done.outcomes()));
            behind.add(new Behind.Flush(done));
        }
    }

    private void flushAll() {
        List<Behind> waiting = new ArrayList<>();
        boolean isOpen = true;
        while (isOpen) {
            waiting.add(take(behind, new Behind.End()));
            behind.drainTo(waiting);
            isOpen = waiting.stream().noneMatch(Behind.End.class::isInstance);
            flushAll(waiting);
            waiting.clear();
        }
        flusher.forget(); // What nobody noted will be asked about, perhaps by another boot.
    }

    private void flushAll(List<Behind> waiting) {
        List<AppliedBatch> group = new ArrayList<>();
        List<Long> noted = new ArrayList<>();
        for (Behind each : waiting) {
            switch (each) {
                case Behind.Flush flush -> group.add(flush.batch());
                case Behind.Clear clear -> noted.addAll(clear.batches());
                case Behind.End _ -> {}
            }
        }
        flusher.flush(group).forEach(events);
        if (!noted.isEmpty()) {
            flusher.clear(noted);
            flusher.forget();
        }
    }

    private static <T> T take(BlockingQueue<T> queue, T atTheEnd) {
        try {
            return queue.take();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return atTheEnd;
        }
    }
}
