package dev.lanyard.node.app.cli;

import static dev.lanyard.node.app.config.Places.printable;

import dev.lanyard.node.app.control.NodeControl;
import dev.lanyard.node.app.control.NodeControl.Result;

import picocli.CommandLine.Command;

import java.io.IOException;
import java.util.List;

/** {@code lanyard pause} and {@code lanyard resume}. */
final class Pausing {
    private Pausing() {}

    @Command(
            description =
                    "Announce, fetch and apply nothing until lanyard resume, also after a restart.")
    static final class Pause extends Question<Result> {
        Pause(Nodes nodes) {
            super(nodes);
        }

        @Override
        Result ask(NodeControl node) throws IOException, InterruptedException {
            return node.pause();
        }

        @Override
        List<String> lines(Result result) {
            return told(result, "paused; go on with: lanyard resume");
        }

        @Override
        int exitCode(Result result) {
            return ExitCode.of(result);
        }
    }

    @Command(description = "Go on after lanyard pause.")
    static final class Resume extends Question<Result> {
        Resume(Nodes nodes) {
            super(nodes);
        }

        @Override
        Result ask(NodeControl node) throws IOException, InterruptedException {
            return node.resume();
        }

        @Override
        List<String> lines(Result result) {
            return told(result, "going on");
        }

        @Override
        int exitCode(Result result) {
            return ExitCode.of(result);
        }
    }

    private static List<String> told(Result result, String done) {
        return List.of(result.done() ? done : "not done: " + printable(result.detail()));
    }
}
