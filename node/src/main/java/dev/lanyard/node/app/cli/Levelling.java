package dev.lanyard.node.app.cli;

import static dev.lanyard.node.app.config.Places.escaped;
import static dev.lanyard.node.app.config.Places.printable;

import dev.lanyard.node.app.control.NodeControl;
import dev.lanyard.node.app.control.NodeControl.Result;

import picocli.CommandLine.Command;

import java.io.IOException;
import java.util.List;

/** {@code lanyard revert} and {@code lanyard override}. */
final class Levelling {
    private Levelling() {}

    @Command(
            description =
                    "On a receive-only node: have what others have take the place of what was changed"
                            + " or deleted here, which is kept in versions.")
    static final class Revert extends Question<Result> {
        Revert(Nodes nodes) {
            super(nodes);
        }

        @Override
        Result ask(NodeControl node) throws IOException, InterruptedException {
            return node.revert();
        }

        @Override
        List<String> lines(Result result) {
            return told(result, "are again what others have");
        }

        @Override
        int exitCode(Result result) {
            return ExitCode.of(result);
        }
    }

    @Command(
            description =
                    "On a send-only node: have what is here take the place of what others have, on all"
                            + " machines; they keep theirs in versions.")
    static final class Overrule extends Question<Result> {
        Overrule(Nodes nodes) {
            super(nodes);
        }

        @Override
        Result ask(NodeControl node) throws IOException, InterruptedException {
            return node.override();
        }

        @Override
        List<String> lines(Result result) {
            return told(result, "are everywhere what they are here");
        }

        @Override
        int exitCode(Result result) {
            return ExitCode.of(result);
        }
    }

    private static List<String> told(Result result, String done) {
        if (!result.done()) {
            return List.of("not done: " + printable(result.detail()));
        }
        String count = escaped(result.detail());
        return List.of(count.equals("0") ? "nothing differs" : count + " " + done);
    }
}
