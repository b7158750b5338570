package dev.lanyard.node.app.runtime;

import dev.lanyard.node.app.config.PeerMemory;
import dev.lanyard.node.app.config.PeerMemory.Met;
import dev.lanyard.node.app.config.Places;
import dev.lanyard.node.app.control.NodeControl.Peer;
import dev.lanyard.node.app.control.NodeControl.Result;
import dev.lanyard.node.core.engine.Effect.PeerState;
import dev.lanyard.node.core.engine.Event;
import dev.lanyard.node.core.engine.SessionId;
import dev.lanyard.node.io.peer.Caller;
import dev.lanyard.node.io.peer.PeerAddressState;
import dev.lanyard.node.io.peer.Peers.Connected;
import dev.lanyard.protocol.NodeId;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * The other nodes, each once: those that are connected, those that were, and addresses at which
 * somebody was never met. Thread-safe.
 */
final class PeerRoll {
    /** So many characters of a node id name it. */
    private static final int NODE_CHARS_MIN = 8;

    private final PeerMemory memory;
    private final InstantSource wallClock;
    private final LastAddresses lastAddresses;
    private final Map<SessionId, String> nodes = new ConcurrentHashMap<>();

    PeerRoll(PeerMemory memory, InstantSource wallClock) {
        this.memory = memory;
        this.wallClock = wallClock;
        this.lastAddresses = new LastAddresses(memory);
    }

    /**
     * Hears who comes and goes; {@code connected}: the sessions that are open.
     *
     * @return whether others may be missing than before
     */
    boolean hear(Event event, Supplier<List<Connected>> connected) {
        if (event instanceof Event.SessionOpened opened) {
            String node = opened.peer().node().toString();
            nodes.put(opened.session(), node);
            connected.get().stream()
                    .filter(each -> each.session().equals(opened.session()))
                    .findFirst()
                    .ifPresent(
                            each ->
                                    memory.met(
                                            new Met(
                                                    node,
                                                    opened.peer().name(),
                                                    lastAddresses.of(node, each),
                                                    wallClock.instant())));
        } else if (event instanceof Event.SessionClosed closed) {
            String node = nodes.remove(closed.session());
            if (node != null) {
                memory.left(node, wallClock.instant());
            }
        } else {
            return false;
        }
        lastAddresses.refresh(nodes.values());
        return true;
    }

    /** Where those who are not connected were reached when they were dialled last. */
    List<InetSocketAddress> missingAddresses() {
        return lastAddresses.toDial();
    }

    /** The hosts where those were who are not connected, as far as they are known by address. */
    List<InetAddress> missingHosts() {
        return lastAddresses.hosts();
    }

    /**
     * What is known of those who could be reached and are not.
     *
     * @param addresses all addresses
     * @param callers who was refused
     * @param now by the clock that the peers were given
     * @param listenPort where this node listens
     */
    record Attempts(
            List<PeerAddressState> addresses, List<Caller> callers, Instant now, int listenPort) {}

    /** All of them, in order of their names. */
    List<Peer> list(List<PeerState> peers, List<Connected> sessions, Attempts attempts) {
        return new PeerListing(memory.all(), wallClock, attempts).list(peers, sessions);
    }

    /**
     * Forgets a peer.
     *
     * @param named its name, the beginning of its node id, or an address
     * @param listed what {@link #list} says
     * @param addresses how it stands with all addresses
     * @param forget is given each address that shall not be dialled any more
     */
    Result forget(
            String named,
            List<Peer> listed,
            List<PeerAddressState> addresses,
            Consumer<InetSocketAddress> forget) {
        List<Peer> meant = listed.stream().filter(peer -> isCalled(peer, named)).toList();
        if (meant.isEmpty()) {
            return new Result(false, "no peer is known as %s".formatted(Places.escaped(named)));
        }
        if (meant.stream().anyMatch(Peer::connected)) {
            return new Result(
                    false, "%s is connected; stop its node first".formatted(Places.escaped(named)));
        }
        if (meant.stream().map(Peer::node).distinct().count() > 1) {
            return new Result(
                    false,
                    "several peers are called %s; name the node id"
                            .formatted(Places.escaped(named)));
        }
        for (Peer peer : meant) {
            memory.forget(peer.node());
            addresses.stream()
                    .map(PeerAddressState::address)
                    .filter(address -> HostPort.show(address).equals(peer.address()))
                    .forEach(forget);
        }
        lastAddresses.refresh(nodes.values());
        return new Result(true, "forgotten");
    }

    /** All who were met and were not forgotten. */
    List<Met> met() {
        return memory.all();
    }

    /** Forgets all but those who stay: whoever is out must not be listed by the next change. */
    void forgetAllBut(Set<NodeId> staying, Consumer<InetSocketAddress> forget) {
        Set<String> kept = staying.stream().map(NodeId::toString).collect(Collectors.toSet());
        for (Met met : memory.all()) {
            if (!kept.contains(met.node())) {
                LastAddresses.toDial(met).ifPresent(forget);
                memory.forget(met.node());
            }
        }
        lastAddresses.refresh(nodes.values());
    }

    private static boolean isCalled(Peer peer, String named) {
        return peer.name().equals(named)
                || Places.escaped(peer.name()).equals(named)
                || peer.address().equals(named)
                || (named.length() >= NODE_CHARS_MIN
                        && peer.node().startsWith(named.toLowerCase(Locale.ROOT)));
    }
}
