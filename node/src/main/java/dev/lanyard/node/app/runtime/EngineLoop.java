package dev.lanyard.node.app.runtime;

import dev.lanyard.node.core.engine.Effect;
import dev.lanyard.node.core.engine.Engine;
import dev.lanyard.node.core.engine.Event;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * The one thread that steps the engine: takes all events that wait, steps, and has the effects run.
 * Ends at the first failure: an engine whose index failed, or that found itself in the wrong, must
 * not go on.
 */
final class EngineLoop {
    private static final Logger log = LoggerFactory.getLogger(EngineLoop.class);

    /** Paths per step: a longer transaction would keep small changes waiting. */
    private static final int PATHS_PER_STEP_MAX = 1_024;

    private static final long DAY_SECONDS = Duration.ofDays(1).toSeconds();

    /** So often the loop looks around though nothing is due. */
    private static final Duration IDLE_MAX = Duration.ofMinutes(1);

    private final EventQueue events = new EventQueue(PATHS_PER_STEP_MAX);
    private final Map<Long, CompletableFuture<Effect.Reply>> asked = new ConcurrentHashMap<>();
    private final AtomicLong lastRequest = new AtomicLong();
    private final CompletableFuture<@Nullable Throwable> end = new CompletableFuture<>();
    private final InstantSource monotonic;
    private final InstantSource wallClock;
    private volatile boolean stopping;
    private int day;

    EngineLoop(InstantSource monotonic, InstantSource wallClock) {
        this.monotonic = monotonic;
        this.wallClock = wallClock;
    }

    /**
     * Puts an event for the engine; waits while too many wait already. Drops it once the loop has
     * ended.
     */
    void put(Event event) {
        events.put(event);
    }

    /**
     * Asks the engine something; the future ends with its answer, or exceptionally if the loop ends
     * before.
     */
    Request ask(Event.Command command) {
        long number = lastRequest.incrementAndGet();
        CompletableFuture<Effect.Reply> reply = new CompletableFuture<>();
        asked.put(number, reply);
        put(new Event.Asked(number, command, wallClock.instant()));
        if (end.isDone()) {
            reply.completeExceptionally(new IllegalStateException("the node has stopped"));
        }
        return new Request(number, reply);
    }

    /** A question under way. */
    record Request(long number, CompletableFuture<Effect.Reply> reply) {}

    /** Nobody hears this answer any longer. */
    void drop(Request request) {
        asked.remove(request.number());
    }

    /** Nobody waits for this answer any longer. */
    void forget(Request request) {
        asked.remove(request.number());
        put(
                new Event.Asked(
                        lastRequest.incrementAndGet(),
                        new Event.Command.Forget(request.number()),
                        wallClock.instant()));
    }

    /** The engine has answered. */
    void answer(long request, Effect.Reply reply) {
        CompletableFuture<Effect.Reply> future = asked.remove(request);
        if (future != null) {
            future.complete(reply);
        }
    }

    /**
     * Runs until {@link #stop} or a failure. {@code effects} carries out each effect without
     * waiting for it.
     */
    void run(Engine engine, Consumer<List<Effect>> effects) {
        try {
            while (!stopping) {
                List<Event> batch = events.take(pause(engine));
                effects.accept(engine.step(step(batch), monotonic.instant()));
            }
            end.complete(null);
        } catch (InterruptedException e) {
            end.complete(null);
        } catch (RuntimeException | Error failure) {
            log.atError().setCause(failure).log("the node cannot go on");
            end.complete(failure);
        }
        events.close();
        IllegalStateException stopped = new IllegalStateException("the node has stopped");
        asked.values().forEach(reply -> reply.completeExceptionally(stopped));
    }

    /** The events of one step; before all others that a day has begun. */
    private List<Event> step(List<Event> batch) {
        int today =
                Math.toIntExact(Math.max(0, wallClock.instant().getEpochSecond() / DAY_SECONDS));
        List<Event> step = batch.isEmpty() ? List.of(new Event.Ticked()) : batch;
        if (today == day) {
            return step;
        }
        day = today;
        List<Event> dated = new ArrayList<>(step);
        dated.addFirst(new Event.DayBegan(today));
        return dated;
    }

    private Duration pause(Engine engine) {
        Instant now = monotonic.instant();
        Duration pause = engine.nextTimeout().map(at -> Duration.between(now, at)).orElse(IDLE_MAX);
        return pause.compareTo(IDLE_MAX) < 0 ? pause : IDLE_MAX;
    }

    /** A thread of the node ended by a mistake of ours: the node must not go on. */
    void fail(Thread thread, Throwable failure) {
        log.atError()
                .addKeyValue("thread", thread.getName())
                .setCause(failure)
                .log("a thread failed");
        end.complete(failure);
        stop();
    }

    /** Ends the loop after the step that is under way. */
    void stop() {
        stopping = true;
        events.putAtOnce(new Event.Ticked());
    }

    /** Ends when the loop has ended: with null if it was asked to, else with what failed. */
    CompletableFuture<@Nullable Throwable> end() {
        return end;
    }
}
