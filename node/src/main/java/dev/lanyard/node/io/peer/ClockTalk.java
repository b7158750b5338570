package dev.lanyard.node.io.peer;

import dev.lanyard.node.core.engine.Event;
import dev.lanyard.node.core.engine.SessionId;
import dev.lanyard.protocol.message.Message;
import dev.lanyard.protocol.transport.Transport.Link;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/** Asks a peer what time it is there, and tells it what time it is here. Thread-safe. */
final class ClockTalk {
    private final SessionId session;
    private final Link link;
    private final Time time;
    private final Consumer<Event> events;
    private final AtomicReference<Question> last =
            new AtomicReference<>(new Question(0, null, Instant.EPOCH));

    /** The clocks of this machine: one that nobody sets, and one that people read. */
    record Time(InstantSource monotonic, InstantSource wallClock) {}

    /** By how much our own clocks may run apart while a question is on its way. */
    private static final Duration DRIFT_MAX = Duration.ofSeconds(1);

    /** A question, and when it was asked by either clock; null once it is answered. */
    private record Question(long number, @Nullable Instant asked, Instant wallClock) {}

    ClockTalk(SessionId session, Link link, Time time, Consumer<Event> events) {
        this.session = session;
        this.link = link;
        this.time = time;
        this.events = events;
    }

    /** Asks; an earlier question that has no answer yet is forgotten. */
    void ask() {
        Instant now = time.monotonic().instant();
        Instant wallClock = time.wallClock().instant();
        Question asked =
                last.updateAndGet(before -> new Question(before.number() + 1, now, wallClock));
        link.send(new Message.ClockAsk(asked.number()));
    }

    void received(Message.ForClocks message) {
        switch (message) {
            case Message.ClockAsk it ->
                    link.send(new Message.ClockTell(it.question(), time.wallClock().instant()));
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
