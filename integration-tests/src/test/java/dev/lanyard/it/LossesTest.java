package dev.lanyard.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lanyard.node.core.engine.Problem;
import dev.lanyard.node.io.disk.FaultyDisk;
import dev.lanyard.node.io.disk.FaultyDisk.Operation;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.locks.LockSupport;

/** What must never be lost, between real nodes: rows D of the scenarios. */
class LossesTest extends ShareFixture {
    private static void fill(Share.Node node, int files) throws IOException {
        for (int i = 0; i < files; i++) {
            node.write("d%d/f%d".formatted(i % 10, i), "content " + i);
        }
    }

    private static long countFiles(Path folder) {
        return Trees.listing(folder).values().stream()
                .filter(facts -> facts.startsWith("f"))
                .count();
    }

    private static void deleteAll(Path directory) throws IOException {
        Files.walkFileTree(
                directory,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                            throws IOException {
                        Files.delete(file);
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult postVisitDirectory(Path each, IOException failure)
                            throws IOException {
                        Files.delete(each);
                        return FileVisitResult.CONTINUE;
                    }
                });
    }

    @Test
    @DisplayName("D1: a medium that is unmounted while the node runs deletes nothing elsewhere")
    void d01_anUnmountedMediumDeletesNothing() throws Exception {
        var a = share.node("a").start();
        var b = share.node("b").start();
        fill(a, 1_000);
        share.settle();

        long received = b.status().bytesReceived();
        Path unplugged = base.resolve("unplugged");
        Files.move(a.folder, unplugged);
        Files.createDirectory(a.folder);
        await().atMost(Share.PATIENCE).until(() -> a.hasProblem(Problem.Kind.ROOT_LOST));
        a.control().rescan();
        b.write("later", "written meanwhile");
        assertThat(countFiles(b.folder)).isEqualTo(1_001);
        assertThat(Trees.listing(a.folder))
                .as("nothing is put into the empty mount point")
                .isEmpty();

        Files.delete(a.folder);
        Files.move(unplugged, a.folder);
        await().atMost(Share.PATIENCE).until(() -> !a.hasProblem(Problem.Kind.ROOT_LOST));
        share.settle();
        assertThat(countFiles(a.folder)).isEqualTo(1_001);
        assertThat(b.status().bytesReceived())
                .as("nothing was sent after the remount")
                .isEqualTo(received);
    }

    @Test
    @DisplayName("D1: a node does not start on an empty mount point")
    void d01_aNodeDoesNotStartOnAnEmptyMountPoint() throws Exception {
        var a = share.node("a").start();
        var b = share.node("b").start();
        fill(a, 50);
        share.settle();
        a.stop();

        Path unplugged = base.resolve("unplugged");
        Files.move(a.folder, unplugged);
        Files.createDirectory(a.folder);
        assertThat(org.assertj.core.api.Assertions.catchThrowable(a::start))
                .hasMessageContaining("not the one that it was");
        assertThat(countFiles(b.folder)).isEqualTo(50);

        Files.delete(a.folder);
        Files.move(unplugged, a.folder);
        long received = b.status().bytesReceived();
        a.start();
        share.settle();
        assertThat(countFiles(a.folder)).isEqualTo(50);
        assertThat(a.status().bytesReceived()).as("sent to a").isZero();
        assertThat(b.status().bytesReceived()).as("sent to b").isEqualTo(received);
    }

    @Test
    @DisplayName("D5: a state directory from a backup loses nothing and brings nothing back")
    void d05_anOldStateDirectoryLosesNothing() throws Exception {
        var a = share.node("a").start();
        var b = share.node("b").start();
        a.write("edited", "old");
        a.write("deleted", "gone soon");
        a.write("kept", "kept");
        share.settle();
        a.stop();
        Path backup = base.resolve("backup");
        copyTree(a.state, backup);
        a.start();
        share.settle();

        a.write("edited", "newer");
        a.write("made", "made later");
        b.delete("deleted");
        share.settle();
        a.stop();
        b.write("kept", "edited on b meanwhile");
        deleteAll(a.state);
        copyTree(backup, a.state);
        a.start();
        share.settle();

        assertThat(a.read("edited")).isEqualTo("newer");
        assertThat(b.read("edited")).isEqualTo("newer");
        assertThat(b.read("made")).isEqualTo("made later");
        assertThat(a.read("kept")).isEqualTo("edited on b meanwhile");
        assertThat(a.has("deleted")).isFalse();
        assertThat(b.has("deleted")).isFalse();
    }

