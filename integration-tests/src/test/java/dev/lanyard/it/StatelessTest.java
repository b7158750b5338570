package dev.lanyard.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lanyard.node.core.engine.Problem;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** A node without state cannot know what was deleted, so it deletes nothing and revives nothing. */
class StatelessTest extends ShareFixture {
    private final Instant monthAgo = Instant.now().minus(Duration.ofDays(30));

    private void writeLongAgo(Share.Node node, String path, String text) throws IOException {
        node.write(path, text);
        Files.setLastModifiedTime(node.path(path), FileTime.from(monthAgo));
    }

    /** Of a node that was stopped. */
    private static void loseState(Share.Node node) {
        Trees.sh(node.folder, "rm -rf '" + node.state + "'");
        assertThat(node.state).doesNotExist();
    }

    private static List<Problem> otherThanConflicts(Share.Node node) {
        return node.problems().stream()
                .filter(problem -> problem.kind() != Problem.Kind.CONFLICT)
                .toList();
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

    /** Until a node that is alone has seen what its user did. */
    private static void untilFiles(Share.Node node, int count) {
        await().atMost(Share.PATIENCE)
                .untilAsserted(() -> assertThat(node.status().files()).isEqualTo(count));
    }

    /** What {@code from} has to tell has arrived when a file has that it makes last. */
    private static void untilTold(Share.Node from, String last, Share.Node... to) throws Exception {
        from.write(last, "the last");
        for (Share.Node node : to) {
            await().atMost(Share.PATIENCE).until(() -> node.has(last));
        }
    }

    private static void untilReads(Share.Node node, String path, String text) {
        await().atMost(Share.PATIENCE)
                .untilAsserted(
                        () -> {
                            assertThat(node.has(path)).as("%s has %s", node.name, path).isTrue();
                            assertThat(node.read(path)).isEqualTo(text);
                        });
    }

    @Test
    @DisplayName("D4: what was deleted while the state was lost is held back, over a restart too")
    void d04_aLostStateRevivesNothingAndDeletesNothing() throws Exception {
        var nodes = share.start(2);
        var a = nodes.getFirst();
        var b = nodes.getLast();
        a.write("x", "x").write("y", "y").write("same", "same");
        share.settle();
        a.stop();
        b.delete("x");
        b.write("y", "y, edited by b").write("z", "new on b");
        untilFiles(b, 3);

        loseState(a);
        a.start();
        share.connected();
        untilReads(a, "y", "y, edited by b");
        untilHeldBack(a, "x");
        untilTold(a, "told", b);
        assertThat(a.read("x")).isEqualTo("x");
        assertThat(b.has("x")).isFalse();
        assertThat(b.read("y")).isEqualTo("y, edited by b");
        assertThat(a.read("z")).isEqualTo("new on b");
        assertThat(a.control().await(Share.PATIENCE).detail()).contains("1 entries that others");
        assertThat(b.control().await(Share.PATIENCE).detail()).contains("a cannot");

        a.stop();
        a.start();
        share.connected();
        untilHeldBack(a, "x");
        untilTold(b, "told after the restart", a);
        assertThat(a.has("x")).isTrue();
        assertThat(b.has("x")).isFalse();

        assertThat(a.control().confirmDeletes(true).detail()).isEqualTo("1");
        untilReads(b, "x", "x");
        share.settle();
        assertThat(otherThanConflicts(a)).isEmpty();
    }

    @Test
    @DisplayName("D4: a user may delete all that is held back, and that is no burst of deletions")
    void d04_whatIsHeldBackMayBeDeletedByHand() throws Exception {
        var nodes = share.start(2);
        var a = nodes.getFirst();
        var b = nodes.getLast();
        for (int i = 0; i < 110; i++) {
            a.write("f" + i, "content " + i);
        }
        a.write("other", "other");
        share.settle();
        a.stop();
        Trees.sh(b.folder, "rm f*");
        await().atMost(Share.PATIENCE).until(() -> b.hasProblem(Problem.Kind.DELETIONS_HELD));
        assertThat(b.control().confirmDeletes(false).done()).isTrue();
        untilFiles(b, 1);

        loseState(a);
        a.start();
        share.connected();
        await().atMost(Share.PATIENCE).until(() -> heldBack(a).size() == 101);
        assertThat(a.problems()).extracting(Problem::detail).contains("10 more are kept here only");
        Trees.sh(a.folder, "rm f*");
        share.settle();
        assertThat(otherThanConflicts(a)).isEmpty();
        assertThat(a.status().files()).isEqualTo(1);
    }

    /** A and B have edited and deleted what C has a copy of. */
    private Share.Node oldCopy() throws Exception {
        var nodes = share.start(2);
        var a = nodes.getFirst();
        var c = share.node("c");
        for (String path : List.of("edited", "deleted", "copied anew", "d/one", "d/two", "kept")) {
            writeLongAgo(a, path, "old " + path);
            writeLongAgo(c, path, "old " + path);
        }
        share.settle();
        Files.setLastModifiedTime(c.path("copied anew"), FileTime.from(Instant.now()));
        a.write("edited", "edited by a");
        a.delete("deleted");
        a.delete("copied anew");
        Trees.sh(a.folder, "rm -r d");
        share.settle();
        c.start();
        share.connected();
        untilHeldBack(c, "copied anew", "d", "d/one", "d/two", "deleted");
        untilReads(c, "edited", "edited by a");
        untilTold(c, "told", nodes.getFirst(), nodes.getLast());
        return c;
    }

    private static void assertReturnedNowhere(Share.Node node) throws IOException {
        assertThat(Trees.listing(node.folder).keySet()).containsExactly("edited", "kept", "told");
        assertThat(node.read("edited")).isEqualTo("edited by a");
    }

    @Test
    @DisplayName("D7: a month-old copy overwrites nothing, and what is confirmed is deleted on it")
    void d07_anOldCopyOverwritesNothingAndIsDeletedWhenConfirmed() throws Exception {
        Share.Node c = oldCopy();
        for (Share.Node node : share.running().subList(0, 2)) {
            assertReturnedNowhere(node);
        }
        assertThat(c.keeps("old edited")).as("what lost is kept").isTrue();

        assertThat(c.control().confirmDeletes(false).detail()).isEqualTo("5");
        share.settle();
        for (Share.Node node : share.running()) {
            assertReturnedNowhere(node);
        }
        assertThat(c.keeps("old d/one")).as("what was deleted is kept").isTrue();
        assertThat(otherThanConflicts(c)).isEmpty();
    }

    @Test
    @DisplayName("D7: what of a month-old copy is edited or restored is there for all again")
    void d07_whatOfAnOldCopyIsEditedOrRestoredIsThereForAll() throws Exception {
        Share.Node c = oldCopy();
        Share.Node a = share.running().getFirst();

        c.write("d/one", "edited on c");
        untilReads(a, "d/one", "edited on c");
        untilHeldBack(c, "copied anew", "d/two", "deleted");
        assertThat(a.has("d/two")).isFalse();
        c.delete("deleted");
        untilHeldBack(c, "copied anew", "d/two");

        assertThat(c.control().confirmDeletes(true).detail()).isEqualTo("2");
        share.settle();
        assertThat(a.read("d/two")).isEqualTo("old d/two");
        assertThat(a.read("copied anew")).isEqualTo("old copied anew");
        assertThat(a.has("deleted")).isFalse();
        assertThat(a.read("edited")).isEqualTo("edited by a");
        assertThat(otherThanConflicts(c)).isEmpty();
    }

    @Test
    @DisplayName("S19: without state older data do not overwrite newer ones, and both are kept")
    void s19_withoutStateTheLastModifiedWinsAndTheOtherIsKept() throws Exception {
        var nodes = share.start(2);
        var a = nodes.getFirst();
        var b = nodes.getLast();
        for (String path : List.of("older", "newer", "same")) {
            writeLongAgo(a, path, "first " + path);
        }
        share.settle();
        a.write("counter", "of a is above that of the first versions after the loss");
        a.write("older", "second older");
        share.settle();
        a.stop();
        loseState(a);
        Files.setLastModifiedTime(a.path("older"), FileTime.from(monthAgo.plusSeconds(60)));
        b.write("older", "third older, of b");
        Files.writeString(b.path("newer"), "second newer, of b");
        Files.setLastModifiedTime(b.path("newer"), FileTime.from(monthAgo.plusSeconds(60)));
        a.write("newer", "third newer, of a");
        await().atMost(Share.PATIENCE)
                .until(() -> b.status().bytes() == bytes(b, "older", "newer", "same", "counter"));

        a.start();
        share.settle();
        for (Share.Node node : nodes) {
            assertThat(node.read("older")).isEqualTo("third older, of b");
            assertThat(node.read("newer")).isEqualTo("third newer, of a");
            assertThat(node.read("same")).isEqualTo("first same");
        }
        assertThat(a.keeps("second older")).isTrue();
        assertThat(b.keeps("second newer, of b")).isTrue();
        assertThat(a.conflicts()).as("of a").hasSize(1);
        assertThat(b.conflicts()).as("of b").hasSize(1);
        assertThat(otherThanConflicts(a)).isEmpty();
    }

    private static long bytes(Share.Node node, String... paths) throws IOException {
        long bytes = 0;
        for (String path : paths) {
            bytes += Files.size(node.path(path));
        }
        return bytes;
    }
}
