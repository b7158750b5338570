package dev.lanyard.node.app.config;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.util.List;

/**
 * What the command line said, unchecked; null where it said nothing.
 *
 * @param folder the folder, as it was named
 * @param peers static peers, as {@code HOST:PORT}
 * @param discovery whether to look for peers
 */
public record Flags(
        Path folder,
        @Nullable Path stateDirectory,
        @Nullable String name,
        @Nullable String key,
        @Nullable Path keyFile,
        @Nullable String listen,
        List<String> peers,
        @Nullable Boolean discovery,
        @Nullable String discoveryPort,
        @Nullable String mode,
        @Nullable Path logFile,
        @Nullable String keepVersions,
        @Nullable String keepDeletions) {

    /** Copies the list. */
    public Flags {
        peers = List.copyOf(peers);
    }

    /** Nothing said but the folder and, unless null, where its state is. */
    public static Flags of(Path folder, @Nullable Path stateDirectory) {
        return new Flags(
                folder,
                stateDirectory,
                null,
                null,
                null,
                null,
                List.of(),
                null,
                null,
                null,
                null,
                null,
                null);
    }
}
