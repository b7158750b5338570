package dev.lanyard.node.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lanyard.node.core.engine.Event.Command.Restored;
import dev.lanyard.node.core.engine.Event.Command.Restoring;
import dev.lanyard.node.core.engine.Event.Restoration;
import dev.lanyard.node.core.engine.Event.Seen;
import dev.lanyard.protocol.RelativePath;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.time.Instant;
import java.util.List;
import java.util.Objects;

/** What is put back is looked at before the engine is told what it is. */
class PutBacksTest {
    private static final Instant EARLY = Instant.parse("2025-12-31T00:00:00Z");
    private static final RelativePath FILE = RelativePath.of("f");
    private static final List<RelativePath> PATHS = List.of(FILE);

    private final World world = new World(1, 2);
    private final World.Node a = world.nodes.get(0);
    private final World.Node b = world.nodes.get(1);

    @BeforeEach
    void beginAtDeletedFile() {
        a.tree.write(FILE, "old", EARLY);
        settle();
        b.tree.removeAll(FILE);
        settle();
        a.ask(new Restoring(PATHS));
        settle();
    }

    private void settle() {
        assertThat(world.settle(1_000)).as("settles: %s", world.busy()).isTrue();
    }

    private Restoration putBack() {
        FakeTree.Node put = a.tree.restore(FILE, "old", EARLY);
        settle(); // The file is found, and nobody is told.
        return new Restoration(
                new Observation.SeenFile(FILE, FakeTree.stat(put), FakeTree.hash("old"), null),
                Seen.NOTHING);
    }

    private long counter() {
        return Objects.requireNonNull(Objects.requireNonNull(a.index.row(FILE)).known())
                .version()
                .counter(a.engine.replica());
    }

    private void assertOn(World.Node node, String content) {
        assertThat(node.tree.nodes.get(FILE)).extracting(FakeTree.Node::content).isEqualTo(content);
    }

    @Test
    void itIsOneVersion() {
        long before = counter();
        Restoration put = putBack();
        assertThat(b.tree.nodes).doesNotContainKey(FILE);

        a.ask(new Restored(PATHS, List.of(put)));
        settle();

        assertOn(b, "old");
        assertThat(counter()).isEqualTo(before + 1);
    }

    @Test
    void anEditAfterItIsFoundWhenThatIsTold() {
        Restoration put = putBack();
        a.tree.write(FILE, "edited", EARLY.plusSeconds(1));
        settle();

        a.ask(new Restored(PATHS, List.of(put)));
        settle();

        assertOn(a, "edited");
        assertOn(b, "edited");
    }

    @Test
    void whereNothingWasPutBackWhatIsThereIsAnEdit() {
        a.tree.write(FILE, "of a user", EARLY);
        settle();
        assertThat(b.tree.nodes).doesNotContainKey(FILE);

        a.ask(new Restored(PATHS, List.of()));
        settle();

        assertOn(b, "of a user");
    }

    @Test
    void twoWhoPutBackTheSameWaitForEachOther() {
        a.ask(new Restoring(PATHS));
        Restoration put = putBack();

        a.ask(new Restored(PATHS, List.of()));
        settle();
        assertThat(b.tree.nodes).doesNotContainKey(FILE);
        a.ask(new Restored(PATHS, List.of(put)));
        settle();

        assertOn(b, "old");
    }
}
