package dev.lanyard.node.app.config;

import static dev.lanyard.node.app.config.Places.escaped;
import static dev.lanyard.node.app.config.Places.shown;
import static dev.lanyard.node.app.config.StartFailure.Kind.USAGE;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;

/**
 * What a user wants at every start, in the state directory's file {@code settings}: lines of {@code
 * name = value}. Flags override it; nobody needs it.
 */
final class SettingsFile {
    private static final Set<String> NAMES =
            Set.of(
                    "name",
                    "listen",
                    "peers",
                    "discovery",
                    "discovery-port",
                    "mode",
                    "keep-versions",
                    "keep-deletions");

    private SettingsFile() {}

    /** The settings in {@code file}; none if there is no such file. */
    static Map<String, String> read(Path file) throws StartFailure {
        if (Files.notExists(file)) {
            return Map.of();
        }
        Properties lines = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            lines.load(reader);
        } catch (IOException | IllegalArgumentException e) {
            throw new StartFailure(
                    USAGE,
                    "cannot read the settings in " + shown(file),
                    "write lines of name = value in UTF-8, or delete it",
                    e);
        }
        Map<String, String> settings = new TreeMap<>();
        for (String name : lines.stringPropertyNames()) {
            if (!NAMES.contains(name)) {
                throw new StartFailure(
                        USAGE,
                        "unknown setting '%s' in %s".formatted(escaped(name), shown(file)),
                        "there are " + String.join(", ", NAMES.stream().sorted().toList()));
            }
            settings.put(name, lines.getProperty(name).strip());
        }
        return settings;
    }
}
