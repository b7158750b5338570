package dev.lanyard.node.io.disk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lanyard.node.io.disk.DiskException.Fault;
import dev.lanyard.node.io.disk.Root.Place;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.random.RandomGenerator;

/** A file system that cannot have a colon in a name, as FAT. */
@EnabledOnOs(OS.LINUX)
final class OddNamesDiskTest extends FolderContract {
    @Override
    Disk disk(Path folder) {
        return new LinuxDisk(folder, RandomGenerator.getDefault(), OddNamesDiskTest::rename);
    }

    private static int rename(
            Scratch s, int from, MemorySegment name, int to, MemorySegment newName, int flags) {
        return newName.getString(0).contains(":")
                ? -Errno.EINVAL
                : Libc.renameat2(s, from, name, to, newName, flags);
    }

    @Test
    void saysThatTheNameIsImpossibleAndKeepsWhatIsStaged() throws IOException {
        stage("s", "new");

        assertFault(Fault.NAME_IMPOSSIBLE, () -> root.place("s", path("a:b")));

        assertThat(root.names(Place.STAGING)).containsOnly("s");
        root.place("s", path("b"));
        assertThat(folder.resolve("b")).hasContent("new");
    }
}
