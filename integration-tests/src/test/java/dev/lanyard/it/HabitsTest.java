package dev.lanyard.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lanyard.node.core.engine.Problem;

import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;

/** How programs write and people arrange things, on two nodes. */
@EnabledOnOs(OS.LINUX)
class HabitsTest {
    private static final Instant EARLIER = Instant.parse("2026-01-01T00:00:00Z");

    @TempDir Path base;
    private Share share;

    @BeforeEach
    void open() {
        share = new Share(base);
    }

    @AfterEach
    void close() {
        share.close();
    }

    private static void eventually(ThrowingRunnable assertion) {
        await().atMost(Share.PATIENCE).pollInterval(Duration.ofMillis(20)).untilAsserted(assertion);
    }

    @Test
    @DisplayName(
            "S2: a folder that is reached by a link is synced; a link elsewhere deletes nothing")
    void s02_theRootIsALink() throws Exception {
        var a = share.node("a");
        var b = share.node("b");
        Path real = Files.createDirectory(base.resolve("real"));
        Path other = Files.createDirectory(base.resolve("other"));
        Files.delete(a.folder);
        Files.createSymbolicLink(a.folder, real);
        a.write("d/f", "text").write("g", "more");
        a.start();
        b.start();
        share.connected();
        eventually(() -> assertThat(b.has("d/f") && b.has("g")).isTrue());
        b.write("d/f", "edited on b");
        eventually(
                () -> assertThat(Files.readString(real.resolve("d/f"))).isEqualTo("edited on b"));
        assertThat(a.control().await(Share.PATIENCE).done()).isTrue();

        Files.delete(a.folder);
        Files.createSymbolicLink(a.folder, other);
        a.control().rescan();
        eventually(() -> assertThat(a.hasProblem(Problem.Kind.ROOT_LOST)).isTrue());
        assertThat(b.read("g")).isEqualTo("more");
        assertThat(other).isEmptyDirectory();

        Files.delete(a.folder);
        Files.createSymbolicLink(a.folder, real);
        eventually(() -> assertThat(a.problems()).isEmpty());
        assertThat(a.control().await(Share.PATIENCE).done()).isTrue();
        assertThat(Trees.difference(real, b.folder)).isEmpty();
        assertThat(Files.isSymbolicLink(a.folder)).isTrue();
    }

    @Test
    @DisplayName("S20: an edit and a deletion that did not see each other end once, with the edit")
    void s20_aDeletionAgainstAnEdit() throws Exception {
        var a = share.node("a").start();
        var b = share.node("b").start();
        a.write("f", "old").write("d/g", "old");
        share.settle();
        a.stop();
        b.stop();
        a.delete("f");
        Trees.sh(a.folder, "rm -r d");
        b.write("f", "edited on b").write("d/g", "edited on b");
        a.start();
        b.start();
        share.settle();

        assertThat(a.read("f")).isEqualTo("edited on b");
        assertThat(a.read("d/g")).isEqualTo("edited on b");
        assertThat(a.problems()).isEmpty();
        assertThat(b.problems()).isEmpty();
        long received = a.status().bytesReceived();
        a.control().rescan();
        b.control().rescan();
        share.settle();
        assertThat(a.status().bytesReceived()).as("sent again").isEqualTo(received);
        assertThat(b.status().bytesReceived()).isZero();
    }

