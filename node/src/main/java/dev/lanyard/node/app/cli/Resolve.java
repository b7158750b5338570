package dev.lanyard.node.app.cli;

import static dev.lanyard.node.app.config.Places.escaped;

import dev.lanyard.node.app.control.NodeControl.Result;
import dev.lanyard.node.app.control.NodeControl.Side;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;

/** {@code lanyard resolve PATH --keep mine|theirs|both}. */
@Command(
        description =
                "Settle a conflict: lanyard conflicts lists them. It is settled on every machine.")
final class Resolve implements Callable<Integer> {
    private final Nodes nodes;

    @Mixin Standard standard;
    @Mixin private AnswerOptions answer;

    @Parameters(paramLabel = "PATH", description = "A path in the folder that has a conflict.")
    private String path;

    @Option(
            names = "--keep",
            required = true,
            paramLabel = "mine|theirs|both",
            description =
                    "mine: what was here and lost comes back. theirs: what is in place stays. both:"
                            + " what lost is put beside it under a name with (conflict ...) in it.")
    private String keep;

    Resolve(Nodes nodes) {
        this.nodes = nodes;
    }

    @Override
    public Integer call() throws CommandFailure, IOException, InterruptedException {
        Side side = side();
        Nodes.Subject subject = answer.holding(nodes, path);
        Result result = subject.node().resolve(subject.path(), side);
        String line = (result.done() ? "resolved " : "not resolved: ") + escaped(result.detail());
        answer.show(result, List.of(line));
        return result.done() ? ExitCode.DONE : ExitCode.NOT_SO;
    }

    private Side side() throws CommandFailure {
        return switch (keep.toLowerCase(Locale.ROOT)) {
            case "mine" -> Side.MINE;
            case "theirs" -> Side.THEIRS;
            case "both" -> Side.BOTH;
            default ->
                    throw new CommandFailure(
                            ExitCode.USAGE,
                            "'%s' cannot be kept; write --keep mine, theirs or both"
                                    .formatted(escaped(keep)));
        };
    }
}
