package dev.lanyard.node.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lanyard.node.core.index.Row;
import dev.lanyard.node.core.index.Row.Pending;
import dev.lanyard.protocol.Bucket;
import dev.lanyard.protocol.RelativePath;
import dev.lanyard.protocol.message.Message.Mode;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/**
 * Deletions are forgotten after some days, and a replica returns that was away for longer. -Dseed=N
 * runs one history alone.
 */
class HorizonTest {
    private static final int SEEDS = Integer.getInteger("worlds", 45);
    private static final int KEEP_DAYS = 5;
    private static final int AHEAD_DAYS = 6;

    static LongStream seeds() {
        Long one = Long.getLong("seed");
        return one != null ? LongStream.of(one) : LongStream.range(0, SEEDS);
    }

    /** What others deleted while it was away, and what it did to that itself. */
    private final List<RelativePath> deleted = new ArrayList<>();

    private final TreeMap<RelativePath, String> everywhere = new TreeMap<>();
    private final List<RelativePath> nowhere = new ArrayList<>();

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    @DisplayName("D32: what others deleted and forgot stays with who was away, and returns nowhere")
    void whatOthersForgotStaysHereAndReturnsNowhere(long seed) {
        Random random = new Random(seed);
        World world = settled(seed, 3 + (int) (seed % 2), random);
        World.Node absent = world.nodes.getFirst();
        world.nodes.forEach(other -> world.disconnect(absent, other));
        live(world, random.nextInt(3));
        changeElsewhere(world, random);
        changeHere(absent, random);
        if (random.nextBoolean()) {
            live(world, 1); // It may see its own changes now, or at the end.
        }
        if (random.nextInt(3) == 0) {
            absent.restart();
        }
        live(world, 0);
        world.sleep(KEEP_DAYS + Horizon.GRACE_DAYS + 2 + random.nextInt(40));
        List<World.Node> others = world.nodes.subList(1, world.nodes.size());
        others.forEach(other -> live(world, 0));
        others.forEach(other -> assertForgotten(other, seed));
        if (random.nextBoolean()) {
            absent.goOn();
        }

        world.haste(random);
        assertHeldBack(world, absent, seed);
        if (random.nextBoolean()) {
            absent.goOn();
            world.haste(random);
            assertHeldBack(world, absent, seed);
        }
        assertSame(world, seed);

        boolean restore = random.nextBoolean();
        absent.release(restore);
        world.comeToAnEnd();
        assertReleased(world, restore, seed);
        assertSame(world, seed);
        world.sleep(KEEP_DAYS + Horizon.GRACE_DAYS + 2);
        world.comeToAnEnd();
        world.nodes.forEach(node -> assertForgotten(node, seed));
        assertReleased(world, restore, seed);
        assertSame(world, seed);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    @DisplayName("D32: whatever is forgotten when, all end equal, nothing is lost, then silence")
    void replicasThatForgetEndEqual(long seed) {
        Random fate = new Random(seed);
        World world =
                new World(seed, 2 + (int) (seed % 3), Policy.DEFAULT.keeping(KEEP_DAYS), false)
                        .dated();
        age(world, seed, fate);
        world.comeToAnEnd();
        for (int round = 0; round < 5; round++) { // What is restored can let something else go.
            world.nodes.forEach(node -> node.release(true));
            world.comeToAnEnd();
        }
        world.disconnectAll();
        world.comeToAnEnd();

        assertSame(world, seed);
        var first = World.shown(world.nodes.getFirst());
        for (World.Node node : world.nodes) {
            assertThat(World.shown(node))
                    .as("seed %d: node %d", seed, node.number)
                    .isEqualTo(first);
        }
        assertThat(world.lost()).as("seed %d: lost contents", seed).isEmpty();
        for (int day = 0; day < 30; day++) {
            world.sleep(1);
            world.comeToAnEnd();
        }
        world.nodes.forEach(node -> assertForgotten(node, seed));
        for (World.Node node : world.nodes) {
            assertThat(World.shown(node)).as("seed %d: %d", seed, node.number).isEqualTo(first);
        }
        assertSame(world, seed);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    @DisplayName("D32: the same where some only give, or only take")
    void replicasThatOnlyGiveOrTakeForgetToo(long seed) {
        Random fate = new Random(seed);
        List<Mode> modes = new ArrayList<>(List.of(Mode.TWO_WAY));
        for (int i = 0; i <= seed % 3; i++) {
            modes.add(List.of(Mode.values()).get(fate.nextInt(Mode.values().length)));
        }
        World world = new World(seed, modes, Policy.DEFAULT.keeping(KEEP_DAYS)).dated();
        age(world, seed, fate);
        world.comeToAnEnd();
        world.nodes.forEach(node -> node.release(true));
        world.comeToAnEnd();
        world.disconnectAll();
        world.comeToAnEnd();

        assertSame(world, seed);
        assertThat(world.lost()).as("seed %d: lost contents", seed).isEmpty();
        world.sleep(KEEP_DAYS + Horizon.GRACE_DAYS + AHEAD_DAYS + 2);
        world.comeToAnEnd();
        world.nodes.forEach(node -> assertForgotten(node, seed));
        assertSame(world, seed);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    @DisplayName("D32: the same where rules change what is ignored")
    void replicasThatIgnoreForgetToo(long seed) {
        Random fate = new Random(seed);
        World world =
                new World(seed, 2 + (int) (seed % 3), Policy.DEFAULT.keeping(KEEP_DAYS), true)
                        .dated();
        age(world, seed, fate);
        assertThat(world.settle(6_000)).as("seed %d settles", seed).isTrue();
        for (int round = 0; round < 5; round++) {
            world.nodes.forEach(node -> node.release(true));
            assertThat(world.settle(6_000)).as("seed %d settles", seed).isTrue();
        }
        world.disconnectAll();
        world.sleep(1);
        assertThat(world.settle(6_000)).as("seed %d settles", seed).isTrue();
        world.trace.forEach(System.out::println);

        WorldTest.assertEqualUnderRules(world, seed);
        assertThat(world.lost()).as("seed %d: lost contents", seed).isEmpty();
        assertThat(world.madeByRules()).as("seed %d: deleted by rules", seed).isEmpty();
    }

    @Test
    @DisplayName("D32: what one peer lacks is not held back any more once another one tells of it")
    void whatAnotherPeerStillHasIsNotHeldBack() {
        World world = new World(1, 4, Policy.DEFAULT.keeping(KEEP_DAYS), false).dated();
        World.Node absent = world.nodes.getFirst();
        World.Node lacks = world.nodes.get(1);
        World.Node has = world.nodes.getLast();
        RelativePath path = RelativePath.of("a");
        absent.tree.write(path, "old", Instant.parse("2025-06-01T00:00:00Z"));
        assertThat(world.settle(3_000)).isTrue();
        world.disconnectAll();
        world.connect(has, world.nodes.get(2)); // Neither of these is ever away.
        lacks.tree.removeAll(path);
        live(world, 0);
        world.sleep(2 * KEEP_DAYS);
        live(world, 0);
        lacks.index.remove(path); // As if it had told somebody who has gone since.
        lacks.index.commit();

        world.connect(absent, lacks);
        live(world, 0);
        assertThat(absent.index.pendingAmount(Pending.HELD_BACK).count()).isEqualTo(1);
        assertThat(lacks.tree.nodes).isEmpty();
        world.connect(absent, has);
        world.comeToAnEnd();

        for (World.Node node : world.nodes) {
            assertThat(Objects.requireNonNull(node.tree.nodes.get(path)).content())
                    .as("%d", node.number)
                    .isEqualTo("old");
            assertThat(node.engine.holdsBack()).isFalse();
        }
        assertSame(world, 1);
    }

    /** A history in which days pass, clocks are set, and nodes are started again. */
    private static void age(World world, long seed, Random fate) {
        if (seed % 2 == 0) {
            world.connectAll();
        }
        int steps = 50 + (int) (seed % 7) * 100;
        for (int i = 0; i < steps; i++) {
            world.anything(true);
            switch (fate.nextInt(120)) {
                case 0, 1 -> world.sleep(1 + fate.nextInt(3));
                case 2 -> world.sleep(KEEP_DAYS + fate.nextInt(9));
                case 3 -> any(world, fate).skewDays = fate.nextInt(-AHEAD_DAYS, AHEAD_DAYS + 1);
                case 4 -> any(world, fate).goOn();
                default -> {}
            }
        }
        world.nodes.forEach(node -> node.skewDays = 0);
    }

    private static World.Node any(World world, Random random) {
        return world.nodes.get(random.nextInt(world.nodes.size()));
    }

    private static World settled(long seed, int count, Random random) {
        World world = new World(seed, count, Policy.DEFAULT.keeping(KEEP_DAYS), false).dated();
        for (String file : ChangedElsewhere.FILES) {
            any(world, random)
                    .tree
                    .write(
                            RelativePath.of(file),
                            "old " + file,
                            Instant.parse("2025-06-01T00:00:00Z"));
        }
        assertThat(world.settle(3_000)).isTrue();
        return world;
    }

    /** Days pass, and all who are connected see and tell what was done. */
    private static void live(World world, int days) {
        world.run(400);
        for (int day = 0; day < days; day++) {
            world.sleep(1);
            world.run(400);
        }
    }

    private void changeElsewhere(World world, Random random) {
        World.Node one = world.nodes.getLast();
        ChangedElsewhere changed = ChangedElsewhere.on(one, random);
        deleted.addAll(changed.deleted());
        changed.edited().forEach(path -> everywhere.put(path, ChangedElsewhere.edit(path)));
    }

    private void changeHere(World.Node node, Random random) {
        for (String file : ChangedElsewhere.FILES) {
            RelativePath path = RelativePath.of(file);
            if (everywhere.containsKey(path)) {
                continue;
            }
            switch (random.nextInt(6)) {
                case 0 -> {
                    node.tree.write(path, "own " + file, node.wallClock());
                    everywhere.put(path, "own " + file);
                    keeps(path);
                }
                case 1 -> {
                    node.tree.removeAll(path);
                    deleted.remove(path);
                    nowhere.add(path);
                }
                default -> {}
            }
        }
        if (random.nextBoolean()) {
            RelativePath path = RelativePath.of("d/made");
            node.tree.write(path, "made", node.wallClock());
            everywhere.put(path, "made");
            keeps(path);
        }
    }

    /** What is in use is not held back, nor are its directories. */
    private void keeps(RelativePath path) {
        for (var at = java.util.Optional.of(path); at.isPresent(); at = at.get().parent()) {
            deleted.remove(at.get());
        }
    }

    private static void assertForgotten(World.Node node, long seed) {
        assertThat(node.index.tombstones(Integer.MAX_VALUE, null, 1_000))
                .as(
                        "seed %d: what %d, which exchanged last on %s, still knows was deleted",
                        seed, node.number, node.index.text("exchanged"))
                .allMatch(row -> row.told() == null);
    }

    /** All tell the same, and so have nothing more to say. */
    private static void assertSame(World world, long seed) {
        for (World.Node node : world.nodes) {
            assertThat(node.index.sum(Bucket.ROOT))
                    .as(
                            "seed %d: what %d tells: %s",
                            seed, node.number, WorldTest.known(world.nodes.getFirst(), node))
                    .isEqualTo(world.nodes.getFirst().index.sum(Bucket.ROOT));
        }
        assertThat(world.silence()).as("seed %d: messages without a change", seed).isZero();
    }

    private void assertHeldBack(World world, World.Node absent, long seed) {
        assertThat(
                        absent.index.pending(Pending.HELD_BACK, null, false, 100).stream()
                                .map(Row::path)
                                .toList())
                .as("seed %d: held back", seed)
                .containsExactlyInAnyOrderElementsOf(deleted);
        assertThat(absent.engine.holdsBack()).isEqualTo(!deleted.isEmpty());
        assertThat(absent.tree.nodes.keySet()).as("seed %d: still here", seed).containsAll(deleted);
        for (World.Node node : world.nodes) {
            if (node != absent) {
                assertThat(deleted)
                        .as("seed %d: returned to %d", seed, node.number)
                        .noneMatch(node.tree.nodes::containsKey);
            }
            assertEverywhereAndNowhere(node, seed);
        }
    }

    private void assertEverywhereAndNowhere(World.Node node, long seed) {
        everywhere.forEach(
                (path, content) ->
                        assertThat(Objects.requireNonNull(node.tree.nodes.get(path)).content())
                                .as("seed %d: %s of %d", seed, path, node.number)
                                .isEqualTo(content));
        assertThat(nowhere)
                .as("seed %d: deleted here, on %d", seed, node.number)
                .noneMatch(node.tree.nodes::containsKey);
    }

    private void assertReleased(World world, boolean restore, long seed) {
        var first = World.shown(world.nodes.getFirst());
        for (World.Node node : world.nodes) {
            assertThat(World.shown(node))
                    .as("seed %d: node %d", seed, node.number)
                    .isEqualTo(first);
            assertThat(node.engine.holdsBack()).as("seed %d", seed).isFalse();
            assertEverywhereAndNowhere(node, seed);
        }
        if (restore) {
            assertThat(first.keySet()).as("seed %d: restored", seed).containsAll(deleted);
        } else {
            assertThat(deleted.stream().map(RelativePath::toString).collect(Collectors.toSet()))
                    .as("seed %d: deleted", seed)
                    .doesNotContainAnyElementsOf(
                            first.keySet().stream().map(RelativePath::toString).toList());
        }
    }
}
