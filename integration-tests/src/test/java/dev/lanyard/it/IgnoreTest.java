package dev.lanyard.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lanyard.node.core.engine.Effect.Phase;
import dev.lanyard.node.core.engine.Problem;

import org.assertj.core.api.ThrowingConsumer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;

/** What is ignored stays where it is, and changing the rules loses nothing. */
class IgnoreTest extends ShareFixture {
    private static final String RULES = ".lanyardignore";

    /** Waits until all running nodes have nothing to do; their folders may differ. */
    private void quiet() throws Exception {
        share.connected();
        for (Share.Node node : share.running()) {
            var result = node.control().await(Share.PATIENCE);
            assertThat(result.done()).as("wait on %s: %s", node.name, result.detail()).isTrue();
        }
        eventually(node -> assertThat(node.status().phase()).as(node.name).isEqualTo(Phase.IDLE));
    }

    private void eventually(ThrowingConsumer<Share.Node> holds) {
        await().atMost(Share.PATIENCE).untilAsserted(() -> share.running().forEach(holds));
    }

    private void rules(Share.Node node, String... lines) throws Exception {
        node.write(RULES, String.join("\n", lines) + "\n");
        quiet();
        eventually(each -> assertThat(each.read(RULES)).isEqualTo(node.read(RULES)));
        quiet();
    }

    @Test
    void whatTheRulesNameStaysWhereItIsOnBothSides() throws Exception {
        var nodes = share.start(2);
        var a = nodes.getFirst();
        var b = nodes.getLast();
        rules(a, "*.o", "/build/", "!keep.o", "logs/**/*.log");

        a.write("main.o", "of a").write("build/out", "of a").write("src/build/out", "synced");
        b.write("main.o", "of b").write("keep.o", "synced").write("logs/deep/down/x.log", "of b");
        b.write("logs/deep/down/x.txt", "synced");
        quiet();
        eventually(
                node -> {
                    assertThat(node.read("src/build/out")).isEqualTo("synced");
                    assertThat(node.read("keep.o")).isEqualTo("synced");
                    assertThat(node.read("logs/deep/down/x.txt")).isEqualTo("synced");
                });

        assertThat(a.read("main.o")).isEqualTo("of a");
        assertThat(b.read("main.o")).isEqualTo("of b");
        assertThat(b.has("build")).isFalse();
        assertThat(a.has("logs/deep/down/x.log")).isFalse();
    }

    @Test
    void whatEditorsLeaveBesideAFileIsNotSyncedUnlessARuleSaysSo() throws Exception {
        var nodes = share.start(2);
        var a = nodes.getFirst();
        var b = nodes.getLast();
        List<String> passing =
                List.of(".notes.txt.swp", "#notes.txt#", ".~lock.x.odt#", "~$x.docx", ".DS_Store");
        for (String name : passing) {
            a.write(name, "passing");
        }
        Trees.sh(a.folder, "ln -s ann@host.1234 .#notes.txt");
        a.write("notes.txt", "stays").write("notes.txt~", "a backup is somebody's");
        quiet();
        eventually(node -> assertThat(node.has("notes.txt~")).isTrue());
        assertThat(passing).noneMatch(b::has);
        assertThat(b.has(".#notes.txt")).isFalse();

        rules(b, "!.DS_Store");
        eventually(node -> assertThat(node.has(".DS_Store")).isTrue());
        assertThat(b.has(".notes.txt.swp")).isFalse();
    }

    @Test
    void statusCountsWhatIsIgnored() throws Exception {
        var nodes = share.start(2);
        var a = nodes.getFirst();
        var b = nodes.getLast();
        a.write("x.o", "1").write("y.o", "2").write("build/1", "3").write("build/2", "4");
        rules(a, "*.o", "build/");

        a.control().rescan();
        await().atMost(Share.PATIENCE)
                .untilAsserted(() -> assertThat(a.status().ignored()).isEqualTo(3));
        assertThat(a.status().files()).as("the rules alone").isEqualTo(1);
        b.delete(RULES);
        await().atMost(Share.PATIENCE)
                .untilAsserted(() -> assertThat(a.status().ignored()).isZero());
    }

    @Test
    @DisplayName("D54: what becomes ignored stays on all nodes, and parts ways from then on")
    void d54_whatBecomesIgnoredStaysEverywhere() throws Exception {
        var nodes = share.start(3);
        var a = nodes.getFirst();
        var b = nodes.get(1);
        a.write("x", "common").write("d/y", "common").write("d/z.txt", "common");
        share.settle();

        rules(a, "x", "/d/");
        a.write("x", "only of a");
        b.delete("d/y");
        a.write("end", "of it");
        quiet();
        eventually(node -> assertThat(node.has("end")).isTrue());

        assertThat(a.read("x")).isEqualTo("only of a");
        assertThat(b.read("x")).isEqualTo("common");
        assertThat(a.read("d/y")).isEqualTo("common");
        assertThat(b.has("d/y")).isFalse();
        eventually(node -> assertThat(node.has("d/z.txt")).isTrue());
    }

