package dev.lanyard.discovery;

/**
 * A datagram that announces: "a node of this share listens here". Only {@link BeaconKey} turns it
 * into bytes and bytes into it, so a beacon at hand is one of our share.
 *
 * @param kind why it is sent
 * @param protocolVersion the version of the protocol that the sender speaks, 0-65535
 * @param port the TCP port on which the sender listens, 1-65535
 * @param startNonce drawn at random by the sender at its start
 * @param nonce begins at random and grows by one (and wraps) with each beacon of a start, so that
 *     one that is sent again is recognized
 */
public record Beacon(Kind kind, int protocolVersion, int port, long startNonce, long nonce) {
    /** Checks the ranges. @throws IllegalArgumentException if one is left */
    public Beacon {
        if (protocolVersion < 0 || protocolVersion > 0xFFFF) {
            throw new IllegalArgumentException(
                    "protocol version %d (expected 0-65535)".formatted(protocolVersion));
        }
        if (port < 1 || port > 0xFFFF) {
            throw new IllegalArgumentException("port %d (expected 1-65535)".formatted(port));
        }
    }

    /** Why a beacon is sent. */
    public enum Kind {
        /** The sender has come, or is still here; who does not know it yet replies. */
        ANNOUNCE,
        /** Sent because a newcomer was heard; nobody replies to it. */
        REPLY,
        /** The sender stops. It sends nothing after it. */
        GOODBYE
    }
}