    @Test
    @DisplayName("S22: a preallocated file that is filled under one mtime ends equal")
    void s22_aPreallocatedFileIsFilled() throws Exception {
        var a = share.node("a").start();
        var b = share.node("b").start();
        int block = 1 << 18;
        byte[] bytes = new byte[block];
        try (var file = new RandomAccessFile(a.path("image").toFile(), "rw")) {
            file.setLength(16L * block);
            Files.setLastModifiedTime(a.path("image"), FileTime.from(EARLIER));
            for (int i = 15; i >= 0; i--) {
                Arrays.fill(bytes, (byte) (i + 1));
                file.seek((long) i * block);
                file.write(bytes);
                Files.setLastModifiedTime(a.path("image"), FileTime.from(EARLIER));
                if (i % 4 == 0) {
                    a.write("mark" + i, "m");
                    String mark = "mark" + i;
                    await().atMost(Share.PATIENCE).until(() -> b.has(mark));
                }
            }
        }
        share.settle();

        assertThat(Files.mismatch(a.path("image"), b.path("image"))).isEqualTo(-1);
        assertThat(Files.getLastModifiedTime(b.path("image")).toInstant()).isEqualTo(EARLIER);
        assertThat(a.status().bytesReceived()).as("sent back").isZero();
    }

    @Test
    @DisplayName("S23: contents of one size and one mtime, set back by a tool, are told apart")
    void s23_sameSizeAndTime() throws Exception {
        var a = share.node("a").start();
        var b = share.node("b").start();
        for (int i = 0; i < 8; i++) {
            a.write("f", "content " + i);
            Files.setLastModifiedTime(a.path("f"), FileTime.from(EARLIER));
            a.write("f", "CONTENT " + i);
            Files.setLastModifiedTime(a.path("f"), FileTime.from(EARLIER));
            share.settle();
            assertThat(b.read("f")).isEqualTo("CONTENT " + i);
        }
    }

    @Test
    @DisplayName("S30: a program that saves its old buffer over what has arrived loses nothing")
    void s30_anOldBufferIsSaved() throws Exception {
        var a = share.node("a").start();
        var b = share.node("b").start();
        a.write("passwords", "one");
        share.settle();
        String buffer = b.read("passwords");
        a.write("passwords", "one, two");
        share.settle();

        b.write("passwords", buffer + ", three");
        share.settle();

        assertThat(a.read("passwords")).isEqualTo("one, three");
        assertThat(a.keeps("one, two")).as("what the old buffer has overwritten").isTrue();
        assertThat(a.keeps("one") || b.keeps("one")).isTrue();
    }

    @Test
    @DisplayName(
            "S31: where a cut copy is the last modified, the other content is a listed conflict")
    void s31_aCutCopyIsTheLastModified() throws Exception {
        var a = share.node("a").start();
        var b = share.node("b").start();
        a.write("f", "whole");
        share.settle();
        a.stop();
        b.stop();
        a.write("f", "whole, and edited on a");
        Files.setLastModifiedTime(a.path("f"), FileTime.from(Instant.now().minusSeconds(60)));
        b.write("f", "who");
        a.start();
        b.start();
        share.settle();

        assertThat(a.read("f")).isEqualTo("who");
        assertThat(a.keeps("whole, and edited on a")).isTrue();
        assertThat(a.conflicts()).extracting(each -> each.path().toString()).containsExactly("f");
    }

    @Test
    @DisplayName("P6: what another program has open is replaced when it is closed, and never torn")
    void p06_aFileInUseOnTheReceiver() throws Exception {
        var a = share.node("a").start();
        var b = share.node("b").start();
        a.write("f", "old").write("other", "old");
        share.settle();
        Object inode = Files.getAttribute(b.path("f"), "unix:ino", LinkOption.NOFOLLOW_LINKS);
        try (var file = new RandomAccessFile(b.path("f").toFile(), "rw")) {
            a.write("f", "new");
            a.write("other", "new");
            eventually(() -> assertThat(b.read("other")).isEqualTo("new"));
            assertThat(b.read("f")).isEqualTo("old");
            assertThat(Files.getAttribute(b.path("f"), "unix:ino", LinkOption.NOFOLLOW_LINKS))
                    .isEqualTo(inode);
            assertThat(file.length()).isEqualTo(3);
        }
        share.settle();

        assertThat(b.read("f")).isEqualTo("new");
        assertThat(b.keeps("old")).isTrue();
    }
}
