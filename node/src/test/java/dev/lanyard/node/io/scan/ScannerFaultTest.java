package dev.lanyard.node.io.scan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.lanyard.node.core.engine.Event.Dirt;
import dev.lanyard.node.core.engine.Event.ScanEnd;
import dev.lanyard.node.core.engine.Observation;
import dev.lanyard.node.core.engine.Observation.Absent;
import dev.lanyard.node.core.engine.Observation.SeenFile;
import dev.lanyard.node.core.engine.Observation.Unreadable;
import dev.lanyard.node.core.engine.Observation.Unsettled;
import dev.lanyard.node.core.index.FileStat;
import dev.lanyard.node.core.index.Held;
import dev.lanyard.node.core.index.Row;
import dev.lanyard.node.io.disk.DiskException;
import dev.lanyard.node.io.disk.DiskException.Fault;
import dev.lanyard.node.io.disk.FaultyDisk;
import dev.lanyard.node.io.disk.FaultyDisk.Operation;
import dev.lanyard.node.io.disk.RootLostException;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;

/** What a scan says when the disk does not say the truth, or nothing. */
class ScannerFaultTest extends ScanFixture {

    private void writeMany(String directory, int count) throws IOException {
        for (int i = 0; i < count; i++) {
            write(directory + "/f" + i, "content " + i);
        }
    }

    @Test
    @DisplayName("D1: an empty folder in the place of the root means nothing")
    void d1_rootReplacedByAnEmptyFolder() throws IOException {
        writeMany("d", 1_000);
        sync();
        Files.move(folder, temporary.resolve("unmounted"));
        Files.createDirectory(folder);

        assertThat(scanAll()).isEmpty();
        assertThat(lost).hasSize(1);
        assertThat(end).isEqualTo(ScanEnd.PARTIAL);
        assertThat(scan("d/f1")).isEmpty();
        assertThat(scanDeep("d")).isEmpty();
        assertThat(lost).hasSize(1);

        Files.delete(folder);
        assertThat(scanAll()).isEmpty();
        Files.move(temporary.resolve("unmounted"), folder);
        assertThat(scanAll()).isEmpty();
        assertThat(end).isEqualTo(ScanEnd.COMPLETE);
    }

    @Test
    @DisplayName("S1: the root goes away during a scan, after files were missed")
    void s1_rootLostDuringAScan() throws IOException {
        writeMany("a", 100);
        writeMany("z", 100);
        sync();
        for (int i = 0; i < 100; i++) {
            Files.delete(folder.resolve("a/f" + i)); // Even these wait until the root is checked.
        }
        AtomicInteger openings = new AtomicInteger();
        disk.before(
                FaultyDisk.any(Operation.OPEN),
                () -> {
                    if (openings.incrementAndGet() > 1) {
                        throw new RootLostException("unplugged");
                    }
                });

        assertThat(scanAll()).isEmpty();
        assertThat(lost).containsExactly("unplugged");
        assertThat(end).isEqualTo(ScanEnd.PARTIAL);
    }

