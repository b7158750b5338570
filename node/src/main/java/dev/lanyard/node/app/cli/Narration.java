package dev.lanyard.node.app.cli;

import static dev.lanyard.node.app.config.Places.escaped;

import dev.lanyard.node.app.control.NodeControl.Status;
import dev.lanyard.node.core.engine.Effect.Phase;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What there is to tell about a node, given what it says of itself time and again. Catching up that
 * is over soon is not worth a word.
 */
final class Narration {
    private static final Duration WORTH_TELLING = Duration.ofSeconds(1);

    private final boolean terminal;
    private boolean ready;
    private boolean lost;
    private boolean paused;

    /** The most recent status of a catching up that was told of. */
    private @Nullable Status told;

    /**
     * @param terminal whether a line can be written over, so that catching up shows in one
     */
    Narration(boolean terminal) {
        this.terminal = terminal;
    }

    /** Lines that stay, and one that may be written over, or null. */
    record Telling(List<String> lines, @Nullable String passing) {}

    /** Takes what the node says now. */
    Telling hear(Status status) {
        List<String> lines = new ArrayList<>();
        if (!ready && status.phase() != Phase.SCANNING) {
            ready = true;
            lines.add(ready(status));
        }
        tellOfTheRoot(status, lines);
        tellOfThePause(status, lines);
        tellOfTheEnd(status, lines);
        return new Telling(lines, passing(status, lines));
    }

    private static String ready(Status status) {
        return "ready: %s on %s has %s, %s, and listens on %s"
                .formatted(
                        escaped(status.folder()),
                        escaped(status.name()),
                        Units.count(status.files(), "file", "files"),
                        Units.bytes(status.bytes()),
                        Sentences.listening(status.listen()));
    }

    private void tellOfTheRoot(Status status, List<String> lines) {
        boolean now = status.phase() == Phase.ROOT_LOST;
        if (now != lost) {
            lost = now;
            lines.add(
                    now
                            ? "the folder is gone; nothing is deleted elsewhere, waiting for it"
                            : "the folder is back");
        }
    }

    private void tellOfThePause(Status status, List<String> lines) {
        boolean now = status.phase() == Phase.PAUSED;
        if (now != paused) {
            paused = now;
            lines.add(now ? "paused; go on with: lanyard resume" : "going on");
        }
    }

    private void tellOfTheEnd(Status status, List<String> lines) {
        if (status.phase() == Phase.PAUSED) {
            told = null; // That was no end.
        }
        if (told != null && status.phase() != Phase.SYNCING) {
            lines.add(
                    "caught up: %s fetched in %s; %s, %s"
                            .formatted(
                                    Units.bytes(told.fetchedBytes() + told.toFetchBytes()),
                                    Units.duration(told.busy()),
                                    Units.count(status.files(), "file", "files"),
                                    Units.bytes(status.bytes())));
            told = null;
        }
    }

    private @Nullable String passing(Status status, List<String> lines) {
        return switch (status.phase()) {
            case SCANNING ->
                    "looking at the folder: %s so far"
                            .formatted(Units.count(status.files(), "file", "files"));
            case SYNCING -> catchingUp(status, lines);
            case IDLE, ROOT_LOST, PAUSED -> null;
        };
    }

    private @Nullable String catchingUp(Status status, List<String> lines) {
        if (told == null && status.busy().compareTo(WORTH_TELLING) < 0) {
            return null;
        }
        String line = Sentences.catchingUp(status);
        if (told == null && !terminal) {
            lines.add(line);
        }
        told = status;
        return line;
    }
}
