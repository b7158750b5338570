package dev.lanyard.node.io.disk;

import java.io.IOException;
import java.nio.file.Path;
import java.util.random.RandomGenerator;

/** Knows which {@link Disk} is for this system. */
public final class Disks {
    private Disks() {}

    /**
     * The disk that holds {@code folder}, which need not be there yet.
     *
     * @param random makes the text of a new marker
     * @throws IOException if this system is not supported, with a sentence that says so
     */
    public static Disk holding(Path folder, RandomGenerator random) throws IOException {
        String system = System.getProperty("os.name");
        String machine = System.getProperty("os.arch");
        if (!system.equals("Linux") || !(machine.equals("amd64") || machine.equals("aarch64"))) {
            throw new IOException(
                    "%s on %s is not supported on this system yet (expected Linux on amd64 or aarch64)"
                            .formatted(system, machine));
        }
        return new NamedDisk(new LinuxDisk(folder, random));
    }
}
