package dev.lanyard.discovery;

import java.util.HexFormat;
import java.util.List;

/**
 * A node of our share that is heard now. Who it is, only a session proves.
 *
 * @param startNonce drawn by the node at its start: tells several nodes of one host apart, and a
 *     node that was started again from what it was before
 * @param protocolVersion the version of the protocol it speaks, 0-65535
 * @param addresses where it was heard from, at least one, the first heard first; all lead to the
 *     same node, so one session is enough
 */
public record Peer(long startNonce, int protocolVersion, List<Address> addresses) {
    /** Copies the addresses. @throws IllegalArgumentException if there is none */
    public Peer {
        addresses = List.copyOf(addresses);
        if (addresses.isEmpty()) {
            throw new IllegalArgumentException("no address (expected at least 1)");
        }
    }

    /** Start nonce and addresses, for logs. */
    @Override
    public String toString() {
        return HexFormat.of().toHexDigits(startNonce) + addresses;
    }
}
