package dev.lanyard.node.app.cli;

import dev.lanyard.node.app.control.NodeControl;
import dev.lanyard.node.app.control.NodeControl.Result;

import picocli.CommandLine.Command;

import java.io.IOException;

/** {@code lanyard rescan}. */
@Command(description = "Look at the whole folder again.")
final class Rescan extends Order {
    Rescan(Nodes nodes) {
        super(nodes);
    }

    @Override
    Result ask(NodeControl node) throws IOException, InterruptedException {
        return node.rescan();
    }

    @Override
    String done(Result result) {
        return "looking again";
    }
}
