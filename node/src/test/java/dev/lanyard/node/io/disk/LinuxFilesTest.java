package dev.lanyard.node.io.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.lanyard.node.io.disk.DiskException.Fault;
import dev.lanyard.node.io.disk.Root.Content;
import dev.lanyard.node.io.disk.Root.Place;
import dev.lanyard.node.io.disk.Root.Sink;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;

/** Holes, leases, times and attributes on a real file system. */
final class LinuxFilesTest extends LinuxFixture {
    private static final long MIB = 1024 * 1024;

    @Test
    void keepsHolesWhenCopying() throws Exception {
        Path source = folder.resolve("sparse");
        byte[] island = "island".repeat(1_000).getBytes(UTF_8);
        try (FileChannel channel =
                FileChannel.open(source, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(island), 300 * MIB + 17);
            channel.write(ByteBuffer.wrap(island), 700 * MIB);
        }
        try (Sink end = root.create("end")) {
            end.write(ByteBuffer.wrap(new byte[] {1}), 1024 * MIB - 1);
        }
        root.exchange("end", path("sparse"));
        root.copy(path("sparse"), 1024 * MIB, "tail");
        root.copy(Place.STAGING, "end", 700 * MIB + island.length, "middle");

        assertThat(allocatedBytes(".lanyard/staging/tail")).isLessThan(MIB);
        assertThat(allocatedBytes(".lanyard/staging/middle")).isLessThan(MIB);
        try (Content copy = root.read(Place.STAGING, "middle")) {
            for (long offset : new long[] {300 * MIB + 17, 700 * MIB}) {
                ByteBuffer found = ByteBuffer.allocate(island.length);
                copy.read(found, offset);
                assertThat(found.array()).isEqualTo(island);
            }
            ByteBuffer hole = ByteBuffer.allocate((int) MIB);
            copy.read(hole, 400 * MIB);
            assertThat(hole.array()).containsOnly(0);
        }
    }

    @Test
    void copiesAFileThatIsAHoleFromEndToEnd() throws Exception {
        run("truncate", "-s", "5M", folder.resolve("hole").toString());

        root.copy(path("hole"), 5 * MIB, "s");

        assertThat(root.statStaged("s").stat().sizeBytes()).isEqualTo(5 * MIB);
        assertThat(allocatedBytes(".lanyard/staging/s")).isZero();
    }

    private long allocatedBytes(String name) throws Exception {
        byte[] blocks = run("stat", "-c", "%b", folder.resolve(name).toString());
        return 512 * Long.parseLong(new String(blocks, UTF_8).strip());
    }

    @Test
    @DisplayName("P6: a file that another program has open for writing is not quiet")
    void seesAWriterInAnotherProcess() throws Exception {
        Path file = Files.writeString(folder.resolve("f"), "f");
        String hold = "exec 3>>\"$0\"; echo open; read line";
        Process writer = new ProcessBuilder("sh", "-c", hold, file.toString()).start();
        try (var output = writer.inputReader()) {
            assertThat(output.readLine()).isEqualTo("open");
            assertThat(root.isQuiet(path("f"))).isFalse();
        } finally {
            writer.getOutputStream().close();
            writer.waitFor();
        }

        assertThat(root.isQuiet(path("f"))).isTrue();
    }

    @Test
    void seesAWriterInThisProcessAndNoReader() throws IOException {
        Path file = Files.writeString(folder.resolve("f"), "f");
        try (FileChannel writer = FileChannel.open(file, StandardOpenOption.WRITE)) {
            assertThat(writer.isOpen()).isTrue();
            assertThat(root.isQuiet(path("f"))).isFalse();
            stage("s", "new");
            root.exchange("s", path("f"));
            assertThat(root.isQuietStaged("s")).isFalse();
            assertThat(root.isQuiet(path("f"))).isTrue();
        }

        assertThat(root.isQuietStaged("s")).isTrue();
        try (FileChannel reader = FileChannel.open(file, StandardOpenOption.READ)) {
            assertThat(reader.isOpen()).isTrue();
            assertThat(root.isQuiet(path("f"))).isTrue();
        }
    }

    @Test
    void saysOfWhatIsNoFileThatItIsQuiet() throws Exception {
        Files.createDirectory(folder.resolve("d"));
        Files.createSymbolicLink(folder.resolve("l"), outside);
        run("mkfifo", folder.resolve("fifo").toString());

        assertThat(root.isQuiet(path("d"))).isTrue();
        assertThat(root.isQuiet(path("l"))).isTrue();
        assertThat(root.isQuiet(path("fifo"))).isTrue();
        DiskContract.assertFault(Fault.NO_SUCH_FILE, () -> root.isQuiet(path("absent")));
    }