    @Test
    @DisplayName("S1: a device that fails in the middle is a lost root, not unreadable files")
    void s1_deviceFailsInTheMiddle() throws IOException {
        writeMany("a", 10);
        sync();
        write("a/f1", "other");
        disk.before(
                FaultyDisk.at(Operation.STAT, path("a/f5")),
                () -> {
                    disk.loseRoot();
                    throw new DiskException("stat", "a/f5", Fault.IO, 5);
                });

        assertThat(scanAll()).isEmpty();
        assertThat(lost).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource(
            names = {"NOT_PERMITTED", "IO", "CONFINED", "NAME_IMPOSSIBLE", "BUSY", "UNSUPPORTED"})
    @DisplayName("D3, S5: a directory that cannot be listed loses none of its files")
    void d3_directoryCannotBeListed(Fault fault) throws IOException {
        writeMany("d", 500);
        write("d.after", "x");
        sync();
        Files.delete(folder.resolve("d/f7"));
        Files.delete(folder.resolve("d.after"));
        disk.fail(FaultyDisk.at(Operation.LIST, path("d")), fault);

        List<Observation> all = scanAll();
        List<Observation> deep = scanDeep("d");
        List<Observation> one = scan("d/f7");

        assertThat(all).noneMatch(it -> it instanceof Absent && it.path().isBelow(path("d")));
        assertThat(brief(all)).contains("Absent d.after");
        assertThat(all).anyMatch(it -> it.path().equals(path("d")) && it.basis() != null);
        assertThat(deep).noneMatch(Absent.class::isInstance);
        assertThat(one).noneMatch(Absent.class::isInstance);
        assertThat(end).isEqualTo(ScanEnd.COMPLETE);
        disk.heal();
        assertThat(brief(scan("d"))).contains("SeenDirectory d", "Absent d/f7");
    }

    @ParameterizedTest
    @EnumSource(names = {"NOT_PERMITTED", "IO", "NAME_IMPOSSIBLE", "BUSY"})
    @DisplayName("S5: a file that cannot be asked about is unreadable, not absent")
    void s5_fileCannotBeAskedAbout(Fault fault) throws IOException {
        write("d/f", "x");
        write("d/g", "y");
        sync();
        disk.fail(FaultyDisk.at(Operation.STAT, path("d/f")), fault);

        Unreadable expected = new Unreadable(path("d/f"), fault.text(), held("d/f"));
        assertThat(scan("d/f")).containsExactly(expected);
        assertThat(scanAll()).containsExactly(expected);
        disk.heal();
        assertThat(brief(scanAll())).containsExactly("SeenFile d/f");
        assertThat(scanAll()).isEmpty();
    }

    @Test
    @DisplayName("P3: a file that cannot be read is listed, and heals by itself")
    void p3_fileCannotBeRead() throws IOException {
        write("f", "x");
        disk.fail(FaultyDisk.at(Operation.READ, path("f")), Fault.NOT_PERMITTED);

        assertThat(scan("f"))
                .containsExactly(new Unreadable(path("f"), Fault.NOT_PERMITTED.text(), null));
        disk.heal();

        assertThat(scan("f").getFirst()).isInstanceOf(SeenFile.class);
    }

    @Test
    void aTroubleThatWasDeletedIsToldToBeOver() throws IOException {
        write("d/f", "x");
        sync();
        write("d/new", "y");
        disk.fail(FaultyDisk.at(Operation.READ, path("d/new")), Fault.NOT_PERMITTED);
        assertThat(brief(scanAll())).containsExactly("Unreadable d/new");
        disk.heal();
        Files.delete(folder.resolve("d/new"));

        assertThat(scanAll()).containsExactly(new Absent(path("d/new"), null));
        assertThat(scanAll()).isEmpty();
    }

    @Test
    @DisplayName("another file system mounted inside the share is not looked into")
    void mountsAreLeftAlone() throws IOException, InterruptedException {
        writeMany("m/sub", 3);
        sync();
        Process mounted =
                new ProcessBuilder("mount", "-t", "tmpfs", "none", folder.resolve("m").toString())
                        .start();
        assumeThat(mounted.waitFor()).isZero();
        try {
            List<Observation> all = scanAll();
            List<Observation> one =
                    scan(new Dirt(path("m/sub/f1"), false), new Dirt(path("m/sub"), true));

            assertThat(all)
                    .containsExactly(new Unreadable(path("m"), Looks.OTHER_DEVICE, held("m")));
            assertThat(one).isNotEmpty().allMatch(Unreadable.class::isInstance);
        } finally {
            assertThat(
                            new ProcessBuilder("umount", folder.resolve("m").toString())
                                    .start()
                                    .waitFor())
                    .isZero();
        }
        assertThat(scanAll()).noneMatch(Absent.class::isInstance);
    }

    @Test
    void aFileThatComesBackBeforeItIsJudgedIsNotAbsent() throws IOException {
        Path file = write("f", "x");
        sync();
        Files.delete(file);
        disk.before(
                FaultyDisk.nth(2, FaultyDisk.any(Operation.OPEN)),
                () -> Files.writeString(file, "back"));

        assertThat(scan("f")).containsExactly(new Unsettled(path("f"), held("f")));
        assertThat(brief(scan("f"))).containsExactly("SeenFile f");
    }

    @Test
    void aDirectoryThatComesBackWhileItIsJudgedDoubtsAllThatWasInIt() throws IOException {
        writeMany("d", 10);
        sync();
        Path away = Files.move(folder.resolve("d"), temporary.resolve("away"));
        disk.before(
                FaultyDisk.nth(3, FaultyDisk.at(Operation.STAT, path("d"))),
                () -> Files.move(away, folder.resolve("d")));

        List<Observation> told = scanDeep("d");

        assertThat(told).filteredOn(each -> each.path().isBelow(path("d"))).hasSize(10);
        assertThat(told).filteredOn(each -> each instanceof Absent).hasSizeLessThanOrEqualTo(1);
        assertThat(folder.resolve("d/f0")).exists();
    }

    @Test
    void aFileThatAnswersIsNotAbsentWhateverIsListed() throws IOException {
        write("d/f", "x");

        try (var root = disk.open()) {
            assertThat(new Evidence(root).of(path("d/f")))
                    .isEqualTo(new Evidence.Verdict.Doubtful());
        }
    }

    @Test
    void aNameThatIsListedButDoesNotAnswerIsDoubtful() throws IOException {
        Path file = write("d/f", "x");
        sync();
        disk.before(
                FaultyDisk.nth(1, FaultyDisk.at(Operation.LIST, path("d"))),
                () -> Files.writeString(file, "back"));
        Files.delete(file);

        try (var root = disk.open()) {
            assertThat(new Evidence(root).of(path("d/f")))
                    .isEqualTo(new Evidence.Verdict.Doubtful());
        }
    }

    @Test
    @DisplayName("a device that got another number does not make every file be read again")
    void renumberedDevice() throws IOException {
        write("d/f", "x");
        sync();
        for (String path : List.of("d", "d/f")) {
            Held held = Objects.requireNonNull(held(path));
            FileStat stat = Objects.requireNonNull(held.stat());
            FileStat before =
                    new FileStat(
                            stat.sizeBytes(),
                            stat.mtime(),
                            stat.ctime(),
                            stat.mode(),
                            stat.inode(),
                            stat.device() + 1);
            index.put(new Row(path(path), held.entry(), new Held(held.entry(), before)));
        }
        index.commit();
        disk.fail(FaultyDisk.any(Operation.READ), Fault.IO);

        List<Observation> seen = scanAll();

        assertThat(brief(seen)).containsExactly("SeenDirectory d", "SeenFile d/f");
        assertThat(((SeenFile) seen.getLast()).content()).isEqualTo(hash("x"));
    }

    @Test
    @DisplayName("D2: all but one file deleted: told as it is, the engine holds it back")
    void d2_almostAllDeleted() throws IOException {
        writeMany("d", 1_200);
        sync();
        for (int i = 1; i < 1_200; i++) {
            Files.delete(folder.resolve("d/f" + i));
        }

        List<Observation> seen = scanAll();

        assertThat(seen).hasSize(1_199).allMatch(Absent.class::isInstance);
        assertThat(seen).allMatch(it -> it.basis() != null);
    }

    @Test
    void whatCannotBeOpenedForAnotherReasonEndsTheScanEarly() throws IOException {
        writeMany("d", 3);
        disk.fail(FaultyDisk.any(Operation.OPEN), Fault.IO);

        assertThat(scanAll()).isEmpty();
        assertThat(lost).isEmpty();
        assertThat(end).isEqualTo(ScanEnd.PARTIAL);
        disk.heal();
        assertThat(scanAll()).hasSize(4);
    }
}
