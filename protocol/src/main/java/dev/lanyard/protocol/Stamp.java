package dev.lanyard.protocol;

import java.time.Instant;

/**
 * When an edit was made, as its author fixed it once; used only to choose between edits that did
 * not see each other.
 *
 * <p>An edit of content gets {@link #ofEdit}; every other change gets {@link #next}. Both are
 * greater than the stamp of what they replace, so what a user does after seeing a version always
 * beats that version, whatever the clocks say.
 */
public record Stamp(Instant time) implements Comparable<Stamp> {
    /**
     * Of a new directory: the least stamp, so that a replica that returns does not bring a deleted
     * one back, empty.
     */
    public static final Stamp ZERO = new Stamp(Instant.EPOCH);

    /**
     * The last moment of the year 9999: no stamp is greater. Nobody comes there by a clock; a peer
     * that does so on purpose shall not make entries that others refuse.
     */
    public static final Stamp LAST = new Stamp(Instant.parse("9999-12-31T23:59:59.999999999Z"));

    /**
     * The stamp of an edit that replaces {@code replaced}: its mtime, but not later than it was
     * seen, nor earlier than what it saw.
     */
    public static Stamp ofEdit(Instant mtime, Instant seen, Stamp replaced) {
        return max(new Stamp(mtime.isBefore(seen) ? mtime : seen), replaced.next());
    }

    /**
     * The stamp of the first content at a path that had none: its mtime, but not later than it was
     * seen.
     */
    public static Stamp ofCreation(Instant mtime, Instant seen) {
        return max(new Stamp(mtime.isBefore(seen) ? mtime : seen), ZERO);
    }

    /**
     * The stamp of a decision of a user (resolve, restore) made at {@code now} over {@code
     * replaced}.
     */
    public static Stamp ofDecision(Instant now, Stamp replaced) {
        return max(new Stamp(now), replaced.next());
    }

    /** The least stamp that is greater; after {@link #LAST} itself. */
    public Stamp next() {
        return compareTo(LAST) < 0 ? new Stamp(time.plusNanos(1)) : LAST;
    }

    private static Stamp max(Stamp one, Stamp other) {
        return one.compareTo(other) >= 0 ? one : other;
    }

    @Override
    public int compareTo(Stamp other) {
        return time.compareTo(other.time);
    }

    @Override
    public String toString() {
        return time.toString();
    }
}
