package dev.lanyard.node.core.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import dev.lanyard.node.core.engine.Event.OpenConflict;
import dev.lanyard.node.core.engine.Problem.Kind;
import dev.lanyard.protocol.RelativePath;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;

/** What a node lists, and when it lists it no more. */
class ProblemsTest {
    private static final Duration FAST = Duration.ofMillis(1);
    private static final Instant EARLIER = Instant.parse("2025-12-24T18:00:00Z");

    private final World world = new World(1, 2);
    private final World.Node a = world.nodes.getFirst();
    private final World.Node b = world.nodes.getLast();

    private List<Problem> problems(Kind kind) {
        a.ask(new Event.Command.Problems());
        a.step(100);
        return a.problems.stream().filter(problem -> problem.kind() == kind).toList();
    }

    private void told(Duration ahead, Duration roundTrip) {
        a.events.add(new Event.ClockTold(a.links.getFirst().here, ahead, roundTrip));
    }

    @Test
    void directoriesThatAreNotWatchedAreListedUntilTheyAre() {
        a.events.add(new Event.WatchLimited(3));
        assertThat(problems(Kind.WATCH_LIMIT))
                .extracting(Problem::detail)
                .containsExactly("3 directories are not watched");

        a.events.add(new Event.WatchLimited(0));
        assertThat(problems(Kind.WATCH_LIMIT)).isEmpty();
    }

    @Test
    void aClockThatIsAheadOrBehindIsListedUntilItIsRight() {
        world.settle(600);

        told(Duration.ofSeconds(3), FAST);
        assertThat(problems(Kind.CLOCK_OFF))
                .extracting(Problem::subject, Problem::detail)
                .containsExactly(
                        tuple(
                                "node" + b.number,
                                "its clock is 3 seconds ahead of the clock of this machine"));

        told(Duration.ofDays(-3), FAST);
        assertThat(problems(Kind.CLOCK_OFF))
                .extracting(Problem::detail)
                .containsExactly("its clock is 3 days behind the clock of this machine");

        told(Duration.ofSeconds(-2), FAST);
        assertThat(problems(Kind.CLOCK_OFF)).isEmpty();
    }

    @Test
    void aSlowAnswerIsNoWrongClock() {
        world.settle(600);

        told(Duration.ofSeconds(-4), Duration.ofSeconds(3));
        assertThat(problems(Kind.CLOCK_OFF)).isEmpty();

        told(Duration.ofSeconds(-6), Duration.ofSeconds(3));
        assertThat(problems(Kind.CLOCK_OFF)).hasSize(1);

        told(Duration.ofSeconds(-4), Duration.ofSeconds(3));
        assertThat(problems(Kind.CLOCK_OFF)).as("it may still be wrong").hasSize(1);
    }

    @Test
    void theClockOfAPeerThatIsGoneIsNotListed() {
        world.settle(600);
        told(Duration.ofSeconds(3), FAST);
        assertThat(problems(Kind.CLOCK_OFF)).hasSize(1);

        world.disconnect(a, b);

        assertThat(problems(Kind.CLOCK_OFF)).isEmpty();
    }

    @Test
    void conflictsAreListedAsLongAsNobodyHasDealtWithThem() {
        OpenConflict conflict = new OpenConflict(RelativePath.of("f"), EARLIER, 2);
        a.events.add(new Event.ConflictsListed(List.of(conflict)));
        assertThat(problems(Kind.CONFLICT))
                .containsExactly(
                        new Problem(
                                Kind.CONFLICT,
                                "f",
                                EARLIER,
                                "2 contents that lost, and that nobody has dealt with, are kept"));

        a.events.add(new Event.ConflictsListed(List.of()));
        assertThat(problems(Kind.CONFLICT)).isEmpty();
    }

    @Test
    void ofManyConflictsTheFirstAreListedAndTheOthersCounted() {
        a.events.add(
                new Event.ConflictsListed(
                        IntStream.range(0, 103)
                                .mapToObj(i -> RelativePath.of("f" + i))
                                .map(path -> new OpenConflict(path, EARLIER, 1))
                                .toList()));

        assertThat(problems(Kind.CONFLICT)).hasSize(101);
        assertThat(problems(Kind.CONFLICT)).extracting(Problem::detail).contains("3 more paths");
    }
}
