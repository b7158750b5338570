package dev.lanyard.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lanyard.node.core.engine.Problem;
import dev.lanyard.node.io.disk.NameHabit;

import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * A tells all names apart; to B's disk some are one. Nothing is deleted or merged on either side
 * for that.
 */
@EnabledOnOs(OS.LINUX)
class NamesTest {
    private static final String COMPOSED = "\u00e9";
    private static final String DECOMPOSED = "e\u0301";

    @TempDir Path base;
    private Share share;
    private Share.Node a;
    private Share.Node b;

    @BeforeEach
    void prepare() throws Exception {
        share = new Share(base);
        a = share.node("a");
        b = share.node("b");
    }

    @AfterEach
    void stop() {
        share.close();
    }

    private void start(NameHabit habitOfB) throws Exception {
        b.disk.names(habitOfB);
        a.start();
        b.start();
        share.settle();
    }

    private static void eventually(ThrowingRunnable assertion) {
        await().atMost(Share.PATIENCE).pollInterval(Duration.ofMillis(20)).untilAsserted(assertion);
    }

    private static void rename(Share.Node node, String from, String to) throws IOException {
        Files.move(node.path(from), node.path(to), StandardCopyOption.ATOMIC_MOVE);
    }

    private static Object inode(Share.Node node, String path) throws IOException {
        return Files.getAttribute(node.path(path), "unix:ino");
    }

    private List<String> impossible() {
        return b.problems().stream()
                .filter(problem -> problem.kind() == Problem.Kind.NAME_IMPOSSIBLE)
                .map(Problem::subject)
                .toList();
    }

    private void assertNothingLost() throws IOException {
        assertThat(a.conflicts()).isEmpty();
        assertThat(b.conflicts()).isEmpty();
        assertThat(impossible()).isEmpty();
    }

    @Test
    @DisplayName("D23: a case-only rename is a rename where case is folded, with the same inode")
    void caseOnlyRename() throws Exception {
        a.write("FOO.txt", "foo");
        start(NameHabit.IGNORING_CASE_AND_FORM);
        Object inode = inode(b, "FOO.txt");

        rename(a, "FOO.txt", "foo.txt");
        share.settle();

        assertThat(Trees.listing(b.folder)).containsOnlyKeys("foo.txt");
        assertThat(b.read("foo.txt")).isEqualTo("foo");
        assertThat(inode(b, "foo.txt")).isEqualTo(inode);
        assertThat(b.versions("FOO.txt")).isEmpty();

        rename(b, "foo.txt", "Foo.txt");
        share.settle();

        assertThat(Trees.listing(a.folder)).containsOnlyKeys("Foo.txt");
        assertThat(a.read("Foo.txt")).isEqualTo("foo");
        assertNothingLost();
    }

    @Test
    @DisplayName("D23 S3: a case-only rename that was made, and edited, while B was away")
    void caseOnlyRenameWhileAway() throws Exception {
        a.write("FOO", "foo").write("BAR", "bar").write("Dir/x", "x");
        start(NameHabit.IGNORING_CASE_AND_FORM);
        b.stop();
        rename(a, "FOO", "foo");
        rename(a, "BAR", "bar");
        a.write("bar", "bar, edited");
        rename(a, "Dir", "dir");
        b.start();
        share.settle();

        assertThat(Trees.listing(b.folder)).containsOnlyKeys("foo", "bar", "dir", "dir/x");
        assertThat(b.read("foo")).isEqualTo("foo");
        assertThat(b.read("bar")).isEqualTo("bar, edited");
        assertNothingLost();
    }

    @Test
    @DisplayName("S3 S4: a directory whose name changes in case only takes along what is in it")
    void caseOnlyRenameOfDirectory() throws Exception {
        for (int i = 0; i < 60; i++) {
            a.write("Parent/Dir/file" + i, "content " + i);
        }
        start(NameHabit.IGNORING_CASE_AND_FORM);

        rename(a, "Parent/Dir", "Parent/dir");
        share.settle();
        rename(a, "Parent", "PARENT");
        share.settle();
        rename(b, "PARENT", "Parent");
        rename(b, "Parent/dir", "Parent/Dir");
        share.settle();

        assertThat(Trees.listing(a.folder)).containsKeys("Parent/Dir/file0", "Parent/Dir/file59");
        assertThat(Trees.listing(a.folder)).hasSize(62);
        assertNothingLost();
    }

