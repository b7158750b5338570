package dev.lanyard.node.core.engine;

import dev.lanyard.protocol.RelativePath;
import dev.lanyard.protocol.VersionVector;

import org.jspecify.annotations.Nullable;

/**
 * Something that this replica decided about a path, for people who ask why it is as it is.
 *
 * @param path what it is about
 * @param what what was decided
 * @param peer the machine whose version it is about, by name where that is known; empty for this
 *     one; not escaped
 * @param via the peer that told of it, by name; empty if none did; not escaped
 * @param version the version that it is about, or null where there is none
 * @param detail what else a user may want to know, or empty; paths in it are escaped, and nothing
 *     else is
 */
public record Decision(
        RelativePath path,
        What what,
        String peer,
        String via,
        @Nullable VersionVector version,
        String detail) {

    /** What was decided. */
    public enum What {
        /** A version was made here of what was seen on this disk. */
        MADE,
        /** What a peer told of is known from now on. */
        ADOPTED,
        /** Two versions whose authors had not seen each other: the detail tells which one won. */
        CONFLICT,
        /** Its content came here, in the way that the detail tells. */
        BROUGHT,
        /** It is on this disk now. */
        APPLIED,
        /** It was deleted from this disk. */
        DELETED,
        /** It has another name now, which the detail tells. */
        RENAMED,
        /** What a peer told of contradicts itself, and was not adopted. */
        REFUSED,
        /** It waits for a user to confirm it. */
        HELD_BACK,
        /** It was held back, and a user has said that it was meant. */
        CONFIRMED,
        /** It was held back, and a user has said that it was not meant: it comes back. */
        TAKEN_BACK,
        /** It cannot be brought to what is known now, for the reason in the detail. */
        BLOCKED
    }
}
