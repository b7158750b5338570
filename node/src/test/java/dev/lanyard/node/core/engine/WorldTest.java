package dev.lanyard.node.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lanyard.node.core.index.Row;
import dev.lanyard.protocol.Bucket;
import dev.lanyard.protocol.Entry;
import dev.lanyard.protocol.RelativePath;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Random histories of several replicas: they end equal, nothing is lost, and then they are silent.
 * -Dseed=N runs one history alone.
 */
class WorldTest {
    private static final int SEEDS = Integer.getInteger("worlds", 90);

    static Stream<Arguments> seeds() {
        String one = System.getProperty("seed");
        return one != null
                ? Stream.of(Arguments.of(Long.parseLong(one)))
                : IntStream.range(0, SEEDS).mapToObj(seed -> Arguments.of((long) seed));
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void replicasEndEqualAndNothingIsLost(long seed) {
        World world = new World(seed, 2 + (int) (seed % 3));
        if (seed % 2 == 0) {
            world.connectAll();
        }
        int steps = 50 + (int) (seed % 7) * 100;
        for (int i = 0; i < steps; i++) {
            world.anything(true);
        }
        boolean settled = world.settle(3_000);
        world.trace.forEach(System.out::println);

        assertThat(settled).as("seed %d settles: %s", seed, world.busy()).isTrue();

        assertEqualAndNothingLost(world, seed);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void whatIsNotIgnoredEndsEqualAndNoRuleDeletes(long seed) {
        World world = new World(seed, 2 + (int) (seed % 3), Policy.DEFAULT, true);
        if (seed % 2 == 0) {
            world.connectAll();
        }
        int steps = 50 + (int) (seed % 7) * 100;
        for (int i = 0; i < steps; i++) {
            world.anything(true);
        }
        boolean settled = world.settle(6_000);
        world.trace.forEach(System.out::println);

        assertThat(settled).as("seed %d settles", seed).isTrue();
        assertEqualUnderRules(world, seed);
        assertThat(world.lost()).as("seed %d: lost contents", seed).isEmpty();
        assertThat(world.madeByRules()).as("seed %d: deleted by rules", seed).isEmpty();
        assertThat(world.silence()).as("seed %d: messages without a change", seed).isZero();
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    @DisplayName("D24 S4: where names are one that differ in case, some are not held, and listed")
    void whatCannotBeHadIsListedAndNothingIsLost(long seed) {
        World world = World.folding(seed, 2 + (int) (seed % 3));
        if (seed % 2 == 0) {
            world.connectAll();
        }
        int steps = 50 + (int) (seed % 7) * 100;
        for (int i = 0; i < steps; i++) {
            world.anything(true);
        }
        boolean settled = world.settle(3_000);
        world.trace.forEach(System.out::println);

        assertThat(settled).as("seed %d settles: %s", seed, world.busy()).isTrue();
        World.Node folding = world.nodes.getLast();
        var all = World.shown(world.nodes.getFirst());
        for (World.Node node : world.nodes) {
            if (node != folding) {
                assertThat(World.shown(node)).as("seed %d: %d", seed, node.number).isEqualTo(all);
            }
        }
        assertThat(all).as("seed %d", seed).containsAllEntriesOf(World.shown(folding));
        Set<RelativePath> lacking = new HashSet<>(all.keySet());
        lacking.removeAll(folding.tree.nodes.keySet());
        assertThat(lacking).as("seed %d: lacks for no clash", seed).allMatch(folding::cannotHave);
        assertThat(world.impossible(folding))
                .as("seed %d: what is listed of %s", seed, lacking)
                .isEqualTo(folding.topmost(lacking));
        assertThat(world.lost()).as("seed %d: lost contents", seed).isEmpty();
        assertThat(world.silence()).as("seed %d: messages without a change", seed).isZero();
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    @DisplayName("D29 D38 P7: directories that are renamed everywhere end the same")
    void directoriesThatAreRenamedEndEqualAndNothingIsLost(long seed) {
        World world = World.moving(seed, 2 + (int) (seed % 3));
        for (int round = 0; round < 4; round++) {
            world.connectAll();
            for (int i = 0; i < 20 + (int) (seed % 7) * 10; i++) {
                world.anything(true);
            }
            for (int i = 0; i < (int) (seed % 5) * 200; i++) {
                world.anything(false); // Now they have the time to become equal.
            }
        }
        world.settle(3_000);
        // A file with an old date that was written while its user paused is held back: it may be
        // old.
        world.nodes.forEach(node -> node.release(true));
        boolean settled = world.settle(3_000);
        world.trace.forEach(System.out::println);

        assertThat(settled).as("seed %d settles: %s", seed, world.busy()).isTrue();
        assertEqualAndNothingLost(world, seed);
    }

    private static void assertEqualAndNothingLost(World world, long seed) {
        var first = World.shown(world.nodes.getFirst());
        for (World.Node node : world.nodes) {
            assertThat(World.shown(node))
                    .as("seed %d: node %d", seed, node.number)
                    .isEqualTo(first);
        }
        assertThat(world.unfetched()).as("seed %d: nobody has it", seed).isEmpty();
        assertThat(world.lost()).as("seed %d: lost contents", seed).isEmpty();
        assertThat(world.silence()).as("seed %d: messages without a change", seed).isZero();
    }

    /** All have the same rules in force, and the same of what these let them share. */
    static void assertEqualUnderRules(World world, long seed) {
        var first = world.nodes.getFirst();
        for (World.Node node : world.nodes) {
            assertThat(node.tree.rules())
                    .as("seed %d: rules of node %d", seed, node.number)
                    .isEqualTo(first.tree.rules());
            assertThat(node.engine.rules())
                    .as("seed %d: rules in force on node %d", seed, node.number)
                    .isEqualTo(first.tree.rules());
            assertThat(node.index.sum(Bucket.ROOT))
                    .as("seed %d: what node %d knows: %s", seed, node.number, known(first, node))
                    .isEqualTo(first.index.sum(Bucket.ROOT));
            assertThat(world.shared(node))
                    .as("seed %d: node %d", seed, node.number)
                    .isEqualTo(world.shared(first));
        }
    }

    /** What the two know that is not the same. */
    static List<String> known(World.Node one, World.Node other) {
        List<String> differences = new ArrayList<>();
        Set<Row> rows = new LinkedHashSet<>(one.index.pageBelow(null, null, 10_000));
        rows.addAll(other.index.pageBelow(null, null, 10_000));
        for (RelativePath path : rows.stream().map(Row::path).distinct().toList()) {
            Row ours = one.index.row(path);
            Row theirs = other.index.row(path);
            Entry our = ours == null ? null : ours.told();
            Entry their = theirs == null ? null : theirs.told();
            if (!Objects.equals(our, their)) {
                differences.add("%n%s%n%s".formatted(ours, theirs));
            }
        }
        return differences;
    }
}
