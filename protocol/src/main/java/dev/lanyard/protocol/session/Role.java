package dev.lanyard.protocol.session;

/** Which end of a connection one is. */
public enum Role {
    /** The one that connected; it proves itself first. */
    DIALLER,
    /** The one that was connected to. */
    ACCEPTOR;

    /** The other end's. */
    public Role other() {
        return this == DIALLER ? ACCEPTOR : DIALLER;
    }
}
