package dev.lanyard.protocol.transport;

import dev.lanyard.protocol.NodeId;
import dev.lanyard.protocol.ShareKey;
import dev.lanyard.protocol.message.Message;
import dev.lanyard.protocol.message.Secret;
import dev.lanyard.protocol.session.ProofKeys;
import dev.lanyard.protocol.session.Role;

import java.io.IOException;
import java.util.Optional;

/**
 * The keys of a share, as the sessions with its members need them: asked anew for each, since a key
 * may change while a node runs. Thread-safe; nothing blocks but {@link #take}.
 */
public interface ShareKeys {
    /** What may be proven in a session with {@code peer}, in which we have {@code role}. */
    ProofKeys with(NodeId peer, Role role);

    /**
     * {@code peer} has proven a key that was the present one when the session began.
     *
     * @param proven what that key gives for proofs
     * @return whether it still is; otherwise nothing is known of the peer by that
     */
    boolean shown(NodeId peer, Secret proven);

    /**
     * {@code peer}, whom we dialled, did not take our proof.
     *
     * @return whether another key is worth a try
     */
    boolean refused(NodeId peer);

    /**
     * What to tell {@code peer}, which has proven a key that was a former one when the session
     * began.
     *
     * @param proven what that key gives for proofs
     * @return empty if it is worth nothing by now, or the peer is not to get the present key
     */
    Optional<Message.HandOver> handOver(NodeId peer, Secret proven);

    /**
     * Takes what {@code peer} told of the key, and returns when it is durable.
     *
     * @return false if neither of the two present keys came of the other; then nothing has changed
     * @throws IOException if it cannot be kept; then nothing has changed
     */
    boolean take(NodeId peer, Message.HandOver told) throws IOException;

    /** A key that never changes. */
    static ShareKeys of(ShareKey key) {
        return new OneShareKey(new Secret(key.sessionKey()));
    }
}
