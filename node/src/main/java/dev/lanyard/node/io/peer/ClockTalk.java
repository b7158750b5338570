package dev.lanyard.node.io.peer;

import dev.lanyard.node.core.engine.Event;
import dev.lanyard.node.core.engine.SessionId;
import dev.lanyard.protocol.message.Message;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/** Asks a peer what time it is there, and tells it what time it is here. Thread-safe. */
final class ClockTalk {
    /** By how much our own clocks may run apart while a question is on its way. */
    private static final Duration DRIFT_MAX = Duration.ofSeconds(1);

    private final SessionId session;
    private final Consumer<Message.ForClocks> peer;
    private final Time time;
    private final Consumer<Event> events;
    private final AtomicReference<Question> last =
            new AtomicReference<>(new Question(0, null, Instant.EPOCH));

    /** The clocks of this machine: one that nobody sets, and one that people read. */
    record Time(InstantSource monotonic, InstantSource wallClock) {}

    /** A question, and when it was asked by either clock; null once it is answered. */
    private record Question(long number, @Nullable Instant asked, Instant wallClock) {}

    /** {@code peer} takes what is said to it, {@code events} what is found out. */
    ClockTalk(
            SessionId session,
            Consumer<Message.ForClocks> peer,
            Time time,
            Consumer<Event> events) {
        this.session = session;
        this.peer = peer;
        this.time = time;
        this.events = events;
    }

    /** Asks; an earlier question that has no answer yet is forgotten. */
    void ask() {
        Instant now = time.monotonic().instant();
        Instant wallClock = time.wallClock().instant();
        Question asked =
                last.updateAndGet(before -> new Question(before.number() + 1, now, wallClock));
        peer.accept(new Message.ClockAsk(asked.number()));
    }

    void received(Message.ForClocks message) {
        switch (message) {
            case Message.ClockAsk it ->
                    peer.accept(new Message.ClockTell(it.question(), time.wallClock().instant()));
            case Message.ClockTell it -> told(it);
        }
    }

    private void told(Message.ClockTell tell) {
        Instant ours = time.wallClock().instant();
        Instant now = time.monotonic().instant();
        Question question = last.get();
        Instant asked = question.asked();
        if (asked == null
                || question.number() != tell.question()
                || !last.compareAndSet(question, new Question(question.number(), null, ours))) {
            return;
        }
        Duration roundTrip = Duration.between(asked, now);
        Duration byWallClock = Duration.between(question.wallClock(), ours);
        if (byWallClock.minus(roundTrip).abs().compareTo(DRIFT_MAX) > 0) {
            return; // Ours was set meanwhile, or this machine slept: the next answer will tell.
        }
        Instant between = ours.minus(roundTrip.dividedBy(2));
        events.accept(
                new Event.ClockTold(
                        session, Duration.between(between, tell.wallClock()), roundTrip));
    }
}
