package dev.lanyard.node.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/** What a mirror reads from the medium of the source, as the kernel counts it. */
@EnabledOnOs(OS.LINUX)
class MirrorReadsTest {
    private static final int FILES = 240;
    private static final int FILE_BYTES = 40_000;
    private static final int LARGE_BYTES = 8 << 20;
    private static final long ALL_BYTES = (long) FILES * FILE_BYTES + LARGE_BYTES;

    /** The kernel counts in these, whatever the device has. */
    private static final int SECTOR_BYTES = 512;

    @TempDir private Path temporary;

    /** Folders and small files, and one that is large. */
    private static void fill(Path source) throws Exception {
        Random random = new Random(3);
        for (int i = 0; i < FILES; i++) {
            byte[] bytes = new byte[FILE_BYTES];
            random.nextBytes(bytes);
            Path folder = Files.createDirectories(source.resolve("d" + i % 12));
            Files.write(folder.resolve("f" + i), bytes);
        }
        byte[] large = new byte[LARGE_BYTES];
        random.nextBytes(large);
        Files.write(source.resolve("d5/large"), large);
    }

    /** How much was read from the drive that is mounted there since it was. */
    private static long readBytes(Path mounted) throws Exception {
        String device = Drive.ran("findmnt", "-no", "SOURCE", mounted.toString()).strip();
        Path counts = Path.of("/sys/block", device.substring(device.lastIndexOf('/') + 1), "stat");
        return Long.parseLong(Files.readString(counts).strip().split(" +", -1)[2]) * SECTOR_BYTES;
    }

    @Test
    void theSourceIsReadOnceForAllDestinations() throws Exception {
        Desk desk = new Desk(temporary);
        try (Drive drive = Drive.plugged(desk.home.resolve("source"), "ext4", 48);
                Drive other = Drive.plugged(desk.home.resolve("other"), "ext4", 48)) {
            Path source = Files.createDirectory(drive.folder.resolve("src"));
            fill(source);
            assertThat(drive.unplug(drive.folder)).isTrue();
            drive.plug(); // Nothing of it is in memory now.
            long before = readBytes(drive.folder);

            Path one = desk.home.resolve("one");
            Path two = desk.home.resolve("two");
            Desk.Ran ran =
                    desk.run(
                            "mirror",
                            source.toString(),
                            one.toString(),
                            other.folder.toString(),
                            two.toString(),
                            "--quiet");

            assertThat(ran.exit()).as(ran.out() + ran.err()).isZero();
            long read = readBytes(drive.folder) - before;
            assertThat(read).isBetween(ALL_BYTES, ALL_BYTES * 11 / 10);
            for (Path each : new Path[] {one, two, other.folder}) {
                assertThat(each.resolve("d5/large"))
                        .hasSameBinaryContentAs(source.resolve("d5/large"));
            }
        }
    }
}
