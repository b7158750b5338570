package dev.lanyard.node.core.content;

/** How a content is brought here. */
public enum Way {
    /** The peer sends all of it. */
    WHOLE,
    /** The delta is here already. */
    DELTA_HERE,
    /** The peer is asked for a delta against a content that it may know. */
    DELTA_BY_NAME,
    /** The peer is asked for a delta against what is here, and told what that is. */
    DELTA_BY_SIGNATURE
}
