package dev.lanyard.node.app.cli;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** What commands about one path understand: which node is meant, and the form of the answer. */
final class AnswerOptions {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Option(
            names = "--state-dir",
            paramLabel = "DIR",
            description = "The state directory that the node was started with.")
    private @Nullable Path stateDirectory;

    @Option(names = "--json", description = "Answer in JSON, whose form stays as it is.")
    private boolean json;

    /** The state directory that was given, if one was. */
    @Nullable Path stateDirectory() {
        return stateDirectory;
    }

    /** Whether the answer is for a program. */
    boolean isJson() {
        return json;
    }

    /** Which node holds {@code path}, and by which name. */
    Nodes.Subject holding(Nodes nodes, String path) throws CommandFailure, IOException {
        return nodes.holding(path, stateDirectory);
    }

    /** Prints an answer in the form that was asked for. */
    void show(Object answer, List<String> lines) {
        Question.show(command, json, answer, lines);
    }
}
