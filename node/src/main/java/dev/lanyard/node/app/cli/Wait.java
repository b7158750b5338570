package dev.lanyard.node.app.cli;

import static dev.lanyard.node.app.config.Places.printable;

import dev.lanyard.node.app.control.NodeControl;
import dev.lanyard.node.app.control.NodeControl.Result;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** {@code lanyard wait}. */
@Command(
        description =
                "Wait until all that was written here before is durable on every connected peer."
                        + " Ends with 1 when the time is up, or when it cannot be.")
final class Wait extends Question<Result> {
    @Option(
            names = "--timeout",
            paramLabel = "T",
            defaultValue = "365d",
            converter = Units.DurationReader.class,
            description = "For how long, as 30s or 5m; without it, as long as it takes.")
    private Duration timeout;

    Wait(Nodes nodes) {
        super(nodes);
    }

    @Override
    Result ask(NodeControl node) throws IOException, InterruptedException {
        return node.await(timeout);
    }

    @Override
    List<String> lines(Result result) {
        return List.of(
                result.done()
                        ? "durable on every connected peer"
                        : "not yet so: " + printable(result.detail()));
    }

    @Override
    int exitCode(Result result) {
        return result.done() ? ExitCode.DONE : ExitCode.NOT_SO;
    }
}
