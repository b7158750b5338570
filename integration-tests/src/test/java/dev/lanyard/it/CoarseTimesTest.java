package dev.lanyard.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.function.UnaryOperator;

/** B's file system does not give back the times that it was given. */
@EnabledOnOs(OS.LINUX)
class CoarseTimesTest {
    private static final Instant ODD = Instant.parse("2025-03-30T01:59:59.123456789Z");

    @TempDir Path base;
    private Share share;
    private Share.Node a;
    private Share.Node b;
    private Map<String, String> before;

    @BeforeEach
    void prepare() throws Exception {
        share = new Share(base);
        a = share.node("a");
        b = share.node("b");
        for (int i = 0; i < 20; i++) {
            String path = "d" + i % 3 + "/f" + i;
            a.write(path, "content " + i);
            Files.setLastModifiedTime(a.path(path), FileTime.from(ODD.plusMillis(777L * i)));
        }
        before = Trees.listing(a.folder);
    }

    @AfterEach
    void stop() {
        share.close();
    }

    private void start() throws Exception {
        a.start();
        b.start();
        share.connected();
        finish();
    }

    private void finish() throws Exception {
        assertThat(a.control().await(Share.PATIENCE).done()).isTrue();
        assertThat(b.control().await(Share.PATIENCE).done()).isTrue();
    }

    private void startAgain() throws Exception {
        b.stop();
        b.start();
        share.connected();
        b.control().rescan();
        finish();
    }

    private void assertNothingWasSent() throws Exception {
        assertThat(Trees.listing(a.folder)).isEqualTo(before);
        assertThat(a.status().bytesReceived()).as("sent by b").isZero();
        assertThat(b.status().bytesReceived()).as("sent to b since its start").isZero();
        assertThat(a.conflicts()).isEmpty();
        assertThat(b.conflicts()).isEmpty();
        assertThat(a.versions("d0/f0")).isEmpty();
        assertThat(b.versions("d0/f0")).isEmpty();
    }

    @Test
    @DisplayName("D14 S24: times that are cut to 2 s are no edits, and no mtime changes on A")
    void timesThatAreCutAreNoEdits() throws Exception {
        b.disk.roundMtimes(Duration.ofSeconds(2));
        start();

        startAgain();

        assertNothingWasSent();
    }

    @Test
    @DisplayName(
            "D14: times that are an hour off, from one day on and then not any more, are no edits")
    void timesThatAreShiftedAreNoEdits() throws Exception {
        start();
        b.disk.mtimes(time -> time.plusSeconds(3_600));
        startAgain();
        assertNothingWasSent();

        b.disk.mtimes(UnaryOperator.identity());
        startAgain();
        assertNothingWasSent();
    }

    @Test
    @DisplayName(
            "D14 S24: where times are cut a touch, an edit and a deletion are told as elsewhere")
    void changesAreToldAllTheSame() throws Exception {
        b.disk.roundMtimes(Duration.ofSeconds(2));
        start();
        Instant touched = Instant.parse("2026-01-01T00:00:00Z");

        Files.setLastModifiedTime(b.path("d0/f0"), FileTime.from(touched));
        b.write("d1/f1", "edited on b");
        b.delete("d2/f2");
        a.write("d0/f3", "edited on a");
        await().atMost(Share.PATIENCE)
                .untilAsserted(
                        () -> {
                            assertThat(Files.getLastModifiedTime(a.path("d0/f0")).toInstant())
                                    .isEqualTo(touched);
                            assertThat(a.read("d1/f1")).isEqualTo("edited on b");
                            assertThat(a.has("d2/f2")).isFalse();
                            assertThat(b.read("d0/f3")).isEqualTo("edited on a");
                        });
        before = Trees.listing(a.folder);
        startAgain();

        assertThat(Trees.listing(a.folder)).as("S24: what was deleted is back").isEqualTo(before);
        assertThat(Trees.listing(b.folder)).containsOnlyKeys(before.keySet());
        assertThat(a.conflicts()).isEmpty();
        assertThat(b.conflicts()).isEmpty();
    }

    @Test
    @DisplayName(
            "S25: what was just put in place on B is not found changed by the scans that follow")
    void whatWasPutInPlaceIsNotFoundChanged() throws Exception {
        b.disk.roundMtimes(Duration.ofSeconds(2));
        start();
        for (int round = 0; round < 5; round++) {
            a.write("d0/f0", "round " + round);
            Files.setLastModifiedTime(a.path("d0/f0"), FileTime.from(ODD.plusNanos(round + 1)));
            finish();
            b.control().rescan();
            finish();
        }

        assertThat(b.read("d0/f0")).isEqualTo("round 4");
        assertThat(Files.getLastModifiedTime(a.path("d0/f0")).toInstant())
                .isEqualTo(ODD.plusNanos(5));
        assertThat(a.status().bytesReceived()).isZero();
        assertThat(a.conflicts()).isEmpty();
        assertThat(b.conflicts()).isEmpty();
    }
}
