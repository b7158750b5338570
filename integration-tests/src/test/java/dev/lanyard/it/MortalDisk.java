package dev.lanyard.it;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** A real file system on a disk of its own, whose power can be cut. */
final class MortalDisk implements AutoCloseable {
    /*
     * The disk is an image, mounted through a loop device, on a file system that shares blocks. The image is cloned in one step: the
     * outer file system lets no write to it pass meanwhile, so that the clone has all that the device had been given up to one
     * moment, and nothing of what came after. What the inner file system had in memory only is not in it. The clone is what a disk
     * holds that has done every write it was given when the power goes; a disk that has done later ones and not the earlier ones,
     * since nobody flushed, is left to the simulation.
     */
    private static final Path ANYWHERE = Path.of("/");
    private static final String OUTER_BYTES = "8G";
    private static final String MOUNT = "mount -o loop outer/image disk";

    /** The file systems, and how little they are content with. */
    enum Kind {
        EXT4("256M"),
        XFS("320M"),
        BTRFS("256M");

        private final String bytes;

        Kind(String bytes) {
            this.bytes = bytes;
        }

        private String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final Path base;
    private final Kind kind;

    private MortalDisk(Path base, Kind kind) {
        this.base = base;
        this.kind = kind;
    }

    /** Why there can be none here, in words; empty if there can. */
    static Optional<String> obstacle(Kind kind) {
        if (!succeeds(ANYWHERE, "test $(id -u) -eq 0")) {
            return Optional.of("only root may mount");
        }
        for (String program : List.of("losetup", "mkfs.xfs", "mkfs." + kind.word())) {
            if (!succeeds(ANYWHERE, "command -v " + program)) {
                return Optional.of(program + " is not installed");
            }
        }
        for (String system : List.of("xfs", kind.word())) {
            if (!succeeds(
                    ANYWHERE,
                    "grep -qw %1$s /proc/filesystems || modprobe %1$s".formatted(system))) {
                return Optional.of("this kernel does not know " + system);
            }
        }
        return succeeds(ANYWHERE, "losetup --find")
                ? Optional.empty()
                : Optional.of("there are no loop devices");
    }

    private static boolean succeeds(Path in, String script) {
        return Trees.run(in, Map.of(), List.of("sh", "-c", script)).exit() == 0;
    }

    /** An empty one, with all that belongs to it below {@code base}. */
    static MortalDisk make(Path base, Kind kind) throws IOException {
        MortalDisk disk = new MortalDisk(base, kind);
        Files.createDirectories(disk.path());
        Files.createDirectory(base.resolve("outer"));
        try {
            Trees.sh(
                    base,
                    """
                    truncate -s %s outer.image
                    mkfs.xfs -q -m reflink=1 outer.image
                    mount -o loop outer.image outer
                    truncate -s %s outer/image
                    mkfs.%s -q outer/image
                    %s
                    """
                            .formatted(OUTER_BYTES, kind.bytes, kind.word(), MOUNT));
        } catch (RuntimeException | Error failed) {
            disk.close();
            throw failed;
        }
        return disk;
    }

    /** Where it is mounted. */
    Path path() {
        return base.resolve("disk");
    }

    /** This is the moment in which its power goes. It can still be used, which nobody will see. */
    void losePower() {
        Trees.sh(base, "cp --reflink=always outer/image outer/left");
    }

    /** Mounts what is left of it; nobody uses it any more. */
    void mountAgain() {
        Trees.sh(base, "umount disk; mv outer/left outer/image");
        // Whoever has begun a namespace meanwhile has the old disk mounted still, whose id is the
        // same.
        await().atMost(Duration.ofSeconds(90)).until(() -> succeeds(base, MOUNT));
    }

    @Override
    public void close() {
        List<String> said = new ArrayList<>();
        for (String mounted : List.of("disk", "outer")) {
            // Whoever still uses it, for a test has failed, keeps it only as long as he lives.
            Trees.Ran ran =
                    Trees.run(
                            base,
                            Map.of("AT", mounted),
                            List.of(
                                    "sh",
                                    "-c",
                                    "! mountpoint -q $AT || umount $AT || umount -l $AT"));
            if (ran.exit() != 0) {
                said.add(ran.out());
            }
        }
        if (!said.isEmpty()) {
            throw new AssertionError("%s stays mounted: %s".formatted(kind, said));
        }
    }
}
