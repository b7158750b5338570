package dev.lanyard.node.app.control;

import dev.lanyard.node.app.config.OwnerOnlyFiles;

import tools.jackson.core.JacksonException;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;

/**
 * How to reach a running node: {@code control.json} in its state directory, which only its owner
 * can read. Whoever has the token may ask for anything.
 *
 * @param port where it listens on 127.0.0.1
 * @param token what a request must show
 * @param process the process of the node
 */
public record ControlFile(int port, String token, long process) {
    private static final int PORT_MAX = 65_535;

    /** Checks it: JSON may leave out anything. @throws IllegalArgumentException if it is not so */
    public ControlFile {
        if (port < 1 || port > PORT_MAX || Objects.requireNonNullElse(token, "").isEmpty()) {
            throw new IllegalArgumentException("port %d, or no token".formatted(port));
        }
    }

    /** Where it is in a state directory. */
    public static Path in(Path stateDirectory) {
        return stateDirectory.resolve("control.json");
    }

    /**
     * Reads it from a state directory; empty if it is not there.
     *
     * @throws IOException if it cannot be read, or is something else
     */
    public static Optional<ControlFile> read(Path stateDirectory) throws IOException {
        Path file = in(stateDirectory);
        try {
            return Optional.of(Json.read(Files.readAllBytes(file), ControlFile.class));
        } catch (NoSuchFileException _) {
            return Optional.empty();
        } catch (JacksonException | IllegalArgumentException e) {
            throw new IOException(file + " is damaged", e);
        }
    }

    void write(Path stateDirectory) throws IOException {
        OwnerOnlyFiles.write(
                in(stateDirectory),
                Json.MAPPER.writeValueAsString(this).getBytes(StandardCharsets.UTF_8));
    }

    /** Shows no token. */
    @Override
    public String toString() {
        return "ControlFile[port=%d, process=%d]".formatted(port, process);
    }
}