    private static void copyTree(Path from, Path to) throws IOException {
        try (var all = Files.walk(from)) {
            for (Path each : all.toList()) {
                Path target = to.resolve(from.relativize(each).toString());
                Files.copy(each, target, StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
    }

    @Test
    @DisplayName("D6: a new peer with an empty folder is filled and changes nothing")
    void d06_aNewEmptyPeerIsFilled() throws Exception {
        var a = share.node("a").start();
        var b = share.node("b").start();
        fill(a, 200);
        share.settle();
        var before = Trees.listing(a.folder);

        var c = share.node("c").start();
        share.settle();

        assertThat(Trees.listing(a.folder)).isEqualTo(before);
        assertThat(Trees.listing(b.folder)).isEqualTo(before);
        assertThat(Trees.listing(c.folder)).isEqualTo(before);
    }

    @Test
    @DisplayName("D8: an edit that saw another one beats it, though its clock is an hour behind")
    void d08_theLaterEditWinsThoughItsClockIsBehind() throws Exception {
        var a = share.node("a").start();
        var b = share.node("b").start();
        b.clock.goAhead(Duration.ofHours(1));
        b.write("f", "first");
        Files.setLastModifiedTime(
                b.path("f"), FileTime.from(Instant.now().plus(Duration.ofHours(1))));
        share.settle();

        a.write("f", "second, after the first was seen");
        share.settle();

        assertThat(b.read("f")).isEqualTo("second, after the first was seen");
        assertThat(a.conflicts()).isEmpty();
        assertThat(b.conflicts()).isEmpty();
    }

    @Test
    @DisplayName("D9: an edit after the clock was set back a day propagates")
    void d09_anEditAfterTheClockWasSetBackPropagates() throws Exception {
        var a = share.node("a").start();
        var b = share.node("b").start();
        a.write("f", "first");
        share.settle();

        a.clock.goAhead(Duration.ofDays(-1));
        a.write("f", "second");
        Files.setLastModifiedTime(
                a.path("f"), FileTime.from(Instant.now().minus(Duration.ofDays(1))));
        share.settle();

        assertThat(b.read("f")).isEqualTo("second");
    }

    @Test
    @DisplayName("D10: a file dated 2099 loses against an edit of now")
    void d10_aDateInTheFutureDoesNotWinForEver() throws Exception {
        var a = share.node("a").start();
        var b = share.node("b").start();
        a.write("f", "from the future");
        Files.setLastModifiedTime(
                a.path("f"), FileTime.from(Instant.parse("2099-01-01T00:00:00Z")));
        share.settle();
        assertThat(Files.getLastModifiedTime(b.path("f")).toInstant())
                .isEqualTo("2099-01-01T00:00:00Z");

        b.write("f", "of now");
        share.settle();

        assertThat(a.read("f")).isEqualTo("of now");
    }

    @Test
    @DisplayName("D11: of two edits with equal mtimes one wins everywhere, and the other is kept")
    void d11_equalMtimesHaveOneWinnerAndTheLoserIsKept() throws Exception {
        var a = share.node("a").start();
        var b = share.node("b").start();
        a.write("f", "common");
        share.settle();
        b.stop();
        a.stop();
        FileTime same = FileTime.from(Instant.parse("2026-06-01T12:00:00Z"));
        a.write("f", "by a");
        b.write("f", "by b");
        Files.setLastModifiedTime(a.path("f"), same);
        Files.setLastModifiedTime(b.path("f"), same);

        a.start();
        b.start();
        share.settle();

        String winner = a.read("f");
        String loser = winner.equals("by a") ? "by b" : "by a";
        assertThat(winner).isIn("by a", "by b");
        assertThat(b.read("f")).isEqualTo(winner);
        var keeper = winner.equals("by a") ? b : a;
        assertThat(keeper.conflicts()).hasSize(1);
        assertThat(keeper.keeps(loser)).isTrue();
    }

    @Test
    @DisplayName("D12: a second change of the same length within the same tick is found")
    void d12_aSecondChangeWithinATickIsFound() throws Exception {
        var a = share.node("a").start();
        var b = share.node("b").start();
        a.write("f", "aaaa");
        share.settle();
        FileTime tick = Files.getLastModifiedTime(a.path("f"));

        for (int i = 0; i < 20; i++) {
            String text = "%04d".formatted(i);
            Files.writeString(a.path("f"), text);
            Files.setLastModifiedTime(a.path("f"), tick);
        }

        await().atMost(Share.PATIENCE).until(() -> b.read("f").equals("0019"));
    }

    @Test
    @DisplayName("D15: a file system that rounds times causes no echo")
    void d15_roundedTimesCauseNoEcho() throws Exception {
        var a = share.node("a").start();
        var b = share.node("b");
        b.disk.roundMtimes(Duration.ofNanos(1_000));
        b.start();
        a.write("f", "text");
        FileTime exact = FileTime.from(Instant.parse("2026-06-01T12:00:00.123456789Z"));
        Files.setLastModifiedTime(a.path("f"), exact);
        assertThat(a.control().await(Share.PATIENCE).done()).isTrue();
        await().atMost(Share.PATIENCE).until(() -> b.has("f"));

        b.control().rescan();
        a.control().rescan();
        assertThat(b.control().await(Share.PATIENCE).done()).isTrue();

        assertThat(Files.getLastModifiedTime(a.path("f"))).isEqualTo(exact);
        assertThat(a.status().bytesReceived()).as("b sends nothing back").isZero();
        assertThat(a.versions("f")).isEmpty();
    }

    @Test
    @DisplayName("D16: a file that is being written is never shown torn and never sent back")
    void d16_aFileThatIsBeingWrittenIsNeverShownTorn() throws Exception {
        var a = share.node("a").start();
        var b = share.node("b").start();
        byte[] block = new byte[1 << 20];
        long total = 0;
        try (var out = Files.newOutputStream(a.path("growing"))) {
            for (int i = 0; i < 64; i++) {
                java.util.Arrays.fill(block, (byte) i);
                out.write(block);
                out.flush();
                total += block.length;
                if (i % 16 == 15) {
                    a.write("mark" + i, "m");
                    String mark = "mark" + i;
                    await().atMost(Share.PATIENCE).until(() -> b.has(mark));
                    assertThat(
                                    b.has("growing")
                                            && Files.size(b.path("growing")) % block.length != 0)
                            .isFalse();
                }
            }
        }
        share.settle();
        assertThat(Files.size(b.path("growing"))).isEqualTo(total);
        assertThat(a.status().bytesReceived()).as("nothing comes back").isZero();
    }

    @Test
    @DisplayName(
            "D17: a source that is truncated in the middle of a transfer leaves the old file whole")
    void d17_aSourceThatIsTruncatedMeanwhile() throws Exception {
        var a = share.node("a").start();
        var b = share.node("b").start();
        a.write("f", "the old one");
        share.settle();

        a.disk.before(
                FaultyDisk.nth(40, FaultyDisk.any(Operation.READ_BYTES)),
                () -> Files.writeString(a.path("f"), "short"));
        byte[] big = new byte[64 << 20];
        new java.util.Random(17).nextBytes(big);
        Path made = Files.write(base.resolve("made"), big); // Where no scan reads it.
        // As rename(2) does; Java's own way of replacing deletes first, which a node may see.
        Files.move(made, a.path("f"), StandardCopyOption.ATOMIC_MOVE);
        await().atMost(Share.PATIENCE)
                .pollInterval(Duration.ofMillis(5))
                .until(
                        () -> {
                            long size = Files.size(b.path("f"));
                            assertThat(size).isIn(11L, (long) big.length, 5L);
                            return size == 5;
                        });
        share.settle();
        assertThat(Trees.staged(b.folder))
                .allMatch(each -> each.getFileName().toString().startsWith("p-"));
    }

    @Test
    @DisplayName("D18: a file that is truncated while it is hashed does no harm")
    void d18_aFileThatIsTruncatedWhileItIsHashed() throws Exception {
        var a = share.node("a").start();
        var b = share.node("b").start();
        byte[] big = new byte[64 << 20];
        a.disk.before(
                FaultyDisk.nth(10, FaultyDisk.any(Operation.READ_BYTES)),
                () -> {
                    try (var file =
                            java.nio.channels.FileChannel.open(
                                    a.path("f"), java.nio.file.StandardOpenOption.WRITE)) {
                        file.truncate(0);
                    }
                });
        Files.write(a.path("f"), big);
        await().atMost(Share.PATIENCE).until(() -> b.has("f") && Files.size(b.path("f")) == 0);
        share.settle();
    }

    @Test
    @DisplayName("D21: a directory that becomes a file while another adds to it keeps the addition")
    void d21_aDirectoryThatBecomesAFileWhileAnotherAddsToIt() throws Exception {
        var a = share.node("a").start();
        var b = share.node("b").start();
        for (int i = 0; i < 3; i++) {
            a.write("d/f" + i, "old " + i);
        }
        share.settle();
        a.stop();
        b.stop();
        deleteAll(a.path("d"));
        a.write("d", "x");
        b.write("d/new", "added on b");

        a.start();
        b.start();
        share.settle();

        boolean inTree = a.has("d/new") && a.read("d/new").equals("added on b");
        assertThat(inTree || a.keeps("added on b") || b.keeps("added on b")).isTrue();
        boolean fileKept = Files.isRegularFile(a.path("d")) || a.keeps("x") || b.keeps("x");
        assertThat(fileKept).isTrue();
    }

    @Test
    @DisplayName("D30: an edit survives a concurrent delete")
    void d30_anEditSurvivesAConcurrentDelete() throws Exception {
        var a = share.node("a").start();
        var b = share.node("b").start();
        var c = share.node("c").start();
        a.write("f", "old");
        share.settle();
        a.stop();
        b.stop();
        a.delete("f");
        b.write("f", "edited meanwhile");

        a.start();
        b.start();
        share.settle();

        assertThat(a.read("f")).isEqualTo("edited meanwhile");
        assertThat(c.read("f")).isEqualTo("edited meanwhile");
    }

    @Test
    @DisplayName("D31: a file that is deleted and made again at once stays")
    void d31_aFileThatIsDeletedAndMadeAgainStays() throws Exception {
        var a = share.node("a").start();
        var b = share.node("b").start();
        a.write("f", "old");
        share.settle();

        for (int i = 0; i < 50; i++) {
            a.delete("f");
            if (i % 2 == 0) { // Then the deletion is seen by itself, and may be told before it is
                // over.
                LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
            }
            a.write("f", "new " + i);
        }
        share.settle();
        a.control().rescan();
        b.control().rescan();
        share.settle();

        assertThat(b.read("f")).isEqualTo("new 49");
        assertThat(a.read("f")).isEqualTo("new 49");
    }

    @Test
    @DisplayName("P10: a node that stops in the middle leaves nothing half-done, and goes on")
    void p10_aNodeThatStopsInTheMiddleGoesOn() throws Exception {
        var a = share.node("a").start();
        var b = share.node("b").start();
        fill(a, 3_000);
        await().atMost(Share.PATIENCE).until(() -> countFiles(b.folder) > 100);
        b.stop();
        for (var each : Trees.listing(b.folder).entrySet()) {
            if (each.getValue().startsWith("f")) {
                assertThat(b.read(each.getKey())).isEqualTo(a.read(each.getKey()));
            }
        }

        b.start();
        share.settle();
        assertThat(countFiles(b.folder)).isEqualTo(3_000);
        assertThat(Trees.staged(b.folder)).isEmpty();
    }
}
