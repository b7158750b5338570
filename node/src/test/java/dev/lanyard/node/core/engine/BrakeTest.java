package dev.lanyard.node.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lanyard.protocol.Entry;
import dev.lanyard.protocol.RelativePath;
import dev.lanyard.protocol.message.Message.Mode;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;

/** What is gone for a moment only, while the brake gathers what is gone. */
class BrakeTest {
    private static final RelativePath DIRECTORY = RelativePath.of("d");

    private final World world =
            new World(
                    1,
                    2,
                    new Policy(Mode.TWO_WAY, 4, Duration.ofSeconds(60), Duration.ofMillis(100)),
                    false);
    private final World.Node a = world.nodes.getFirst();
    private final World.Node b = world.nodes.getLast();

    @Test
    void aDirectoryThatIsMadeAgainAtOnceIsNotDeleted() {
        for (int i = 0; i < 8; i++) {
            a.tree.write(RelativePath.of("f" + i), "text " + i, Instant.EPOCH);
        }
        a.tree.makeDirectory(DIRECTORY);
        assertThat(world.settle(1_000)).isTrue();

        a.tree.removeAll(DIRECTORY);
        look();
        a.tree.makeDirectory(DIRECTORY); // It looks as the one that was there: nothing is seen.
        look();
        assertThat(world.settle(1_000)).isTrue();

        assertThat(a.tree.nodes).containsKey(DIRECTORY);
        assertThat(b.tree.nodes).containsKey(DIRECTORY);
        assertThat(Objects.requireNonNull(a.index.row(DIRECTORY)).known())
                .isInstanceOf(Entry.Directory.class);
    }

    /** Scans what is dirty, in no time. */
    private void look() {
        for (int i = 0; i < 3; i++) {
            a.step(100);
            while (!a.effects.isEmpty()) {
                a.run(a.effects.removeFirst());
            }
            a.reports.forEach(a.events::addAll);
            a.reports.clear();
        }
    }
}
