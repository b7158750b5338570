package dev.lanyard.node.app.runtime;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * What is done when a node has nothing better to do: a little at a time, on a thread of its own, so
 * that nobody waits for it.
 */
final class Housekeeping implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Housekeeping.class);

    private static final Duration FIRST_AFTER = Duration.ofMinutes(1);
    private static final Duration AGAIN_AFTER = Duration.ofHours(1);
    private static final Duration BUSY_FOR = Duration.ofSeconds(30);
    private static final Duration BETWEEN_ROUNDS = Duration.ofMillis(200);

    private final BooleanSupplier idle;
    private final Chore chore;
    private final ExecutorService thread;

    /** What is done once. */
    @FunctionalInterface
    interface Task {
        void run() throws IOException;
    }

    /** A bounded piece of work; true if there is more of it. */
    @FunctionalInterface
    interface Chore {
        boolean round() throws IOException, InterruptedException;
    }

    /**
     * Begins with {@code first}, at once; then looks now and then whether the node is {@code idle},
     * to go on with {@code chore}. {@code name} is that of its thread.
     */
    Housekeeping(String name, Task first, BooleanSupplier idle, Chore chore) {
        thread =
                Executors.newSingleThreadExecutor(
                        Thread.ofPlatform().daemon().name(name).factory());
        this.idle = idle;
        this.chore = chore;
        thread.execute(() -> begin(first));
    }

    private void begin(Task first) {
        try {
            first.run();
        } catch (IOException e) {
            log.atWarn().setCause(e).log("housekeeping goes on without its first part");
        }
        next(FIRST_AFTER);
    }

    private void next(Duration after) {
        if (!thread.isShutdown()) {
            CompletableFuture.delayedExecutor(after.toMillis(), TimeUnit.MILLISECONDS, thread)
                    .execute(this::round); // A failure of ours stops the node, as in any thread.
        }
    }

    private void round() {
        if (thread.isShutdown()) {
            return;
        }
        if (!idle.getAsBoolean()) {
            next(BUSY_FOR);
            return;
        }
        boolean more = false;
        try {
            more = chore.round();
        } catch (IOException e) {
            log.atWarn().setCause(e).log("housekeeping failed, tried again later");
        } catch (InterruptedException stopping) {
            return;
        }
        next(more ? BETWEEN_ROUNDS : AGAIN_AFTER);
    }

    /** Ends after the round that is under way. */
    @Override
    public void close() {
        thread.shutdownNow();
        thread.close();
    }
}
