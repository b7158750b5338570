package dev.lanyard.node.io.disk;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.lanyard.node.io.disk.DiskException.Fault;
import dev.lanyard.node.io.disk.Root.Kind;
import dev.lanyard.node.io.disk.Root.Name;
import dev.lanyard.node.io.disk.Root.Place;
import dev.lanyard.protocol.RelativePath;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/** Names, depth and confinement on a real file system. */
final class LinuxTreeTest extends LinuxFixture {
    @Test
    @DisplayName("P5: a name has every byte but / and zero, and 255 of them")
    void keepsNamesByteForByte() throws Exception {
        Set<String> names = new HashSet<>();
        for (int b = 1; b < 256; b++) {
            if (b != '/' && b != '.') {
                names.add(new String(new byte[] {(byte) b}, ISO_8859_1));
            }
        }
        byte[] longest = new byte[255];
        Arrays.fill(longest, (byte) 0xfe);
        names.addAll(List.of("-rf", ";", "^^^", "...", "\u001b[2J", "a\\b", "C:x", "\u00c3\u00a9"));
        names.add(new String(longest, ISO_8859_1));

        for (String name : names) {
            stage("s", "");
            root.place("s", RelativePath.of(name.getBytes(ISO_8859_1)));
        }

        assertThat(root.list(null)).extracting(LinuxTreeTest::text).hasSameElementsAs(names);
        byte[] listed =
                run("find", folder.toString(), "-mindepth", "1", "-type", "f", "-printf", "%P\\0");
        assertThat(new String(listed, ISO_8859_1).split("\0"))
                .filteredOn(name -> !name.startsWith(".lanyard"))
                .hasSameElementsAs(names);
        for (String name : names) {
            RelativePath path = RelativePath.of(name.getBytes(ISO_8859_1));
            assertThat(root.stat(path)).isNotNull();
            root.read(path).close();
            root.take(path, "t");
            root.delete(Place.STAGING, "t");
        }
        assertThat(root.list(null)).isEmpty();
    }

    @Test
    @DisplayName("P1: 2 000 nested directories, longer than any system call takes")
    void goesAsDeepAsThePathGoes() throws IOException {
        List<RelativePath> directories = new ArrayList<>();
        RelativePath deepest = path("n000");
        for (int i = 0; i < 2_000; i++) {
            root.createDirectory("s", 0755);
            root.place("s", deepest);
            directories.add(deepest);
            deepest = deepest.child("n%03d".formatted(i % 1_000).getBytes(ISO_8859_1));
        }
        RelativePath file = deepest;
        assertThat(file.lengthBytes()).isGreaterThan(2 * Scratch.PATH_BYTES_MAX);
        stage("s", "deep");
        root.place("s", file);
        stage("s", "deeper");
        root.exchange("s", file);
        root.setAttributes(file, 0640, Instant.EPOCH);
        root.flush(file);

        assertThat(DiskContract.read(root.read(file))).isEqualTo("deeper");
        assertThat(root.list(directories.getLast())).hasSize(1);
        assertThat(Objects.requireNonNull(root.stat(file)).stat().mode()).isEqualTo(0640);
        root.copy(file, 6, "copied");
        root.take(file, "taken");
        for (RelativePath directory : directories.reversed()) {
            root.removeDirectory(directory);
        }
        assertThat(root.list(null)).isEmpty();
    }

    @Test
    void cutsLongPathsAtAnyPlace() throws IOException {
        for (int length = 250; length <= 255; length++) {
            RelativePath path = RelativePath.of("x".repeat(length));
            List<RelativePath> made = new ArrayList<>();
            for (int i = 0; i < 35; i++) {
                root.createDirectory("s", 0755);
                root.place("s", path);
                made.add(path);
                path = path.child("y".repeat(length).getBytes(ISO_8859_1));
            }
            assertThat(root.stat(path)).isNull();
            assertThat(root.list(made.getLast())).isEmpty();
            for (RelativePath directory : made.reversed()) {
                root.removeDirectory(directory);
            }
        }
    }