    @Test
    @DisplayName("D54: a whole share that becomes ignored is not a burst of deletions")
    void d54_aWholeShareThatBecomesIgnoredIsNoBurstOfDeletions() throws Exception {
        var nodes = share.start(2);
        var a = nodes.getFirst();
        var b = nodes.getLast();
        Trees.sh(a.folder, "mkdir d; for i in $(seq 200); do echo $i > d/f$i; done");
        share.settle();

        a.stop();
        a.write(RULES, "d/\n");
        Trees.sh(a.folder, "rm -r d");
        a.start();
        quiet();
        eventually(node -> assertThat(node.has(RULES)).isTrue());
        quiet();

        assertThat(b.path("d").toFile().list()).hasSize(200);
        assertThat(a.hasProblem(Problem.Kind.DELETIONS_HELD)).isFalse();
        assertThat(a.has("d")).isFalse();
    }

    @Test
    @DisplayName("S11: what is not ignored any more is joined again, and what differs is kept")
    void s11_whatIsNotIgnoredAnyMoreIsJoinedAgainWithoutLoss() throws Exception {
        var nodes = share.start(2);
        var a = nodes.getFirst();
        var b = nodes.getLast();
        Instant now = a.clock.instant();
        for (String name : List.of("same", "differs", "deleted", "edited")) {
            put(a, "d/" + name, "common", now.minusSeconds(100));
        }
        share.settle();
        rules(a, "d/");
        put(a, "d/differs", "older, of a", now.minusSeconds(20));
        put(b, "d/differs", "newer, of b", now.minusSeconds(10));
        put(b, "d/edited", "edited by b", now.minusSeconds(5));
        a.delete("d/deleted");
        a.write("d/new", "made meanwhile");
        quiet();

        b.delete(RULES);
        quiet();
        eventually(node -> assertThat(node.has("d/new")).isTrue());
        share.settle();

        assertThat(a.read("d/same")).isEqualTo("common");
        assertThat(a.read("d/differs")).isEqualTo("newer, of b");
        assertThat(a.keeps("older, of a") || b.keeps("older, of a"))
                .as("the loser is kept")
                .isTrue();
        assertThat(a.conflicts().size() + b.conflicts().size()).as("and listed").isPositive();
        assertThat(a.read("d/edited")).isEqualTo("edited by b");
        assertThat(a.read("d/deleted")).as("no rule deletes").isEqualTo("common");
    }

    /**
     * A file that is seen before it gets its time has been changed later, whatever that time is.
     */
    private static void put(Share.Node node, String path, String text, Instant mtime)
            throws Exception {
        Path made = Files.writeString(node.folder.resolveSibling(node.name + ".put"), text);
        Files.setLastModifiedTime(made, FileTime.from(mtime));
        Files.createDirectories(node.path(path).getParent());
        Files.move(made, node.path(path), StandardCopyOption.ATOMIC_MOVE);
    }

    @Test
    @DisplayName("S10: deleted, then ignored, while a peer is away: nothing is deleted there")
    void s10_whatWasDeletedAndThenIgnoredIsNotDeletedElsewhere() throws Exception {
        var nodes = share.start(2);
        var a = nodes.getFirst();
        var b = nodes.getLast();
        a.write("x", "common").write("y", "common");
        share.settle();
        b.stop();
        a.delete("x");
        await().atMost(Share.PATIENCE).until(() -> a.status().files() == 1);
        a.write(RULES, "x\n");
        await().atMost(Share.PATIENCE).until(() -> a.status().files() == 2);

        b.start();
        quiet();
        eventually(node -> assertThat(node.has(RULES)).isTrue());
        quiet();

        assertThat(b.read("x")).isEqualTo("common");
    }

    @Test
    @DisplayName("D53: a node that is stopped while rules change deletes nothing")
    void d53_aNodeThatIsStoppedWhileRulesChangeDeletesNothing() throws Exception {
        var nodes = share.start(2);
        var a = nodes.getFirst();
        var b = nodes.getLast();
        Trees.sh(a.folder, "for i in $(seq 300); do echo $i > f$i; done; echo x > other");
        share.settle();

        a.write(RULES, "f*\n");
        a.stop();
        a.start();
        quiet();
        eventually(node -> assertThat(node.has(RULES)).isTrue());
        a.write(RULES, "\n");
        a.stop();
        a.start();
        quiet();
        share.settle();

        assertThat(Trees.listing(b.folder)).hasSize(302);
        assertThat(Trees.listing(a.folder)).hasSize(302);
    }

