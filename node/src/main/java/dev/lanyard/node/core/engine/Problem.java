package dev.lanyard.node.core.engine;

import java.time.Instant;

/**
 * Something that a user should know. It disappears by itself when its cause is gone.
 *
 * @param subject the path (escaped) or peer that it is about, or empty for the whole node
 * @param since when it began, by the wall clock
 * @param detail what was found
 */
public record Problem(Kind kind, String subject, Instant since, String detail) {

    /** What is wrong. What to do about it is said by {@code app.cli}. */
    public enum Kind {
        /** A file or directory cannot be read. */
        UNREADABLE,
        /** A fifo, socket or device is not synced. */
        UNSUPPORTED,
        /** A name that another machine has cannot be had here. */
        NAME_IMPOSSIBLE,
        /** The disk has no space left. */
        DISK_FULL,
        /** A file or directory cannot be written. */
        NOT_PERMITTED,
        /** Somebody keeps a file open that must be replaced. */
        IN_USE,
        /** A directory that was deleted elsewhere has content here that is not synced. */
        NOT_EMPTY,
        /** A parent is not a directory here. */
        NO_PARENT,
        /** The folder is not there, or is not the one it was. */
        ROOT_LOST,
        /** Deletions wait for a confirmation. */
        DELETIONS_HELD,
        /** Others deleted it, and this replica had no state to know that by. */
        HELD_BACK,
        /** Not everything can be watched. */
        WATCH_LIMIT,
        /** A content is known but no connected peer has it. */
        CONTENT_MISSING,
        /** Two nodes make versions under one id. */
        DUPLICATE_IDENTITY,
        /** A peer broke a rule, or does not go on comparing what it has. */
        PEER_AT_FAULT,
        /** The clock of a peer and that of this machine are apart. */
        CLOCK_OFF,
        /** What lost without having been seen is kept, and nobody has dealt with it. */
        CONFLICT,
        /** A file has other bytes than were written, or none, and nobody has changed it. */
        DECAYED,
        /** Others have it otherwise, and this replica only gives or only takes. */
        ONE_WAY,
        /** A part of the ignore rules is not in force. */
        IGNORE_RULES,
        /** Reading or writing failed. */
        IO_ERROR,
        /** The disk did not say that it has what was written. */
        NOT_DURABLE
    }
}
