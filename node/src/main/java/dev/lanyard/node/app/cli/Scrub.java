package dev.lanyard.node.app.cli;

import static dev.lanyard.node.app.config.Places.printable;

import dev.lanyard.node.app.control.NodeControl;
import dev.lanyard.node.app.control.NodeControl.Result;
import dev.lanyard.node.app.control.NodeControl.Scrubbed;
import dev.lanyard.node.core.engine.Effect.Phase;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;

/** {@code lanyard scrub}. */
@Command(
        description = {
            "Read all files again, and list those whose bytes are not what was written though nothing"
                    + " shows that they were changed. A node does this by itself, slowly, once in a"
                    + " month.",
            "Exit code 1 if there is such a file, or it could not be repaired."
        })
final class Scrub implements Callable<Integer> {
    private final Nodes nodes;

    @Mixin Standard standard;
    @Mixin private AnswerOptions answer;

    @Parameters(
            arity = "0..1",
            paramLabel = "DIR",
            description = "The folder; without it, the one around the working directory.")
    private @Nullable Path folder;

    @Option(
            names = "--repair",
            paramLabel = "PATH",
            description =
                    "Read nothing, but bring the content of this file, which is listed as decayed,"
                            + " from a machine that is connected.")
    private @Nullable String repair;

    Scrub(Nodes nodes) {
        this.nodes = nodes;
    }

    @Override
    public Integer call() throws CommandFailure, IOException, InterruptedException {
        if (repair == null) {
            return scrub(nodes.on(folder, answer.stateDirectory()));
        }
        if (folder != null) {
            throw new CommandFailure(
                    ExitCode.USAGE, "--repair PATH names a file in its folder; leave DIR out");
        }
        Nodes.Subject subject = answer.holding(nodes, repair);
        Result result = subject.node().repair(subject.path());
        String line = (result.done() ? "repaired " : "not repaired: ") + printable(result.detail());
        answer.show(result, List.of(line));
        return ExitCode.of(result);
    }

    private int scrub(NodeControl node) throws CommandFailure, IOException, InterruptedException {
        if (node.status().phase() == Phase.PAUSED) {
            throw new CommandFailure(
                    ExitCode.NOT_SO, "this node is paused; go on with: lanyard resume");
        }
        Scrubbed scrubbed = node.scrub();
        answer.show(scrubbed, Sentences.scrubbed(scrubbed));
        return scrubbed.decayed() == 0 ? ExitCode.DONE : ExitCode.NOT_SO;
    }
}
