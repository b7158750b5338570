package dev.lanyard.node.app.cli;

import static dev.lanyard.node.app.config.Places.printable;

import dev.lanyard.node.app.control.NodeControl;
import dev.lanyard.node.app.control.NodeControl.Result;

import picocli.CommandLine.Command;

import java.io.IOException;
import java.util.List;

/** {@code lanyard rescan}. */
@Command(description = "Look at the whole folder again.")
final class Rescan extends Question<Result> {
    Rescan(Nodes nodes) {
        super(nodes);
    }

    @Override
    Result ask(NodeControl node) throws IOException, InterruptedException {
        return node.rescan();
    }

    @Override
    List<String> lines(Result result) {
        return List.of(result.done() ? "looking again" : "not done: " + printable(result.detail()));
    }

    @Override
    int exitCode(Result result) {
        return result.done() ? ExitCode.DONE : ExitCode.NOT_SO;
    }
}
