package dev.lanyard.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import dev.lanyard.node.core.engine.Problem;
import dev.lanyard.node.io.disk.FaultyDisk;
import dev.lanyard.node.io.disk.FaultyDisk.Operation;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Real nodes whose folder, or a part of it, is hidden or gone: that is never a deletion. */
class LostRootTest {
    private static final int FILES = 120;

    @TempDir private Path base;
    private Share share;
    private Share.Node a;
    private Share.Node b;
    private Map<String, String> before;
    private long received;

    @BeforeEach
    void open() throws Exception {
        share = new Share(base);
        List<Share.Node> nodes = share.start(2);
        a = nodes.getFirst();
        b = nodes.getLast();
        for (int i = 0; i < FILES; i++) {
            a.write("d" + i % 6 + "/f" + i, "content " + i);
        }
        share.settle();
        before = Trees.listing(b.folder);
        received = b.status().bytesReceived();
    }

    @AfterEach
    void close() {
        share.close();
    }

    private static void until(Share.Node node, Problem.Kind kind) {
        await().atMost(Share.PATIENCE).until(() -> node.hasProblem(kind));
    }

    private static void untilNo(Share.Node node, Problem.Kind kind) {
        await().atMost(Share.PATIENCE).until(() -> !node.hasProblem(kind));
    }

    /** Whatever A took for a deletion has arrived at B when the answer to a question has. */
    private void assertNothingIsDeletedOnB() throws Exception {
        assertThat(b.control().await(Share.PATIENCE).done()).isFalse();
        assertThat(Trees.listing(b.folder)).isEqualTo(before);
    }

    private void assertAllIsAsBefore() throws Exception {
        share.settle();
        assertThat(Trees.listing(a.folder)).isEqualTo(before);
        assertThat(Trees.listing(b.folder)).isEqualTo(before);
        assertThat(b.status().bytesReceived()).as("sent again").isEqualTo(received);
        assertThat(a.problems()).isEmpty();
    }

    /** Hides a folder under an empty file system, where that may be done. */
    private final class Mount implements AutoCloseable {
        private final Path at;

        Mount(Path at) {
            this.at = at;
            List<String> mount = List.of("mount", "-t", "tmpfs", "none", at.toString());
            assumeThat(Trees.run(base, Map.of(), mount).exit()).as("may be mounted").isZero();
        }

        @Override
        public void close() {
            Trees.sh(base, "umount -l '" + at + "'");
        }
    }

    @ParameterizedTest(name = "at look {0}")
    @ValueSource(ints = {1, 2, 3, 5})
    @DisplayName("S1: a folder that goes away in the middle of a scan deletes nothing")
    void s01_theFolderGoesAwayInTheMiddleOfAScan(int look) throws Exception {
        Path unplugged = base.resolve("unplugged");
        Files.delete(a.path("d0/f0")); // So that there is something that must be looked at again.
        a.disk.before(
                FaultyDisk.nth(look, FaultyDisk.any(Operation.OPEN)),
                () -> {
                    Files.move(a.folder, unplugged);
                    Files.createDirectory(a.folder);
                });

        await().atMost(Share.PATIENCE)
                .until(
                        () -> {
                            a.control().rescan();
                            return a.hasProblem(Problem.Kind.ROOT_LOST);
                        });
        assertThat(Trees.listing(b.folder).keySet()).containsAll(othersThan("d0/f0"));

        Files.delete(a.folder);
        Files.move(unplugged, a.folder);
        a.write("d0/f0", "content 0");
        untilNo(a, Problem.Kind.ROOT_LOST);
        share.settle();
        assertThat(Trees.listing(a.folder).keySet()).isEqualTo(before.keySet());
    }

    private List<String> othersThan(String path) {
        return before.keySet().stream().filter(each -> !each.equals(path)).toList();
    }

    @Test
    @DisplayName(
            "S1 D1: a file system that is mounted over the folder deletes nothing, nor a start")
    void s01_anotherFileSystemIsMountedOverTheFolder() throws Exception {
        try (Mount _ = new Mount(a.folder)) {
            a.control().rescan();
            until(a, Problem.Kind.ROOT_LOST);
            assertNothingIsDeletedOnB();
            assertThat(a.folder).isEmptyDirectory();
        }
        untilNo(a, Problem.Kind.ROOT_LOST);
        assertAllIsAsBefore();

        a.stop();
        try (Mount _ = new Mount(a.folder)) {
            assertThat(catchThrowable(a::start)).hasMessageContaining("not the one that it was");
            assertThat(a.folder).isEmptyDirectory();
        }
        a.start();
        assertAllIsAsBefore();
    }

    @Test
    @DisplayName(
            "S1: a file system that is mounted inside the folder deletes nothing of what it hides")
    void s01_anotherFileSystemIsMountedInsideTheFolder() throws Exception {
        try (Mount _ = new Mount(a.path("d3"))) {
            a.control().rescan();
            until(a, Problem.Kind.UNREADABLE);
            a.write("d4/f4", "goes on");
            await().atMost(Share.PATIENCE).until(() -> b.read("d4/f4").equals("goes on"));
            a.stop();
            a.start();
            share.connected();
            until(a, Problem.Kind.UNREADABLE);
            assertThat(Trees.listing(b.folder).keySet()).isEqualTo(before.keySet());
            assertThat(a.path("d3")).as("put into what is mounted").isEmptyDirectory();
        }
        a.control().rescan();
        untilNo(a, Problem.Kind.UNREADABLE);
        share.settle();
        assertThat(Trees.listing(b.folder).keySet()).isEqualTo(before.keySet());
    }
}
