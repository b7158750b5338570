package dev.lanyard.node.io.watch;

import java.time.Duration;

/**
 * How long to wait for what.
 *
 * @param createGrace how long a new name waits for the end of writing before it is reported anyway
 *     (links and fifos are never written, files mostly are)
 * @param quiet a file that stays open is reported when it was not written for so long
 * @param quietMax and at the latest so long after the first write
 * @param renameGrace how long the first half of a rename waits for the second one
 * @param poll how often directories that cannot be watched are reported, and the folder itself is
 *     looked at
 * @param overflowMin how long the second report of an overflow is put off; doubled by each that
 *     follows
 * @param overflowMax until it is this long
 * @param watchesMax how many directories may be watched, beside what the system allows
 */
public record WatchSettings(
        Duration createGrace,
        Duration quiet,
        Duration quietMax,
        Duration renameGrace,
        Duration poll,
        Duration overflowMin,
        Duration overflowMax,
        int watchesMax) {
    /** What suits a folder that people work in. */
    public static final WatchSettings DEFAULT =
            new WatchSettings(
                    Duration.ofMillis(5),
                    Duration.ofSeconds(2),
                    Duration.ofSeconds(10),
                    Duration.ofMillis(5),
                    Duration.ofSeconds(30),
                    Duration.ofMillis(100),
                    Duration.ofSeconds(10),
                    Integer.MAX_VALUE);

    /**
     * @throws IllegalArgumentException if the poll interval or a limit is not positive
     */
    public WatchSettings {
        if (!poll.isPositive() || !overflowMin.isPositive() || watchesMax < 0) {
            throw new IllegalArgumentException(
                    "poll %s, overflow %s, watches %d".formatted(poll, overflowMin, watchesMax));
        }
    }

    /** The same with another poll interval. */
    public WatchSettings withPoll(Duration interval) {
        return new WatchSettings(
                createGrace,
                quiet,
                quietMax,
                renameGrace,
                interval,
                overflowMin,
                overflowMax,
                watchesMax);
    }

    /** The same with another limit. */
    public WatchSettings withWatchesMax(int limit) {
        return new WatchSettings(
                createGrace, quiet, quietMax, renameGrace, poll, overflowMin, overflowMax, limit);
    }

    /** The same with other times for files that stay open. */
    public WatchSettings withQuiet(Duration time, Duration timeMax) {
        return new WatchSettings(
                createGrace,
                time,
                timeMax,
                renameGrace,
                poll,
                overflowMin,
                overflowMax,
                watchesMax);
    }
}
