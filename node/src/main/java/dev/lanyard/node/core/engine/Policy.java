package dev.lanyard.node.core.engine;

import dev.lanyard.protocol.message.Message.Mode;

import java.time.Duration;

/**
 * What a user decided about taking, giving and deleting.
 *
 * @param mode what the replica takes and gives
 * @param brakeEntriesMin a share of fewer entries is not braked
 * @param brakeWindow deletions that are so close together are one burst
 * @param brakeQuiet deletions are judged together once none has been seen for so long
 * @param keepDays for how many days it is remembered what was deleted, 1 to {@link #KEEP_DAYS_MAX}
 */
public record Policy(
        Mode mode, int brakeEntriesMin, Duration brakeWindow, Duration brakeQuiet, int keepDays) {
    /** For how long deletions are remembered unless a user decides otherwise. */
    public static final int KEEP_DAYS_DEFAULT = 400;

    /** The longest time for which deletions can be remembered: a century. */
    public static final int KEEP_DAYS_MAX = 36_500;

    /** Two-way, with the limits that are right for a person's folder. */
    public static final Policy DEFAULT =
            new Policy(Mode.TWO_WAY, 50, Duration.ofSeconds(60), Duration.ofMillis(100));

    /**
     * @throws IllegalArgumentException if {@code keepDays} is out of its range
     */
    public Policy {
        if (keepDays < 1 || keepDays > KEEP_DAYS_MAX) {
            throw new IllegalArgumentException(
                    "deletions kept for %d days (expected 1-%d)"
                            .formatted(keepDays, KEEP_DAYS_MAX));
        }
    }

    /** Deletions are remembered for as long as is usual. */
    public Policy(Mode mode, int brakeEntriesMin, Duration brakeWindow, Duration brakeQuiet) {
        this(mode, brakeEntriesMin, brakeWindow, brakeQuiet, KEEP_DAYS_DEFAULT);
    }

    /** The same in another mode. */
    public Policy in(Mode other) {
        return new Policy(other, brakeEntriesMin, brakeWindow, brakeQuiet, keepDays);
    }

    /** The same, with deletions remembered for {@code days}. */
    public Policy keeping(int days) {
        return new Policy(mode, brakeEntriesMin, brakeWindow, brakeQuiet, days);
    }
}
