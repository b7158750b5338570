package dev.lanyard.node.core.engine;

import dev.lanyard.node.core.index.Held;
import dev.lanyard.node.core.index.Row;
import dev.lanyard.protocol.Entry;
import dev.lanyard.protocol.Entry.Tombstone;
import dev.lanyard.protocol.RelativePath;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Dates tombstones, and lets those go that are older than they are kept.
 *
 * <p>How replicas agree on it is told in the description of this package.
 */
final class Horizon {
    /*
     * Tombstones that are over are swept away some at a time. One that has still something to do here (a deletion that waits, something
     * that is held back) is marked as past instead: it decides here as before, and is in no digest and no message. It goes with the first
     * sweep after its work is done.
     */
    private static final int ROWS_PER_STEP = 1_024;
    private static final Duration AGAIN_AFTER = Duration.ofSeconds(10);

    /** So much may the clocks of replicas differ before one takes for over what another keeps. */
    static final int GRACE_DAYS = 2;

    private final Replica replica;
    private int today;
    private boolean sweeping;
    private @Nullable Row sweptTo;
    private @Nullable Instant againAt;

    /** Whether something was left since nobody had been told of it. */
    private boolean untold;

    Horizon(Replica replica) {
        this.replica = replica;
    }

    /** The day that it is here, counted from 1970; 0 before anybody has said so. */
    int today() {
        return today;
    }

    /** It is {@code day}; true if it was another one before. */
    boolean begin(int day) {
        if (day == today) {
            return false;
        }
        today = day;
        sweeping = true;
        sweptTo = null;
        return true;
    }

    /** Others have been told of all that is here. */
    void told() {
        if (untold) {
            untold = false;
            sweepAgain();
        }
    }

    /** Something past has nothing more to do soon. */
    void sweepAgain() {
        againAt = replica.now.plus(AGAIN_AFTER);
    }

    /** {@code made}, with today's day if it is a tombstone. */
    Entry dated(Entry made) {
        return made instanceof Tombstone tombstone
                ? tombstone.on(
                        today > 0
                                ? Math.max(today, replica.absence.lastDay()) // A clock set back.
                                : Tombstone.NO_DAY)
                : made;
    }

    /** Whether {@code entry} is to be in no message. */
    boolean isOver(Entry entry) {
        return entry instanceof Tombstone tombstone
                && (tombstone.isPast()
                        || (isOld(tombstone) && !replica.absence.isUntold(tombstone)));
    }

    private boolean isOld(Tombstone tombstone) {
        return tombstone.day() > 0 && tombstone.day() < oldBefore();
    }

    private int oldBefore() {
        return today - replica.policy.keepDays() - GRACE_DAYS;
    }

    /**
     * What {@code heard} means here where {@code row} is: itself; or, being a tombstone that is
     * over, something only if it beats what lives here, and then without being told of again; null
     * for nothing.
     */
    @Nullable Entry news(@Nullable Row row, Entry heard) {
        if (!(heard instanceof Tombstone tombstone) || !(tombstone.isPast() || isOld(tombstone))) {
            return heard;
        }
        Entry living = row == null ? null : living(row);
        if (tombstone.isPast() || living == null || Entry.ORDER.compare(tombstone, living) <= 0) {
            return null;
        }
        // Others may have brought it back from where nobody had heard of its end: they hear it now.
        replica.minted.add(tombstone);
        sweepAgain();
        return tombstone.on(Tombstone.PAST);
    }

    private static @Nullable Entry living(Row row) {
        if (Absence.isLacked(row)) {
            Held held = row.held();
            return held == null ? null : held.entry();
        }
        Entry known = row.known();
        return known != null && known.isLive() ? known : null;
    }

    /** Sweeps some more, if there is more; {@code inFlight} tells which paths have a step. */
    void pump(Predicate<RelativePath> inFlight) {
        if (againAt != null && !againAt.isAfter(replica.now)) {
            againAt = null;
            sweeping = true;
            sweptTo = null;
        }
        if (!isSweeping()) {
            return;
        }
        var page = replica.index.tombstones(Math.max(0, oldBefore()), sweptTo, ROWS_PER_STEP);
        for (Row row : page) {
            if (inFlight.test(row.path())) {
                sweepAgain();
            } else {
                sweep(row);
            }
        }
        sweeping = page.size() == ROWS_PER_STEP;
        sweptTo = sweeping ? page.getLast() : null;
    }

    private boolean isSweeping() {
        return sweeping && !replica.heldBack.isListening();
    }

    private void sweep(Row row) {
        if (!(row.known() instanceof Tombstone known)) {
            return;
        }
        if (!known.isPast() && replica.absence.isUntold(known)) {
            untold = true;
            return;
        }
        boolean done =
                switch (row.pending()) {
                    case NOTHING -> true;
                    case NOTE -> !replica.heldBack.mayFind(row.path(), row.held());
                    case PLACE, REMOVE, HELD_BACK, CHANGED, ADDED -> false;
                };
        if (done) {
            replica.index.remove(row.path());
        } else if (!known.isPast()) {
            replica.index.put(new Row(row.path(), known.on(Tombstone.PAST), row.held()));
        }
    }

    Optional<Instant> nextTimeout() {
        return isSweeping() ? Optional.of(replica.now) : Optional.ofNullable(againAt);
    }
}
