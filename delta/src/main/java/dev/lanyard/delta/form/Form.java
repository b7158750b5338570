package dev.lanyard.delta.form;

/** How a delta is written. */
public enum Form {
    /** Ours: compact, and its end tells how long the target is. */
    LANYARD,

    /** That of librsync, which {@code rdiff} reads and writes. */
    RDIFF
}
