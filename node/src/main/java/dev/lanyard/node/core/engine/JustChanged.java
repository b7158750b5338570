package dev.lanyard.node.core.engine;

import dev.lanyard.node.core.engine.Event.Observed;
import dev.lanyard.node.core.index.FileStat;
import dev.lanyard.node.core.index.Index;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Remembers when files were seen that had changed just before. One that is changed once more in the
 * same tick of the file system's clock, to the same length, looks as if nobody had touched it. A
 * scan has such files hashed again a little later; where the process ends before, this tells the
 * next one which they may be.
 */
public final class JustChanged {
    private static final String TEXT = "changed.seen";

    /** How long hashing and telling may take, and how coarse the times of a file system may be. */
    private static final Duration SPAN = Duration.ofMinutes(1);

    private static final Duration TICK = Duration.ofSeconds(3);

    private JustChanged() {}

    /** Keeps in {@code index} that {@code observed} has such files, if it has. */
    static void note(Index index, Observed observed) {
        Instant now = observed.wallClock();
        Span span = new Span(now);
        boolean hasAny =
                observed.observations().stream()
                        .anyMatch(
                                each ->
                                        each instanceof Observation.SeenFile file
                                                && span.has(file.stat()));
        String second = Long.toString(now.getEpochSecond());
        if (hasAny && !second.equals(index.text(TEXT))) {
            index.putText(TEXT, second);
        }
    }

    /** What the process before may have seen too early; empty if there was none. */
    public static Optional<Span> before(Index index) {
        return Optional.ofNullable(index.text(TEXT))
                .map(second -> new Span(Instant.ofEpochSecond(Long.parseLong(second))));
    }

    /**
     * The last moment at which such files were seen, by the clock that gave them their times.
     *
     * @param seen that moment
     */
    public record Span(Instant seen) {
        /** Whether a file with these times may have changed since it was hashed. */
        public boolean has(FileStat stat) {
            return has(stat.ctime()) || has(stat.mtime());
        }

        private boolean has(Instant time) {
            return time.isAfter(seen.minus(SPAN)) && time.isBefore(seen.plus(TICK));
        }
    }
}
