package dev.lanyard.node.app.cli;

import dev.lanyard.node.app.control.NodeControl.Why;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

import java.io.IOException;
import java.time.ZoneId;
import java.util.concurrent.Callable;

/** {@code lanyard why PATH}. Ends with 1 when nobody here has ever heard of the path. */
@Command(
        description =
                "Tell what was decided about a path, the oldest first, and how it stands with it now.")
final class WhyQuestion implements Callable<Integer> {
    private final Nodes nodes;

    @Mixin Standard standard;
    @Mixin private AnswerOptions answer;

    @Parameters(paramLabel = "PATH", description = "A path in the folder; it need not exist now.")
    private String path;

    WhyQuestion(Nodes nodes) {
        this.nodes = nodes;
    }

    @Override
    public Integer call() throws CommandFailure, IOException, InterruptedException {
        Nodes.Subject subject = answer.holding(nodes, path);
        Why why = subject.node().why(subject.path());
        answer.show(why, DecisionLines.why(why, ZoneId.systemDefault()));
        boolean unheard = why.history().isEmpty() && why.known() == null && why.held() == null;
        return unheard ? ExitCode.NOT_SO : ExitCode.DONE;
    }
}
