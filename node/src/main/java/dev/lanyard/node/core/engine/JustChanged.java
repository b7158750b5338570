package dev.lanyard.node.core.engine;

import dev.lanyard.node.core.engine.Event.Observed;
import dev.lanyard.node.core.index.FileStat;
import dev.lanyard.node.core.index.Held;
import dev.lanyard.node.core.index.Index;
import dev.lanyard.node.core.plan.Outcome;
import dev.lanyard.protocol.Entry;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Remembers when files were seen that had changed just before, or were put in place. One that is
 * changed once more in the same tick of the file system's clock, to the same length, looks as if
 * nobody had touched it. A scan has such files hashed again a little later; where the process ends
 * before, this tells the next one which they may be.
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
        if (hasAny) {
            put(index, now);
        }
    }

    /** Keeps in {@code index} when the last of these files was put in place. */
    static void note(Index index, List<Outcome> outcomes) {
        placed(index, outcomes.stream().flatMap(JustChanged::placed).toList());
    }

    private static Stream<Held> placed(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Done it -> Stream.of(it.held());
            case Outcome.Renamed it -> Stream.of(it.held());
            case Outcome.RenamedDirectory it -> it.children().stream().map(Outcome.Renamed::held);
            case Outcome.Unexpected _, Outcome.Blocked _ -> Stream.empty();
        };
    }

    /**
     * The same of what this node put there. What a user writes to it may reach the disk in a power
     * cut that leaves the size and the times which the node gave it. Some were put there long ago,
     * which says nothing against what was noted since.
     */
    public static void placed(Index index, List<Held> all) {
        all.stream()
                .filter(held -> held.entry() instanceof Entry.File)
                .flatMap(held -> Stream.ofNullable(held.stat()))
                .map(FileStat::ctime)
                .max(Instant::compareTo)
                .filter(last -> before(index).map(Span::seen).map(last::isAfter).orElse(true))
                .ifPresent(last -> put(index, last));
    }

    private static void put(Index index, Instant seen) {
        String second = Long.toString(seen.getEpochSecond());
        if (!second.equals(index.text(TEXT))) {
            index.putText(TEXT, second);
        }
    }

    /** What the process before may have seen too early; empty if there was none. */
    public static Optional<Span> before(Index index) {
        return Optional.ofNullable(index.text(TEXT))
                .map(second -> new Span(Instant.ofEpochSecond(Long.parseLong(second))));
    }

    /**
     * The last moment at which such files were seen or put in place, by the clock that gave them
     * their times.
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
