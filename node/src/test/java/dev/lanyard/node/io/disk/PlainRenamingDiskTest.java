package dev.lanyard.node.io.disk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lanyard.node.io.disk.DiskException.Fault;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.random.RandomGenerator;

/** A file system that can rename, but neither refuse to replace nor exchange, as some NFS. */
@EnabledOnOs(OS.LINUX)
final class PlainRenamingDiskTest extends FolderContract {
    @Override
    Disk disk(Path folder) {
        return new LinuxDisk(folder, RandomGenerator.getDefault(), PlainRenamingDiskTest::rename);
    }

    private static int rename(
            Scratch s, int from, MemorySegment name, int to, MemorySegment newName, int flags) {
        return flags == 0 ? Libc.renameat2(s, from, name, to, newName, 0) : -Errno.EINVAL;
    }

    @Test
    @Override
    void exchangesInOneStep() throws IOException {
        Files.writeString(folder.resolve("f"), "old");
        stage("s", "new");

        assertFault(Fault.UNSUPPORTED, () -> root.exchange("s", path("f")));

        assertThat(folder.resolve("f")).hasContent("old");
        assertThat(folder.resolve(".lanyard/staging/s")).hasContent("new");
    }

    @Test
    @Override
    void exchangesThingsOfDifferentKind() throws IOException {
        Files.createDirectory(folder.resolve("d"));
        stage("s", "new");

        assertFault(Fault.UNSUPPORTED, () -> root.exchange("s", path("d")));
    }
}
