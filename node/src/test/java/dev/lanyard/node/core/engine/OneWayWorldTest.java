package dev.lanyard.node.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lanyard.node.core.index.Row;
import dev.lanyard.node.core.index.Row.Pending;
import dev.lanyard.protocol.Bucket;
import dev.lanyard.protocol.RelativePath;
import dev.lanyard.protocol.message.Message.Mode;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * Random histories of replicas some of which only give, or only take. -Dseed=N runs one history
 * alone.
 */
class OneWayWorldTest {

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("dev.lanyard.node.core.engine.WorldTest#seeds")
    void whoOnlyTakesGivesNothingAndWhoOnlyGivesTakesNothing(long seed) {
        World world = history(seed);

        assertThat(world.settle(3_000)).as("seed %d settles: %s", seed, world.busy()).isTrue();
        assertAgreed(world, seed);
        for (World.Node node : world.nodes) {
            if (node.mode == Mode.RECEIVE_ONLY) {
                assertNobodyHeardOf(node, world, seed);
            }
        }

        // Of several that only give, one can have its way.
        List<World.Node> levelled = new ArrayList<>(world.nodes);
        List<World.Node> givers =
                world.nodes.stream().filter(node -> node.mode == Mode.SEND_ONLY).toList();
        levelled.removeAll(givers.stream().skip(1).toList());
        levelled.forEach(node -> node.ask(new Event.Command.Level()));
        boolean settled = world.settle(3_000);
        world.trace.forEach(System.out::println);
        assertThat(settled).as("seed %d settles: %s", seed, world.busy()).isTrue();
        assertAgreed(world, seed);
        for (World.Node node : levelled) {
            assertThat(World.shown(node).keySet())
                    .as("seed %d: node %d has what all have", seed, node.number)
                    .containsAll(World.shown(twoWay(world)).keySet());
            Set<RelativePath> own = ofKinds(node, Pending.ADDED);
            Set<RelativePath> others =
                    ofKinds(node, Pending.PLACE, Pending.REMOVE, Pending.CHANGED);
            others.removeIf(path -> own.stream().anyMatch(each -> each.isBelow(path)));
            assertThat(others).as("seed %d: node %d differs", seed, node.number).isEmpty();
        }
        assertThat(world.lost()).as("seed %d: lost contents", seed).isEmpty();
        assertThat(world.silence()).as("seed %d: messages without a change", seed).isZero();
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("dev.lanyard.node.core.engine.WorldTest#seeds")
    void whatWasChangedMeanwhileIsGivenOnceAllAreTwoWay(long seed) {
        World world = history(seed);

        world.nodes.forEach(node -> node.restartAs(Mode.TWO_WAY));
        for (int i = 0; i < 5 && !world.settle(1_000); i++) {
            world.nodes.forEach(World.Node::replaceWhatNobodyHas);
        }
        world.nodes.forEach(node -> node.release(seed % 2 == 0));
        boolean settled = world.settle(3_000);
        world.trace.forEach(System.out::println);

        assertThat(settled).as("seed %d settles: %s", seed, world.busy()).isTrue();
        for (World.Node node : world.nodes) {
            assertThat(World.shown(node))
                    .as("seed %d: node %d", seed, node.number)
                    .isEqualTo(World.shown(world.nodes.getFirst()));
        }
        assertThat(world.lost()).as("seed %d: lost contents", seed).isEmpty();
    }

    private static final List<Mode> MODES = List.of(Mode.values());

    private static World history(long seed) {
        Random fate = new Random(seed);
        List<Mode> modes = new ArrayList<>(List.of(Mode.TWO_WAY));
        for (int i = 0; i <= seed % 3; i++) {
            modes.add(MODES.get(fate.nextInt(MODES.size())));
        }
        World world = new World(seed, modes);
        if (seed % 2 == 0) {
            world.connectAll();
        }
        int steps = 50 + (int) (seed % 7) * 100;
        for (int i = 0; i < steps; i++) {
            world.anything(true);
        }
        return world;
    }

    private static World.Node twoWay(World world) {
        return world.nodes.getFirst();
    }

    /** All know the same, and show it where they neither kept nor refused anything. */
    private static void assertAgreed(World world, long seed) {
        Map<RelativePath, String> agreed = World.shown(twoWay(world));
        for (World.Node node : world.nodes) {
            assertThat(node.index.sum(Bucket.ROOT))
                    .as("seed %d: what node %d knows", seed, node.number)
                    .isEqualTo(twoWay(world).index.sum(Bucket.ROOT));
            Map<RelativePath, String> shown = World.shown(node);
            Set<RelativePath> paths = new HashSet<>(shown.keySet());
            paths.addAll(agreed.keySet());
            paths.removeAll(ofKinds(node, otherKinds(node.mode)));
            for (RelativePath path : paths) {
                assertThat(shown.get(path))
                        .as("seed %d: node %d at %s", seed, node.number, path)
                        .isEqualTo(agreed.get(path));
            }
        }
    }

    private static Pending[] otherKinds(Mode mode) {
        return switch (mode) {
            case TWO_WAY -> new Pending[0];
            case SEND_ONLY -> new Pending[] {Pending.PLACE, Pending.REMOVE};
            case RECEIVE_ONLY -> new Pending[] {Pending.CHANGED, Pending.ADDED, Pending.HELD_BACK};
        };
    }

    private static Set<RelativePath> ofKinds(World.Node node, Pending... kinds) {
        Set<RelativePath> paths = new HashSet<>();
        for (Pending kind : kinds) {
            node.index.pending(kind, null, false, 1_000).forEach(row -> paths.add(row.path()));
        }
        return paths;
    }

    private static void assertNobodyHeardOf(World.Node silent, World world, long seed) {
        for (World.Node node : world.nodes) {
            for (Row row : node.index.page(null, true, 1_000)) {
                assertThat(row.known() == null ? null : row.known().author())
                        .as("seed %d: node %d knows of %s", seed, node.number, row.path())
                        .isNotEqualTo(silent.engine.replica());
            }
        }
    }
}
