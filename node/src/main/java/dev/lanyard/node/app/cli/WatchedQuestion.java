package dev.lanyard.node.app.cli;

import dev.lanyard.node.app.control.NodeControl;

import picocli.CommandLine.Option;

import java.io.IOException;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A question that can be asked time and again: with {@code --watch} each answer that differs from
 * the one before is shown, until the node ends or the command is ended.
 */
abstract class WatchedQuestion<A> extends Question<A> {
    static final Duration PAUSE = Duration.ofMillis(500);

    @Option(
            names = "--watch",
            description = "Go on, and show it again whenever it changes; with --json one per line.")
    boolean watch;

    WatchedQuestion(Nodes nodes) {
        super(nodes);
    }

    @Override
    int run(NodeControl node) throws CommandFailure, IOException, InterruptedException {
        if (!watch) {
            return super.run(node);
        }
        refuseInConsole();
        A shown = ask(node);
        show(shown);
        while (pause()) {
            A answer = ask(node);
            if (isNews(answer, shown)) {
                if (!json) {
                    spec.commandLine().getOut().println("-- " + time());
                }
                show(answer);
                shown = answer;
            }
        }
        return ExitCode.DONE;
    }

    /** Whether {@code answer} says more than what was shown. */
    boolean isNews(A answer, A shown) {
        return !answer.equals(shown);
    }

    private static LocalTime time() {
        return LocalTime.now(ZoneId.systemDefault()).truncatedTo(ChronoUnit.SECONDS);
    }

    final void refuseInConsole() throws CommandFailure {
        if (nodes instanceof ThisNode) {
            throw new CommandFailure(
                    ExitCode.USAGE,
                    "a console answers once; watch from another terminal, with: lanyard "
                            + spec.name()
                            + " --watch");
        }
    }

    /** Waits a little; always true, as only the end of the node or of the process ends a watch. */
    static boolean pause() throws InterruptedException {
        return !new CountDownLatch(1).await(PAUSE.toMillis(), TimeUnit.MILLISECONDS);
    }
}
