package dev.lanyard.node.app.config;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.format.DateTimeParseException;

/**
 * The time by which old versions are judged: the wall clock, but never further ahead of what it was
 * than a steady clock says. Used by one thread at a time.
 */
public final class AgeClock implements InstantSource {
    /*
     * A wall clock that is set ahead by years, by a flat battery or a typing error, would make all versions old at once. While the node
     * runs, a steady clock tells how much time has really passed. How long it did not run nobody knows: that counts for at most OFF_MAX.
     * A clock that is behind makes things younger, which costs space and loses nothing, so it is believed; some machines begin in 1970
     * until a network tells them better, so the latest time is what is remembered.
     */
    static final Duration OFF_MAX = Duration.ofDays(7);

    /** No clock shows this; a file that does is damaged. */
    private static final Instant END = Instant.parse("+10000-01-01T00:00:00Z");

    private static final Logger log = LoggerFactory.getLogger(AgeClock.class);

    private final InstantSource wallClock;
    private final InstantSource steady;
    private final Path memory;

    /** The latest time that can be, when the steady clock showed {@link #start}. */
    private final Instant latestAtStart;

    private final Instant start;
    private Instant remembered;

    /**
     * A clock that goes on from what {@code memory} says, if it says anything.
     *
     * @param steady a clock that is never set
     * @param memory a file of the state directory
     */
    public AgeClock(InstantSource wallClock, InstantSource steady, Path memory) {
        this.wallClock = wallClock;
        this.steady = steady;
        this.memory = memory;
        start = steady.instant();
        Instant before = read(memory);
        remembered = before == null ? Instant.MIN : before;
        latestAtStart = before == null ? wallClock.instant() : before.plus(OFF_MAX);
    }

    private static @Nullable Instant read(Path memory) {
        try {
            Instant before = Instant.parse(Files.readString(memory).strip());
            return before.isBefore(END) ? before : null;
        } catch (IOException | DateTimeParseException e) {
            // The first start, or a file that was damaged: there is only the wall clock.
            log.atDebug().addKeyValue("file", memory).setCause(e).log("no time is remembered");
            return null;
        }
    }

    /** The time; the latest one is written down. */
    @Override
    public Instant instant() {
        Instant latest = latestAtStart.plus(Duration.between(start, steady.instant()));
        Instant wall = wallClock.instant();
        Instant believed = wall.isBefore(latest) ? wall : latest;
        if (believed.isAfter(remembered)) {
            remembered = believed;
            write();
        }
        return believed;
    }

    private void write() {
        try {
            OwnerOnlyFiles.write(memory, remembered.toString().getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            // The next start believes less: nothing is pruned too early by that.
            log.atWarn().addKeyValue("file", memory).setCause(e).log("the time was not noted");
        }
    }
}
