package dev.lanyard.node.app.cli;

import dev.lanyard.node.app.control.NodeControl;
import dev.lanyard.node.app.control.NodeControl.Status;
import dev.lanyard.node.core.engine.Effect.Phase;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Asks a node time and again how it is, and shows what there is to tell. Has a thread of its own.
 */
final class Progress {
    private static final Logger LOG = LoggerFactory.getLogger(Progress.class);

    /** People and scripts wait for the line that says ready. */
    private static final Duration PAUSE_SCANNING = Duration.ofMillis(20);

    private static final Duration PAUSE_SYNCING = Duration.ofMillis(250);
    private static final Duration PAUSE_IDLE = Duration.ofSeconds(1);

    private final NodeControl node;
    private final Screen screen;
    private final Narration narration;
    private final CountDownLatch ended = new CountDownLatch(1);
    private final Thread thread;

    private Progress(NodeControl node, Screen screen) {
        this.node = node;
        this.screen = screen;
        this.narration = new Narration(screen.isTerminal());
        this.thread = Thread.ofVirtual().name("progress").unstarted(this::run);
    }

    /** Begins to show how {@code node} is. */
    static Progress start(NodeControl node, Screen screen) {
        Progress progress = new Progress(node, screen);
        progress.thread.start();
        return progress;
    }

    private void run() {
        Duration pause = Duration.ZERO;
        try {
            while (!ended.await(pause.toNanos(), TimeUnit.NANOSECONDS)) {
                pause = tell();
            }
        } catch (InterruptedException closed) {
            LOG.atDebug().setCause(closed).log("progress ends");
        }
    }

    private Duration tell() throws InterruptedException {
        Status status;
        try {
            status = node.status();
        } catch (IOException busyOrEnding) {
            LOG.atDebug().setCause(busyOrEnding).log("no status");
            return PAUSE_IDLE;
        }
        Narration.Telling telling = narration.hear(status);
        if (!telling.lines().isEmpty()) {
            screen.lines(telling.lines());
        }
        if (telling.passing() == null) {
            screen.clear();
        } else {
            screen.passing(telling.passing());
        }
        return pause(status.phase());
    }

    private static Duration pause(Phase phase) {
        return switch (phase) {
            case SCANNING -> PAUSE_SCANNING;
            case SYNCING -> PAUSE_SYNCING;
            case IDLE, ROOT_LOST, PAUSED -> PAUSE_IDLE;
        };
    }

    /** Ends it; when this returns, nothing more is shown. */
    void end() throws InterruptedException {
        ended.countDown();
        thread.interrupt();
        thread.join();
    }
}
