package dev.lanyard.node.io.scan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lanyard.delta.checksum.TreeHash;
import dev.lanyard.node.core.engine.Effect;
import dev.lanyard.node.core.engine.Event;
import dev.lanyard.node.core.engine.Event.Dirt;
import dev.lanyard.node.core.engine.Event.ScanEnd;
import dev.lanyard.node.core.engine.JustChanged;
import dev.lanyard.node.core.engine.Observation;
import dev.lanyard.node.core.engine.Observation.Absent;
import dev.lanyard.node.core.engine.Observation.SeenDirectory;
import dev.lanyard.node.core.engine.Observation.SeenFile;
import dev.lanyard.node.core.engine.Observation.SeenLink;
import dev.lanyard.node.core.engine.Observation.Unsettled;
import dev.lanyard.node.core.engine.Observation.Unsupported;
import dev.lanyard.node.core.plan.Outcome;
import dev.lanyard.node.io.disk.Disk;
import dev.lanyard.node.io.disk.DiskException.Fault;
import dev.lanyard.node.io.disk.FaultyDisk;
import dev.lanyard.node.io.disk.FaultyDisk.Operation;
import dev.lanyard.protocol.ContentHash;
import dev.lanyard.protocol.RelativePath;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

class ScannerTest extends ScanFixture {

    @Test
    void reportsEveryKindInPathOrder() throws Exception {
        write("b/x", "one");
        write("b.c", "two");
        shell("cd \"$0\" && ln -s ../nowhere a && mkfifo p && mkdir e");

        List<Observation> seen = scanAll();

        assertThat(brief(seen))
                .containsExactly(
                        "SeenLink a",
                        "SeenDirectory b",
                        "SeenFile b/x",
                        "SeenFile b.c",
                        "SeenDirectory e",
                        "Unsupported p");
        assertThat(seen.get(2))
                .isInstanceOfSatisfying(
                        SeenFile.class,
                        file -> {
                            assertThat(file.content()).isEqualTo(hash("one"));
                            assertThat(file.stat().sizeBytes()).isEqualTo(3);
                            assertThat(file.basis()).isNull();
                        });
        assertThat(seen.getFirst())
                .isInstanceOfSatisfying(
                        SeenLink.class,
                        link ->
                                assertThat(link.target().bytes())
                                        .isEqualTo("../nowhere".getBytes(StandardCharsets.UTF_8)));
        assertThat(seen.getLast()).isEqualTo(new Unsupported(path("p"), "fifo", null));
        assertThat(end).isEqualTo(ScanEnd.COMPLETE);
    }

    @Test
    void reportsNothingWhenNothingChanged() throws IOException {
        write("d/e/f", "x");
        write("d/g", "y");
        sync();

        assertThat(scanAll()).isEmpty();
        assertThat(scan("d/e/f")).isEmpty();
        assertThat(scanDeep("d")).isEmpty();
        assertThat(scan("never/was/here")).isEmpty();
        assertThat(end).isEqualTo(ScanEnd.COMPLETE);
    }

    @Test
    void reportsAnEditWithWhatItWasComparedWith() throws IOException {
        write("f", "old");
        sync();
        write("f", "new content");

        List<Observation> seen = scan("f");

        assertThat(seen).hasSize(1);
        assertThat(seen.getFirst())
                .isInstanceOfSatisfying(
                        SeenFile.class,
                        file -> {
                            assertThat(file.content()).isEqualTo(hash("new content"));
                            assertThat(file.basis()).isEqualTo(held("f"));
                        });
    }

    @Test
    void reportsChangesOfModes() throws IOException {
        Path file = write("d/f", "x");
        sync();
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
        Files.setPosixFilePermissions(
                folder.resolve("d"), PosixFilePermissions.fromString("rwx------"));

        List<Observation> seen = scan(new Dirt(path("d/f"), false), new Dirt(path("d"), false));

        assertThat(brief(seen)).containsExactly("SeenDirectory d", "SeenFile d/f");
        assertThat(((SeenFile) seen.getLast()).stat().mode()).isEqualTo(0700);
        assertThat(((SeenDirectory) seen.getFirst()).stat().mode()).isEqualTo(0700);
    }

