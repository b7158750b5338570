package dev.lanyard.node.io.peer;

import dev.lanyard.protocol.transport.Transport;

import org.jspecify.annotations.Nullable;

import java.net.InetSocketAddress;
import java.time.Instant;

/**
 * How it stands with an address that a peer may be reached at.
 *
 * @param fixed whether a user named it; otherwise discovery heard it
 * @param dialAt when it is dialled next, by the clock that the peers were given; null if not by
 *     time
 * @param failure why the last dial ended without a session; null if none did since it was connected
 * @param failedAt when that was, by the clock that the peers were given
 * @param reason what was said then, for people; empty if nothing
 */
public record PeerAddressState(
        InetSocketAddress address,
        boolean fixed,
        Stage stage,
        @Nullable Instant dialAt,
        Transport.@Nullable Failure failure,
        @Nullable Instant failedAt,
        String reason) {

    /** What is being done about it. */
    public enum Stage {
        /** It is dialled later. */
        WAITING,
        /** It is being dialled. */
        DIALLING,
        /** A session that we dialled is open. */
        CONNECTED,
        /** Who answers there proves itself with the key of this node: mostly it is this node. */
        OURSELVES,
        /** It leads to a peer that we have another session with. */
        KNOWN
    }
}
