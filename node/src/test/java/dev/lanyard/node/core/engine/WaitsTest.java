package dev.lanyard.node.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.util.List;

/** Whom those wait for who wait until all is durable everywhere. */
class WaitsTest {
    private final World world = new World(1, 3);
    private final World.Node node = world.nodes.getFirst();
    private final World.Node leaving = world.nodes.getLast();

    /** All were asked, and none has answered when one of them goes. */
    @BeforeEach
    void oneLeavesBeforeItAnswers() {
        world.settle(600);
        node.answers.clear();
        node.ask(new Event.Command.Wait());
        node.step(10);
        while (!node.effects.isEmpty()) {
            node.run(node.effects.removeFirst());
        }
        node.step(10);
        assertThat(node.links).allMatch(link -> !link.outgoing.isEmpty());
        world.disconnect(node, leaving);
        world.run(600);
    }

    @Test
    void oneThatLeavesBeforeItAnsweredIsWaitedFor() {
        assertThat(node.answers).isEmpty();

        world.connect(node, leaving);
        world.run(600);

        assertThat(node.answers).containsExactly(new Effect.Reply.Done());
    }

    @Test
    void oneThatDoesNotComeBackIsNamed() {
        node.ask(new Event.Command.Forget(0));
        world.run(600);

        assertThat(node.answers)
                .containsExactly(new Effect.Reply.Missing(List.of("node" + leaving.number)));
    }
}
