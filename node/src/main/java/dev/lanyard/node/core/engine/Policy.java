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
 * @param tombstonesKept after so long a deletion is forgotten, and a replica that was away for
 *     longer may not conclude anything from what it does not hear of
 */
public record Policy(
        Mode mode,
        int brakeEntriesMin,
        Duration brakeWindow,
        Duration brakeQuiet,
        Duration tombstonesKept) {
    /** For how long deletions are remembered unless a user says otherwise. */
    public static final Duration TOMBSTONES_KEPT_DEFAULT = Duration.ofDays(400);

    /** Two-way, with the limits that are right for a person's folder. */
    public static final Policy DEFAULT =
            new Policy(
                    Mode.TWO_WAY,
                    50,
                    Duration.ofSeconds(60),
                    Duration.ofMillis(100),
                    TOMBSTONES_KEPT_DEFAULT);

    /** The same in another mode. */
    public Policy in(Mode other) {
        return new Policy(other, brakeEntriesMin, brakeWindow, brakeQuiet, tombstonesKept);
    }

    /** The same with deletions remembered for {@code kept}. */
    public Policy keeping(Duration kept) {
        return new Policy(mode, brakeEntriesMin, brakeWindow, brakeQuiet, kept);
    }
}
