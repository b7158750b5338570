package dev.lanyard.discovery;

/**
 * What became of a peer. For each start nonce: appeared, then any number of changes, then gone;
 * after silence it may appear again, after a goodbye it does not.
 */
public sealed interface PeerEvent {
    /** The peer as it is now, or was when it was last heard. */
    Peer peer();

    /**
     * It is heard and was not before.
     *
     * @param replied whether it replied to an announcement: then it has just heard of somebody,
     *     mostly of this node, and is about to dial
     */
    record Appeared(Peer peer, boolean replied) implements PeerEvent {}

    /** It is heard from other addresses than before, or it listens on another port. */
    record Changed(Peer peer) implements PeerEvent {}

    /** It is not heard any more. A session with it may well live on. */
    record Gone(Peer peer, Reason reason) implements PeerEvent {}

    /** Why a peer is gone. */
    enum Reason {
        /** It said so. */
        GOODBYE,
        /** It was not heard for longer than a living node is silent. */
        SILENCE
    }
}
