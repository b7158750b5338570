package dev.lanyard.node.app.cli;

import dev.lanyard.node.app.control.ControlClient;
import dev.lanyard.node.app.control.NodeControl;
import dev.lanyard.node.app.control.NodeControl.Version;
import dev.lanyard.node.core.plan.Keep;

import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;

/** A command that asks a node one thing and shows the answer. */
abstract class Question<A> implements Callable<Integer> {
    final Nodes nodes;

    @Spec CommandSpec spec;
    @Mixin Standard standard;
    @Mixin private NodeChoice choice;

    @Option(names = "--json", description = "Answer in JSON, whose form stays as it is.")
    boolean json;

    Question(Nodes nodes) {
        this.nodes = nodes;
    }

    @Override
    public Integer call() throws CommandFailure, IOException, InterruptedException {
        return run(choice.of(nodes));
    }

    /** Asks {@code node}, shows what it answers, and returns the exit code. */
    int run(NodeControl node) throws CommandFailure, IOException, InterruptedException {
        A answer = ask(node);
        show(answer);
        if (!json) {
            shown(node, answer);
        }
        return exitCode(answer);
    }

    /** Prints an answer in the form that was asked for. */
    final void show(A answer) {
        show(spec, json, json ? forJson(answer) : answer, json ? List.of() : lines(answer));
    }

    /** Prints an answer in one of its two forms. */
    static void show(CommandSpec spec, boolean json, Object answer, List<String> lines) {
        if (json) {
            spec.commandLine().getOut().println(ControlClient.json(answer));
        } else {
            lines.forEach(spec.commandLine().getOut()::println);
        }
    }

    abstract A ask(NodeControl node) throws IOException, InterruptedException;

    abstract List<String> lines(A answer);

    /** What {@code --json} prints: the answer itself, unless there is more to say. */
    Object forJson(A answer) {
        return answer;
    }

    /** Called after {@code answer} was shown in the form for people. */
    void shown(NodeControl node, A answer) throws IOException, InterruptedException {}

    /** Tells {@code node} that a person has been shown {@code versions}. */
    static void tellShown(NodeControl node, List<Version> versions)
            throws IOException, InterruptedException {
        List<String> conflicts =
                versions.stream()
                        .filter(each -> each.why() == Keep.CONFLICT || each.why() == Keep.UNCLEAN)
                        .map(Version::id)
                        .toList();
        if (!conflicts.isEmpty()) {
            node.shown(conflicts); // If it cannot note that they are kept until the next time.
        }
    }

    int exitCode(A answer) {
        return ExitCode.DONE;
    }
}
