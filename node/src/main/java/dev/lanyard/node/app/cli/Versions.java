package dev.lanyard.node.app.cli;

import dev.lanyard.node.app.control.NodeControl.Elsewhere;
import dev.lanyard.node.app.control.NodeControl.Version;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.time.ZoneId;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;

/** {@code lanyard versions PATH}. */
@Command(
        description =
                "List the earlier contents of a path that are kept, here and on the machines that are"
                        + " connected; of a directory those of all that was below it.")
final class Versions implements Callable<Integer> {
    private final Nodes nodes;

    @Spec private CommandSpec spec;
    @Mixin Standard standard;
    @Mixin private AnswerOptions answer;

    @Parameters(paramLabel = "PATH", description = "A path in the folder; it need not exist now.")
    private String path;

    Versions(Nodes nodes) {
        this.nodes = nodes;
    }

    @Override
    public Integer call() throws CommandFailure, IOException, InterruptedException {
        Nodes.Subject subject = answer.holding(nodes, path);
        List<Version> here = subject.node().versions(subject.path());
        Elsewhere elsewhere = subject.node().versionsElsewhere(subject.path());
        List<Version> all = Stream.concat(here.stream(), elsewhere.versions().stream()).toList();
        answer.show(all, Sentences.versions(all, ZoneId.systemDefault()));
        Sentences.untold(elsewhere).forEach(spec.commandLine().getErr()::println);
        if (!answer.isJson()) {
            Question.tellShown(subject.node(), here);
        }
        return ExitCode.DONE;
    }
}
