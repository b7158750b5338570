package dev.lanyard.node.app.config;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * Files and directories of the state directory, which nobody but their owner may read. Where the
 * file system has no modes, the user's own directory protects them.
 */
public final class OwnerOnlyFiles {
    private static final boolean HAS_MODES =
            FileSystems.getDefault().supportedFileAttributeViews().contains("posix");

    private OwnerOnlyFiles() {}

    /**
     * Makes {@code directory} with mode 0700, and its parents where they are missing. One that is
     * there already stays as it is.
     */
    public static void makeDirectory(Path directory) throws IOException {
        if (Files.isDirectory(directory)) {
            return;
        }
        Files.createDirectories(directory, mode("rwx------"));
    }

    /**
     * Writes {@code file} whole, mode 0600: after a crash it has its old content or its new one.
     */
    public static void write(Path file, byte[] content) throws IOException {
        Path written = writeBeside(file, content);
        Files.move(written, file, StandardCopyOption.ATOMIC_MOVE);
    }

    /**
     * Writes {@code file} whole, mode 0600, unless there is one.
     *
     * @throws java.nio.file.FileAlreadyExistsException if there is one
     */
    public static void writeNew(Path file, byte[] content) throws IOException {
        Path written = writeBeside(file, content);
        try {
            Files.createLink(file, written); // Unlike a move, this never replaces.
        } finally {
            Files.delete(written);
        }
    }

    /** Makes durable what was written, made and deleted in {@code directory}, in this order. */
    static void flushDirectory(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private static Path writeBeside(Path file, byte[] content) throws IOException {
        Path beside = file.resolveSibling(file.getFileName() + "." + ProcessHandle.current().pid());
        Files.deleteIfExists(beside); // Left by a process that had our number and died.
        try (FileChannel channel =
                FileChannel.open(
                        beside,
                        Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                        mode("rw-------"))) {
            ByteBuffer rest = ByteBuffer.wrap(content);
            while (rest.hasRemaining()) {
                channel.write(rest);
            }
            channel.force(true);
        }
        return beside;
    }

    /** Opens {@code file} for reading and writing, making it with mode 0600 if it is not there. */
    static FileChannel open(Path file) throws IOException {
        return FileChannel.open(
                file,
                Set.of(
                        StandardOpenOption.CREATE,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE),
                mode("rw-------"));
    }

    /** Takes {@code file} away from everybody but its owner; nothing happens if there is none. */
    static void protect(Path file) throws IOException {
        if (HAS_MODES && Files.exists(file)) {
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        }
    }

    private static FileAttribute<?>[] mode(String mode) {
        return HAS_MODES
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(mode))
                }
                : new FileAttribute<?>[0];
    }
}
