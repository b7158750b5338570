package dev.lanyard.node.app.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;

/** Mirrors to drives with file systems of their own, mounted for the test. */
@EnabledOnOs(OS.LINUX)
class MirrorDrivesTest {
    /** XFS takes no less. */
    private static final int DRIVE_MEGABYTES = 320;

    private static final long MIB = 1 << 20;
    private static final int LARGE_BYTES = 8 << 20;

    @TempDir private Path temporary;
    private final Random random = new Random(7);
    private Desk desk;
    private Path source;

    @BeforeEach
    void sitDown() throws IOException {
        desk = new Desk(temporary);
        source = Files.createDirectory(desk.home.resolve("src"));
    }

    private Drive drive(String type) throws Exception {
        return Drive.plugged(desk.home.resolve("drive"), type, DRIVE_MEGABYTES);
    }

    private Desk.Ran mirror(Path to, String... more) {
        return desk.run(Desk.mirroring(source, to, more));
    }

    private byte[] large() {
        byte[] bytes = new byte[LARGE_BYTES];
        random.nextBytes(bytes);
        return bytes;
    }

    private void expectEqual(Path copy) throws IOException {
        Map<String, String> there = MirrorTest.tree(copy);
        there.remove("lost+found");
        assertThat(there).isEqualTo(MirrorTest.tree(source));
    }

    /** Where on the drive the first bytes of a file are. */
    private static String firstBlock(Path file) throws Exception {
        assumeThat(Drive.run("filefrag", "-V")).as("how filefrag ended").isZero();
        return Drive.ran("filefrag", "-s", "-v", file.toString())
                .lines()
                .filter(line -> line.stripLeading().startsWith("0:"))
                .map(line -> line.split(":", -1)[2].strip().split("\\.\\.", -1)[0])
                .findFirst()
                .orElseThrow();
    }

    @ParameterizedTest
    @ValueSource(strings = {"btrfs", "xfs"})
    @DisplayName("what the drive has elsewhere is cloned there, where the drive can share blocks")
    void clonesWhatTheDriveHas(String type) throws Exception {
        try (Drive drive = drive(type)) {
            byte[] content = large();
            Files.write(source.resolve("a"), content);
            byte[] other = large();
            Files.write(source.resolve("other"), other);
            mirror(drive.folder);

            Files.createDirectory(source.resolve("d"));
            Files.write(source.resolve("d/again"), content);
            content[content.length / 3] ^= 1;
            Files.write(source.resolve("nearly"), content);
            Desk.Ran second = mirror(drive.folder);

            expectEqual(drive.folder);
            assertThat(second.out()).contains("3 created; 16.0 KiB in");
            assertThat(firstBlock(drive.folder.resolve("d/again")))
                    .isEqualTo(firstBlock(drive.folder.resolve("a")))
                    .isNotEqualTo(firstBlock(drive.folder.resolve("other")));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"btrfs", "xfs"})
    @DisplayName("a large file that changed in place is patched into a new file, by blocks")
    void patchesWhatChangedInPlace(String type) throws Exception {
        try (Drive drive = drive(type)) {
            Path file = Files.write(source.resolve("a"), large());
            mirror(drive.folder);
            Path copy = drive.folder.resolve("a");
            String firstBlock = firstBlock(copy);
            Object inode = Files.getAttribute(copy, "unix:ino");

            try (RandomAccessFile edited = new RandomAccessFile(file.toFile(), "rw")) {
                edited.seek(LARGE_BYTES / 2 + 5);
                edited.write(new byte[100_000]);
                edited.seek(LARGE_BYTES + 10);
                edited.write(1);
            }
            Desk.Ran second = mirror(drive.folder);
            expectEqual(drive.folder);
            assertThat(second.out()).contains("1 updated; 112.0 KiB in");
            assertThat(firstBlock(copy)).isEqualTo(firstBlock);
            assertThat(Files.getAttribute(copy, "unix:ino")).isNotEqualTo(inode);

            try (RandomAccessFile edited = new RandomAccessFile(file.toFile(), "rw")) {
                edited.setLength(LARGE_BYTES - 5_000);
            }
            assertThat(mirror(drive.folder).out()).contains("1 updated; 0 bytes in");
            expectEqual(drive.folder);
        }
    }

