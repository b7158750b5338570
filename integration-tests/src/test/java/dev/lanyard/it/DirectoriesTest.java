package dev.lanyard.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lanyard.node.core.engine.Problem;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;

/** What becomes a directory, a file or a link in place of another kind, and what is in it. */
class DirectoriesTest {
    @TempDir private Path base;
    private Share share;
    private Share.Node a;
    private Share.Node b;

    @BeforeEach
    void open() throws Exception {
        share = new Share(base);
        var nodes = share.start(2);
        a = nodes.getFirst();
        b = nodes.getLast();
    }

    @AfterEach
    void close() {
        share.close();
    }

    @Test
    @DisplayName("S15: a file becomes a directory, and a file again")
    void s15_aFileBecomesADirectoryAndAFileAgain() throws Exception {
        a.write("x", "a file");
        share.settle();

        Trees.sh(a.folder, "rm x; mkdir x; echo inside > x/f");
        share.settle();
        assertThat(b.read("x/f")).isEqualTo("inside\n");
        assertThat(b.keeps("a file")).isTrue();

        Trees.sh(a.folder, "rm -r x; echo again > x");
        share.settle();
        assertThat(b.read("x")).isEqualTo("again\n");
        assertThat(b.keeps("inside\n")).isTrue();
    }

    @Test
    @DisplayName("S15: a link becomes a file, and a directory, and a link again")
    void s15_aLinkBecomesOtherThings() throws Exception {
        Trees.sh(a.folder, "echo target > t; ln -s t x");
        share.settle();

        Trees.sh(a.folder, "rm x; echo a file > x");
        share.settle();
        assertThat(Files.isSymbolicLink(b.path("x"))).isFalse();
        assertThat(b.read("x")).isEqualTo("a file\n");

        Trees.sh(a.folder, "rm x; ln -s t x");
        share.settle();
        assertThat(Files.isSymbolicLink(b.path("x"))).isTrue();
        assertThat(b.keeps("a file\n")).isTrue();

        Trees.sh(a.folder, "rm x; mkdir x; echo inside > x/f");
        share.settle();
        assertThat(b.read("x/f")).isEqualTo("inside\n");
        assertThat(b.read("t")).as("what the link named").isEqualTo("target\n");
        assertThat(a.read("t")).isEqualTo("target\n");
    }

    @Test
    @DisplayName("S7: a restart finds nothing to tell of a tree of all kinds")
    void s7_aRestartFindsNothing() throws Exception {
        Trees.sh(
                a.folder,
                "mkdir -p d/e; echo text > d/f; ln -s f d/link; ln -s nowhere dangling; ln -s loop"
                        + " loop; ln -s / root; ln d/f hard; chmod 700 d/e; rm -f gone");
        share.settle();
        long decided = a.control().log(1, 0).getLast().number();

        a.stop();
        a.start();
        share.settle();
        a.control().rescan();
        share.settle();

        assertThat(a.control().log(100, decided)).isEmpty();
        assertThat(Files.isSymbolicLink(b.path("dangling"))).isTrue();
    }

    @Test
    @DisplayName("D22, S6: a directory becomes a link to another one, whose content stays")
    void d22_aDirectoryBecomesALinkToAnotherOne() throws Exception {
        Trees.sh(a.folder, "mkdir -p d/sub other; echo 1 > d/sub/f; echo precious > other/f");
        share.settle();

        Trees.sh(a.folder, "rm -r d/sub; ln -s ../other d/sub");
        share.settle();
        assertThat(Files.isSymbolicLink(b.path("d/sub"))).isTrue();
        assertThat(b.read("other/f")).isEqualTo("precious\n");
        assertThat(a.read("other/f")).isEqualTo("precious\n");

        Trees.sh(a.folder, "rm d/sub; mkdir d/sub; echo 2 > d/sub/f");
        share.settle();
        assertThat(b.read("d/sub/f")).isEqualTo("2\n");
        assertThat(b.read("other/f")).isEqualTo("precious\n");
    }

    @Test
    @DisplayName("S6: what is deleted behind a link that took a directory's place is not followed")
    void s06_aLinkInPlaceOfADirectoryIsNotFollowed() throws Exception {
        Trees.sh(a.folder, "mkdir one two; echo 1 > one/f; echo 2 > two/f");
        share.settle();
        b.stop();
        Trees.sh(a.folder, "rm -r one");
        Trees.sh(b.folder, "rm -r one; ln -s two one");

        b.start();
        share.settle();

        assertThat(a.read("two/f")).isEqualTo("2\n");
        assertThat(b.read("two/f")).isEqualTo("2\n");
    }

    @Test
    @DisplayName("S18: a file that is added to a directory while another deletes it keeps both")
    void s18_aFileInADirectoryThatIsDeletedMeanwhile() throws Exception {
        Trees.sh(a.folder, "mkdir -p d/e; echo old > d/e/f");
        share.settle();
        a.stop();
        b.stop();
        Trees.sh(a.folder, "rm -r d");
        b.write("d/e/new", "added meanwhile");

        a.start();
        b.start();
        share.settle();

        assertThat(a.read("d/e/new")).isEqualTo("added meanwhile");
        assertThat(a.has("d/e/f")).isFalse();
    }