    @Test
    @Tag("long")
    void listsTenThousandNames() throws IOException {
        Set<String> names = new HashSet<>();
        Files.createDirectory(folder.resolve("d"));
        for (int i = 0; i < 10_000; i++) {
            names.add("a name of some length " + i);
            Files.createFile(folder.resolve("d/a name of some length " + i));
        }

        List<Name> listed = root.list(path("d"));

        assertThat(listed).hasSize(10_000);
        assertThat(listed).extracting(LinuxTreeTest::text).hasSameElementsAs(names);
        assertThat(listed).extracting(Name::kind).containsOnly(Kind.FILE);
    }

    @Test
    @DisplayName("P2: what is neither file, directory nor link is named and never waited for")
    void doesNotWaitForAFifo() throws Exception {
        run("mkfifo", folder.resolve("fifo").toString());
        Files.createSymbolicLink(folder.resolve("loop"), Path.of("loop"));

        assertThat(Objects.requireNonNull(root.stat(path("fifo"))).kind()).isEqualTo(Kind.FIFO);
        assertThat(Objects.requireNonNull(root.stat(path("loop"))).kind()).isEqualTo(Kind.SYMLINK);
        assertFault(Fault.UNSUPPORTED, () -> root.read(path("fifo")));
        assertFault(Fault.CONFINED, () -> root.read(path("loop")));
        assertThat(root.list(null)).extracting(Name::kind).containsOnly(Kind.FIFO, Kind.SYMLINK);
    }

    @Test
    @DisplayName("D45: nothing goes through a link, be it absolute, relative or inside")
    void neverFollowsALink() throws IOException {
        Files.writeString(outside.resolve("secret"), "secret");
        Files.createDirectory(folder.resolve("inside"));
        Files.writeString(folder.resolve("inside/secret"), "secret");
        Files.createSymbolicLink(folder.resolve("absolute"), outside);
        Files.createSymbolicLink(folder.resolve("relative"), Path.of("../outside"));
        Files.createSymbolicLink(folder.resolve("internal"), Path.of("inside"));
        Files.createSymbolicLink(folder.resolve("magic"), Path.of("/proc/self/cwd"));
        stage("s", "evil");

        for (String link : List.of("absolute", "relative", "internal", "magic")) {
            RelativePath there = path(link + "/secret");
            RelativePath absent = path(link + "/new");
            assertFault(Fault.CONFINED, () -> root.stat(there));
            assertFault(Fault.CONFINED, () -> root.list(path(link)));
            assertFault(Fault.CONFINED, () -> root.read(there));
            assertFault(Fault.CONFINED, () -> root.readLink(there));
            assertFault(Fault.CONFINED, () -> root.copy(there, 6, "t"));
            assertFault(Fault.CONFINED, () -> root.setAttributes(there, 0777, null));
            assertFault(Fault.CONFINED, () -> root.setAttributes("s", 0600, null, there));
            assertFault(Fault.CONFINED, () -> root.place("s", absent));
            assertFault(Fault.CONFINED, () -> root.exchange("s", there));
            assertFault(Fault.CONFINED, () -> root.replace("s", there));
            assertFault(Fault.CONFINED, () -> root.link(there, "t"));
            assertFault(Fault.CONFINED, () -> root.take(there, "t"));
            assertFault(Fault.CONFINED, () -> root.removeDirectory(absent));
            assertFault(Fault.CONFINED, () -> root.isQuiet(there));
            assertFault(Fault.CONFINED, () -> root.flush(there));
        }
        assertThat(outside.toFile().list()).containsOnly("secret");
        assertThat(outside.resolve("secret")).hasContent("secret");
        assertThat(root.names(Place.STAGING)).containsOnly("s");
        Files.delete(folder.resolve("magic"));
    }

