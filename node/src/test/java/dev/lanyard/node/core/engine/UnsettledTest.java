package dev.lanyard.node.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lanyard.protocol.RelativePath;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Instant;
import java.util.List;

/** What those who wait are told of files that changed while they were looked at. */
class UnsettledTest {
    private static final Instant EARLY = Instant.parse("2025-12-31T00:00:00Z");
    private static final RelativePath FILE = RelativePath.of("f");

    private final World world = new World(1, 2);
    private final World.Node a = world.nodes.getFirst();
    private final World.Node b = world.nodes.getLast();

    @BeforeEach
    void bothAreEqual() {
        assertThat(world.settle(1_000)).as("settles: %s", world.busy()).isTrue();
        a.answers.clear();
    }

    /** It is written by now, and has that many looks ahead of it that find it changed. */
    private void write(int restlessLooks) {
        a.tree.restless.put(FILE, restlessLooks);
        a.tree.write(FILE, "content", EARLY);
        a.step(10);
    }

    private void runUntilAnswered() {
        for (int rounds = 0; rounds < 200 && a.answers.isEmpty(); rounds++) {
            world.run(1);
        }
        assertThat(a.answers).containsExactly(new Effect.Reply.Done());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    @DisplayName("D16: who waits waits for a file that settles within two seconds")
    void whatSettlesSoonIsWaitedFor(int restlessLooks) {
        write(restlessLooks);

        a.ask(new Event.Command.Wait());
        runUntilAnswered();

        assertThat(b.tree.nodes).containsKey(FILE);
    }

    @Test
    @DisplayName("D16: who waits does not wait for a file that somebody keeps writing to")
    void whatKeepsChangingIsPassedOver() {
        write(Integer.MAX_VALUE);

        a.ask(new Event.Command.Wait());
        runUntilAnswered();

        assertThat(b.tree.nodes).doesNotContainKey(FILE);
    }

    @Test
    @DisplayName("D16: many events of a file do not make it one that keeps changing")
    void eventsDoNotCountAsTime() {
        write(8);
        for (int i = 0; i < 6; i++) {
            a.events.add(new Event.Dirtied(List.of(new Event.Dirt(FILE, false))));
            world.run(1);
        }

        a.ask(new Event.Command.Wait());
        runUntilAnswered();

        assertThat(b.tree.nodes).containsKey(FILE);
    }
}