    @Test
    void tellsWhatAppearedBeforeWhatIsGone() throws IOException {
        write("a/f", "moved");
        sync();
        Files.move(folder.resolve("a/f"), folder.resolve("z"));

        List<Observation> seen = scan(new Dirt(path("a/f"), false), new Dirt(path("z"), false));

        assertThat(brief(seen)).containsExactly("SeenFile z", "Absent a/f");
        assertThat(seen.getLast()).isEqualTo(new Absent(path("a/f"), held("a/f")));
    }

    @Test
    void reportsAllThatWasBelowADeletedDirectory() throws Exception {
        write("d/e/f", "1");
        write("d/g", "2");
        write("d.x", "3");
        sync();
        shell("rm -r \"$0\"/d");

        assertThat(brief(scan("d")))
                .containsExactly("Absent d/g", "Absent d/e/f", "Absent d/e", "Absent d");
        assertThat(brief(scanAll()))
                .containsExactly("Absent d/g", "Absent d/e/f", "Absent d/e", "Absent d");
        assertThat(brief(scan("d/e/f"))).containsExactly("Absent d/e/f");
    }

    @Test
    void looksAtAllOfADirectoryThatIsNew() throws IOException {
        write("known/new/sub/f", "x");
        Files.createDirectories(folder.resolve("known/other"));

        assertThat(brief(scan("known/new")))
                .containsExactly(
                        "SeenDirectory known",
                        "SeenDirectory known/new",
                        "SeenDirectory known/new/sub",
                        "SeenFile known/new/sub/f");
    }

    @Test
    void tellsUnknownDirectoriesAboveAFileFirst() throws IOException {
        write("a/b/f", "x");

        assertThat(brief(scan("a/b/f")))
                .containsExactly("SeenDirectory a", "SeenDirectory a/b", "SeenFile a/b/f");
    }

    @Test
    @DisplayName("D22, S6: a directory that became a link: its content is gone, nothing else is")
    void d22_directoryReplacedByLink() throws Exception {
        write("other/f", "keep");
        write("d/sub/f", "x");
        sync();
        shell("cd \"$0\"/d && rm -r sub && ln -s ../other sub");

        List<Observation> one = scan("d/sub");
        List<Observation> below = scan("d/sub/f");
        List<Observation> all = scanAll();

        assertThat(brief(one)).containsExactly("SeenLink d/sub", "Absent d/sub/f");
        assertThat(brief(below)).containsExactly("Absent d/sub/f");
        assertThat(brief(all)).containsExactly("SeenLink d/sub", "Absent d/sub/f");
    }

    @Test
    @DisplayName("D21: a directory that became a file, and back")
    void d21_directoryReplacedByFile() throws Exception {
        write("d/f", "x");
        sync();
        shell("cd \"$0\" && rm -r d && echo y > d");

        List<Observation> seen = scan("d");
        assertThat(brief(seen)).containsExactly("SeenFile d", "Absent d/f");
        hold(seen);
        shell("cd \"$0\" && rm d && mkdir d && echo z > d/f");

        assertThat(brief(scanAll())).containsExactly("SeenDirectory d", "SeenFile d/f");
    }

    @Test
    @DisplayName("P2: fifos, sockets and devices are listed, and never opened")
    void p2_specialFiles() throws Exception {
        shell("cd \"$0\" && mkfifo fifo && ln -s fifo link && ln -s loop loop");

        List<Observation> seen = scanAll();

        assertThat(brief(seen))
                .containsExactly("Unsupported fifo", "SeenLink link", "SeenLink loop");
    }

