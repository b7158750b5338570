package dev.lanyard.node.app.cli;

import dev.lanyard.node.app.config.StartFailure;

/** A command cannot do its work; the message is the sentence that its user reads. */
final class CommandFailure extends Exception {
    private final int exitCode;

    CommandFailure(int exitCode, String sentence) {
        super(sentence);
        this.exitCode = exitCode;
    }

    CommandFailure(StartFailure failure) {
        super(failure.what() + "; " + failure.remedy(), failure);
        this.exitCode = ExitCode.of(failure.kind());
    }

    int exitCode() {
        return exitCode;
    }
}
