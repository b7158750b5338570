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

    private final Content content;
    private boolean isRead;
    private long forgottenBytes;

    /** {@code isDisplaced} is false for a file that stays: then nothing is forgotten. */
    Spent(Content content, boolean isDisplaced) {
        this.content = content;
        this.isRead = !isDisplaced;
    }

    /** So many bytes were copied from {@code offset} on. */
    void copied(long offset, long lengthBytes) {
        if (offset < forgottenBytes) {
            isRead = true; // The copy goes back: what is forgotten may have to be read again.
        }
        long end = offset + lengthBytes;
        if (!isRead && end - forgottenBytes >= PIECE_BYTES) {
            content.forget(forgottenBytes, end - forgottenBytes);
            forgottenBytes = end;
        }
    }
}
