package dev.lanyard.protocol;

/** How one version vector stands to another. */
public enum Relation {
    /** Equal counters. */
    SAME,
    /** The other has seen all of this one, and more. */
    BEFORE,
    /** This one has seen all of the other, and more. */
    AFTER,
    /** Each has something that the other has not seen. */
    CONCURRENT
}