    // ---------------------------------------------------------------- holes

    private static void write(Path file, long at, byte... bytes) throws IOException {
        try (RandomAccessFile edited = new RandomAccessFile(file.toFile(), "rw")) {
            edited.seek(at);
            edited.write(bytes);
        }
    }

    private static void punch(Path file, long at, long length) throws Exception {
        String[] command = {"fallocate", "-p", "-o", "" + at, "-l", "" + length, file.toString()};
        assumeThat(Drive.run(command)).as("how the making of a hole ended").isZero();
    }

    private static long allocatedBytes(Path file) throws Exception {
        return Long.parseLong(Drive.ran("stat", "-c", "%b", file.toString()).strip()) * 512;
    }

    /** Has two MiB of bytes, a hole between them and one behind. */
    private Path sparse(String name) throws IOException {
        Path file = source.resolve(name);
        byte[] bytes = new byte[(int) MIB];
        for (long at : new long[] {0, 4 * MIB}) {
            random.nextBytes(bytes);
            write(file, at, bytes);
        }
        try (RandomAccessFile edited = new RandomAccessFile(file.toFile(), "rw")) {
            edited.setLength(LARGE_BYTES);
        }
        return file;
    }

    @ParameterizedTest
    @ValueSource(strings = {"btrfs", "xfs"})
    @DisplayName("what comes into a hole of a large file, or becomes one, is patched in the copy")
    void patchesWhatBecomesAHoleOrIsOneNoMore(String type) throws Exception {
        try (Drive drive = drive(type)) {
            Path file = sparse("a");
            mirror(drive.folder);
            Path copy = drive.folder.resolve("a");
            assertThat(allocatedBytes(copy)).isLessThan(3 * MIB);
            String firstBlock = firstBlock(copy);

            write(file, 2 * MIB + 5, Arrays.copyOf(large(), 100_000));
            expectPatched(drive, firstBlock, "112.0 KiB");
            punch(file, 4 * MIB + (64 << 10), 512 << 10);
            expectPatched(drive, firstBlock, "512.0 KiB");
            assertThat(allocatedBytes(copy)).isLessThan(2 * MIB);
            write(file, LARGE_BYTES - 1, (byte) 1);
            expectPatched(drive, firstBlock, "4.0 KiB");
            punch(file, LARGE_BYTES - MIB, MIB);
            expectPatched(drive, firstBlock, "4.0 KiB");
            try (RandomAccessFile edited = new RandomAccessFile(file.toFile(), "rw")) {
                edited.setLength(LARGE_BYTES + MIB);
            }
            expectPatched(drive, firstBlock, "0 bytes");
        }
    }

    /** The next pass writes so much and shares the rest. */
    private void expectPatched(Drive drive, String firstBlock, String written) throws Exception {
        Path copy = drive.folder.resolve("a");
        assertThat(mirror(drive.folder).out()).contains("1 updated; " + written + " in");
        assertThat(Files.mismatch(copy, source.resolve("a"))).isEqualTo(-1);
        assertThat(firstBlock(copy)).isEqualTo(firstBlock);
    }

    @ParameterizedTest
    @ValueSource(strings = {"btrfs", "xfs", "ext4"})
    @DisplayName("a hole on one side is equal to zeros on the other, and to nothing else")
    void comparesHolesWithWhatIsThereOnTheOtherSide(String type) throws Exception {
        try (Drive drive = drive(type)) {
            List<Path> files = new ArrayList<>();
            for (String name : List.of("a", "b", "c", "d")) {
                files.add(sparse(name));
            }
            mirror(drive.folder);
            // One has the hole in the source, one in the copy; that in the middle, or at the end.
            files.set(1, drive.folder.resolve("b"));
            files.set(3, drive.folder.resolve("d"));
            List<Long> offsets = List.of(3 * MIB + 17, 3 * MIB + 17, 7 * MIB, LARGE_BYTES - 1L);

            writeUnseen(drive, files, offsets, new byte[1]);
            assertThat(mirror(drive.folder).out()).contains("nothing to do");

            writeUnseen(drive, files, offsets, new byte[] {1});
            assertThat(mirror(drive.folder).out()).contains("4 updated, 4 put back");
            for (String name : List.of("a", "b", "c", "d")) {
                Path copy = drive.folder.resolve(name);
                assertThat(Files.mismatch(copy, source.resolve(name))).as(name).isEqualTo(-1);
            }
        }
    }