    @Test
    @DisplayName("P5: names of any bytes")
    void p5_namesOfAnyBytes() throws Exception {
        shell(
                """
                cd "$0" && i=1 && while [ $i -lt 256 ]; do
                  if [ $i -ne 47 ]; then n=$(printf "\\\\$(printf %03o $i)_"); : > "./x$n"; fi
                  i=$((i+1)); done && : > "./-x" && : > ";" && : > "^^^" && mkdir .LANYARD
                """);
        Files.createFile(folder.resolve("l".repeat(255)));

        List<Observation> seen = scanAll();

        assertThat(seen).hasSize(254 + 4);
        assertThat(seen).isSortedAccordingTo(Comparator.comparing(Observation::path));
        byte[] odd = {'x', (byte) 0xFF, '_'};
        assertThat(seen.stream().map(Observation::path)).contains(RelativePath.of(odd));
        hold(seen);
        assertThat(scanAll()).isEmpty();
    }

    @Test
    @DisplayName("P1: 600 nested directories")
    void p1_deepTree() throws Exception {
        String fifty = "directory-of-many/".repeat(50);
        shell(
                "cd \"$0\" && for i in 1 2 3 4 5 6 7 8 9 10 11 12; do mkdir -p %s && cd -P %s; done && echo x > f"
                        .formatted(fifty, fifty));

        List<Observation> seen = scanAll();
        assertThat(seen).hasSize(601);
        assertThat(seen.getLast().path()).isEqualTo(path(fifty.repeat(12) + "f"));
        hold(seen);
        assertThat(scanAll()).isEmpty();
        shell("rm -rf \"$0\"/directory-of-many");

        assertThat(scan("directory-of-many")).hasSize(601).allMatch(Absent.class::isInstance);
    }

    private void awaitDirty(String path) throws Exception {
        if (dirtied.isEmpty()) {
            assertThat(next()).isEqualTo(new Event.Dirtied(List.of(new Dirt(path(path), false))));
        }
    }

