package dev.lanyard.node.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lanyard.node.core.index.Row.Pending;
import dev.lanyard.protocol.RelativePath;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.LongStream;

/**
 * A replica that has lost its state meets others that have deleted and edited meanwhile, in
 * whatever order its own files are found and others are heard. -Dseed=N runs one history alone.
 */
class HeldBackTest {
    private static final int SEEDS = Integer.getInteger("worlds", 90);

    static LongStream seeds() {
        Long one = Long.getLong("seed");
        return one != null ? LongStream.of(one) : LongStream.range(0, SEEDS);
    }

    private final List<RelativePath> deleted = new ArrayList<>();
    private final List<RelativePath> edited = new ArrayList<>();

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void whatOthersDeletedStaysHereAndReturnsNowhere(long seed) {
        Random random = new Random(seed);
        World world = settled(seed, 2 + (int) (seed % 2));
        World.Node stateless = world.nodes.getFirst();
        world.disconnectAll();
        changeElsewhere(world, random);
        copyAnew(stateless, random);
        if (random.nextInt(3) == 0) {
            stateless.tree.unreadable = RelativePath.of(random.nextBoolean() ? "f" : "d");
        }

        stateless.loseState();
        if (stateless.tree.unreadable != null) {
            world.connectAll();
            world.settle(random.nextInt(400)); // It has no end while something is in the way.
            makeReadable(stateless, random);
        }
        world.haste(random);
        assertHeldBack(world, stateless, seed);
        if (random.nextBoolean()) {
            stateless.restart();
            world.haste(random);
            assertHeldBack(world, stateless, seed);
        }

        boolean restore = random.nextBoolean();
        stateless.release(restore);
        world.comeToAnEnd();
        assertReleased(world, restore, seed);
    }

    private static World settled(long seed, int count) {
        World world = new World(seed, count);
        for (String file : ChangedElsewhere.FILES) {
            RelativePath path = RelativePath.of(file);
            world.nodes
                    .getFirst()
                    .tree
                    .write(path, "old " + file, Instant.parse("2025-06-01T00:00:00Z"));
        }
        assertThat(world.settle(3_000)).isTrue();
        return world;
    }

    private void changeElsewhere(World world, Random random) {
        World.Node one = world.nodes.getLast();
        ChangedElsewhere changed = ChangedElsewhere.on(one, random);
        deleted.addAll(changed.deleted());
        edited.addAll(changed.edited());
        for (int i = 0; i < 20; i++) {
            one.step(10);
            while (!one.effects.isEmpty()) {
                one.run(one.effects.removeFirst());
            }
            one.reports.forEach(one.events::addAll);
            one.reports.clear();
        }
    }

    /** Some copies do not keep the dates of what they copy. */
    private void copyAnew(World.Node node, Random random) {
        for (RelativePath path : deleted) {
            FakeTree.Node there = Objects.requireNonNull(node.tree.nodes.get(path));
            if (there.kind() == FakeTree.Kind.FILE && random.nextInt(4) == 0) {
                node.tree.write(path, there.content(), node.wallClock().plusSeconds(100));
            }
        }
    }

    private static void makeReadable(World.Node node, Random random) {
        RelativePath directory = Objects.requireNonNull(node.tree.unreadable);
        if (random.nextBoolean()) {
            node.restart();
        }
        node.tree.unreadable = null;
        node.tree.chmod(directory, 0755); // As it was: only a sign that it changed.
    }

    private void assertHeldBack(World world, World.Node stateless, long seed) {
        assertThat(
                        stateless.index.pending(Pending.HELD_BACK, null, false, 100).stream()
                                .map(row -> row.path())
                                .toList())
                .as("seed %d: held back", seed)
                .containsExactlyInAnyOrderElementsOf(deleted);
        assertThat(stateless.engine.holdsBack()).isEqualTo(!deleted.isEmpty());
        assertThat(stateless.tree.nodes.keySet())
                .as("seed %d: still here", seed)
                .containsAll(deleted);
        for (World.Node node : world.nodes) {
            if (node != stateless) {
                assertThat(deleted)
                        .as("seed %d: returned to %d", seed, node.number)
                        .noneMatch(node.tree.nodes::containsKey);
            }
            for (RelativePath path : edited) {
                assertThat(Objects.requireNonNull(node.tree.nodes.get(path)).content())
                        .as("seed %d: %s of %d", seed, path, node.number)
                        .isEqualTo("new " + path);
            }
        }
    }

    private void assertReleased(World world, boolean restore, long seed) {
        var first = World.shown(world.nodes.getFirst());
        for (World.Node node : world.nodes) {
            assertThat(World.shown(node))
                    .as("seed %d: node %d", seed, node.number)
                    .isEqualTo(first);
            assertThat(node.engine.holdsBack()).as("seed %d", seed).isFalse();
        }
        if (restore) {
            assertThat(first.keySet()).as("seed %d: restored", seed).containsAll(deleted);
        } else {
            assertThat(deleted).as("seed %d: deleted", seed).noneMatch(first::containsKey);
        }
    }
}
