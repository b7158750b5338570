package dev.lanyard.node.app.cli;

import dev.lanyard.node.app.control.NodeControl.Version;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.List;
import java.util.concurrent.Callable;

/** {@code lanyard versions PATH}. */
@Command(
        description =
                "List the earlier contents of a path that are kept; of a directory those of all that"
                        + " was below it.")
final class Versions implements Callable<Integer> {
    private final Nodes nodes;

    @Spec private CommandSpec spec;
    @Mixin Standard standard;

    @Parameters(paramLabel = "PATH", description = "A path in the folder; it need not exist now.")
    private String path;

    @Option(
            names = "--state-dir",
            paramLabel = "DIR",
            description = "The state directory that the node was started with.")
    private @Nullable Path stateDirectory;

    @Option(names = "--json", description = "Answer in JSON, whose form stays as it is.")
    private boolean json;

    Versions(Nodes nodes) {
        this.nodes = nodes;
    }

    @Override
    public Integer call() throws CommandFailure, IOException, InterruptedException {
        Nodes.Subject subject = nodes.holding(path, stateDirectory);
        List<Version> versions = subject.node().versions(subject.path());
        Question.show(spec, json, versions, Sentences.versions(versions, ZoneId.systemDefault()));
        if (!json) {
            Question.tellShown(subject.node(), versions);
        }
        return ExitCode.DONE;
    }
}
