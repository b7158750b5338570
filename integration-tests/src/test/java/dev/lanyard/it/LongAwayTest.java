package dev.lanyard.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lanyard.node.core.engine.Problem;
import dev.lanyard.protocol.RelativePath;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Deletions are remembered for some days, and a node comes back that was away for longer. */
class LongAwayTest {
    private static final int KEEP_DAYS = 10;

    @TempDir private Path base;
    private Share share;
    private Share.Node a;
    private Share.Node b;
    private Share.Node c;

    @BeforeEach
    void open() throws Exception {
        share = new Share(base);
        a = node("a");
        b = node("b");
        c = node("c");
        for (Share.Node node : List.of(a, b, c)) {
            node.start();
        }
        a.write("f", "old f").write("d/one", "old one").write("d/two", "old two");
        a.write("kept", "kept").write("edited there", "old").write("edited here", "old");
        a.write("deleted here", "old");
        share.settle();
        c.stop();
    }

    private Share.Node node(String name) throws IOException {
        Share.Node node = share.node(name);
        node.keepDeletionsDays = KEEP_DAYS;
        return node;
    }

    @AfterEach
    void close() {
        share.close();
    }

    private void pass(int days) {
        List.of(a, b, c).forEach(node -> node.clock.goAhead(Duration.ofDays(days)));
    }

    private static boolean knows(Share.Node node, String path) {
        try {
            return node.control().why(RelativePath.of(path)).known() != null;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static List<String> heldBack(Share.Node node) {
        return node.problems().stream()
                .filter(problem -> problem.kind() == Problem.Kind.HELD_BACK)
                .map(Problem::subject)
                .sorted()
                .toList();
    }

    private static void untilHeldBack(Share.Node node, String... paths) {
        await().atMost(Share.PATIENCE)
                .untilAsserted(() -> assertThat(heldBack(node)).containsExactly(paths));
    }

    /** What {@code from} has to tell has arrived when a file has that it makes last. */
    private static void untilTold(Share.Node from, String last, Share.Node... to) throws Exception {
        from.write(last, "the last");
        for (Share.Node node : to) {
            await().atMost(Share.PATIENCE).until(() -> node.has(last));
        }
    }

    /** While c is away, others delete and forget, and its user goes on working. */
    private void live() throws Exception {
        a.delete("f");
        Trees.sh(a.folder, "rm -r d");
        a.write("edited there", "edited by a");
        share.settle();
        c.write("edited here", "edited by c").write("new", "new on c");
        c.delete("deleted here");
        pass(40);
        for (Share.Node node : List.of(a, b)) {
            for (String path : List.of("f", "d", "d/one", "d/two")) {
                await().atMost(Share.PATIENCE).until(() -> !knows(node, path));
            }
        }
        c.start();
        share.connected();
        assertHeldBack();
    }

    private void assertHeldBack() throws Exception {
        untilHeldBack(c, "d", "d/one", "d/two", "f");
        untilTold(c, "told by c", a, b);
        untilTold(a, "told by a", b, c);
        for (Share.Node node : List.of(a, b)) {
            assertThat(node.has("f")).as("f of %s", node.name).isFalse();
            assertThat(node.has("d")).as("d of %s", node.name).isFalse();
        }
        assertThat(c.read("f")).isEqualTo("old f");
        assertThat(c.read("d/one")).isEqualTo("old one");
        for (Share.Node node : List.of(a, b, c)) {
            await().atMost(Share.PATIENCE)
                    .untilAsserted(
                            () -> {
                                assertThat(node.read("edited here")).isEqualTo("edited by c");
                                assertThat(node.read("edited there")).isEqualTo("edited by a");
                                assertThat(node.read("new")).isEqualTo("new on c");
                                assertThat(node.has("deleted here")).isFalse();
                            });
        }
    }

    @Test
    @DisplayName("D32: what others deleted and forgot is held back, and deleted when confirmed")
    void d32_whatOthersForgotIsHeldBackAndDeletedWhenConfirmed() throws Exception {
        live();
        c.stop();
        c.start();
        share.connected();
        assertHeldBack();
        assertThat(c.control().await(Share.PATIENCE).detail()).contains("4 entries that others");

        assertThat(c.control().confirmDeletes(false).detail()).isEqualTo("4");
        share.settle();
        assertThat(c.has("f")).isFalse();
        assertThat(c.has("d")).isFalse();
        assertThat(c.problems()).isEmpty();
        assertThat(c.keeps("old f")).as("what was deleted is kept").isTrue();
    }

    @Test
    @DisplayName("D32: what others deleted and forgot is there for all again when it is restored")
    void d32_whatOthersForgotIsThereForAllWhenRestored() throws Exception {
        live();
        c.write("d/two", "edited on c");
        await().atMost(Share.PATIENCE).until(() -> a.has("d/two"));
        untilHeldBack(c, "d/one", "f");

        assertThat(c.control().confirmDeletes(true).detail()).isEqualTo("2");
        share.settle();
        assertThat(a.read("f")).isEqualTo("old f");
        assertThat(a.read("d/one")).isEqualTo("old one");
        assertThat(b.read("d/two")).isEqualTo("edited on c");
        assertThat(c.problems()).isEmpty();
    }

    @Test
    @DisplayName("D32: who was away for less hears of what was deleted, and has it no more")
    void d32_whoWasAwayForLessHearsOfWhatWasDeleted() throws Exception {
        a.delete("f");
        pass(KEEP_DAYS);
        c.start();
        share.settle();

        assertThat(c.has("f")).isFalse();
        assertThat(c.problems()).isEmpty();
    }

    @Test
    @DisplayName("D32: a machine that is new, or alone for long, gives and takes all")
    void d32_aNewMachineGetsAllFromOneThatWasAlone() throws Exception {
        a.stop();
        b.stop();
        pass(500);
        c.start();
        c.write("while alone", "new on c");
        Share.Node d = node("d");
        d.clock.goAhead(Duration.ofDays(500));
        d.start();
        share.settle();

        assertThat(d.read("f")).isEqualTo("old f");
        assertThat(d.read("while alone")).isEqualTo("new on c");
        assertThat(c.problems()).isEmpty();
    }
}
