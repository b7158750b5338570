package dev.lanyard.node.core.mirror;

/** What becomes of one name at the destination. */
public enum Decision {
    /** It is as the source has it. */
    NOTHING,
    /** It is nowhere any more. */
    FORGET,
    /** The source has what cannot be copied; what is at the destination stays. */
    SKIP,
    /** Nothing is there: make it. */
    MAKE,
    /** What is there is our own older copy. */
    REPLACE,
    /** What is there is somebody's: it is kept first. */
    REPLACE_AND_KEEP,
    /** A directory is where a file or link belongs. */
    CLEAR_AND_MAKE,
    /** The content is right, mode or mtime are not. */
    ADJUST,
    /** Nothing vouches for what is there, but it may be right. */
    COMPARE,
    /** A directory that both have. */
    DESCEND,
    /** A directory that is to be made, where nothing is. */
    MAKE_DIRECTORY,
    /** A directory that is to be made, where something else is, which is kept first. */
    REPLACE_BY_DIRECTORY,
    /** The source does not have it. */
    REMOVE
}
