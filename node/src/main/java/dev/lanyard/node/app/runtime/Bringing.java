package dev.lanyard.node.app.runtime;

import dev.lanyard.node.core.engine.Effect;
import dev.lanyard.node.core.engine.Event;
import dev.lanyard.node.core.engine.Event.FetchOutcome;
import dev.lanyard.node.core.engine.SessionId;
import dev.lanyard.node.core.plan.Outcome;
import dev.lanyard.node.io.transfer.Transfers;
import dev.lanyard.protocol.Entry;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * Brings single contents into staging because a user wants them, past the engine: its fetches have
 * numbers above zero, these have numbers below. Thread-safe.
 */
final class Bringing {
    private static final Duration FIRST_MAX = Duration.ofMinutes(1);

    /** Slower than this is taken for never. */
    private static final long BYTES_PER_SECOND_MIN = 64 * 1_024;

    private final Consumer<Event> engine;
    private final AtomicLong lastFetch = new AtomicLong();
    private final Map<Long, CompletableFuture<FetchOutcome>> open = new ConcurrentHashMap<>();
    private volatile @Nullable Transfers transfers;

    /** {@code engine} is told what it asked for itself. */
    Bringing(Consumer<Event> engine) {
        this.engine = engine;
    }

    /** Hears what the transfers tell. */
    void hear(Event event) {
        if (!(event instanceof Event.Fetched(long fetch, var outcomes)) || fetch > 0) {
            engine.accept(event);
            return;
        }
        CompletableFuture<FetchOutcome> wanted = open.remove(fetch);
        for (FetchOutcome outcome : outcomes) {
            if (wanted != null) {
                wanted.complete(outcome);
            } else if (outcome instanceof FetchOutcome.Ready ready && transfers != null) {
                transfers.discard(ready.staged().name()); // It came after the time was up.
            }
        }
    }

    /**
     * Brings the content of {@code file} into staging from a peer. Blocks.
     *
     * @return failed, too, if it does not come in a time that its size would explain
     */
    FetchOutcome bring(Transfers by, SessionId from, Entry.File file) throws InterruptedException {
        transfers = by;
        long fetch = lastFetch.decrementAndGet();
        CompletableFuture<FetchOutcome> outcome = new CompletableFuture<>();
        open.put(fetch, outcome);
        by.fetch(new Effect.Fetch(fetch, from, List.of(new Effect.Want(file))));
        long seconds = FIRST_MAX.toSeconds() + file.sizeBytes() / BYTES_PER_SECOND_MIN;
        try {
            return outcome.get(seconds, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            return new FetchOutcome.Failed(
                    file.path(),
                    Outcome.Obstacle.IO_ERROR,
                    "it was not sent within %d s".formatted(seconds));
        } catch (ExecutionException e) {
            throw new IllegalStateException("nothing fails it", e);
        } finally {
            if (open.remove(fetch) != null) { // The time is up, or the node stops.
                by.cancel(new Effect.CancelFetch(fetch));
            }
        }
    }
}
