package dev.lanyard.node.app.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** Mirrors of what is very deep, very large or oddly named, and ones that are ended early. */
@EnabledOnOs(OS.LINUX)
class MirrorLimitsTest {
    private static final int LEVELS = 2_000;
    private static final long SPARSE_BYTES = 20L << 30;
    private static final int PIECE_BYTES = 1 << 20;

    @TempDir private Path temporary;
    private Desk desk;
    private Path source;
    private Path copy;

    @BeforeEach
    void sitDown() throws IOException {
        desk = new Desk(temporary);
        source = Files.createDirectory(desk.home.resolve("src"));
        copy = desk.home.resolve("dst");
    }

    /** Its paths are too long for whoever would delete them by their paths. */
    @AfterEach
    void clearAway() throws InterruptedException {
        Drive.run("rm", "-rf", desk.home.toString());
    }

    private Desk.Ran mirror(String... more) {
        return desk.run(Desk.mirroring(source, copy, more));
    }

    // ---------------------------------------------------------------- depth

    /** Made from the innermost folder on, since no call takes such a path. */
    private void makeDeep() throws IOException {
        Path inner = Files.createDirectory(desk.home.resolve("inner"));
        Files.writeString(inner.resolve("f"), "at the bottom");
        for (int i = 1; i < LEVELS; i++) {
            Path outer = Files.createDirectory(desk.home.resolve("outer"));
            Files.move(inner, outer.resolve("level" + i % 10));
            Files.move(outer, inner);
        }
        Files.move(inner, source.resolve("top"));
    }

    /** Kind, depth, name and size of all that is below, by a program that opens step by step. */
    private static List<String> below(Path folder) throws Exception {
        return Drive.ran(
                        "find",
                        folder.toString(),
                        "-mindepth",
                        "1",
                        "-path",
                        "*/.lanyard",
                        "-prune",
                        "-o",
                        "-printf",
                        "%y %d %f %m %T@\n")
                .lines()
                .skip(1)
                .sorted()
                .toList();
    }

    @Test
    @Tag("long")
    @DisplayName("P1: a tree of 2 000 levels is copied, renamed and deleted, each in one pass")
    void p01_copiesAndDeletesAVeryDeepTree() throws Exception {
        makeDeep();
        Desk.Ran first = mirror("--quiet");
        assertThat(first.exit()).as(first.out() + first.err()).isZero();
        assertThat(below(copy)).hasSize(LEVELS).isEqualTo(below(source));
        assertThat(mirror("--quiet").out()).contains("nothing to do");

        Files.move(source.resolve("top"), source.resolve("other"));
        assertThat(mirror("--quiet").out()).contains("1 renamed; 0 bytes");
        assertThat(below(copy)).isEqualTo(below(source));
        assertThat(mirror("--quiet").out()).contains("nothing to do");

        Drive.ran("rm", "-r", source.resolve("other").toString());
        Files.writeString(source.resolve("flat"), "f");
        Desk.Ran last = mirror("--quiet");
        assertThat(last.out()).contains("1 created", LEVELS + 1 + " deleted");
        assertThat(below(copy)).isEqualTo(below(source));
    }

    // ---------------------------------------------------------------- size

