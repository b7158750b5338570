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
    private final AtomicReference<Question> last = new AtomicReference<>(new Question(0, null));

    /** The clocks of this machine: one that nobody sets, and one that people read. */
    record Time(InstantSource monotonic, InstantSource wallClock) {}

    /** A question, and when it was asked; null once it is answered. */
    private record Question(long number, @Nullable Instant asked) {}

    ClockTalk(SessionId session, Link link, Time time, Consumer<Event> events) {
        this.session = session;
        this.link = link;
        this.time = time;
        this.events = events;
    }

    /** Asks; an earlier question that has no answer yet is forgotten. */
    void ask() {
        Instant now = time.monotonic().instant();
        Question asked = last.updateAndGet(before -> new Question(before.number() + 1, now));
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
                || !last.compareAndSet(question, new Question(question.number(), null))) {
            return;
        }
        Duration roundTrip = Duration.between(asked, now);
        Instant between = ours.minus(roundTrip.dividedBy(2));
        events.accept(
                new Event.ClockTold(
                        session, Duration.between(between, tell.wallClock()), roundTrip));
    }
}