    /** One file, with this content. */
    private static void assertSeen(String content, List<Observation> seen) {
        assertThat(seen).hasSize(1);
        assertThat(((SeenFile) seen.getFirst()).content()).isEqualTo(hash(content));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, -3_600})
    @DisplayName("D9 D12: a second change in the tick of the first is found by a later look")
    void d12_changeWithinTheTick(int laterSeconds) throws Exception {
        Instant tick = Instant.parse("2026-03-01T10:00:00.004Z");
        AtomicReference<Instant> clock = new AtomicReference<>(tick.plusMillis(1));
        Path file = write("f", "AAAA");
        scanner.close();
        scanner = new Scanner(OneTickDisk.over(disk, tick), index::reader, clock::get, events::add);

        hold(scan("f"));
        Files.writeString(file, "BBBB"); // In the same tick: nothing that lstat tells has changed.
        clock.set(tick.plusSeconds(laterSeconds));
        awaitDirty("f");
        List<Observation> again = scan("f");

        assertSeen("BBBB", again);
        assertThat(scan("f")).as("told again, since nobody took it").isEqualTo(again);
        hold(again);
        assertThat(scan("f")).isEmpty();
        await().during(Duration.ofMillis(300)).until(events::isEmpty);
    }

    @Test
    @DisplayName("D12: a large file is read when the tick of its change is past, and once only")
    void d12_aLargeFileIsReadAfterTheTick() throws Exception {
        Path file = write("f", "AAAA");
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(new byte[1]), 64L << 20);
        }
        Instant tick = Instant.parse("2026-03-01T10:00:00.004Z");
        AtomicLong begun = new AtomicLong();
        InstantSource clock =
                () -> {
                    begun.compareAndSet(0, System.nanoTime());
                    return tick.plusMillis(1).plusNanos(System.nanoTime() - begun.get());
                };
        scanner.close();
        scanner = new Scanner(OneTickDisk.over(disk, tick), index::reader, clock, events::add);

        hold(scan("f"));

        await().during(Duration.ofMillis(300)).until(events::isEmpty);
    }

    @Test
    @DisplayName("D12: a change in the tick in which this node put the file in place is found")
    void d12_changeWithinTheTickOfTheNodeItself() throws Exception {
        Instant tick = Instant.parse("2026-03-01T10:00:00.004Z");
        Path file = write("f", "AAAA");
        scanner.close();
        scanner =
                new Scanner(
                        OneTickDisk.over(disk, tick),
                        index::reader,
                        () -> tick.plusSeconds(9),
                        events::add);
        hold(scan("f")); // Long after the tick: nothing is suspected.

        scanner.placed(List.of(new Outcome.Done(path("f"), Objects.requireNonNull(held("f")))));
        Files.writeString(file, "BBBB");
        awaitDirty("f");

        List<Observation> again = scan("f");
        assertSeen("BBBB", again);
        hold(again);
        assertThat(scan("f")).isEmpty();
        await().during(Duration.ofMillis(300)).until(events::isEmpty);
    }

    @Test
    @DisplayName("D12: a second change in the tick of the first is found when it can be read again")
    void d12_changeWithinTheTickThatCannotBeReadAtOnce() throws Exception {
        Instant tick = Instant.parse("2026-03-01T10:00:00.004Z");
        Path file = write("f", "AAAA");
        scanner.close();
        Disk still = OneTickDisk.over(disk, tick);
        scanner = new Scanner(still, index::reader, () -> tick.plusMillis(1), events::add);
        hold(scan("f"));
        Files.writeString(file, "BBBB");
        awaitDirty("f");
        try (OutputStream _ = Files.newOutputStream(file, StandardOpenOption.APPEND)) {
            assertThat(scan("f").getFirst()).isInstanceOf(Unsettled.class);
        }

        List<Observation> again = scan("f");

        assertSeen("BBBB", again);
    }

    @Test
    @DisplayName("D12: a second change in the tick of the first is found after a restart")
    void d12_changeWithinTheTickBeforeARestart() throws Exception {
        Instant tick = Instant.parse("2026-03-01T10:00:00.004Z");
        Disk still = OneTickDisk.over(disk, tick);
        Path file = write("f", "AAAA");
        scanner.close();
        scanner = new Scanner(still, index::reader, () -> tick.plusMillis(1), events::add);
        hold(scan("f"));
        scanner.close();
        Files.writeString(file, "BBBB");

        scanner = new Scanner(still, index::reader, () -> tick.plusSeconds(9), events::add);
        assertThat(scan("f")).as("without a doubt").isEmpty();
        scanner.doubt(JustChanged.Span.at(tick));
        List<Observation> again = scan("f");

        assertSeen("BBBB", again);
        hold(again);
        assertThat(scan("f")).isEmpty();
    }

    @Test
    @DisplayName("D13: bytes that changed under a restored mtime are found")
    void d13_restoredMtime() throws IOException {
        Path file = write("f", "AAAA");
        Files.setLastModifiedTime(file, FileTime.fromMillis(1_000_000_000_123L));
        sync();
        Files.writeString(file, "BBBB");
        Files.setLastModifiedTime(file, FileTime.fromMillis(1_000_000_000_123L));

        List<Observation> seen = scanAll();

        assertThat(seen).hasSize(1);
        assertThat(((SeenFile) seen.getFirst()).content()).isEqualTo(hash("BBBB"));
    }

    @Test
    @DisplayName("D16: a file that somebody writes to is not hashed, and is told when it rests")
    void d16_fileBeingWritten() throws IOException {
        try (OutputStream out = Files.newOutputStream(folder.resolve("f"))) {
            for (int i = 0; i < 5; i++) {
                out.write(new byte[100_000]);
                assertThat(scan("f")).containsExactly(new Unsettled(path("f"), null));
            }
        }

        List<Observation> seen = scan("f");
        assertThat(((SeenFile) seen.getFirst()).stat().sizeBytes()).isEqualTo(500_000);
    }

    @Test
    @DisplayName("D16: a file that grows while it is hashed is not settled")
    void d16_growsWhileHashed() throws IOException {
        Path small = write("small", "x".repeat(10_000));
        Path large = folder.resolve("large");
        Files.write(large, new byte[20 << 20]);
        disk.after(
                FaultyDisk.nth(1, FaultyDisk.at(Operation.READ_BYTES, path("small"))),
                () -> Files.writeString(small, "more", StandardOpenOption.APPEND));
        disk.after(
                FaultyDisk.nth(3, FaultyDisk.at(Operation.READ_BYTES, path("large"))),
                () -> Files.writeString(large, "more", StandardOpenOption.APPEND));

        assertThat(scan("small")).containsExactly(new Unsettled(path("small"), null));
        assertThat(scan("large")).containsExactly(new Unsettled(path("large"), null));
        assertThat(brief(scanAll())).containsExactly("SeenFile large", "SeenFile small");
    }

    @Test
    @DisplayName("D16: a file that is written over while it is hashed is not settled")
    void d16_writtenOverWhileHashed() throws IOException {
        Path file = write("f", "AAAA");
        disk.after(
                FaultyDisk.nth(1, FaultyDisk.at(Operation.READ_BYTES, path("f"))),
                () -> {
                    Files.writeString(file, "BBBB");
                    Files.setLastModifiedTime(file, FileTime.fromMillis(1_000));
                });

        assertThat(scan("f")).containsExactly(new Unsettled(path("f"), null));
    }

    @Test
    @DisplayName("D17, D18: a file that is cut off while it is hashed is not settled")
    void d17_truncatedWhileHashed() throws IOException {
        Path large = folder.resolve("large");
        Files.write(large, new byte[20 << 20]);
        disk.after(
                FaultyDisk.nth(3, FaultyDisk.at(Operation.READ_BYTES, path("large"))),
                () -> {
                    try (RandomAccessFile file = new RandomAccessFile(large.toFile(), "rw")) {
                        file.setLength(0);
                    }
                });

        assertThat(scan("large")).containsExactly(new Unsettled(path("large"), null));
        assertThat(((SeenFile) scan("large").getFirst()).content()).isEqualTo(hash(""));
    }

    @Test
    void aFileThatVanishesMeanwhileIsNotSettledAndThenNothing() throws IOException {
        Path file = write("f", "x");
        disk.before(
                FaultyDisk.nth(1, FaultyDisk.at(Operation.READ, path("f"))),
                () -> Files.delete(file));

        assertThat(scan("f")).containsExactly(new Unsettled(path("f"), null));
        assertThat(scan("f")).containsExactly(new Absent(path("f"), null));
        assertThat(scan("f")).isEmpty();
    }

    @Test
    void whatWasUnsettledIsToldEvenIfItIsWhatIsHeld() throws IOException {
        write("f", "x");
        sync();
        disk.fail(FaultyDisk.at(Operation.STAT, path("f")), Fault.IO);
        assertThat(brief(scan("f"))).containsExactly("Unreadable f");
        disk.heal();

        assertThat(brief(scan("f"))).containsExactly("SeenFile f");
        assertThat(scan("f")).isEmpty();
    }

    @Test
    void hashesLargeFilesAsSmallOnes() throws IOException {
        for (long size : List.of(8L << 20, (8L << 20) - 1, (9L << 20) + 17, 25L << 20)) {
            byte[] content = new byte[(int) size];
            new Random(size).nextBytes(content);
            Files.write(folder.resolve("large"), content);

            SeenFile seen = (SeenFile) scan("large").getFirst();

            assertThat(seen.content()).isEqualTo(ContentHash.of(TreeHash.of(content)));
        }
    }

    @Test
    @DisplayName("D39: what is written through one name is looked at under all its names")
    void d39_hardLinks() throws IOException {
        Path file = write("a", "one");
        Files.createLink(folder.resolve("b"), file);
        Files.createLink(folder.resolve("c"), file);
        sync();
        Files.writeString(file, "two");

        List<Observation> seen = scan("a");

        assertThat(brief(seen)).containsExactly("SeenFile a");
        assertThat(dirtied)
                .containsExactlyInAnyOrder(new Dirt(path("b"), false), new Dirt(path("c"), false));
        hold(seen);
        List<Observation> others = scan(dirtied.toArray(Dirt[]::new));
        assertThat(brief(others)).containsExactly("SeenFile b", "SeenFile c");
        hold(others);
        assertThat(scan("a")).isEmpty();
        assertThat(dirtied).isEmpty();
    }

    @Test
    void aSmallScanDoesNotWaitForAFullOne() throws Exception {
        write("large/f", "x");
        write("small", "y");
        CountDownLatch held = new CountDownLatch(1);
        disk.before(
                FaultyDisk.nth(1, FaultyDisk.at(Operation.READ, path("large/f"))),
                () -> {
                    try {
                        assertThat(held.await(60, TimeUnit.SECONDS)).isTrue();
                    } catch (InterruptedException e) {
                        throw new IOException(e);
                    }
                });
        scanner.scan(new Effect.Scan(900, List.of(new Dirt(null, true))));
        scanner.scan(new Effect.Scan(901, List.of(new Dirt(path("small"), false))));

        assertThat(next())
                .isInstanceOfSatisfying(
                        Event.Observed.class, it -> assertThat(it.scan()).isEqualTo(901));
        assertThat(next()).isEqualTo(new Event.ScanEnded(901, ScanEnd.COMPLETE));
        held.countDown();
        assertThat(next())
                .isInstanceOfSatisfying(
                        Event.Observed.class, it -> assertThat(it.scan()).isEqualTo(900));
        assertThat(next()).isEqualTo(new Event.IgnoredCounted(0));
        assertThat(next()).isEqualTo(new Event.ScanEnded(900, ScanEnd.COMPLETE));
    }

    @Test
    void closingEndsAFullScanEarly() throws Exception {
        for (int i = 0; i < 2_000; i++) {
            write("f" + i, "x");
        }
        AtomicLong looks = new AtomicLong();
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch closing = new CountDownLatch(1);
        disk.before(
                FaultyDisk.any(Operation.STAT),
                () -> {
                    if (looks.incrementAndGet() == 10) {
                        begun.countDown();
                        try {
                            assertThat(closing.await(60, TimeUnit.SECONDS)).isTrue();
                        } catch (InterruptedException e) {
                            throw new IOException(e);
                        }
                    }
                });
        scanner.scan(new Effect.Scan(900, List.of(new Dirt(null, true))));
        assertThat(begun.await(60, TimeUnit.SECONDS)).isTrue();

        Thread closer = Thread.ofVirtual().start(scanner::close);
        await().until(() -> closer.getState() == Thread.State.TIMED_WAITING);
        closing.countDown();
        closer.join();

        assertThat(next()).isEqualTo(new Event.ScanEnded(900, ScanEnd.PARTIAL));
        assertThat(looks.get()).isLessThan(100);
    }

    @Test
    @Tag("long")
    void scansManyFilesQuickly() throws Exception {
        byte[] content = new byte[16_000];
        for (int d = 0; d < 50; d++) {
            Path directory = Files.createDirectory(folder.resolve("d" + d));
            for (int i = 0; i < 100; i++) {
                Arrays.fill(content, 0, 100, (byte) i);
                Files.write(directory.resolve("f" + i), content);
            }
        }
        long begin = System.nanoTime();
        List<Observation> seen = scanAll();
        long first = System.nanoTime() - begin;
        hold(seen);
        begin = System.nanoTime();
        List<Observation> again = scanAll();
        long idle = System.nanoTime() - begin;

        System.out.printf(
                "5 000 files: first scan %d ms, idle %d ms%n",
                Duration.ofNanos(first).toMillis(), Duration.ofNanos(idle).toMillis());
        assertThat(seen).hasSize(5_050);
        assertThat(again).isEmpty();
    }
}
