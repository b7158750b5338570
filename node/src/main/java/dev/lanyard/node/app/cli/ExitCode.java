package dev.lanyard.node.app.cli;

import dev.lanyard.node.app.config.StartFailure;
import dev.lanyard.node.app.control.NodeControl;

/** What a command tells the program that called it. */
final class ExitCode {
    /** It is done, or so. */
    static final int DONE = 0;

    /** It is not done, or not (yet) so. */
    static final int NOT_SO = 1;

    /** What was asked for cannot be. */
    static final int USAGE = 2;

    /** It could endanger files. */
    static final int REFUSED = 3;

    private ExitCode() {}

    static int of(NodeControl.Result result) {
        return result.done() ? DONE : NOT_SO;
    }

    static int of(StartFailure.Kind kind) {
        return switch (kind) {
            case USAGE -> USAGE;
            case REFUSED -> REFUSED;
            case FAILED -> NOT_SO;
        };
    }
}
