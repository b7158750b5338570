package dev.lanyard.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lanyard.node.app.control.NodeControl;
import dev.lanyard.node.core.engine.Problem;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;

/** Deleting needs evidence, and a burst of deletions the word of a user. */
class DeletesTest extends ShareFixture {
    private static void fill(Share.Node node, int count) throws Exception {
        for (int i = 0; i < count; i++) {
            node.write("d" + i % 10 + "/f" + i, "content " + i);
        }
    }

    private static long files(Share.Node node) {
        return Trees.listing(node.folder).values().stream().filter(f -> f.startsWith("f")).count();
    }

    private static void empty(Share.Node node) {
        Trees.sh(node.folder, "rm -rf d0 d1 d2 d3 d4 d5 d6 d7 d8 d9");
    }

    private static void untilHeld(Share.Node node) {
        await().atMost(Share.PATIENCE).until(() -> node.hasProblem(Problem.Kind.DELETIONS_HELD));
    }

    private static void until(Share.Node node, long count) {
        await().atMost(Share.PATIENCE)
                .untilAsserted(
                        () ->
                                assertThat(files(node))
                                        .as("files of %s: %s", node.name, node.problems())
                                        .isEqualTo(count));
    }

    @Test
    @DisplayName("D2, S33: a folder that was emptied while the node was stopped deletes nothing")
    void d02_aFolderThatWasEmptiedWhileTheNodeWasStoppedDeletesNothing() throws Exception {
        var nodes = share.start(2);
        var a = nodes.getFirst();
        var b = nodes.getLast();
        fill(a, 200);
        share.settle();
        a.stop();
        empty(a);
        a.write("one", "is left");

        a.start();
        untilHeld(a);
        await().atMost(Share.PATIENCE).until(() -> b.has("one"));
        assertThat(files(b)).isEqualTo(201);
        NodeControl.Result waited = a.control().await(Share.PATIENCE);
        assertThat(waited.done()).isFalse();
        assertThat(waited.detail()).contains("are gone here");
        assertThat(b.control().await(Share.PATIENCE).detail()).contains("a cannot");

        a.stop();
        a.start();
        untilHeld(a);
        share.connected();
        b.write("later", "goes on");
        await().atMost(Share.PATIENCE).until(() -> a.has("later"));
        assertThat(files(b)).as("also after a restart").isEqualTo(202);

        assertThat(a.control().confirmDeletes(true).detail()).isEqualTo("210");
        until(a, 202);
        share.settle();
        assertThat(a.problems()).isEmpty();
    }

    @Test
    @DisplayName("What takes the place of a directory is held back with what was in it")
    void whatTakesThePlaceOfADirectoryIsHeldBackWithWhatWasInIt() throws Exception {
        var nodes = share.start(2);
        var a = nodes.getFirst();
        var b = nodes.getLast();
        for (int i = 0; i < 100; i++) {
            a.write("d/f" + i, "content " + i);
        }
        share.settle();

        Trees.sh(a.folder, "mv d ../elsewhere; ln -s ../elsewhere d");
        untilHeld(a);
        a.write("later", "goes on");
        await().atMost(Share.PATIENCE).until(() -> b.has("later"));
        assertThat(files(b)).isEqualTo(101);
        assertThat(Files.isDirectory(b.folder.resolve("d"), LinkOption.NOFOLLOW_LINKS)).isTrue();

        assertThat(a.control().confirmDeletes(false).done()).isTrue();
        await().atMost(Share.PATIENCE).until(() -> Files.isSymbolicLink(b.folder.resolve("d")));
        share.settle();
        assertThat(Trees.difference(a.folder, b.folder)).isEmpty();
        assertThat(a.problems()).isEmpty();
    }

    @Test
    @DisplayName("S1: a folder that is emptied while the node runs deletes nothing till confirmed")
    void s01_aFolderThatIsEmptiedWhileTheNodeRunsDeletesNothingTillConfirmed() throws Exception {
        var nodes = share.start(2);
        var a = nodes.getFirst();
        var b = nodes.getLast();
        fill(a, 200);
        share.settle();

        empty(a);
        untilHeld(a);
        a.write("later", "goes on");
        await().atMost(Share.PATIENCE).until(() -> b.has("later"));
        assertThat(files(b)).isEqualTo(201);
        assertThat(a.control().confirmDeletes(false).done()).isTrue();
        share.settle();

        until(b, 1);
        assertThat(Trees.listing(b.folder)).as("no directory is left").hasSize(1);
        assertThat(b.keeps("content 7")).as("what was deleted is kept").isTrue();
        assertThat(a.problems()).isEmpty();
    }

    @Test
    @DisplayName("S1: what is held back and comes back by itself is held back no more")
    void s01_whatComesBackByItselfIsHeldBackNoMore() throws Exception {
        var nodes = share.start(2);
        var a = nodes.getFirst();
        fill(a, 100);
        share.settle();

        Path aside = Files.createDirectory(base.resolve("aside"));
        Trees.sh(a.folder, "mv d* '" + aside + "'");
        untilHeld(a);
        Trees.sh(aside, "mv d* '" + a.folder + "'");
        await().atMost(Share.PATIENCE).until(() -> !a.hasProblem(Problem.Kind.DELETIONS_HELD));
        share.settle();
        assertThat(files(nodes.getLast())).isEqualTo(100);
    }

    @Test
    @DisplayName("A few deletions, and all of a small share, are passed on at once")
    void aFewDeletionsArePassedOn() throws Exception {
        var nodes = share.start(2);
        var a = nodes.getFirst();
        var b = nodes.getLast();
        fill(a, 100);
        share.settle();
        Trees.sh(a.folder, "rm -rf d0 d1 d2 d3");
        share.settle();
        assertThat(files(b)).isEqualTo(60);
        assertThat(a.problems()).isEmpty();

        untilForgotten(a);
    }

    /** The same minute counts as one burst: the next deletion of ten more is too much. */
    private void untilForgotten(Share.Node a) throws Exception {
        Trees.sh(a.folder, "rm -rf d4 d5");
        untilHeld(a);
        assertThat(a.control().await(Duration.ofSeconds(30)).done()).isFalse();
    }

    @Test
    @DisplayName("D38: a renamed top directory is no burst of deletions")
    void d38_aRenamedTopDirectoryIsNoBurstOfDeletions() throws Exception {
        var nodes = share.start(2);
        var a = nodes.getFirst();
        var b = nodes.getLast();
        for (int i = 0; i < 2_000; i++) {
            a.write("top/d" + i % 100 + "/f" + i, "content " + i);
        }
        share.settle();

        Files.move(a.path("top"), a.path("renamed"));
        share.settle();
        assertThat(a.problems()).isEmpty();
        assertThat(b.has("top")).isFalse();
        assertThat(files(b)).isEqualTo(2_000);

        a.stop();
        Files.move(a.path("renamed"), a.path("again"));
        a.start();
        share.settle();
        assertThat(a.problems()).isEmpty();
        assertThat(b.has("renamed")).isFalse();
        assertThat(files(b)).isEqualTo(2_000);
    }
}
