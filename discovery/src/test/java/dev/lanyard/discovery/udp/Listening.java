package dev.lanyard.discovery.udp;

import static org.awaitility.Awaitility.await;

import dev.lanyard.discovery.BeaconSource;
import dev.lanyard.discovery.Discovery.State;
import dev.lanyard.discovery.Peer;
import dev.lanyard.discovery.PeerEvent;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** A started discovery and what it told. */
final class Listening implements AutoCloseable {
    private static final AtomicInteger SEEDS = new AtomicInteger();
    private static final InstantSource MONOTONIC = () -> Instant.EPOCH.plusNanos(System.nanoTime());
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final int listenPort;
    private final UdpDiscovery discovery;
    private final List<PeerEvent> events = new CopyOnWriteArrayList<>();
    private final Map<Long, Peer> peers = new ConcurrentHashMap<>();

    Listening(UdpDiscovery.Settings settings, int listenPort, BeaconSource... sources) {
        this.listenPort = listenPort;
        // Processes that are started in the same moment must not draw the same nonces.
        long seed = ProcessHandle.current().pid() << 32 | SEEDS.incrementAndGet();
        discovery = new UdpDiscovery(settings, List.of(sources), new Random(seed), MONOTONIC);
        discovery.start(listenPort, this::take);
    }

    int listenPort() {
        return listenPort;
    }

    State state() {
        return discovery.state();
    }

    List<PeerEvent> events() {
        return events;
    }

    Collection<Peer> peers() {
        return peers.values();
    }

    Optional<Peer> peerOn(int port) {
        return peers.values().stream()
                .filter(peer -> peer.addresses().getFirst().port() == port)
                .findAny();
    }

    /** Waits until it knows these and no others. */
    void awaitKnowsExactly(int... ports) {
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(2))
                .until(() -> peers.size() == ports.length && knowsAll(ports));
    }

    private boolean knowsAll(int... ports) {
        for (int port : ports) {
            if (peerOn(port).isEmpty()) {
                return false;
            }
        }
        return true;
    }

    private void take(PeerEvent event) {
        events.add(event);
        switch (event) {
            case PeerEvent.Appeared(var peer, _) -> peers.put(peer.startNonce(), peer);
            case PeerEvent.Changed(var peer) -> peers.put(peer.startNonce(), peer);
            case PeerEvent.Gone(var peer, _) -> peers.remove(peer.startNonce());
        }
    }

    /** Ends it before its time. */
    void stop() {
        discovery.close();
    }

    @Override
    public void close() {
        stop();
    }
}
