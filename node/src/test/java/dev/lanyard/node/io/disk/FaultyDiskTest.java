package dev.lanyard.node.io.disk;

import static dev.lanyard.node.io.disk.FaultyDisk.any;
import static dev.lanyard.node.io.disk.FaultyDisk.at;
import static dev.lanyard.node.io.disk.FaultyDisk.below;
import static dev.lanyard.node.io.disk.FaultyDisk.nth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lanyard.node.io.disk.DiskException.Fault;
import dev.lanyard.node.io.disk.FaultyDisk.Operation;
import dev.lanyard.node.io.disk.Root.Place;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.random.RandomGenerator;

/** Without faults it keeps the contract; with them it has exactly those. */
@EnabledOnOs(OS.LINUX)
final class FaultyDiskTest extends FolderContract {
    @Override
    Disk disk(Path folder) {
        return new FaultyDisk(new LinuxDisk(folder, RandomGenerator.getDefault()));
    }

    @Test
    void failsTheNthCallAndOnlyThat() throws IOException {
        faulty().fail(nth(2, any(Operation.CREATE)), Fault.DISK_FULL);

        stage("s1", "");
        assertFault(Fault.DISK_FULL, () -> root.create("s2"));
        stage("s3", "");

        assertThat(root.names(Place.STAGING)).containsOnly("s1", "s3");
    }

    @Test
    void failsByPathUntilItHeals() throws IOException {
        Files.createDirectory(folder.resolve("d"));
        Files.writeString(folder.resolve("d/f"), "f");
        faulty().fail(at(Operation.LIST, path("d")), Fault.IO);
        faulty().fail(below(path("d")), Fault.NOT_PERMITTED);

        assertFault(Fault.IO, () -> root.list(path("d")));
        assertFault(Fault.NOT_PERMITTED, () -> root.stat(path("d/f")));
        assertThat(root.list(null)).hasSize(1);
        faulty().heal();
        assertThat(root.list(path("d"))).hasSize(1);
    }

    @Test
    void actsBehindOurBack() throws IOException {
        Files.writeString(folder.resolve("f"), "0123456789");
        faulty().before(
                        nth(2, at(Operation.READ_BYTES, path("f"))),
                        () -> Files.writeString(folder.resolve("f"), "01"));
        faulty().after(any(Operation.TAKE), () -> Files.writeString(folder.resolve("f"), "new"));

        assertThat(read(root.read(path("f")))).isEqualTo("0123456789");
        assertThat(read(root.read(path("f")))).isEqualTo("01");
        root.take(path("f"), "taken");
        assertThat(folder.resolve("f")).hasContent("new");
    }

    @Test
    void staysDownAfterACrash() throws IOException {
        stage("s", "s");
        faulty().crash(at(Operation.ARCHIVE, Place.STAGING, "s"));

        assertThatThrownBy(() -> root.archive("s", "v")).isInstanceOf(FaultyDisk.Crash.class);
        assertThatThrownBy(() -> root.delete(Place.STAGING, "s"))
                .isInstanceOf(FaultyDisk.Crash.class);
        faulty().heal();
        assertThat(root.names(Place.STAGING)).containsOnly("s");
    }

    @Test
    void isInUseUntilItHeals() throws IOException {
        Files.writeString(folder.resolve("f"), "f");
        faulty().inUse(at(Operation.IS_QUIET, path("f")));

        assertThat(root.isQuiet(path("f"))).isFalse();
        faulty().heal();
        assertThat(root.isQuiet(path("f"))).isTrue();
    }

    @Test
    void losesItsRoot() {
        faulty().loseRoot();

        assertThatThrownBy(disk::open).isInstanceOf(RootLostException.class);
    }

    @Test
    void roundsMtimes() throws IOException {
        Files.writeString(folder.resolve("f"), "f");
        root.setAttributes(path("f"), 0600, Instant.parse("2024-01-01T00:00:03.123456789Z"));

        faulty().roundMtimes(Duration.ofSeconds(2));
        assertThat(found("f").stat().mtime()).isEqualTo("2024-01-01T00:00:02Z");
        faulty().roundMtimes(Duration.ofNanos(1_000));
        assertThat(found("f").stat().mtime()).isEqualTo("2024-01-01T00:00:03.123456Z");
        faulty().mtimes(mtime -> mtime.plusSeconds(3_600));
        assertThat(found("f").stat().mtime()).isEqualTo("2024-01-01T01:00:03.123456789Z");
    }

    @Test
    void cannotExchangeNorFlushAtOnce() throws IOException {
        Files.writeString(folder.resolve("f"), "f");
        stage("s", "s");
        faulty().withoutExchange();
        faulty().withoutFlushAll();

        assertFault(Fault.UNSUPPORTED, () -> root.exchange("s", path("f")));
        assertThat(root.flushAll()).isFalse();
    }

    @Test
    void takesNamesForTheSameThatDifferInCaseOnly() throws IOException {
        Files.createDirectory(folder.resolve("Dir"));
        Files.writeString(folder.resolve("Dir/File"), "f");
        stage("s", "s");
        faulty().names(NameHabit.IGNORING_CASE);

        assertThat(root.stat(path("dIR/fILE"))).isEqualTo(root.stat(path("Dir/File")));
        assertFault(Fault.EXISTS, () -> root.place("s", path("dir/FILE")));
        root.place("s", path("dir/Other"));
        assertThat(folder.resolve("Dir/Other")).hasContent("s");
    }

    @Test
    void storesAccentsApartFromTheirLetters() throws IOException {
        stage("s", "s");
        faulty().names(NameHabit.DECOMPOSING);

        root.place("s", path("\u00e9"));

        assertThat(root.list(null)).extracting(DiskContract::text).containsOnly("e\u0301");
        assertThat(root.stat(path("\u00e9"))).isEqualTo(root.stat(path("e\u0301"))).isNotNull();
    }

    private FaultyDisk faulty() {
        return (FaultyDisk) disk;
    }
}
