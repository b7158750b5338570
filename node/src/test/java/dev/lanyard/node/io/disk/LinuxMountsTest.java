package dev.lanyard.node.io.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lanyard.node.io.disk.DiskException.Fault;
import dev.lanyard.node.io.disk.Root.Found;
import dev.lanyard.node.io.disk.Root.Kind;
import dev.lanyard.node.io.disk.Root.Place;
import dev.lanyard.node.io.disk.Root.Sink;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Objects;
import java.util.Random;

/** Small file systems in memory, mounted where only root may. */
final class LinuxMountsTest extends LinuxFixture {
    private final Deque<Path> mounted = new ArrayDeque<>();

    @AfterEach
    void unmountAll() throws Exception {
        root.close();
        while (!mounted.isEmpty()) {
            run("umount", mounted.pop().toString());
        }
    }

    @Test
    void saysWhenTheDiskIsFullAndGoesOnWhenItIsNot() throws Exception {
        openOn(mount(Files.createDirectory(temporary.resolve("small")), "size=1m"));

        try (Sink sink = root.create("large")) {
            byte[] content = new byte[2 * 1024 * 1024];
            Arrays.fill(content, (byte) 1); // Zeros would become a hole, and fill nothing.
            assertFault(Fault.DISK_FULL, () -> sink.write(ByteBuffer.wrap(content), 0));
        }
        assertThat(root.freeBytes()).isZero();
        assertFault(
                Fault.DISK_FULL,
                () -> root.write(Place.PRIVATE, "mark", ByteBuffer.allocate(10_000)));
        assertThat(root.names(Place.STAGING)).containsOnly("large");

        root.delete(Place.STAGING, "large");
        root.write(Place.PRIVATE, "mark", ByteBuffer.allocate(10_000));
        assertThat(root.freeBytes()).isBetween(1L, 1024L * 1024);
        assertThat(root.flushAll()).isTrue();
    }

    @Test
    void saysWhenThereIsNoRoomForOneMoreName() throws Exception {
        openOn(mount(Files.createDirectory(temporary.resolve("small")), "size=1m,nr_inodes=8"));

        assertFault(
                Fault.DISK_FULL,
                () -> {
                    for (int i = 0; i < 8; i++) {
                        root.create("s" + i).close();
                    }
                });
    }

    @Test
    void saysWhenItMayNotBeWrittenTo() throws Exception {
        Path small = mount(Files.createDirectory(temporary.resolve("small")), "size=1m");
        openOn(small);
        Files.writeString(small.resolve("f"), "f");
        stage("s", "s");
        run("mount", "-o", "remount,ro", small.toString());

        assertFault(Fault.READ_ONLY, () -> root.create("t"));
        assertFault(Fault.READ_ONLY, () -> root.exchange("s", path("f")));
        assertFault(Fault.READ_ONLY, () -> root.take(path("f"), "t"));
        assertFault(Fault.READ_ONLY, () -> root.setAttributes(path("f"), 0600, null));
        assertThat(root.isQuiet(path("f"))).isTrue();
    }

    @Test
    void doesNotGoIntoAnotherFileSystem() throws Exception {
        Path inner = mount(Files.createDirectory(folder.resolve("inner")), "size=1m");
        Files.createDirectory(inner.resolve("d"));
        Files.writeString(inner.resolve("f"), "theirs");
        stage("s", "ours");

        Found mountPoint = Objects.requireNonNull(root.stat(path("inner")));
        assertThat(mountPoint.kind()).isEqualTo(Kind.DIRECTORY);
        assertThat(mountPoint.stat().device()).isNotEqualTo(root.device());
        assertFault(Fault.OTHER_DEVICE, () -> root.list(path("inner")));
        assertFault(Fault.OTHER_DEVICE, () -> root.list(path("inner/d")));
        // Never null: what is not seen here may be there when nothing is mounted.
        assertFault(Fault.OTHER_DEVICE, () -> root.stat(path("inner/absent")));
        assertFault(Fault.OTHER_DEVICE, () -> root.read(path("inner/f")));
        assertFault(Fault.OTHER_DEVICE, () -> root.place("s", path("inner/g")));
        assertFault(Fault.OTHER_DEVICE, () -> root.take(path("inner/f"), "t"));
        assertFault(Fault.OTHER_DEVICE, () -> root.removeDirectory(path("inner/d")));
        assertFault(Fault.BUSY, () -> root.removeDirectory(path("inner")));
        assertFault(Fault.BUSY, () -> root.take(path("inner"), "t"));
        assertFault(Fault.OTHER_DEVICE, () -> root.setAttributes(path("inner/f"), 0600, null));
        assertThat(inner.resolve("f")).hasContent("theirs");
    }

    @Test
    void isLostWhenAnotherFileSystemIsMountedOverIt() throws Exception {
        root.close();
        RootIdentity identity = disk.adopt(null);
        mount(folder, "size=1m");

        assertThatThrownBy(disk::open)
                .isInstanceOf(RootLostException.class)
                .hasMessageContaining("another file system");
        assertThatThrownBy(() -> new LinuxDisk(folder, new Random(1)).adopt(identity))
                .isInstanceOf(RootLostException.class)
                .hasMessageContaining("has no .lanyard");
        run("umount", mounted.pop().toString());
        disk.open().close();
    }

    @Test
    void keepsTheFileSystemFreeBetweenBatches() throws Exception {
        Path small = mount(Files.createDirectory(temporary.resolve("small")), "size=1m");
        openOn(small);
        root.list(null);
        root.close();

        run("umount", mounted.pop().toString()); // It would be busy if anything were open.

        assertThatThrownBy(disk::open).isInstanceOf(RootLostException.class);
    }

    private void openOn(Path folder) throws IOException {
        root.close();
        disk = new LinuxDisk(folder, new Random(1));
        disk.adopt(null);
        root = disk.open();
    }

    private Path mount(Path directory, String options) throws Exception {
        assumeTrue((int) Files.getAttribute(temporary, "unix:uid") == 0, "only root may mount");
        Process mount =
                new ProcessBuilder(
                                "mount",
                                "-t",
                                "tmpfs",
                                "-o",
                                options,
                                "tmpfs",
                                directory.toString())
                        .redirectErrorStream(true)
                        .start();
        assumeTrue(mount.waitFor() == 0, "this machine does not let root mount");
        mounted.push(directory);
        return directory;
    }

    private static void assertFault(Fault fault, ThrowingCallable call) {
        DiskContract.assertFault(fault, call);
    }
}
