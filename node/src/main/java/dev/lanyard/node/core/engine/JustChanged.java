package dev.lanyard.node.core.engine;

import dev.lanyard.node.core.engine.Event.Observed;
import dev.lanyard.node.core.index.FileStat;
import dev.lanyard.node.core.index.Held;
import dev.lanyard.node.core.index.Index;
import dev.lanyard.node.core.plan.Outcome;
import dev.lanyard.protocol.Entry;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Remembers when files were seen that had changed just before, or were put in place. One that is
 * changed once more in the same tick of the file system's clock, to the same length, looks as if
 * nobody had touched it. A scan has such files hashed again a little later; where the process ends
 * before, this tells the next one which they may be.
 */
public final class JustChanged {
    /*
     * Each has moments of its own, by the clock of the moment: one that goes back, or tells of what was put in place long ago,
     * takes nothing away from the others. Of each the last few are kept, a minute apart: the clock may be set, and a file that
     * changed before cannot be hashed at once.
     */
    private static final String SEEN = "changed.seen";

    private static final String PLACED = "changed.placed";
    private static final String RECOVERED = "changed.recovered";

    /** How long hashing and telling may take, and how coarse the times of a file system may be. */
    private static final Duration SPAN = Duration.ofMinutes(1);

    private static final Duration TICK = Duration.ofSeconds(3);

    private static final int MOMENTS_MAX = 5;

    private static final String BETWEEN = " ";

    private JustChanged() {}

    /** Keeps in {@code index} that {@code observed} has such files, if it has. */
    static void note(Index index, Observed observed) {
        Instant now = observed.wallClock();
        Span span = Span.at(now);
        boolean hasAny =
                observed.observations().stream()
                        .anyMatch(
                                each ->
                                        each instanceof Observation.SeenFile file
                                                && span.has(file.stat()));
        if (hasAny) {
            put(index, SEEN, now);
        }
    }

    /**
     * Keeps in {@code index} when the last of these files was put in place. What a user writes to
     * one may reach the disk in a power cut that leaves the size and the times which the node gave
     * it.
     */
    static void note(Index index, List<Outcome> outcomes) {
        putLast(index, PLACED, outcomes.stream().flatMap(JustChanged::placed));
    }

    private static Stream<Held> placed(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Done it -> Stream.of(it.held());
            case Outcome.Renamed it -> Stream.of(it.held());
            // What is in a renamed directory was not touched.
            case Outcome.RenamedDirectory _, Outcome.Unexpected _, Outcome.Blocked _ ->
                    Stream.empty();
        };
    }

    /** The same of what recovery found that this node had put there. */
    public static void recovered(Index index, List<Held> all) {
        putLast(index, RECOVERED, all.stream());
    }

    private static void putLast(Index index, String name, Stream<Held> all) {
        all.filter(held -> held.entry() instanceof Entry.File)
                .flatMap(held -> Stream.ofNullable(held.stat()))
                .map(FileStat::ctime)
                .max(Instant::compareTo)
                .ifPresent(last -> put(index, name, last));
    }

    private static void put(Index index, String name, Instant moment) {
        List<Instant> moments = new ArrayList<>(moments(index, name).toList());
        Instant second = moment.truncatedTo(ChronoUnit.SECONDS);
        int count = moments.size();
        if (count > 0 && moments.getLast().equals(second)) {
            return;
        }
        boolean isLastBetween =
                count > 1
                        && Duration.between(moments.get(count - 2), second).abs().compareTo(SPAN)
                                < 0;
        if (isLastBetween) {
            moments.removeLast();
        }
        moments.add(second);
        index.putText(
                name,
                moments.stream()
                        .skip(Math.max(0, moments.size() - MOMENTS_MAX))
                        .map(each -> Long.toString(each.getEpochSecond()))
                        .collect(Collectors.joining(BETWEEN)));
    }

    private static Stream<Instant> moments(Index index, String name) {
        String stored = index.text(name);
        return stored == null
                ? Stream.empty()
                : Stream.of(stored.split(BETWEEN))
                        .map(second -> Instant.ofEpochSecond(Long.parseLong(second)));
    }

    /** What the process before may have seen too early; empty if there was none. */
    public static Optional<Span> before(Index index) {
        List<Instant> moments =
                Stream.of(SEEN, PLACED, RECOVERED).flatMap(name -> moments(index, name)).toList();
        return moments.isEmpty() ? Optional.empty() : Optional.of(new Span(moments));
    }

    /**
     * The last moments at which such files were seen or put in place, by the clock that gave them
     * their times.
     *
     * @param moments these, at least one
     */
    public record Span(List<Instant> moments) {
        /** With one moment. */
        public static Span at(Instant moment) {
            return new Span(List.of(moment));
        }

        /** Whether a file with these times may have changed since it was hashed. */
        public boolean has(FileStat stat) {
            return moments.stream()
                    .anyMatch(
                            moment -> isNear(moment, stat.ctime()) || isNear(moment, stat.mtime()));
        }

        private static boolean isNear(Instant moment, Instant time) {
            return time.isAfter(moment.minus(SPAN)) && time.isBefore(moment.plus(TICK));
        }
    }
}