    /** Nothing but the contents tells of it: the times are as before, and the record is lost. */
    private static void writeUnseen(Drive drive, List<Path> files, List<Long> offsets, byte[] bytes)
            throws IOException {
        for (int i = 0; i < files.size(); i++) {
            Path file = files.get(i);
            FileTime time = Files.getLastModifiedTime(file);
            write(file, offsets.get(i), bytes);
            Files.setLastModifiedTime(file, time);
        }
        Files.write(drive.folder.resolve(".lanyard/mirror"), new byte[0]);
    }

    @ParameterizedTest
    @ValueSource(strings = {"btrfs", "xfs", "ext4"})
    @DisplayName("whatever the drive can do, the copies are exact after any history of large files")
    void isExactAfterAnyHistoryOfLargeFiles(String type) throws Exception {
        try (Drive drive = drive(type)) {
            List<byte[]> contents = List.of(large(), large());
            for (int step = 0; step < 8; step++) {
                for (int i = 0; i < 3; i++) {
                    byte[] bytes = contents.get(random.nextInt(2)).clone();
                    int at = random.nextInt(bytes.length);
                    int length = random.nextInt(bytes.length - at);
                    if (random.nextBoolean()) {
                        Arrays.fill(bytes, at, at + length, (byte) random.nextInt(3));
                    }
                    bytes = random.nextInt(3) == 0 ? Arrays.copyOf(bytes, at + length) : bytes;
                    Files.write(source.resolve("f" + random.nextInt(4)), bytes);
                }
                // A stale record, and a guess that is wrong, cost a comparison.
                Path there = drive.folder.resolve("f" + random.nextInt(4));
                if (Files.exists(there) && random.nextBoolean()) {
                    Files.write(there, large());
                }
                Desk.Ran ran = mirror(drive.folder);
                assertThat(ran.exit()).as(ran.out() + ran.err()).isZero();
                expectEqual(drive.folder);
            }
        }
    }

    @Test
    @DisplayName("one drive that is full holds up no other, and is caught up with when it has room")
    void aFullDriveHoldsUpNoOtherAndHeals() throws Exception {
        Path good = desk.home.resolve("good");
        Files.write(source.resolve("a"), new byte[1_000]);
        Files.write(source.resolve("b"), large());
        try (Drive drive = Drive.plugged(desk.home.resolve("drive"), "tmpfs", 9)) {
            Path full = drive.folder;
            Files.write(full.resolve(".Trash-0"), new byte[5 << 20]);
            var running =
                    desk.begin(
                            "mirror",
                            source.toString(),
                            full.toString(),
                            good.toString(),
                            "--watch",
                            "--exclude=/.Trash-0");
            await().ignoreExceptions().untilAsserted(() -> expectEqual(good));
            await().until(() -> desk.out().contains("skipped b: no space left"));
            assertThat(full.resolve("a")).exists();
            assertThat(full.resolve("b")).doesNotExist();
            assertThat(full.resolve(".lanyard/staging")).isEmptyDirectory();

            Files.write(source.resolve("c"), new byte[1_000]);
            await().untilAsserted(() -> assertThat(full.resolve("c")).hasSize(1_000));

            Files.delete(full.resolve(".Trash-0"));
            // It is tried again ever more rarely.
            await().atMost(Duration.ofSeconds(90)).untilAsserted(() -> expectEqual(full));
            desk.signal();
            assertThat(running.end().exit()).isZero();
            assertThat(desk.out().lines().filter(line -> line.contains("skipped b"))).hasSize(1);
        }
    }

