package dev.lanyard.node.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lanyard.protocol.RelativePath;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.time.Instant;
import java.util.Random;

/**
 * Random histories in which replicas make versions under an id that is not theirs alone: with an
 * older state that nothing shows as older, or as copies of another one. -Dseed=N runs one history
 * alone.
 */
class ContinuityWorldTest {

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("dev.lanyard.node.core.engine.WorldTest#seeds")
    void replicasEndEqualWhateverTheyBelieveToBe(long seed) {
        World world = new World(seed, 2 + (int) (seed % 3));
        Random fate = new Random(seed);
        if (seed % 2 == 0) {
            world.connectAll();
        }
        int steps = 50 + (int) (seed % 7) * 100;
        for (int i = 0; i < steps; i++) {
            world.anything(true);
            if (fate.nextInt(60) == 0) {
                mishap(world, fate);
            }
        }
        boolean settled = settle(world);
        world.trace.forEach(System.out::println);

        assertThat(settled).as("seed %d settles: %s", seed, world.busy()).isTrue();
        var first = World.shown(world.nodes.getFirst());
        for (World.Node node : world.nodes) {
            assertThat(World.shown(node))
                    .as("seed %d: node %d", seed, node.number)
                    .isEqualTo(first);
        }
        assertThat(world.lost()).as("seed %d: lost contents", seed).isEmpty();
        assertThat(world.silence()).as("seed %d: messages without a change", seed).isZero();
    }

    @Test
    void ofTwoThatMadeVersionsUnderOneIdLongAgoTheGreaterKeyWins() {
        World world = new World(1, 2);
        World.Node one = world.nodes.getFirst();
        World.Node other = world.nodes.getLast();
        RelativePath path = RelativePath.of("a");
        world.settle(600);
        world.disconnectAll();
        other.becomeCopyOf(one);
        one.tree.write(path, "later, first of its node", Instant.parse("2025-02-02T00:00:00Z"));
        other.tree.write(RelativePath.of("b"), "b", Instant.parse("2025-01-01T00:00:00Z"));
        world.run(600);
        other.tree.write(
                path, "earlier, second of its node", Instant.parse("2025-01-01T00:00:00Z"));
        world.run(600);
        one.goOn();
        other.goOn();

        assertThat(world.settle(600)).isTrue();

        for (World.Node node : world.nodes) {
            assertThat(node.tree.nodes.get(path))
                    .extracting(FakeTree.Node::content)
                    .isEqualTo("later, first of its node");
        }
        assertThat(other.tree.versions).contains("earlier, second of its node");
    }

    /** What was told of may be gone with the machine that had it. */
    private static boolean settle(World world) {
        for (int i = 0; i < 10 && !world.settle(600); i++) {
            world.nodes.forEach(World.Node::replaceWhatNobodyHas);
        }
        world.disconnectAll();
        return world.settle(3_000);
    }

    private static void mishap(World world, Random fate) {
        World.Node node = world.nodes.get(fate.nextInt(world.nodes.size()));
        switch (fate.nextInt(7)) {
            case 0, 1 -> node.rollBack();
            case 2 -> node.goOn();
            case 3 -> {
                World.Node other = world.nodes.get(fate.nextInt(world.nodes.size()));
                if (other != node) {
                    node.becomeCopyOf(other);
                }
            }
            default -> node.save();
        }
    }
}
