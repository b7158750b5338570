package dev.lanyard.delta.parallel;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;

/**
 * Work that others do beside each other, and whose results are taken in the order in which it was
 * begun. For one thread, which may be none of the executor's: it waits for them.
 */
public final class InOrder<T> {
    private final Executor executor;
    private final int atOnceMax;
    private final ArrayDeque<CompletableFuture<T>> underWay = new ArrayDeque<>();
    private volatile boolean abandoned;

    /** At most {@code atOnceMax} pieces of work are under way, or done and not taken. */
    public InOrder(Executor executor, int atOnceMax) {
        this.executor = executor;
        this.atOnceMax = atOnceMax;
    }

    /** Whether no more may be begun until a result is taken. */
    public boolean isFull() {
        return underWay.size() >= atOnceMax;
    }

    /** Whether no result is to be waited for. */
    public boolean isEmpty() {
        return underWay.isEmpty();
    }

    /** Begins the next piece of work. */
    public void begin(Callable<T> work) {
        CompletableFuture<T> result = new CompletableFuture<>();
        executor.execute(() -> run(work, result));
        underWay.add(result); // Not if it was refused: nobody would end it.
    }

    private void run(Callable<T> work, CompletableFuture<T> result) {
        if (abandoned) {
            result.cancel(false);
            return;
        }
        try {
            result.complete(work.call());
        } catch (Exception | Error e) {
            result.completeExceptionally(e); // Thrown where the result is taken.
        }
    }

    /**
     * The result of the oldest piece of work, when it is there.
     *
     * @throws IOException if the work threw it
     */
    public T take() throws IOException {
        try {
            return underWay.remove().join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof IOException failure) {
                throw failure;
            }
            throw new IllegalStateException("work failed", e.getCause());
        }
    }

    /** Begins nothing any more, waits for what is under way, and forgets its results. */
    public void abandon() {
        abandoned = true;
        underWay.forEach(result -> result.handle((_, _) -> true).join());
        underWay.clear();
    }
}
