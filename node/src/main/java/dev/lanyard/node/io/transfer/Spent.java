package dev.lanyard.node.io.transfer;

import dev.lanyard.node.io.disk.Root.Content;

/**
 * Has the system forget what it has in memory of a file that is copied and then displaced. Used by
 * one thread.
 */
final class Spent {
    /*
     * A copy takes as much memory as what it is made from, and of the two it alone is going to be
     * read. What it takes is given back of the other while it grows: no other file is forgotten for
     * it, and the memory that it gets is near the processor. It is advice; where somebody still
     * reads the other file, or wrote to it just now, the system keeps what it has or reads it again.
     */
    private static final long PIECE_BYTES = 4L << 20;

    /**
     * The system forgets by pages, some of them large: those that a piece ended in go with the
     * next.
     */
    private static final long OVERLAP_BYTES = 2L << 20;

    private final Content content;
    private boolean isRead;
    private long forgottenBytes;

    /** {@code isDisplaced} is false for a file that stays: then nothing is forgotten. */
    Spent(Content content, boolean isDisplaced) {
        this.content = content;
        this.isRead = !isDisplaced;
    }

    /** A copy from {@code offset} on was begun, and what is before {@code end} was copied. */
    void copied(long offset, long end) {
        if (offset < forgottenBytes) {
            isRead = true; // The copy goes back: what is forgotten may have to be read again.
        }
        if (!isRead && end - forgottenBytes >= PIECE_BYTES) {
            long from = Math.max(0, forgottenBytes - OVERLAP_BYTES);
            content.forget(from, end - from);
            forgottenBytes = end;
        }
    }
}
