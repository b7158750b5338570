package dev.lanyard.node.app.cli;

import static dev.lanyard.node.app.config.Places.escaped;

import dev.lanyard.node.app.control.NodeControl;
import dev.lanyard.node.app.control.NodeControl.Result;

import picocli.CommandLine.Command;

import java.io.IOException;

/** {@code lanyard revert} and {@code lanyard override}. */
final class Levelling {
    private Levelling() {}

    @Command(
            description =
                    "On a receive-only node: have what others have take the place of what was changed"
                            + " or deleted here, which is kept in versions.")
    static final class Revert extends Order {
        Revert(Nodes nodes) {
            super(nodes);
        }

        @Override
        Result ask(NodeControl node) throws IOException, InterruptedException {
            return node.revert();
        }

        @Override
        String done(Result result) {
            return counted(result, "are again what others have");
        }
    }

    @Command(
            description =
                    "On a send-only node: have what is here take the place of what others have, on all"
                            + " machines; they keep theirs in versions.")
    static final class Overrule extends Order {
        Overrule(Nodes nodes) {
            super(nodes);
        }

        @Override
        Result ask(NodeControl node) throws IOException, InterruptedException {
            return node.override();
        }

        @Override
        String done(Result result) {
            return counted(result, "are everywhere what they are here");
        }
    }

    private static String counted(Result result, String done) {
        String count = escaped(result.detail());
        return count.equals("0") ? "nothing differs" : count + " " + done;
    }
}
