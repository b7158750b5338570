package dev.lanyard.node.core.index;

import org.jspecify.annotations.Nullable;

/**
 * The world failed below an index: the node stops cleanly and nothing more is announced. What was
 * committed before is still there; an index that failed refuses everything but {@code close}.
 *
 * <p>Unchecked, since nobody on the way can do better: the one place that handles it is the end of
 * the thread that owns the index.
 */
public final class IndexFailure extends RuntimeException {
    private final Kind kind;

    /** A failure of this kind; {@code message} says of which file, what was found and expected. */
    public IndexFailure(Kind kind, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    /** What went wrong, as far as a user can do something about it. */
    public Kind kind() {
        return kind;
    }

    /** What went wrong. */
    public enum Kind {
        /** No space left for the index. */
        DISK_FULL,
        /** What was read is not what was written. The next start begins without state. */
        DAMAGED,
        /** The index was written by a later version of the program. */
        NEWER,
        /** Another program keeps the index locked. */
        LOCKED,
        /** Opening, reading or writing failed. */
        IO_ERROR
    }
}
