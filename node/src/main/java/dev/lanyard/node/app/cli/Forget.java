package dev.lanyard.node.app.cli;

import static dev.lanyard.node.app.config.Places.escaped;
import static dev.lanyard.node.app.config.Places.printable;

import dev.lanyard.node.app.control.NodeControl;
import dev.lanyard.node.app.control.NodeControl.Result;

import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

import java.io.IOException;
import java.util.List;

/** {@code lanyard forget PEER}. */
@Command(
        description =
                "Forget a peer that is gone for good: it is listed and dialled no more, until it"
                        + " connects or is heard again.")
final class Forget extends Question<Result> {
    @Parameters(
            index = "0",
            paramLabel = "PEER",
            description = "Its name, the beginning of its id, or its address, as peers lists them.")
    private String peer;

    Forget(Nodes nodes) {
        super(nodes);
    }

    @Override
    Result ask(NodeControl node) throws IOException, InterruptedException {
        return node.forget(peer);
    }

    @Override
    List<String> lines(Result result) {
        return List.of(
                result.done()
                        ? "forgotten: " + escaped(peer)
                        : "not forgotten: " + printable(result.detail()));
    }

    @Override
    int exitCode(Result result) {
        return ExitCode.of(result);
    }
}
