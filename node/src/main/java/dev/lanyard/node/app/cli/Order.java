package dev.lanyard.node.app.cli;

import static dev.lanyard.node.app.config.Places.printable;

import dev.lanyard.node.app.control.NodeControl.Result;

import java.util.List;

/** A command that has a node do something, which it does or says why not. */
abstract class Order extends Question<Result> {
    Order(Nodes nodes) {
        super(nodes);
    }

    /** What to say when it was done. */
    abstract String done(Result result);

    @Override
    List<String> lines(Result result) {
        return List.of(result.done() ? done(result) : "not done: " + printable(result.detail()));
    }

    @Override
    int exitCode(Result result) {
        return ExitCode.of(result);
    }
}
