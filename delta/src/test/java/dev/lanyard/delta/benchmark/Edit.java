package dev.lanyard.delta.benchmark;

/** What becomes of an old file. */
public enum Edit {
    MEBIBYTE_IN_THE_MIDDLE,
    KIBIBYTE_AT_THE_FRONT,
    MEBIBYTE_APPENDED,
    UNRELATED,
    /** An image, moved by three bytes, of which one block in fifty is like no other. */
    IDENTICAL_BLOCKS
}