    @Test
    @DisplayName("D46: a directory that is flipped with a link never leads outside")
    void neverWritesOutsideInARace() throws Exception {
        Files.createDirectory(folder.resolve("d"));
        Files.writeString(outside.resolve("f"), "untouched");
        Files.createDirectory(outside.resolve("e"));
        Instant mtime = Files.getLastModifiedTime(outside.resolve("f")).toInstant();
        Files.createSymbolicLink(folder.resolve("link"), outside);
        AtomicBoolean done = new AtomicBoolean();
        AtomicLong flips = new AtomicLong();
        Thread flipper = Thread.ofPlatform().start(() -> flip("d", "link", done, flips));

        long placed = 0;
        long refused = 0;
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        int rounds = 0;
        // Five changes each; and as many as it takes for both threads to meet.
        while (rounds < 2_500
                || ((flips.get() <= 1_000 || placed == 0 || refused == 0)
                        && System.nanoTime() < end)) {
            int i = rounds++;
            RelativePath f = path("d/f");
            stage("s" + i, "evil");
            for (ThrowingCallable change : changes("s" + i, f)) {
                try {
                    change.call();
                    placed++;
                } catch (DiskException e) {
                    refused += e.fault() == Fault.CONFINED ? 1 : 0;
                } catch (Throwable other) {
                    throw new AssertionError(other);
                }
            }
            root.delete(Place.STAGING, "s" + i);
        }
        done.set(true);
        flipper.join();

        assertThat(flips.get()).isGreaterThan(1_000);
        assertThat(placed).isPositive();
        assertThat(refused).isPositive();
        assertThat(outside.toFile().list()).containsOnly("e", "f");
        assertThat(outside.resolve("f")).hasContent("untouched");
        assertThat(Files.getLastModifiedTime(outside.resolve("f")).toInstant()).isEqualTo(mtime);
    }

    private List<ThrowingCallable> changes(String staged, RelativePath f) {
        return List.of(
                () -> root.place(staged, f),
                () -> root.exchange(staged, f),
                () -> root.setAttributes(f, 0600, Instant.EPOCH),
                () -> root.removeDirectory(path("d/e")),
                () -> root.take(f, "t" + staged),
                () -> root.delete(Place.STAGING, "t" + staged));
    }

    private void flip(String name, String other, AtomicBoolean done, AtomicLong flips) {
        Scratch s = new Scratch();
        byte[] path = folder.toString().getBytes(ISO_8859_1);
        int directory = Libc.openAnywhere(s, s.name(path), Libc.O_RDONLY | Libc.O_DIRECTORY);
        MemorySegment one = s.name(name.getBytes(ISO_8859_1));
        MemorySegment two = s.otherName(other.getBytes(ISO_8859_1));
        while (!done.get()) {
            Libc.renameat2(s, directory, one, directory, two, Libc.RENAME_EXCHANGE);
            flips.incrementAndGet();
        }
        Libc.close(s, directory);
    }

    @Test
    void leavesNothingOpenWhateverFails() throws IOException {
        Files.createDirectory(folder.resolve("d"));
        Files.writeString(folder.resolve("f"), "f");
        Files.createSymbolicLink(folder.resolve("l"), outside);
        stage("s", "s");
        for (int i = 0; i < 20; i++) {
            Files.createDirectories(folder.resolve("many/" + i));
            assertThat(root.stat(path("many/" + i + "/x"))).isNull();
        }
        assertFault(Fault.IS_A_DIRECTORY, () -> root.read(path("d")));
        assertFault(Fault.NOT_A_DIRECTORY, () -> root.list(path("f")));
        assertFault(Fault.EXISTS, () -> root.copy(path("f"), 1, "s"));
        assertFault(Fault.SHRANK, () -> root.copy(path("f"), 2, "t"));
        assertFault(Fault.SHRANK, () -> root.reopen("s", 5));
        assertFault(Fault.CONFINED, () -> root.flush(path("l/f")));
        root.setAttributes("s", 0600, null, path("f"));
        root.flush(path("d"));
        assertThat(root.isQuiet(path("f"))).isTrue();
        assertThat(root.list(null)).hasSize(4);

        root.close();
        root.close(); // Twice is once.

        assertThat(openBelow(temporary)).isEmpty();
    }

    private static void assertFault(Fault fault, ThrowingCallable call) {
        DiskContract.assertFault(fault, call);
    }

    private static String text(Name name) {
        return new String(name.bytes(), ISO_8859_1);
    }
}
