package dev.lanyard.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import dev.lanyard.node.core.engine.Problem;
import dev.lanyard.node.core.index.IndexFailure;
import dev.lanyard.node.io.disk.FaultyDisk;
import dev.lanyard.node.io.disk.FaultyDisk.Operation;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Real nodes, one of which has its folder, or its state, on a small disk. */
class FullDiskTest {
    private static final String FILL = "dd if=/dev/zero of=ballast bs=4k 2>/dev/null || true";

    @TempDir private Path base;
    private Share share;
    private Share.Node a;
    private Share.Node b;
    private Share.Node c;
    private @Nullable Path mounted;

    @BeforeEach
    void open() throws Exception {
        share = new Share(base);
        a = share.node("a");
        b = share.node("b");
        c = share.node("c");
        a.write("old", "old");
    }

    @AfterEach
    void close() {
        share.close();
        if (mounted != null) {
            Trees.sh(base, "umount -l '" + mounted + "'");
        }
    }

    /** A disk of so many mebibytes, where one may be mounted. */
    private void mount(Path at, int mebibytes) throws IOException {
        Files.createDirectories(at);
        String options = "mode=700,size=%dm".formatted(mebibytes);
        List<String> mount = List.of("mount", "-t", "tmpfs", "-o", options, "none", at.toString());
        assumeThat(Trees.run(base, Map.of(), mount).exit()).as("may be mounted").isZero();
        mounted = at;
    }

    private void start() throws Exception {
        a.start();
        b.start();
        c.start();
        share.settle();
    }

    private void makeLarge(int mebibytes) throws IOException {
        byte[] large = new byte[mebibytes << 20];
        new Random(19).nextBytes(large);
        Files.write(a.path("large"), large);
    }

    private static void untilFull(Share.Node node) {
        await().atMost(Share.PATIENCE).until(() -> node.hasProblem(Problem.Kind.DISK_FULL));
    }

    private static void until(Share.Node node, String path) {
        await().atMost(Share.PATIENCE).until(() -> node.has(path));
    }

    /** B has all but the large one, and nobody has anything of what B has of that. */
    private void assertTheRestGoesOn() throws Exception {
        a.write("of a", "small");
        b.write("of b", "small, too");
        until(b, "of a");
        until(a, "of b");
        until(c, "large");
        assertThat(Trees.listing(b.folder)).containsOnlyKeys("old", "of a", "of b");
        assertThat(Files.mismatch(a.path("large"), c.path("large"))).isEqualTo(-1);
        assertThat(a.status().bytesReceived()).as("sent to a").isEqualTo("small, too".length());
        assertThat(a.control().await(Share.PATIENCE).detail()).contains("b cannot");
    }

    private void assertAllArrives() throws Exception {
        until(b, "large");
        share.settle();
        assertThat(b.problems()).isEmpty();
        b.stop();
        b.start();
        share.settle();
        assertThat(b.status().bytesReceived()).as("sent again after a restart").isZero();
    }

    @Test
    @DisplayName("D19: what does not fit holds up nothing else, and arrives when there is space")
    void d19_whatDoesNotFit() throws Exception {
        mount(b.folder, 32);
        start();

        makeLarge(48);
        untilFull(b);
        assertTheRestGoesOn();

        Trees.sh(base, "mount -o remount,size=128m b");
        assertAllArrives();
    }

    @Test
    @DisplayName(
            "D19: a disk that becomes full in the middle shows nothing torn, and goes on later")
    void d19_fullInTheMiddle() throws Exception {
        mount(b.folder, 64);
        start();
        Path hidden = b.path(".lanyard");
        b.disk.before(
                FaultyDisk.nth(8, FaultyDisk.any(Operation.WRITE_BYTES)),
                () -> Trees.sh(hidden, FILL));

        makeLarge(32);
        untilFull(b);
        Trees.sh(hidden, "truncate -s -1M ballast"); // For what is small.
        assertTheRestGoesOn();

        Files.delete(hidden.resolve("ballast"));
        assertAllArrives();
    }

    @Test
    @Timeout(120) // A node that goes on without a state is waited for in vain.
    @DisplayName("D19: a node whose state finds no space stops; started again it has lost nothing")
    void d19_noSpaceForTheState() throws Exception {
        mount(b.state, 8);
        start();
        Trees.sh(b.state, FILL);

        for (int i = 0; i < 2_000; i++) {
            a.write("d%d/f%d".formatted(i % 20, i), "content " + i);
        }
        b.write("of b", "written when nothing could be noted");
        assertThat(b.control().awaitEnd())
                .isInstanceOfSatisfying(
                        IndexFailure.class,
                        failure ->
                                assertThat(failure.kind()).isEqualTo(IndexFailure.Kind.DISK_FULL));
        assertThat(b.read("old")).isEqualTo("old");

        b.stop();
        Files.delete(b.state.resolve("ballast"));
        b.start();
        share.settle();
        assertThat(a.read("of b")).isEqualTo("written when nothing could be noted");
        assertThat(Trees.listing(b.folder)).hasSize(2_000 + 20 + 2);
        assertThat(b.problems()).isEmpty();
        assertThat(b.conflicts()).isEmpty();
    }
}
