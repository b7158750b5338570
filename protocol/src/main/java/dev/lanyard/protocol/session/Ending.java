package dev.lanyard.protocol.session;

/** Why a session ends, as its own side sees it. */
public enum Ending {
    /** We said goodbye, or the peer did, or the connection broke. */
    GOODBYE,
    /** The peer does not have our share key. */
    WRONG_KEY,
    /** The peer speaks another version of the protocol. */
    PROTOCOL_VERSION,
    /** The peer is this node. */
    SELF,
    /** The peer was silent for too long, or too slow to prove itself. */
    SILENCE,
    /** The peer broke a rule. */
    VIOLATION
}
