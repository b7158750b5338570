package dev.lanyard.node.app.cli;

import static dev.lanyard.node.app.config.Places.escaped;
import static dev.lanyard.node.app.config.Places.shown;

import dev.lanyard.node.app.config.Environment;
import dev.lanyard.node.app.config.Flags;
import dev.lanyard.node.app.config.Places;
import dev.lanyard.node.app.config.SettingsReader;
import dev.lanyard.node.app.config.StartFailure;
import dev.lanyard.node.app.control.ControlClient;
import dev.lanyard.node.app.control.NodeControl;
import dev.lanyard.protocol.RelativePath;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/** Finds nodes that run in other processes of this machine. */
final class RunningNodes implements Nodes {
    private final Environment environment;
    private final Path workingDirectory;

    RunningNodes(Environment environment, Path workingDirectory) {
        this.environment = environment;
        this.workingDirectory = workingDirectory;
    }

    @Override
    public ControlClient on(@Nullable Path folder, @Nullable Path stateDirectory)
            throws CommandFailure, IOException {
        if (folder == null && stateDirectory != null) {
            return client(stateDirectory, "with the state directory " + shown(stateDirectory));
        }
        Path named = folder != null ? workingDirectory.resolve(folder) : around(workingDirectory);
        return at(real(named), stateDirectory);
    }

    @Override
    public Subject holding(String path, @Nullable Path stateDirectory)
            throws CommandFailure, IOException {
        Path named = absolute(path);
        Path folder = around(named);
        if (folder.equals(named)) {
            throw new CommandFailure(
                    ExitCode.USAGE, shown(named) + " is the whole folder; name something in it");
        }
        try {
            RelativePath relative = RelativePath.parse(folder.relativize(named).toString());
            return new Subject(at(real(folder), stateDirectory), relative);
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(
                    ExitCode.USAGE, e.getMessage() + "; write % itself as %25 and any byte as %XX");
        }
    }

    @Override
    public Meant meant(@Nullable Path folder, @Nullable Path stateDirectory)
            throws CommandFailure, IOException {
        if (folder == null && stateDirectory != null) {
            return new Meant(null, running(workingDirectory.resolve(stateDirectory)), null, null);
        }
        Optional<Path> named =
                folder != null
                        ? Optional.of(workingDirectory.resolve(folder))
                        : Places.folderAbove(workingDirectory);
        if (named.isEmpty()) {
            return new Meant(null, null, null, null);
        }
        Path share = real(named.get());
        Path state = state(share, stateDirectory);
        @Nullable NodeControl node = running(state);
        try {
            Flags nothingSaid = Flags.of(share, state);
            return new Meant(share, node, new SettingsReader(environment).read(nothingSaid), null);
        } catch (StartFailure misread) {
            return new Meant(share, node, null, misread);
        }
    }

    private static @Nullable NodeControl running(Path stateDirectory) throws IOException {
        return ControlClient.find(stateDirectory).orElse(null);
    }

    private ControlClient at(Path folder, @Nullable Path stateDirectory)
            throws CommandFailure, IOException {
        return client(state(folder, stateDirectory), "on " + shown(folder));
    }

    private Path state(Path folder, @Nullable Path named) {
        return named != null
                ? workingDirectory.resolve(named)
                : Places.stateDirectoryInUse(folder, environment);
    }

    private ControlClient client(Path stateDirectory, String where)
            throws CommandFailure, IOException {
        return ControlClient.find(workingDirectory.resolve(stateDirectory))
                .orElseThrow(() -> notRunning(where));
    }

    /** What is said when nobody is there. */
    static CommandFailure notRunning(String where) {
        return new CommandFailure(
                ExitCode.NOT_SO,
                "no node is running %s; start one with: lanyard start DIR".formatted(where));
    }

    private Path absolute(String path) throws CommandFailure {
        try {
            return workingDirectory.resolve(path).normalize();
        } catch (InvalidPathException e) {
            throw new CommandFailure(
                    ExitCode.USAGE, "'%s' cannot be a path; name another".formatted(escaped(path)));
        }
    }

    private static Path around(Path path) throws CommandFailure {
        return Places.folderAbove(path)
                .orElseThrow(
                        () ->
                                new CommandFailure(
                                        ExitCode.USAGE,
                                        shown(path)
                                                + " is not in a folder that lanyard keeps; name the"
                                                + " folder"));
    }

    private static Path real(Path folder) throws CommandFailure {
        try {
            return Places.folder(folder);
        } catch (StartFailure e) {
            throw new CommandFailure(e);
        }
    }
}