    /** Three pieces of bytes in 20 GiB of nothing. */
    private void writeSparse(Path file) throws IOException {
        byte[] piece = new byte[PIECE_BYTES];
        Arrays.fill(piece, (byte) 7);
        try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
            sparse.setLength(SPARSE_BYTES);
            for (long at : new long[] {0, SPARSE_BYTES / 2, SPARSE_BYTES - PIECE_BYTES}) {
                sparse.seek(at);
                sparse.write(piece);
            }
        }
    }

    private static long allocatedBytes(Path file) throws Exception {
        return Long.parseLong(Drive.ran("stat", "-c", "%b", file.toString()).strip()) * 512;
    }

    /** What this process has asked the system for, also where that were zeros of a hole. */
    private static long readBytes() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/io")).stream()
                .filter(line -> line.startsWith("rchar: "))
                .mapToLong(line -> Long.parseLong(line.substring("rchar: ".length())))
                .sum();
    }

    private static byte[] piece(Path file, long at) throws IOException {
        byte[] piece = new byte[PIECE_BYTES];
        try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "r")) {
            open.seek(at);
            open.readFully(piece);
        }
        return piece;
    }

    @Test
    @DisplayName("P4: of a sparse file of 20 GiB only what it holds is read and written")
    void p04_copiesALargeSparseFileWithItsHoles() throws Exception {
        Path file = source.resolve("sparse");
        writeSparse(file);
        long before = readBytes();
        try (Drive drive = Drive.plugged(desk.home.resolve("drive"), "tmpfs", 16)) {
            copy = drive.folder;
            assertThat(mirror("--quiet").exit()).isZero();
            Path copied = copy.resolve("sparse");
            assertThat(copied).hasSize(SPARSE_BYTES);
            assertThat(allocatedBytes(copied)).isBetween(3L * PIECE_BYTES, 4L * PIECE_BYTES);
            assertThat(mirror("--quiet").out()).contains("nothing to do");

            try (RandomAccessFile edited = new RandomAccessFile(file.toFile(), "rw")) {
                edited.seek(SPARSE_BYTES / 2 + 3);
                edited.write(9);
            }
            assertThat(mirror("--quiet").out()).contains("1 updated");
            assertThat(readBytes() - before).isLessThan(64L * PIECE_BYTES);
            for (long at : new long[] {0, SPARSE_BYTES / 2, SPARSE_BYTES - PIECE_BYTES}) {
                assertThat(piece(copied, at)).isEqualTo(piece(file, at));
            }
            assertThat(allocatedBytes(copied)).isBetween(3L * PIECE_BYTES, 4L * PIECE_BYTES);
        }
    }

    @Test
    void whatIsLargerThanTheDestinationCanStoreIsListedAndNotTriedOverAndOver() throws Exception {
        try (Drive drive = Drive.plugged(desk.home.resolve("huge"), "tmpfs", 4);
                Drive small = Drive.plugged(desk.home.resolve("small"), "ext4", 8)) {
            source = drive.folder;
            copy = small.folder;
            Files.writeString(source.resolve("a"), "a");
            try (RandomAccessFile huge =
                    new RandomAccessFile(source.resolve("huge").toFile(), "rw")) {
                huge.setLength(17L << 40); // ext4 ends at 16 TiB.
            }
            var running = desk.begin(Desk.mirroring(source, copy, "--watch"));
            running.shows("skipped huge: it is larger than the destination can store");
            running.shows("1 created, 1 skipped");
            assertThat(copy.resolve(".lanyard/staging")).isEmptyDirectory();
            Files.writeString(source.resolve("b"), "b");
            running.shows("created b");
            desk.signal();
            assertThat(running.end().exit()).isZero();
            assertThat(desk.out().lines().filter(line -> line.contains("huge: "))).hasSize(1);
        }
    }

    @Test
    @DisplayName("P5: names of any bytes arrive, also of those that are no text")
    void p05_copiesNamesOfAnyBytes() throws Exception {
        String make = "cd \"$0\"; for i; do n=$(printf \"x\\\\$i.\"); echo $i > \"$n\"; done";
        List<String> command = new ArrayList<>(List.of("sh", "-ec", make, source.toString()));
        for (int each = 1; each < 256; each++) {
            if (each != '/') {
                command.add(Integer.toOctalString(each));
            }
        }
        Drive.ran(command.toArray(String[]::new));

        assertThat(mirror("--quiet").out()).contains("254 created");
        Drive.ran("diff", "-r", "--exclude=.lanyard", source.toString(), copy.toString());
        assertThat(mirror("--quiet").out()).contains("nothing to do");
    }

    // ---------------------------------------------------------------- an early end

    /**
     * Quits a mirror of that many new files as soon as it has copied one of them.
     *
     * @return how many files the copy has then
     */
    private long quitAmong(int count) throws Exception {
        byte[] bytes = new byte[8_000];
        Path round = Path.of("of" + count);
        for (int i = 0; i < count; i++) {
            Path folder = Files.createDirectories(source.resolve(round).resolve("d" + i % 30));
            Arrays.fill(bytes, (byte) i);
            Files.write(folder.resolve("f" + i), bytes);
        }
        Desk typing = desk.another().terminal();
        var running = typing.begin(Desk.mirroring(source, copy, "--every", "1h"));
        await().pollInterval(Duration.ofMillis(1))
                .ignoreExceptions()
                .until(() -> !files(copy.resolve(round), 1).isEmpty());
        typing.type("quit");
        assertThat(running.end().exit()).isZero();
        return files(copy, Long.MAX_VALUE).size();
    }

    private static List<Path> files(Path folder, long limit) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(each -> !each.toString().contains("/.lanyard"))
                    .filter(each -> Files.isRegularFile(each))
                    .limit(limit)
                    .toList();
        }
    }

    @Test
    @DisplayName("P10: quit in the middle finishes the files in hand, and the next pass the rest")
    void p10_quitInTheMiddleLeavesWholeFiles() throws Exception {
        int made = 0;
        long copied = 0;
        // A machine that has copied all of them before it heard the word is given more.
        for (int count = 1_500; copied == made; count *= 2) {
            assertThat(count)
                    .as("files that were copied before the word was heard")
                    .isLessThan(50_000);
            made += count;
            copied = quitAmong(count);
        }

        assertThat(copy.resolve(".lanyard/staging")).isEmptyDirectory();
        for (Path each : files(copy, Long.MAX_VALUE)) {
            assertThat(each).hasSameBinaryContentAs(source.resolve(copy.relativize(each)));
        }
        Desk.Ran rest = desk.another().run(Desk.mirroring(source, copy, "--quiet"));
        assertThat(rest.exit()).as(rest.out() + rest.err()).isZero();
        assertThat(rest.out()).contains(" created");
        Drive.ran("diff", "-r", "--exclude=.lanyard", source.toString(), copy.toString());
    }
}
