package dev.lanyard.node.io.disk;

import java.io.IOException;
import java.nio.file.Path;
import java.util.OptionalLong;
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
        if (!isSupported()) {
            throw new IOException(
                    "%s on %s is not supported on this system yet (expected Linux on amd64 or aarch64)"
                            .formatted(System.getProperty("os.name"), machine()));
        }
        return new NamedDisk(new LinuxDisk(folder, random));
    }

    /**
     * How many files can still be made on the file system of {@code folder}, which is only looked
     * at; empty where there is no such limit, or it cannot be told.
     */
    public static OptionalLong freeFiles(Path folder) {
        if (!isSupported()) {
            return OptionalLong.empty();
        }
        Scratch s = new Scratch();
        byte[] path = PathBytes.of(folder.toAbsolutePath());
        int opened = Libc.openAnywhere(s, s.name(path), Libc.O_RDONLY | Libc.O_DIRECTORY);
        if (opened < 0) {
            return OptionalLong.empty();
        }
        try {
            return Volume.freeFiles(s, opened);
        } finally {
            Libc.close(s, opened);
        }
    }

    private static boolean isSupported() {
        return System.getProperty("os.name").equals("Linux")
                && (machine().equals("amd64") || machine().equals("aarch64"));
    }

    private static String machine() {
        return System.getProperty("os.arch");
    }
}
