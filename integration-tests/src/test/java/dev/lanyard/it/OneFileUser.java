package dev.lanyard.it;

import dev.lanyard.it.onefile.Observation;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * Reads, writes and deletes one file, and tells exactly what was there, whatever a node puts there
 * meanwhile. Used by one thread.
 */
final class OneFileUser {
    private final int node;
    private final Path file;
    private final Path draft;

    /**
     * @param node whose folder it is
     * @param draft is on the same file system as {@code file}, and not in its folder
     */
    OneFileUser(int node, Path file, Path draft) {
        this.node = node;
        this.file = file;
        this.draft = draft;
    }

    /** Reads the file. */
    Observation read() throws IOException {
        return new Observation.Read(node, shown());
    }

    /** What is in the file, or null if there is none. */
    @Nullable String shown() throws IOException {
        try {
            return Files.readString(file);
        } catch (NoSuchFileException none) {
            return null;
        }
    }

    /** Puts a new file in its place, as most editors do. */
    Observation save(String value) throws IOException {
        Files.writeString(draft, value);
        try {
            while (!Exchange.between(draft, file)) {
                if (isLinked()) {
                    return new Observation.Write(node, value, null);
                }
            }
            return new Observation.Write(node, value, Files.readString(draft));
        } finally {
            Files.delete(draft);
        }
    }

    private boolean isLinked() throws IOException {
        try {
            Files.createLink(file, draft);
            return true;
        } catch (FileAlreadyExistsException arrived) {
            return false;
        }
    }

    /** Writes to the file itself, after reading it through the same descriptor. */
    Observation edit(String value) throws IOException {
        while (true) {
            try (FileChannel channel =
                    FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
                ByteBuffer before = ByteBuffer.allocate(Math.toIntExact(channel.size()));
                while (before.hasRemaining() && channel.read(before) >= 0) {
                    // Until all is read.
                }
                channel.truncate(0);
                write(channel, value);
                return new Observation.Write(
                        node, value, StandardCharsets.UTF_8.decode(before.flip()).toString());
            } catch (NoSuchFileException none) {
                if (isCreated(value)) {
                    return new Observation.Write(node, value, null);
                }
            }
        }
    }

    private boolean isCreated(String value) throws IOException {
        try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            write(channel, value);
            return true;
        } catch (FileAlreadyExistsException arrived) {
            return false;
        }
    }

    private static void write(FileChannel channel, String value) throws IOException {
        ByteBuffer bytes = StandardCharsets.UTF_8.encode(value);
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    /** Moves the file out of the folder, where it is looked at; or finds that there is none. */
    Observation delete() throws IOException {
        try {
            Files.move(file, draft, StandardCopyOption.ATOMIC_MOVE);
        } catch (NoSuchFileException none) {
            return new Observation.Read(node, null);
        }
        String replaced = Files.readString(draft);
        Files.delete(draft);
        return new Observation.Delete(node, replaced);
    }
}
