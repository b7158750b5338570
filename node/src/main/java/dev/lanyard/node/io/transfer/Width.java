package dev.lanyard.node.io.transfer;

/**
 * How many threads work for one kind of thing at a time.
 *
 * @param smallReaders that read small contents for one peer
 * @param smallWriters that write small contents from one peer
 * @param copiers that copy contents that are on this disk already
 */
public record Width(int smallReaders, int smallWriters, int copiers) {
    /**
     * @throws IllegalArgumentException if one is not positive
     */
    public Width {
        if (smallReaders < 1 || smallWriters < 1 || copiers < 1) {
            throw new IllegalArgumentException(
                    "widths %d, %d, %d (expected 1 or more)"
                            .formatted(smallReaders, smallWriters, copiers));
        }
    }

    /** What suits a machine with {@code processors}. */
    public static Width of(int processors) {
        return new Width(4, Math.clamp(processors / 2, 1, 4), Math.clamp(processors / 2, 1, 4));
    }
}
