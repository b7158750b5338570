package dev.lanyard.node.app.cli;

import static dev.lanyard.node.app.config.Places.escaped;

import dev.lanyard.node.app.control.NodeControl.Result;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;

/** {@code lanyard restore PATH}. Here {@code --version} names a version of the path. */
@Command(
        description =
                "Put an earlier content of a path back in place. What is there now is kept as a"
                        + " version.")
final class Restore implements Callable<Integer> {
    private final Nodes nodes;

    @Spec private CommandSpec spec;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Say how this is used.")
    boolean help;

    @Parameters(paramLabel = "PATH", description = "A path in the folder; it need not exist now.")
    private String path;

    @Option(
            names = "--version",
            paramLabel = "V",
            description = "Which, as lanyard versions names it; without it, the most recent.")
    private @Nullable String version;

    @Option(
            names = "--state-dir",
            paramLabel = "DIR",
            description = "The state directory that the node was started with.")
    private @Nullable Path stateDirectory;

    @Option(names = "--json", description = "Answer in JSON, whose form stays as it is.")
    private boolean json;

    Restore(Nodes nodes) {
        this.nodes = nodes;
    }

    @Override
    public Integer call() throws CommandFailure, IOException, InterruptedException {
        Nodes.Subject subject = nodes.holding(path, stateDirectory);
        Result result = subject.node().restore(subject.path(), version);
        String line =
                result.done()
                        ? "restored " + subject.path()
                        : "not restored: " + escaped(result.detail());
        Question.show(spec, json, result, List.of(line));
        return result.done() ? ExitCode.DONE : ExitCode.NOT_SO;
    }
}
