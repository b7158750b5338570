package dev.lanyard.node.app.cli;

import static dev.lanyard.node.app.config.Places.escaped;
import static dev.lanyard.node.app.config.Places.printable;

import dev.lanyard.node.app.control.NodeControl;
import dev.lanyard.node.app.control.NodeControl.Result;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

import java.io.IOException;
import java.util.List;

/** {@code lanyard confirm-deletes}. */
@Command(
        description =
                "Say that what is held back of deletions was meant: it is deleted everywhere. Or have"
                        + " it all come back.")
final class ConfirmDeletes extends Question<Result> {
    @Option(
            names = "--restore",
            description = "It was not meant: bring back what is gone here, and keep what is here.")
    private boolean restore;

    ConfirmDeletes(Nodes nodes) {
        super(nodes);
    }

    @Override
    Result ask(NodeControl node) throws IOException, InterruptedException {
        return node.confirmDeletes(restore);
    }

    @Override
    List<String> lines(Result result) {
        if (!result.done()) {
            return List.of("not done: " + printable(result.detail()));
        }
        String count = escaped(result.detail());
        if (count.equals("0")) {
            return List.of("nothing is held back");
        }
        return List.of(
                restore
                        ? count
                                + " stay or come back everywhere, as far as a connected machine has them"
                        : count + " are deleted everywhere now");
    }

    @Override
    int exitCode(Result result) {
        return ExitCode.of(result);
    }
}
