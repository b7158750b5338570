package dev.lanyard.node.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lanyard.protocol.message.Message.Mode;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import java.time.Duration;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Random histories of replicas whose bursts of deletions are held back, and of users who say what
 * becomes of them. -Dseed=N runs one history alone.
 */
class PolicyWorldTest {
    private static final int SEEDS = Integer.getInteger("worlds", 90);
    private static final Policy BRAKED =
            new Policy(Mode.TWO_WAY, 3, Duration.ofSeconds(60), Duration.ofMillis(100));

    static Stream<Arguments> seeds() {
        String one = System.getProperty("seed");
        return one != null
                ? Stream.of(Arguments.of(Long.parseLong(one)))
                : IntStream.range(0, SEEDS).mapToObj(seed -> Arguments.of((long) seed));
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void replicasEndEqualOnceUsersHaveSaidWhatWasMeant(long seed) {
        World world = new World(seed, 2 + (int) (seed % 3), BRAKED, false, seed % 5 != 0);
        Random users = new Random(seed);
        if (seed % 2 == 0) {
            world.connectAll();
        }
        int steps = 50 + (int) (seed % 7) * 100;
        for (int i = 0; i < steps; i++) {
            world.anything(true);
            if (users.nextInt(40) == 0) {
                world.nodes.get(users.nextInt(world.nodes.size())).release(users.nextBoolean());
            }
            if (users.nextInt(80) == 0) {
                mishap(world.nodes.get(users.nextInt(world.nodes.size())), users);
            }
        }
        settle(world, users, seed);
        world.trace.forEach(System.out::println);

        assertEqual(world, seed);
        assertThat(world.lost()).as("seed %d: lost contents", seed).isEmpty();
        assertThat(world.silence()).as("seed %d: messages without a change", seed).isZero();
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void whatBecomesIgnoredIsNoDeletionThatIsHeldBack(long seed) {
        World world = new World(seed, 2 + (int) (seed % 3), BRAKED, true);
        Random users = new Random(seed);
        if (seed % 2 == 0) {
            world.connectAll();
        }
        int steps = 50 + (int) (seed % 7) * 100;
        for (int i = 0; i < steps; i++) {
            world.anything(true);
            if (users.nextInt(40) == 0) {
                world.nodes.get(users.nextInt(world.nodes.size())).release(users.nextBoolean());
            }
        }
        settle(world, users, seed);
        world.trace.forEach(System.out::println);

        WorldTest.assertEqualUnderRules(world, seed);
        assertThat(world.lost()).as("seed %d: lost contents", seed).isEmpty();
        assertThat(world.madeByRules()).as("seed %d: deleted by rules", seed).isEmpty();
        assertThat(world.silence()).as("seed %d: messages without a change", seed).isZero();
    }

    private static void mishap(World.Node node, Random random) {
        switch (random.nextInt(4)) {
            case 0 -> node.loseState();
            case 1 -> node.restoreState();
            default -> node.save();
        }
    }

    private static void settle(World world, Random users, long seed) {
        for (int i = 0; i < 20; i++) {
            boolean settled = world.settle(600);
            boolean holding = world.nodes.stream().anyMatch(node -> node.engine.holdsBack());
            if (settled && !holding) {
                world.disconnectAll(); // The periodic check begins anew.
                assertThat(world.settle(6_000)).as("seed %d settles again", seed).isTrue();
                return;
            }
            for (World.Node node : world.nodes) {
                if (node.engine.holdsBack()) {
                    node.release(users.nextBoolean());
                } else if (!holding) {
                    node.replaceWhatNobodyHas();
                }
            }
        }
        world.trace.forEach(System.out::println);
        throw new AssertionError("seed " + seed + " does not settle");
    }

    private static void assertEqual(World world, long seed) {
        var first = World.shown(world.nodes.getFirst());
        for (World.Node node : world.nodes) {
            assertThat(World.shown(node))
                    .as("seed %d: node %d", seed, node.number)
                    .isEqualTo(first);
        }
    }
}
