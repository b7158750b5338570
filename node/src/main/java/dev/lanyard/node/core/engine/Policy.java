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
 */
public record Policy(Mode mode, int brakeEntriesMin, Duration brakeWindow, Duration brakeQuiet) {
    /** Two-way, with the limits that are right for a person's folder. */
    public static final Policy DEFAULT =
            new Policy(Mode.TWO_WAY, 50, Duration.ofSeconds(60), Duration.ofMillis(100));

    /** The same in another mode. */
    public Policy in(Mode other) {
        return new Policy(other, brakeEntriesMin, brakeWindow, brakeQuiet);
    }
}
