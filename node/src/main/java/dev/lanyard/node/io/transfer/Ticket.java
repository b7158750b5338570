package dev.lanyard.node.io.transfer;

import dev.lanyard.node.core.engine.SessionId;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.atomic.AtomicInteger;

/** One fetch of the engine. Shared by all threads that work for it. */
final class Ticket {
    private final long fetch;
    private final @Nullable SessionId from;
    private final AtomicInteger unanswered;
    private volatile boolean cancelled;

    /** A fetch of {@code wants} contents, from a peer or, if null, from this disk. */
    Ticket(long fetch, @Nullable SessionId from, int wants) {
        this.fetch = fetch;
        this.from = from;
        this.unanswered = new AtomicInteger(wants);
    }

    long fetch() {
        return fetch;
    }

    @Nullable SessionId from() {
        return from;
    }

    /** Counts an answer; true for the last one. */
    boolean answered() {
        return unanswered.decrementAndGet() == 0;
    }

    void cancel() {
        cancelled = true;
    }

    /** Whether nobody waits for answers any more. */
    boolean isCancelled() {
        return cancelled;
    }
}
