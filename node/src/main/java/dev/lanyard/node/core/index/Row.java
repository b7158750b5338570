package dev.lanyard.node.core.index;

import dev.lanyard.protocol.Entry;
import dev.lanyard.protocol.RelativePath;

import org.jspecify.annotations.Nullable;

/**
 * All that is remembered of one path; at least one part is there.
 *
 * @param known the greatest entry heard of; null for what only this replica holds and does not
 *     share
 * @param held what is on this disk; null when nothing of this path ever was
 */
public record Row(RelativePath path, @Nullable Entry known, @Nullable Held held) {
    /**
     * @throws IllegalArgumentException if both parts are absent or speak of another path
     */
    public Row {
        if (known == null && held == null) {
            throw new IllegalArgumentException("%s: a row without known and held".formatted(path));
        }
        if ((known != null && !known.path().equals(path))
                || (held != null && !held.entry().path().equals(path))) {
            throw new IllegalArgumentException(
                    "%s: a row with entries of other paths".formatted(path));
        }
    }

    /**
     * What digests, announcements and exchanges are of: what is known, but for a tombstone that is
     * older than they are kept.
     */
    public @Nullable Entry told() {
        return known instanceof Entry.Tombstone tombstone && tombstone.isPast() ? null : known;
    }

    /** Whether something is held, and not only that nothing is there. */
    public boolean isHere() {
        return held != null && held.entry().isLive();
    }

    /** What has still to be done on this disk. */
    public Pending pending() {
        if (known == null) {
            return isHere() ? Pending.ADDED : Pending.NOTHING;
        }
        if (held != null && held.entry().equals(known)) {
            return Pending.NOTHING;
        }
        boolean greater = held != null && Entry.ORDER.compare(held.entry(), known) > 0;
        if (known.isLive()) {
            return greater ? Pending.CHANGED : Pending.PLACE;
        }
        if (!isHere()) {
            return Pending.NOTE;
        }
        return greater ? Pending.HELD_BACK : Pending.REMOVE;
    }

    /** What brings held to known. */
    public enum Pending {
        /** They are equal. */
        NOTHING,
        /** Known is live: something must be made, replaced or changed. */
        PLACE,
        /** Known is a tombstone and something is there. */
        REMOVE,
        /** Known is a tombstone and nothing is there: only to be written down. */
        NOTE,
        /** Known is a tombstone, and what is there is greater: a user says what becomes of it. */
        HELD_BACK,
        /** Known is live, and what is there or was deleted there is greater, and nobody is told. */
        CHANGED,
        /** Nothing is known: what is there is for this replica alone. */
        ADDED
    }
}
