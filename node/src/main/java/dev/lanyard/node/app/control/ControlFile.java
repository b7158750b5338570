package dev.lanyard.node.app.control;

import dev.lanyard.node.app.config.OwnerOnlyFiles;

import tools.jackson.core.JacksonException;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
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

    /** Where it is in a state directory. */
    public static Path in(Path stateDirectory) {
        return stateDirectory.resolve("control.json");
    }

    /**
     * Reads it from a state directory; empty if it is not there, or not readable as what it should
     * be.
     */
    public static Optional<ControlFile> read(Path stateDirectory) throws IOException {
        Path file = in(stateDirectory);
        if (Files.notExists(file)) {
            return Optional.empty();
        }
        try {
            return Optional.of(Json.MAPPER.readValue(Files.readString(file), ControlFile.class));
        } catch (JacksonException e) {
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
