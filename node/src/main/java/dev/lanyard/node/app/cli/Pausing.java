package dev.lanyard.node.app.cli;

import dev.lanyard.node.app.control.NodeControl;
import dev.lanyard.node.app.control.NodeControl.Result;

import picocli.CommandLine.Command;

import java.io.IOException;

/** {@code lanyard pause} and {@code lanyard resume}. */
final class Pausing {
    private Pausing() {}

    @Command(
            description =
                    "Announce, fetch and apply nothing until lanyard resume, also after a restart.")
    static final class Pause extends Order {
        Pause(Nodes nodes) {
            super(nodes);
        }

        @Override
        Result ask(NodeControl node) throws IOException, InterruptedException {
            return node.pause();
        }

        @Override
        String done(Result result) {
            return "paused; go on with: lanyard resume";
        }
    }

    @Command(description = "Go on after lanyard pause.")
    static final class Resume extends Order {
        Resume(Nodes nodes) {
            super(nodes);
        }

        @Override
        Result ask(NodeControl node) throws IOException, InterruptedException {
            return node.resume();
        }

        @Override
        String done(Result result) {
            return "going on";
        }
    }
}
