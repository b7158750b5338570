package dev.lanyard.node.app.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** By what a machine, and one run of it, are known to itself. */
public final class MachineIds {
    private static final Path MACHINE = Path.of("/etc/machine-id");
    private static final Path BOOT = Path.of("/proc/sys/kernel/random/boot_id");

    private MachineIds() {}

    /**
     * Differs from machine to machine; empty where the system has no such id, so that only other
     * evidence of a copied state counts.
     */
    public static String machine() throws IOException {
        return readOrEmpty(MACHINE);
    }

    /**
     * Differs after each start of the machine; empty where the system does not tell: then an
     * unclean stop counts as one of the program.
     */
    public static String boot() throws IOException {
        return readOrEmpty(BOOT);
    }

    private static String readOrEmpty(Path file) throws IOException {
        return Files.exists(file) ? Files.readString(file).strip() : "";
    }
}
