package dev.lanyard.node.app.mirror;

/** How a mirror ended; the later ones are worse. */
public enum Ending {
    /** All is as the source has it. */
    DONE,
    /** Something is not. */
    NOT_ALL,
    /** Something would have been dangerous. */
    REFUSED
}
