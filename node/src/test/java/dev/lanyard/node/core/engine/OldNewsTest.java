package dev.lanyard.node.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lanyard.node.core.engine.Observation.SeenFile;
import dev.lanyard.node.core.index.FileStat;
import dev.lanyard.node.core.index.Held;
import dev.lanyard.node.core.index.Row;
import dev.lanyard.protocol.RelativePath;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import java.time.Instant;
import java.util.List;
import java.util.Objects;

/** What a scan has seen says nothing of a path that was changed by the node meanwhile. */
class OldNewsTest {
    private static final Instant EARLY = Instant.parse("2025-12-31T00:00:00Z");

    /** No other scan was asked for after it. */
    private static final long LATEST_SCAN = 1_000_000;

    private static final RelativePath FILE = RelativePath.of("f");

    private final World world = new World(1, 2);
    private final World.Node a = world.nodes.getFirst();
    private final World.Node b = world.nodes.getLast();

    @BeforeEach
    void bothHaveIt() {
        a.tree.write(FILE, "old", EARLY);
        settle();
    }

    private void settle() {
        assertThat(world.settle(1_000)).as("settles: %s", world.busy()).isTrue();
    }

    private Row row() {
        return Objects.requireNonNull(a.index.row(FILE));
    }

    private Held held() {
        return Objects.requireNonNull(row().held());
    }

    /** A scan of a's has seen {@code content}, when the index held {@code basis}. */
    private void hasSeen(String content, FileStat stat, Held basis) {
        SeenFile seen = new SeenFile(FILE, stat, FakeTree.hash(content), basis);
        a.events.add(new Event.Observed(LATEST_SCAN, List.of(seen), a.wallClock()));
        a.step(100);
    }

    private static FileStat laterThan(Held held) {
        FileStat stat = Objects.requireNonNull(held.stat());
        return new FileStat(
                stat.sizeBytes(),
                stat.mtime().plusSeconds(1),
                stat.ctime().plusSeconds(1),
                stat.mode(),
                stat.inode(),
                stat.device());
    }

    @Test
    @DisplayName("S12: a file that was seen before the node replaced it is not taken for an edit")
    void s12_seenBeforeItWasReplaced() {
        Held before = held();
        b.tree.write(FILE, "new", EARLY.plusSeconds(1));
        settle();
        Row row = row();

        hasSeen("edited", laterThan(before), before);

        assertThat(row()).isEqualTo(row);
        settle();
        assertThat(a.tree.nodes.get(FILE)).extracting(FakeTree.Node::content).isEqualTo("new");
    }

    @Test
    @DisplayName(
            "S12: a file that is seen while the node replaces it is looked at again afterwards")
    void s12_seenWhileItIsReplaced() {
        Held before = held();
        b.tree.write(FILE, "new", EARLY.plusSeconds(1));
        for (int round = 0; a.applies.isEmpty() && round < 1_000; round++) {
            world.anything(false);
        }
        Row row = row();

        hasSeen("edited", laterThan(before), before);

        assertThat(a.applies).as("a is about to replace it").isNotEmpty();
        assertThat(row()).isEqualTo(row);
        settle();
        assertThat(a.tree.nodes.get(FILE)).extracting(FakeTree.Node::content).isEqualTo("new");
    }
}
