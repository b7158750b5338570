package dev.lanyard.node.app.cli;

import static dev.lanyard.node.app.config.Places.printable;

import dev.lanyard.node.app.config.KeyRenewal;
import dev.lanyard.node.app.config.Places;
import dev.lanyard.node.app.config.SettingsReader;
import dev.lanyard.node.app.config.ShareKeyFile;
import dev.lanyard.node.app.config.StartFailure;
import dev.lanyard.node.app.control.ControlClient;
import dev.lanyard.node.app.control.ControlFile;
import dev.lanyard.node.app.control.NodeControl.NewKey;
import dev.lanyard.node.app.control.NotRunningException;
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
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;

/** {@code lanyard key}. The last line that it prints is the key and nothing else. */
@Command(
        description = {
            "Print the share key of a folder, making one if there is none. Whoever has it takes"
                    + " part.",
            "With --new, give the share another key first: the machines that are known here get it"
                    + " by themselves, those named by --without and all others are out."
        })
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

    @Option(
            names = "--new",
            description =
                    "Give the share a new key. A machine that is known and off now gets it when it"
                            + " comes back within 30 days.")
    private boolean renew;

    @Option(
            names = "--without",
            paramLabel = "PEER",
            description =
                    "With --new: this machine does not get it, and is forgotten. Its name, the"
                            + " beginning of its id, or its address, as peers lists them; may be"
                            + " given several times.")
    private List<String> without = new ArrayList<>();

    Key(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws StartFailure, CommandFailure, IOException, InterruptedException {
        if (!renew && !without.isEmpty()) {
            throw new CommandFailure(
                    ExitCode.USAGE,
                    "--without says who does not get a new key; give it together with --new");
        }
        Path state = state(Places.folder(surroundings.at(folder)));
        PrintWriter out = surroundings.out();
        if (renew) {
            NewKey made = newKey(state);
            NewKeyLines.of(made).forEach(out::println);
            out.println(made.key());
            return ExitCode.DONE;
        }
        ShareKey key = ShareKeyFile.readOrMake(state, new SecureRandom());
        if (surroundings.outIsTerminal()) {
            out.println(
                    "Whoever has this key takes part. On the other machines: lanyard start DIR --key KEY");
        }
        out.println(key.text());
        return ExitCode.DONE;
    }

    private NewKey newKey(Path state)
            throws StartFailure, CommandFailure, IOException, InterruptedException {
        Optional<ControlClient> node = ControlClient.find(state);
        if (node.isPresent()) {
            try {
                NewKey made = node.get().newKey(without);
                if (!made.refusal().isEmpty()) {
                    throw new CommandFailure(ExitCode.USAGE, printable(made.refusal()));
                }
                return made;
            } catch (NotRunningException killed) {
                // Its file stayed behind. Whether somebody uses the state is seen by the lock.
            }
        }
        return NewKey.of(
                KeyRenewal.whileNoNodeRuns(state, without, new SecureRandom(), Instant.now()));
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
