package dev.lanyard.node.io.peer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lanyard.node.core.engine.Event;
import dev.lanyard.node.core.engine.SessionId;
import dev.lanyard.protocol.message.Message.ClockAsk;
import dev.lanyard.protocol.message.Message.ClockTell;
import dev.lanyard.protocol.message.Message.ForClocks;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

class ClockTalkTest {
    private static final SessionId SESSION = new SessionId(3);
    private static final Instant WALL = Instant.parse("2026-11-22T12:00:00Z");

    private final List<ForClocks> said = new ArrayList<>();
    private final List<Event> told = new ArrayList<>();
    private Instant monotonic = Instant.EPOCH;
    private Instant wallClock = WALL;
    private final ClockTalk talk =
            new ClockTalk(
                    SESSION,
                    said::add,
                    new ClockTalk.Time(() -> monotonic, () -> wallClock),
                    told::add);

    private void pass(Duration time) {
        monotonic = monotonic.plus(time);
        wallClock = wallClock.plus(time);
    }

    @Test
    void answersAtOnce() {
        talk.received(new ClockAsk(7));

        assertThat(said).containsExactly(new ClockTell(7, WALL));
    }

    @Test
    void comparesWithItsOwnClockInTheMiddleBetweenQuestionAndAnswer() {
        talk.ask();
        pass(Duration.ofMillis(400));
        talk.received(new ClockTell(1, WALL.plusSeconds(50)));

        assertThat(said).containsExactly(new ClockAsk(1));
        assertThat(told)
                .containsExactly(
                        new Event.ClockTold(
                                SESSION,
                                Duration.ofSeconds(50).minusMillis(200),
                                Duration.ofMillis(400)));
    }

    @Test
    void hearsOneAnswerToItsLastQuestion() {
        talk.ask();
        talk.ask();
        talk.received(new ClockTell(3, WALL)); // Nobody asked that.
        talk.received(new ClockTell(1, WALL)); // An earlier question.
        talk.received(new ClockTell(2, WALL));
        talk.received(new ClockTell(2, WALL)); // A second answer.

        assertThat(told)
                .containsExactly(new Event.ClockTold(SESSION, Duration.ZERO, Duration.ZERO));
    }

    @Test
    void findsNothingOutWhileItsOwnClockIsSet() {
        talk.ask();
        wallClock = wallClock.plusSeconds(3_600);
        talk.received(new ClockTell(1, WALL));
        assertThat(told).isEmpty();

        talk.ask();
        talk.received(new ClockTell(2, wallClock));
        assertThat(told)
                .containsExactly(new Event.ClockTold(SESSION, Duration.ZERO, Duration.ZERO));
    }
}
