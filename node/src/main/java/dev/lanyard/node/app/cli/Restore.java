package dev.lanyard.node.app.cli;

import static dev.lanyard.node.app.config.Places.printable;

import dev.lanyard.node.app.control.NodeControl.Result;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.io.IOException;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.concurrent.Callable;

/** {@code lanyard restore PATH}. Here {@code --version} names a version of the path. */
@Command(
        description =
                "Put an earlier content of a path back in place, or a directory as it was. What is"
                        + " there now is kept as a version.")
final class Restore implements Callable<Integer> {
    private final Nodes nodes;

    @Mixin private AnswerOptions answer;

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
            description =
                    "Which, as lanyard versions names it; without it, the most recent that is kept"
                            + " here, and if there is none, on a machine that is connected.")
    private @Nullable String version;

    @Option(
            names = "--before",
            paramLabel = "T",
            description =
                    "Put back the path, and all below it, as it was then: 2026-11-20T10:00, or 2h or"
                            + " 3d ago. Nothing is deleted.")
    private @Nullable String before;

    Restore(Nodes nodes) {
        this.nodes = nodes;
    }

    @Override
    public Integer call() throws CommandFailure, IOException, InterruptedException {
        if (version != null && before != null) {
            throw new CommandFailure(
                    ExitCode.USAGE, "--version and --before exclude each other; leave one out");
        }
        Nodes.Subject subject = answer.holding(nodes, path);
        Result result =
                before == null
                        ? subject.node().restore(subject.path(), version)
                        : subject.node()
                                .restoreBefore(
                                        subject.path(),
                                        Units.past(before, Instant.now(), ZoneId.systemDefault()));
        String line =
                !result.done()
                        ? "not restored: " + printable(result.detail())
                        : "restored "
                                + (before == null
                                        ? subject.path().toString()
                                        : printable(result.detail()));
        answer.show(result, List.of(line));
        return result.done() ? ExitCode.DONE : ExitCode.NOT_SO;
    }
}