    @Test
    @DisplayName("S16: a directory with a file that nobody else knows is not replaced by a file")
    void s16_aFileThatNobodyKnowsSurvivesWhatReplacesItsDirectory() throws Exception {
        Trees.sh(a.folder, "mkdir d; echo old > d/f");
        share.settle();
        b.stop();
        b.write("d/mine", "known to nobody");
        Trees.sh(a.folder, "rm -r d; echo a file > d");

        b.start();
        share.settle();

        assertThat(b.read("d/mine")).isEqualTo("known to nobody");
        assertThat(a.read("d/mine")).isEqualTo("known to nobody");
    }

    @Test
    void aDirectoryThatMayNotBeWrittenArrivesWithWhatIsInIt() throws Exception {
        Trees.sh(a.folder, "mkdir -p d/e; echo text > d/e/f; chmod 500 d/e; chmod 555 d");
        share.settle();
        assertThat(Files.getAttribute(b.path("d/e"), "unix:mode")).isEqualTo(0040500);

        Trees.sh(a.folder, "chmod 700 d/e d; rm -r d");
        share.settle();
        assertThat(b.has("d")).isFalse();
    }

    @Test
    void modesOfDirectoriesArriveAfterWhatIsInThem() throws Exception {
        Trees.sh(
                a.folder,
                "for i in $(seq 20); do mkdir -p m/$i; for j in $(seq 20); do echo $j > m/$i/$j;"
                        + " done; chmod 550 m/$i; done; chmod 500 m");
        share.settle();

        Trees.sh(a.folder, "find m -type d -exec chmod 755 {} +");
        share.settle();
        assertThat(Files.getAttribute(b.path("m/7"), "unix:mode")).isEqualTo(0040755);
    }

    @Test
    void aFifoInADirectoryKeepsItFromGoing() throws Exception {
        Trees.sh(a.folder, "mkdir d; echo text > d/f");
        share.settle();
        Trees.sh(b.folder, "mkfifo d/pipe");
        await().atMost(Share.PATIENCE).until(() -> b.hasProblem(Problem.Kind.UNSUPPORTED));

        Trees.sh(a.folder, "rm -r d");
        await().atMost(Share.PATIENCE).until(() -> !b.has("d/f"));
        await().atMost(Share.PATIENCE).until(() -> b.hasProblem(Problem.Kind.NOT_EMPTY));
        assertThat(b.has("d/pipe")).isTrue();

        b.delete("d/pipe");
        await().atMost(Share.PATIENCE).until(() -> !b.has("d"));
        share.settle();
    }

    @Test
    @DisplayName("D39: files with two names arrive, and an edit of one is an edit of both")
    void d39_hardLinks() throws Exception {
        Trees.sh(a.folder, "echo text > one; ln one two");
        share.settle();
        assertThat(b.read("two")).isEqualTo("text\n");

        Trees.sh(a.folder, "echo more >> one");
        share.settle();
        assertThat(b.read("one")).isEqualTo("text\nmore\n");
        assertThat(b.read("two")).isEqualTo("text\nmore\n");
    }

    @Test
    @DisplayName("D13: bytes that change while size and mtime stay are found")
    void d13_changedBytesOfTheSameSizeAndTime() throws Exception {
        a.write("f", "one text");
        share.settle();

        Trees.sh(base, "touch -r a/f reference; printf 'two text' > a/f; touch -r reference a/f");
        share.settle();

        assertThat(b.read("f")).isEqualTo("two text");
    }

    @Test
    @DisplayName("S26: a file of nothing but zeros arrives, with its holes")
    void s26_aFileOfZerosArrivesWithItsHoles() throws Exception {
        Trees.sh(
                a.folder,
                "truncate -s 8M holes; head -c 131072 /dev/zero > zeros;"
                        + " truncate -s 4M tail; printf x | dd of=tail bs=1 seek=1048576 conv=notrunc"
                        + " status=none");
        share.settle();

        assertThat(Trees.sh(b.folder, "stat -c %b holes").strip()).isEqualTo("0");
        assertThat(Integer.parseInt(Trees.sh(b.folder, "stat -c %b tail").strip()))
                .isLessThanOrEqualTo(256);
    }

    @Test
    @DisplayName("S27: a copy of a file that is here is not sent")
    void s27_aCopyIsNotSent() throws Exception {
        Trees.sh(a.folder, "head -c 3000000 /dev/urandom > f");
        share.settle();
        long received = b.status().bytesReceived();

        Trees.sh(a.folder, "mkdir d; cp f d/copy; cp f d/another");
        share.settle();

        assertThat(b.has("d/another")).isTrue();
        assertThat(b.status().bytesReceived()).isEqualTo(received);
    }
}