    /** Many files, of which a pass takes a while. */
    private void writeMany() throws IOException {
        for (int i = 0; i < 3_600; i++) {
            Path folder = Files.createDirectories(source.resolve("d" + i / 100));
            byte[] bytes = new byte[random.nextInt(8_000) + 1];
            random.nextBytes(bytes);
            Files.write(folder.resolve("f" + i), bytes);
        }
    }

    /** The files at the destination. */
    private static List<Path> files(Path copy) throws IOException {
        try (Stream<Path> all = Files.walk(copy)) {
            return all.filter(each -> !each.toString().contains("/.lanyard"))
                    .filter(each -> Files.isRegularFile(each))
                    .toList();
        }
    }

    private Desk.Running watch(Path to) {
        return desk.begin("mirror", source.toString(), to.toString(), "--watch", "--quiet");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ext4", "xfs"})
    @DisplayName("P12: a drive that is pulled out in the middle shows nothing torn when it returns")
    void p12_pulledOutInTheMiddleShowsNothingTorn(String type) throws Exception {
        writeMany();
        Path elsewhere = Files.createDirectory(desk.home.resolve("elsewhere"));
        try (Drive drive = drive(type)) {
            var running = watch(drive.folder);
            await().ignoreExceptions().until(() -> files(drive.folder).size() > 300);
            drive.yank();
            await().until(() -> drive.unplug(drive.folder));

            drive.plug(elsewhere);
            List<Path> there = files(elsewhere);
            assertThat(there).isNotEmpty();
            for (Path each : there) {
                Path its = source.resolve(elsewhere.relativize(each));
                assertThat(Files.mismatch(each, its)).as("where %s differs", each).isEqualTo(-1);
            }
            assertThat(drive.unplug(elsewhere)).isTrue();
            assertThat(drive.folder).isEmptyDirectory();

            expectCaughtUp(drive, running);
            assertThat(drive.folder.resolve(".lanyard/staging")).isEmptyDirectory();
        }
    }

    private void expectCaughtUp(Drive drive, Desk.Running mirror) throws Exception {
        drive.plug();
        await().atMost(Duration.ofSeconds(40))
                .ignoreExceptions()
                .untilAsserted(() -> expectEqual(drive.folder));
        desk.signal();
        assertThat(mirror.end().exit()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ext4", "xfs", "btrfs"})
    @DisplayName("P12: a drive that is unmounted by force in the middle is caught up with")
    void p12_unmountedInTheMiddleIsCaughtUpWith(String type) throws Exception {
        writeMany();
        try (Drive drive = drive(type)) {
            var running = watch(drive.folder);
            await().ignoreExceptions().until(() -> files(drive.folder).size() > 300);
            drive.detach();
            Files.writeString(source.resolve("meanwhile"), "written");
            await().until(() -> desk.err().contains("waiting for"));
            assertThat(drive.folder).isEmptyDirectory();

            expectCaughtUp(drive, running);
        }
    }

    @Test
    @DisplayName("what is mounted in the one is never taken for a part of the other")
    void leavesAloneWhatIsMountedInside() throws Exception {
        Files.writeString(source.resolve("a"), "a");
        try (Drive drive = drive("ext4")) {
            mirror(drive.folder);
            Path inCopy = Files.createDirectory(drive.folder.resolve("source"));
            Path inSource = Files.createDirectory(source.resolve("copy"));
            Drive.ran("mount", "--bind", source.toString(), inCopy.toString());
            Drive.ran("mount", "--bind", drive.folder.toString(), inSource.toString());
            try {
                mirror(drive.folder, "--delete=yes", "--confirm-deletes");

                assertThat(source.resolve("a")).hasContent("a");
                assertThat(drive.folder.resolve("a")).hasContent("a");
                assertThat(drive.folder.resolve("copy/a")).doesNotExist();
            } finally {
                Drive.run("umount", inSource.toString());
                Drive.run("umount", inCopy.toString());
            }
        }
    }
}
