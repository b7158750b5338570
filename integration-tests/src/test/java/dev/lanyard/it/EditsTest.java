package dev.lanyard.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lanyard.node.app.control.NodeControl.Decision;
import dev.lanyard.protocol.RelativePath;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

/** An edit inside a large file costs little more than the edit. */
class EditsTest extends ShareFixture {
    private static final int MIB = 1 << 20;
    private static final int SIZE = 6 * MIB + 12_345;

    /** What an edit of a few bytes may cost: a few blocks, and what is said beside it. */
    private static final long EDIT_BYTES_MAX = 100_000;

    private static byte[] random(int length, long seed) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private static void overwrite(Path file, long offset, byte[] bytes) throws IOException {
        try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
            open.seek(offset);
            open.write(bytes);
        }
    }

    private static void insert(Path file, int offset, byte[] bytes) throws IOException {
        byte[] old = Files.readAllBytes(file);
        byte[] longer = new byte[old.length + bytes.length];
        System.arraycopy(old, 0, longer, 0, offset);
        System.arraycopy(bytes, 0, longer, offset, bytes.length);
        System.arraycopy(old, offset, longer, offset + bytes.length, old.length - offset);
        Files.write(file, longer);
    }

    /** Does something and lets it arrive; what {@code to} received for it. */
    private long costs(Share.Node to, Change change) throws Exception {
        long before = to.status().bytesReceived();
        change.make();
        share.settle();
        return to.status().bytesReceived() - before;
    }

    private interface Change {
        void make() throws Exception;
    }

    /** Two nodes that hold the same large file, each with its signature. */
    private List<Share.Node> two() throws Exception {
        List<Share.Node> nodes = share.start(2);
        Files.write(nodes.getFirst().path("large"), random(SIZE, 1));
        share.settle();
        nodes.forEach(EditsTest::awaitSigned);
        return nodes;
    }

    /** What is received is signed when the scan looks at it, soon after it was put in place. */
    private static void awaitSigned(Share.Node node) {
        await().atMost(java.time.Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(signatures(node)).isNotZero());
    }

    private static long signatures(Share.Node node) throws Exception {
        Path file = node.state.resolve("signatures.db");
        try (var connection = java.sql.DriverManager.getConnection("jdbc:sqlite:" + file);
                var statement = connection.createStatement();
                var found = statement.executeQuery("SELECT count(*) FROM signed")) {
            return found.getLong(1);
        }
    }

    @Test
    void whatIsOverwrittenInTheMiddleCostsItsBlocks() throws Exception {
        var nodes = two();

        long cost =
                costs(
                        nodes.get(1),
                        () -> overwrite(nodes.getFirst().path("large"), 3 * MIB, random(5_000, 2)));

        assertThat(cost).isBetween(5_000L, EDIT_BYTES_MAX);
    }

    @Test
    void whatIsInsertedAtTheFrontCostsItsBlocks() throws Exception {
        var nodes = two();

        long cost =
                costs(
                        nodes.get(1),
                        () -> insert(nodes.getFirst().path("large"), 0, random(1_000, 2)));

        assertThat(cost).isBetween(1_000L, EDIT_BYTES_MAX);
    }

    @Test
    void whatIsAppendedCostsItself() throws Exception {
        var nodes = two();

        long cost =
                costs(
                        nodes.get(1),
                        () -> overwrite(nodes.getFirst().path("large"), SIZE, random(2 * MIB, 2)));

        assertThat(cost).isBetween(2L * MIB, 2 * MIB + EDIT_BYTES_MAX);
    }

    @Test
    @DisplayName("D40: a file that becomes shorter, or ends in a hole, costs next to nothing")
    void d40_whatIsCutOffCostsNothing() throws Exception {
        var nodes = two();
        Path large = nodes.getFirst().path("large");

        long cut = costs(nodes.get(1), () -> truncate(large, 4 * MIB + 7));
        long lengthened = costs(nodes.get(1), () -> truncate(large, 9 * MIB));

        assertThat(cut).isLessThan(EDIT_BYTES_MAX);
        assertThat(lengthened).isLessThan(5L * MIB + EDIT_BYTES_MAX);
        assertThat(Files.mismatch(large, nodes.get(1).path("large"))).isEqualTo(-1);
    }

    private static void truncate(Path file, long length) throws IOException {
        try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
            open.setLength(length);
        }
    }

    @Test
    void bothSidesEditInTurns() throws Exception {
        var nodes = two();
        for (int turn = 0; turn < 4; turn++) {
            Share.Node author = nodes.get(turn % 2);
            Share.Node other = nodes.get(1 - turn % 2);
            long offset = (turn + 1L) * MIB;
            byte[] edit = random(3_000, turn);

            long cost = costs(other, () -> overwrite(author.path("large"), offset, edit));

            assertThat(cost).as("turn %d", turn).isBetween(3_000L, EDIT_BYTES_MAX);
        }
    }

    @Test
    void saysHowAContentWasBrought() throws Exception {
        var nodes = two();

        costs(nodes.get(1), () -> overwrite(nodes.getFirst().path("large"), 10, random(10, 2)));

        List<String> brought =
                nodes.get(1).control().why(RelativePath.of("large")).history().stream()
                        .filter(it -> it.what().name().equals("BROUGHT"))
                        .map(Decision::detail)
                        .toList();
        assertThat(brought).hasSize(2);
        assertThat(brought).anyMatch(it -> it.equals("whole"));
        assertThat(brought).anyMatch(it -> it.startsWith("a delta of "));
    }

    @Test
    void statusCountsWhatNeedNotTravel() throws Exception {
        var nodes = two();
        Share.Node a = nodes.getFirst();
        Share.Node b = nodes.get(1);
        assertThat(a.status().bytesSent()).isGreaterThanOrEqualTo(SIZE);
        assertThat(b.status().bytesSavedByDelta()).isZero();

        costs(b, () -> overwrite(a.path("large"), MIB, random(10, 2)));
        assertThat(b.status().bytesSavedByDelta()).isBetween(SIZE - EDIT_BYTES_MAX, (long) SIZE);
        assertThat(b.status().bytesSavedByCopy()).isZero();

        costs(b, () -> Files.copy(a.path("large"), a.path("copy")));
        assertThat(b.status().bytesSavedByCopy()).isEqualTo(SIZE);

        costs(b, () -> Files.move(a.path("large"), a.path("moved")));
        assertThat(b.status().bytesSavedByCopy()).isEqualTo(2L * SIZE);
    }

    @Test
    void statusCountsWhatCompressionSaves() throws Exception {
        var nodes = two();
        Share.Node a = nodes.getFirst();
        Share.Node b = nodes.get(1);
        long before = a.status().bytesSavedByCompression();
        assertThat(before).as("of random bytes nothing").isLessThan(SIZE / 100);

        String text = "a line as there are many in a log\n".repeat(100_000);
        costs(b, () -> Files.writeString(a.path("text"), text));

        long saved = a.status().bytesSavedByCompression() - before;
        assertThat(saved).isBetween(text.length() / 2L, (long) text.length());
        assertThat(a.status().bytesSent()).isGreaterThanOrEqualTo(SIZE + text.length());
        assertThat(b.status().bytesSavedByCompression()).isLessThan(text.length() / 100);
    }

    @Test
    void whoWasAwayAsksWithWhatItHas() throws Exception {
        var nodes = two();
        Share.Node c = share.node("c").start();
        share.settle();
        awaitSigned(c);
        c.stop();
        for (int i = 0; i < 3; i++) {
            overwrite(nodes.getFirst().path("large"), (i + 1L) * MIB, random(2_000, i));
            share.settle();
        }

        c.start();
        share.settle();

        assertThat(c.status().bytesReceived()).isBetween(6_000L, EDIT_BYTES_MAX);
    }

    @Test
    void whatTheReceiverChangedMeanwhileIsKeptAndTheRestStillMatches() throws Exception {
        var nodes = two();
        Share.Node b = nodes.get(1);
        b.stop();
        byte[] theirs = random(100, 8);
        overwrite(b.path("large"), 0, theirs);
        Files.setLastModifiedTime(
                b.path("large"), java.nio.file.attribute.FileTime.fromMillis(1_000_000_000_000L));
        overwrite(nodes.getFirst().path("large"), 5 * MIB, random(2_000, 3));

        b.start();
        share.settle();

        assertThat(Files.mismatch(nodes.getFirst().path("large"), b.path("large"))).isEqualTo(-1);
        assertThat(b.status().bytesReceived()).isLessThan(EDIT_BYTES_MAX);
    }
}