    @Test
    @DisplayName(
            "D24: of two names that differ in case B holds one, lists the other, A is unchanged")
    void twoNamesThatDifferInCase() throws Exception {
        a.write("Test/x", "upper").write("test/x", "lower").write("test/y", "more");
        a.write("note", "one").write("NOTE", "two");
        Map<String, String> before = Trees.listing(a.folder);
        b.disk.names(NameHabit.IGNORING_CASE_AND_FORM);
        a.start();
        b.start();
        share.connected();

        eventually(() -> assertThat(impossible()).hasSize(2));
        assertThat(a.control().await(Share.PATIENCE).done()).isFalse();
        assertThat(Trees.listing(a.folder)).isEqualTo(before);
        assertThat(before).containsAllEntriesOf(Trees.listing(b.folder));
        List<String> listed = impossible();
        assertThat(listed).allMatch(a::has).noneMatch(b::has);

        b.stop();
        b.start();
        share.connected();
        eventually(() -> assertThat(impossible()).containsExactlyInAnyOrderElementsOf(listed));
        assertThat(b.status().bytesReceived()).as("fetched again").isZero();
        assertThat(Trees.listing(a.folder)).isEqualTo(before);

        rename(a, "Test", "elsewhere");
        a.delete("NOTE");
        share.settle();

        assertThat(b.read("elsewhere/x")).isEqualTo("upper");
        assertThat(b.read("test/x")).isEqualTo("lower");
        assertThat(b.read("test/y")).isEqualTo("more");
        assertThat(b.read("note")).isEqualTo("one");
        assertNothingLost();
    }

    @Test
    @DisplayName("D24: names that were made apart while the nodes were, and a clash ended on B")
    void clashMadeApart() throws Exception {
        start(NameHabit.IGNORING_CASE_AND_FORM);
        b.stop();
        a.write("Readme", "of a");
        b.write("README", "of b");
        b.start();
        share.connected();

        eventually(() -> assertThat(impossible()).containsExactly("Readme"));
        eventually(() -> assertThat(a.has("README")).isTrue());
        assertThat(a.read("Readme")).isEqualTo("of a");
        assertThat(b.read("README")).isEqualTo("of b");

        rename(b, "README", "README.b");
        share.settle();

        assertThat(b.read("Readme")).isEqualTo("of a");
        assertThat(a.read("README.b")).isEqualTo("of b");
        assertNothingLost();
    }

    @Test
    @DisplayName("D25: a name that B gives back decomposed is one file, and no change of anything")
    void formOfNameIsNoChange() throws Exception {
        a.write(COMPOSED, "accent").write("d" + COMPOSED + "/x", "below");
        b.disk.names(NameHabit.DECOMPOSING);
        a.start();
        b.start();
        share.connected();
        eventually(() -> assertThat(b.has("d" + DECOMPOSED + "/x")).isTrue());
        assertThat(a.control().await(Share.PATIENCE).done()).isTrue();
        Map<String, String> before = Trees.listing(a.folder);

        b.control().rescan();
        assertThat(b.control().await(Share.PATIENCE).done()).isTrue();
        b.stop();
        b.start();
        share.connected();
        assertThat(b.control().await(Share.PATIENCE).done()).isTrue();
        b.write(DECOMPOSED, "edited on b");
        eventually(() -> assertThat(a.read(COMPOSED)).isEqualTo("edited on b"));
        a.write("d" + COMPOSED + "/x", "edited on a");
        eventually(() -> assertThat(b.read("d" + DECOMPOSED + "/x")).isEqualTo("edited on a"));

        assertThat(Trees.listing(a.folder)).hasSameSizeAs(before).containsOnlyKeys(before.keySet());
        assertThat(Trees.listing(b.folder)).hasSameSizeAs(before);
        assertNothingLost();
    }

    @Test
    @DisplayName("D26: of both forms B holds the composed one and lists the other, none is lost")
    void bothForms() throws Exception {
        a.write(COMPOSED, "composed").write(DECOMPOSED, "decomposed");
        Map<String, String> before = Trees.listing(a.folder);
        b.disk.names(NameHabit.DECOMPOSING);
        a.start();
        b.start();
        share.connected();

        eventually(() -> assertThat(impossible()).hasSize(1));
        eventually(() -> assertThat(b.has(DECOMPOSED)).isTrue());
        assertThat(b.read(DECOMPOSED)).isEqualTo("composed");
        assertThat(a.control().await(Share.PATIENCE).done()).isFalse();
        assertThat(Trees.listing(a.folder)).isEqualTo(before);

        rename(a, DECOMPOSED, "other");
        eventually(() -> assertThat(b.has("other")).isTrue());
        assertThat(b.read("other")).isEqualTo("decomposed");
        assertNothingLost();
    }
}
