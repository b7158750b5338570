package dev.lanyard.node.app.config;

import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** The directory from which the user's systemd reads its units. */
public final class UserUnits {
    private static final String WANTED = "default.target.wants";

    private final Path directory;

    /** The one of the user whom {@code environment} tells of. It need not be there. */
    public UserUnits(Environment environment) {
        this.directory = environment.configHome().resolve("systemd").resolve("user");
    }

    /** Where the unit file of that name is. */
    public Path path(String name) {
        return directory.resolve(name);
    }

    /** The names of units that begin and end so, sorted. */
    public List<String> names(String prefix, String suffix) throws IOException {
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(directory)) {
            for (Path each : all) {
                String name = String.valueOf(each.getFileName());
                if (name.startsWith(prefix) && name.endsWith(suffix)) {
                    names.add(name);
                }
            }
        } catch (NoSuchFileException none) {
            return List.of();
        }
        Collections.sort(names);
        return names;
    }

    /**
     * What a unit file says; empty if there is none. A link, which is how a unit is masked, and
     * what else is no file or no text, says nothing: "".
     */
    public Optional<String> read(String name) throws IOException {
        Path file = path(name);
        if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            return Optional.empty();
        }
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            return Optional.of("");
        }
        try {
            return Optional.of(Files.readString(file));
        } catch (MalformedInputException e) {
            return Optional.of("");
        }
    }

    /** Writes a unit file whole: after a crash it is the old one or the new one. */
    public void write(String name, String text) throws IOException {
        Files.createDirectories(directory);
        OwnerOnlyFiles.write(path(name), text.getBytes(StandardCharsets.UTF_8));
    }

    /** Has a unit start with the user manager, by the link that systemd looks for. */
    public void enable(String name) throws IOException {
        Files.createDirectories(directory.resolve(WANTED));
        try {
            Files.createSymbolicLink(link(name), Path.of("..", name));
        } catch (FileAlreadyExistsException e) {
            // systemd goes by its name alone.
        }
    }

    /** Whether a unit starts with the user manager. */
    public boolean isEnabled(String name) {
        return Files.exists(link(name), LinkOption.NOFOLLOW_LINKS);
    }

    /** Deletes a unit file, and first the link to it. */
    public void delete(String name) throws IOException {
        Files.deleteIfExists(link(name));
        Files.deleteIfExists(path(name));
    }

    private Path link(String name) {
        return directory.resolve(WANTED).resolve(name);
    }
}
