package dev.lanyard.node.io.peer;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntSupplier;

/**
 * What waits in the queues of all sessions together, by weight. A session is bounded by itself;
 * this is for when there are many of them. Thread-safe.
 */
final class Room {
    /** About what the least item takes, with all that belongs to it. */
    private static final int BYTES_EACH = 512;

    /** What a part of the heap each room may fill. */
    private static final int PART_OF_HEAP = 8;

    private final long most;
    private final IntSupplier sessions;
    private final AtomicLong weight = new AtomicLong();

    /** Room for {@code most}; {@code sessions} says how many share it. */
    Room(long most, IntSupplier sessions) {
        this.most = most;
        this.sessions = sessions;
    }

    /** For so much as the heap of this process may have. */
    static Room inHeap(IntSupplier sessions) {
        return new Room(Runtime.getRuntime().maxMemory() / PART_OF_HEAP / BYTES_EACH, sessions);
    }

    /** So much more waits, or less. */
    void add(long more) {
        weight.addAndGet(more);
    }

    /** What each session may have if all have as much. */
    long share() {
        return most / Math.max(1, sessions.getAsInt());
    }

    /** Whether there is no room left, and one who has {@code own} has more than its share. */
    boolean isExceededBy(long own) {
        return weight.get() > most && own > share();
    }
}
