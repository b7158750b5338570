package dev.lanyard.node.core.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Peers that broke a rule of the protocol, which ended their session. They stay listed for an hour,
 * whether they come back or not: who looks at the problems later shall see it.
 */
final class Faults {
    static final Duration LISTED = Duration.ofHours(1);

    /** A hostile member can give itself a new name each time. */
    static final int PEERS_MAX = 100;

    private final Replica replica;

    /** Until when each is listed, in the order of these times. */
    private final Map<String, Instant> listed = new LinkedHashMap<>();

    Faults(Replica replica) {
        this.replica = replica;
    }

    /** {@code peer} broke a rule. */
    void add(String peer, String detail) {
        listed.remove(peer);
        if (listed.size() >= PEERS_MAX) {
            remove(listed.keySet().iterator());
        }
        listed.put(peer, replica.now.plus(LISTED));
        replica.problems.add(Problem.Kind.PEER_AT_FAULT, peer, replica.now, detail);
    }

    /** What {@code peer} said, or did not say, matters no more; a broken rule does. */
    void forgetUnlessListed(String peer) {
        if (!listed.containsKey(peer)) {
            replica.problems.remove(Problem.Kind.PEER_AT_FAULT, peer);
        }
    }

    void tick() {
        Iterator<String> peers = listed.keySet().iterator();
        while (nextTimeout().filter(at -> !at.isAfter(replica.now)).isPresent()) {
            remove(peers);
        }
    }

    private void remove(Iterator<String> peers) {
        replica.problems.remove(Problem.Kind.PEER_AT_FAULT, peers.next());
        peers.remove();
    }

    Optional<Instant> nextTimeout() {
        return listed.values().stream().findFirst();
    }
}
