package dev.lanyard.node.app.cli;

import dev.lanyard.node.app.control.NodeControl;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.io.IOException;
import java.nio.file.Path;

/** Which node a command speaks to. */
final class NodeChoice {
    @Parameters(
            arity = "0..1",
            paramLabel = "DIR",
            description = "The folder; without it, the one around the working directory.")
    private @Nullable Path folder;

    @Option(
            names = "--state-dir",
            paramLabel = "DIR",
            description = "The state directory that the node was started with.")
    private @Nullable Path stateDirectory;

    NodeControl of(Nodes nodes) throws CommandFailure, IOException {
        return nodes.on(folder, stateDirectory);
    }

    Nodes.Meant meant(Nodes nodes) throws CommandFailure, IOException {
        return nodes.meant(folder, stateDirectory);
    }
}
