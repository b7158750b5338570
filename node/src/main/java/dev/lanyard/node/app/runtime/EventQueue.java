package dev.lanyard.node.app.runtime;

import dev.lanyard.node.core.engine.Event;
import dev.lanyard.node.io.peer.Frames;
import dev.lanyard.protocol.message.Message;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Events on their way to the engine, in order, bounded by what they hold: whoever has more waits.
 * Any thread puts; one thread takes.
 */
final class EventQueue {
    /*
     * An event may tell of one path or of hundreds. Bounded by the number of events alone, a scan that is faster than the engine would
     * queue millions of paths, and a step that takes some hundred full events would keep small changes waiting for seconds.
     */
    private static final int WEIGHT_MAX = 65_536;

    /** What a part of a state exchange counts: it makes the engine read many rows. */
    private static final int WEIGHT_OF_COMPARISON = 64;

    private final int weightPerStep;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition room = lock.newCondition();
    private final Condition filled = lock.newCondition();
    private final Queue<Event> events = new ArrayDeque<>();
    private long weight;
    private boolean closed;

    /** A step is given events with at most {@code weightPerStep} paths, or a single event. */
    EventQueue(int weightPerStep) {
        this.weightPerStep = weightPerStep;
    }

    /** Puts {@code event}; waits while there is too much. Drops it once the queue is closed. */
    void put(Event event) {
        lock.lock();
        try {
            while (!closed && weight >= WEIGHT_MAX) {
                room.awaitUninterruptibly(); // What is not told would be lost.
            }
            add(event);
        } finally {
            lock.unlock();
        }
    }

    /** Puts {@code event} whatever waits already. */
    void putAtOnce(Event event) {
        lock.lock();
        try {
            add(event);
        } finally {
            lock.unlock();
        }
    }

    private void add(Event event) {
        if (!closed) {
            events.add(event);
            weight += weightOf(event);
            filled.signal();
        }
    }

    /**
     * Takes events for one step; waits for the first one, for at most {@code pause}: then there are
     * none.
     */
    List<Event> take(Duration pause) throws InterruptedException {
        lock.lock();
        try {
            long nanos = pause.toNanos();
            while (events.isEmpty() && nanos > 0) {
                nanos = filled.awaitNanos(nanos);
            }
            List<Event> taken = new ArrayList<>();
            long sum = 0;
            for (Event next = events.peek(); next != null; next = events.peek()) {
                sum += weightOf(next);
                if (!taken.isEmpty() && sum > weightPerStep) {
                    break;
                }
                taken.add(events.remove());
                weight -= weightOf(next);
            }
            room.signalAll();
            return taken;
        } finally {
            lock.unlock();
        }
    }

    /** Nothing is taken any more: whoever waits goes on, and what is put is dropped. */
    void close() {
        lock.lock();
        try {
            closed = true;
            events.clear();
            weight = 0;
            room.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private static int weightOf(Event event) {
        return switch (event) {
            case Event.Observed it -> 1 + it.observations().size();
            case Event.Dirtied it -> 1 + it.dirt().size();
            case Event.Applied it -> 1 + it.outcomes().size();
            case Event.Fetched it -> 1 + it.outcomes().size();
            case Event.Received it -> weightOf(it.message());
            default -> 1;
        };
    }

    private static int weightOf(Message.ForIndex message) {
        return switch (message) {
            case Message.Announce _,
                    Message.Have _,
                    Message.EntryAsk _,
                    Message.Renaming _,
                    Message.BucketEntries _ ->
                    Frames.weight(message);
            default -> Math.max(WEIGHT_OF_COMPARISON, Frames.weight(message));
        };
    }
}
