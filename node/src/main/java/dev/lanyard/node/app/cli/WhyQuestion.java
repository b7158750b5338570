package dev.lanyard.node.app.cli;

import dev.lanyard.node.app.control.NodeControl.Why;

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
import java.util.concurrent.Callable;

/** {@code lanyard why PATH}. Ends with 1 when nobody here has ever heard of the path. */
@Command(
        description =
                "Tell what was decided about a path, the oldest first, and how it stands with it now.")
final class WhyQuestion implements Callable<Integer> {
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

    WhyQuestion(Nodes nodes) {
        this.nodes = nodes;
    }

    @Override
    public Integer call() throws CommandFailure, IOException, InterruptedException {
        Nodes.Subject subject = nodes.holding(path, stateDirectory);
        Why why = subject.node().why(subject.path());
        Question.show(spec, json, why, DecisionLines.why(why, ZoneId.systemDefault()));
        boolean unheard = why.history().isEmpty() && why.known() == null && why.held() == null;
        return unheard ? ExitCode.NOT_SO : ExitCode.DONE;
    }
}
