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

    private final BlockingQueue<Optional<AppliedBatch>> applied = new LinkedBlockingQueue<>();
    private final Thread worker;
    private final Thread flushing;

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

    /**
     * Finishes the batch that is being carried out, and makes durable what was done; batches that
     * were not begun are dropped. Waits at most half a minute for the disk.
     */
    @Override
    public void close() {
        begun.clear();
        begun.add(Optional.empty());
        if (!join(worker)) {
            return;
        }
        applied.add(Optional.empty());
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
        for (Optional<Effect.Apply> next = take(begun); next.isPresent(); next = take(begun)) {
            AppliedBatch done = batchRun.run(next.get());
            events.accept(new Event.Applied(done.batch(), done.outcomes()));
            applied.add(Optional.of(done));
        }
    }

    private void flushAll() {
        List<AppliedBatch> group = new ArrayList<>();
        List<Optional<AppliedBatch>> more = new ArrayList<>();
        boolean isOpen = true;
        while (isOpen) {
            more.add(take(applied));
            applied.drainTo(more);
            isOpen = more.stream().allMatch(Optional::isPresent);
            more.forEach(each -> each.ifPresent(group::add));
            flusher.flush(group).forEach(events);
            flusher.forget();
            group.clear();
            more.clear();
        }
    }

    private static <T> Optional<T> take(BlockingQueue<Optional<T>> queue) {
        try {
            return queue.take();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }
}
