package dev.lanyard.node.io.watch;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;

/**
 * How soon the whole tree is looked at again after events were lost: at once the first time, ever
 * later when it goes on, so that looking does not itself cause what it answers. Owned by the thread
 * of the watch.
 */
final class OverflowPace {
    private final Duration min;
    private final Duration max;
    private Duration delay = Duration.ZERO;
    private @Nullable Instant last;
    private @Nullable Instant due;

    OverflowPace(Duration min, Duration max) {
        this.min = min;
        this.max = max;
    }

    /** Events were lost. */
    void lost(Instant now) {
        if (due != null) {
            return; // The look that is due anyway will do.
        }
        if (last == null || now.isAfter(last.plus(delay).plus(max))) {
            delay = Duration.ZERO;
        } else {
            Duration next = delay.isZero() ? min : delay.multipliedBy(2);
            delay = next.compareTo(max) < 0 ? next : max;
        }
        Instant earliest = last == null ? now : last.plus(delay);
        due = earliest.isAfter(now) ? earliest : now;
    }

    /** Whether events were lost and the tree was not looked at since. */
    boolean isDue() {
        return due != null;
    }

    /** When the tree is to be looked at; {@link Instant#MAX} if no event was lost. */
    Instant due() {
        return due == null ? Instant.MAX : due;
    }

    /** It is done now. */
    void done(Instant now) {
        last = now;
        due = null;
    }
}