    @Test
    void theRulesAreInForceOnANewNodeBeforeAnythingElseArrives() throws Exception {
        var a = share.node("a").start();
        Trees.sh(a.folder, "mkdir secret; for i in $(seq 300); do echo $i > f$i; done");
        await().atMost(Share.PATIENCE).until(() -> a.status().files() == 300);
        var b = share.node("b");
        b.write("secret/mine", "not for a").write("f1.tmp", "not for a either");
        a.write(RULES, "secret/\n*.tmp\n");
        await().atMost(Share.PATIENCE).until(() -> a.status().files() == 301);

        b.start();
        quiet();
        eventually(node -> assertThat(node.has("f300")).isTrue());
        quiet();

        assertThat(a.has("secret/mine")).isFalse();
        assertThat(a.has("f1.tmp")).isFalse();
        assertThat(b.read("secret/mine")).isEqualTo("not for a");
    }

    @Test
    @DisplayName("S17: a deleted directory stays where something ignored is in it, and only there")
    void s17_aDeletedDirectoryStaysForWhatIsIgnoredInIt() throws Exception {
        var nodes = share.start(2);
        var a = nodes.getFirst();
        var b = nodes.getLast();
        rules(a, "*.o");
        a.write("d/e/f", "synced").write("d/g", "synced");
        share.settle();
        b.write("d/e/x.o", "of b");

        Trees.sh(a.folder, "rm -r d");
        await().atMost(Share.PATIENCE).until(() -> !b.has("d/g") && !b.has("d/e/f"));
        await().atMost(Share.PATIENCE).until(() -> b.hasProblem(Problem.Kind.NOT_EMPTY));
        quiet();
        assertThat(b.read("d/e/x.o")).isEqualTo("of b");
        assertThat(a.has("d")).isFalse();

        b.delete("d/e/x.o");
        await().atMost(Share.PATIENCE).until(() -> !b.has("d"));
        await().atMost(Share.PATIENCE).until(() -> b.problems().isEmpty());
    }

    @Test
    @DisplayName("D27: what is ignored in a directory that is renamed elsewhere is not lost")
    void d27_whatIsIgnoredInADirectoryThatIsRenamedElsewhereIsNotLost() throws Exception {
        var nodes = share.start(2);
        var a = nodes.getFirst();
        var b = nodes.getLast();
        rules(a, "*.o");
        a.write("d/f", "synced").write("d/a.o", "of a");
        await().atMost(Share.PATIENCE).until(() -> b.has("d/f"));
        b.write("d/x.o", "of b");
        quiet();

        Trees.sh(a.folder, "mv d e");
        await().atMost(Share.PATIENCE).until(() -> b.has("e/f") && !b.has("d/f"));
        quiet();

        // It moves along, unless the directory had to be renamed file by file.
        assertThat(b.read(b.has("e/x.o") ? "e/x.o" : "d/x.o")).isEqualTo("of b");
        assertThat(b.has("e/a.o")).isFalse();
        assertThat(a.read("e/a.o")).isEqualTo("of a");
    }

    @Test
    void aRenameToAnIgnoredNameIsADeletionForTheOthersAndBackANewFile() throws Exception {
        var nodes = share.start(2);
        var a = nodes.getFirst();
        var b = nodes.getLast();
        rules(a, "*.off");
        a.write("f", "text").write("d/g", "text of g");
        share.settle();

        Trees.sh(a.folder, "mv f f.off; mv d d.off");
        await().atMost(Share.PATIENCE).until(() -> !b.has("f") && !b.has("d"));
        quiet();
        assertThat(b.has("f.off") || b.has("d.off")).isFalse();
        assertThat(b.keeps("text")).as("as with every deletion").isTrue();
        assertThat(a.read("f.off")).isEqualTo("text");

        Trees.sh(a.folder, "mv f.off back; mv d.off d2");
        share.settle();
        assertThat(b.read("back")).isEqualTo("text");
        assertThat(b.read("d2/g")).isEqualTo("text of g");
    }

    @Test
    void rulesThatAreTooLongAreListedAndTheRestIsInForce() throws Exception {
        var nodes = share.start(2);
        var a = nodes.getFirst();
        var b = nodes.getLast();
        rules(a, "*.o", "x".repeat(2_000));
        a.write("f.o", "of a").write("f", "synced");
        quiet();
        eventually(node -> assertThat(node.has("f")).isTrue());

        assertThat(b.has("f.o")).isFalse();
        eventually(node -> assertThat(node.hasProblem(Problem.Kind.IGNORE_RULES)).isTrue());
        rules(b, "*.o");
        eventually(node -> assertThat(node.problems()).isEmpty());
    }
}