    /** A writer that comes while the lease is held makes the kernel signal this process. */
    @Test
    void survivesWritersThatComeWhileItAsks() throws Exception {
        Path file = Files.writeString(folder.resolve("f"), "f");
        AtomicBoolean done = new AtomicBoolean();
        CountDownLatch begun = new CountDownLatch(1);
        FutureTask<Void> writing =
                new FutureTask<>(
                        () -> {
                            while (!done.get()) {
                                FileChannel.open(file, StandardOpenOption.WRITE).close();
                                begun.countDown();
                            }
                            return null;
                        });
        Thread.ofPlatform().start(writing);
        begun.await();

        int quiet = 0;
        for (int i = 0; i < 20_000; i++) {
            quiet += root.isQuiet(path("f")) ? 1 : 0;
        }
        done.set(true);

        writing.get();
        assertThat(quiet).isBetween(1, 20_000);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1969-12-31T23:59:59.999999999Z",
                "1970-01-01T00:00:00Z",
                "2038-01-19T03:14:08.000000001Z",
                "2099-12-31T23:59:59.123456789Z"
            })
    void keepsTimesToTheNanosecond(String time) throws IOException {
        Files.writeString(folder.resolve("f"), "f");

        root.setAttributes(path("f"), 0600, Instant.parse(time));

        assertThat(Objects.requireNonNull(root.stat(path("f"))).stat().mtime()).isEqualTo(time);
    }

    @ParameterizedTest
    @ValueSource(strings = {"+1000000000-12-31T23:59:59.999999999Z", "-1000000000-01-01T00:00:00Z"})
    void takesAnyTimeThatThereIs(String time) throws IOException {
        Files.writeString(folder.resolve("f"), "f");

        root.setAttributes(path("f"), 0600, Instant.parse(time));

        assertThat(root.stat(path("f"))).isNotNull(); // With the nearest time that is possible.
    }

    @Test
    void carriesOwnerAndExtendedAttributesOver() throws Exception {
        Path like = Files.writeString(folder.resolve("like"), "old");
        assumeTrue(Files.getFileStore(like).supportsFileAttributeView("user"));
        UserDefinedFileAttributeView attributes =
                Files.getFileAttributeView(like, UserDefinedFileAttributeView.class);
        attributes.write("tag", UTF_8.encode("value"));
        attributes.write("empty", ByteBuffer.allocate(0));
        boolean isRoot = (int) Files.getAttribute(like, "unix:uid") == 0;
        if (isRoot) {
            Files.setAttribute(like, "unix:uid", 1234);
            Files.setAttribute(like, "unix:gid", 4321);
        }
        run("chmod", "7751", like.toString());
        stage("s", "new");

        root.setAttributes("s", 0640, Instant.EPOCH, path("like"));
        root.exchange("s", path("like"));

        UserDefinedFileAttributeView now =
                Files.getFileAttributeView(like, UserDefinedFileAttributeView.class);
        ByteBuffer value = ByteBuffer.allocate(100);
        now.read("tag", value);
        assertThat(UTF_8.decode(value.flip()).toString()).isEqualTo("value");
        assertThat(now.list()).containsOnly("tag", "empty");
        if (isRoot) {
            assertThat(Files.getAttribute(like, "unix:uid")).isEqualTo(1234);
            assertThat(Files.getAttribute(like, "unix:gid")).isEqualTo(4321);
        }
        // Sticky stays; what a peer sent must not run as the owner of the file.
        assertThat((int) Files.getAttribute(like, "unix:mode") & 07777).isEqualTo(01640);
        assertThat(Files.getLastModifiedTime(like).toInstant()).isEqualTo(Instant.EPOCH);
    }

    @Test
    void keepsSpecialBitsOfWhatStays() throws Exception {
        Path directory = Files.createDirectory(folder.resolve("d"));
        run("chmod", "2755", directory.toString());

        root.setAttributes(path("d"), 0700, null);

        assertThat((int) Files.getAttribute(directory, "unix:mode") & 07777).isEqualTo(02700);
    }

    @Test
    void carriesNothingOverFromWhatIsNotThereOrAnotherKind() throws IOException {
        Files.createDirectory(folder.resolve("d"));
        stage("s", "new");

        root.setAttributes("s", 0604, Instant.EPOCH, path("absent"));
        root.setAttributes("s", 0640, Instant.EPOCH, path("d"));

        assertThat(root.statStaged("s").stat().mode()).isEqualTo(0640);
    }

    @Test
    void makesSlowCallsOnAVirtualThreadToo() throws Exception {
        Files.write(folder.resolve("f"), new byte[(int) MIB]);
        FutureTask<Boolean> flushing =
                new FutureTask<>(
                        () -> {
                            try (Root its = disk.open()) {
                                its.flush(path("f"));
                                its.copy(path("f"), MIB, "s");
                                DiskContract.assertFault(
                                        Fault.SHRANK, () -> its.copy(path("f"), MIB + 1, "t"));
                                Thread.currentThread().interrupt();
                                its.flushAll();
                                return Thread.currentThread().isInterrupted();
                            }
                        });

        Thread.ofVirtual().start(flushing);

        assertThat(flushing.get()).isTrue();
    }

    @Test
    void readsWhatIsThereWhenAFileShrinks() throws IOException {
        Path file = Files.writeString(folder.resolve("f"), "0123456789");
        try (Content content = root.read(path("f"))) {
            Files.writeString(file, "01");

            assertThat(content.read(ByteBuffer.allocate(10), 0)).isEqualTo(2);
            assertThat(content.read(ByteBuffer.allocate(10), 5)).isEqualTo(-1);
            assertThat(content.stat().stat().sizeBytes()).isEqualTo(2);
        }
    }
}
