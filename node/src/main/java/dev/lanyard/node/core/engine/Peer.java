package dev.lanyard.node.core.engine;

import dev.lanyard.node.core.engine.Event.PeerGreeting;

/** A session, as the engine sees it. */
final class Peer {
    final SessionId session;
    final PeerGreeting greeting;

    /**
     * Whether the peer asked us for a state exchange (or will, since it dialled) that it has not
     * finished.
     */
    boolean answering;

    /** Bytes and wants of content that are under way from it. */
    long fetchingBytes;

    int fetchingWants;

    /** Whether its session has ended, of which only a fetch told until now. */
    boolean cut;

    Peer(SessionId session, PeerGreeting greeting) {
        this.session = session;
        this.greeting = greeting;
        this.answering = !greeting.dialled();
    }
}
