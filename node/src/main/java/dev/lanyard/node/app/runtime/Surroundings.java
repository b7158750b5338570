package dev.lanyard.node.app.runtime;

import dev.lanyard.node.app.config.MachineIds;
import dev.lanyard.node.io.disk.Disk;
import dev.lanyard.node.io.disk.Disks;

import java.io.IOException;
import java.net.NetworkInterface;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.InstantSource;
import java.util.function.Predicate;

/**
 * What a node takes from the machine that it runs on; tests put a disk that fails or a clock that
 * is wrong in its place.
 *
 * @param disks the disk that holds a folder
 * @param wallClock what the users of this machine take for the time
 * @param interfaces network interfaces on which peers are looked for
 * @param random for ids, tokens and nonces: a source that cannot be guessed
 * @param boot tells runs of the machine apart: of what was written in an earlier one, only what was
 *     flushed must be there
 */
public record Surroundings(
        FolderDisks disks,
        InstantSource wallClock,
        Predicate<NetworkInterface> interfaces,
        SecureRandom random,
        Boot boot) {

    /** The machine itself. */
    public static Surroundings ofThisMachine() {
        SecureRandom random = new SecureRandom();
        return new Surroundings(
                folder -> Disks.holding(folder, random),
                Clock.systemUTC(),
                _ -> true,
                random,
                MachineIds::boot);
    }

    /** Finds the disk that holds a folder. */
    @FunctionalInterface
    public interface FolderDisks {
        /**
         * The disk that holds {@code folder}. @throws IOException if this system is not supported
         */
        Disk holding(Path folder) throws IOException;
    }

    /** Names the run of the machine that this process is a part of. */
    @FunctionalInterface
    public interface Boot {
        /** Differs after each start of the machine; empty where the system does not tell. */
        String id() throws IOException;
    }
}
