package dev.lanyard.node.app.cli;

import dev.lanyard.node.app.config.Places;
import dev.lanyard.node.app.config.SettingsReader;
import dev.lanyard.node.app.config.ShareKeyFile;
import dev.lanyard.node.app.config.StartFailure;
import dev.lanyard.node.app.control.ControlFile;
import dev.lanyard.protocol.ShareKey;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.concurrent.Callable;

/** {@code lanyard key}. The last line that it prints is the key and nothing else. */
@Command(
        description =
                "Print the share key of a folder, making one if there is none. Whoever has it takes part.")
final class Key implements Callable<Integer> {
    private final Surroundings surroundings;

    @Mixin Standard standard;

    @Parameters(paramLabel = "DIR", description = "The folder.")
    private Path folder;

    @Option(
            names = "--state-dir",
            paramLabel = "DIR",
            description = "The state directory that the node is started with.")
    private @Nullable Path stateDirectory;

    Key(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws StartFailure, IOException {
        ShareKey key =
                ShareKeyFile.readOrMake(
                        state(Places.folder(surroundings.at(folder))), new SecureRandom());
        PrintWriter out = surroundings.out();
        if (surroundings.outIsTerminal()) {
            out.println(
                    "Whoever has this key takes part. On the other machines: lanyard start DIR --key KEY");
        }
        out.println(key.text());
        return ExitCode.DONE;
    }

    /** A node that runs now may have been told another place than the usual one. */
    private Path state(Path real) throws StartFailure, IOException {
        if (stateDirectory == null) {
            Path inUse = Places.stateDirectoryInUse(real, surroundings.environment());
            if (ControlFile.read(inUse).isPresent()) {
                return inUse;
            }
        }
        return new SettingsReader(surroundings.environment())
                .stateDirectory(
                        real, stateDirectory == null ? null : surroundings.at(stateDirectory));
    }
}
