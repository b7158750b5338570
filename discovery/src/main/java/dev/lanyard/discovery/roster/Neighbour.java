package dev.lanyard.discovery.roster;

import dev.lanyard.discovery.Address;
import dev.lanyard.discovery.Beacon;
import dev.lanyard.discovery.Peer;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One peer in the roster: what it said last, and when it was heard from where. */
final class Neighbour {
    /** A machine has few addresses; more than these are someone's who repeats beacons. */
    static final int ADDRESSES_MAX = 16;

    private final NonceWindow nonces;
    private final Map<String, Instant> lastHeardByHost = new LinkedHashMap<>();
    private Peer peer;
    private int port;

    /** A neighbour that is heard for the first time; {@code nonces} has accepted the beacon. */
    Neighbour(Beacon beacon, String host, NonceWindow nonces, Instant now) {
        this.nonces = nonces;
        port = beacon.port();
        lastHeardByHost.put(host, now);
        peer = peerNow(beacon.startNonce(), beacon.protocolVersion());
    }

    Peer peer() {
        return peer;
    }

    NonceWindow nonces() {
        return nonces;
    }

    /** Takes a beacon that was accepted. @return whether the peer is another than before */
    boolean hear(Beacon beacon, String host, Instant now) {
        if (lastHeardByHost.containsKey(host) || lastHeardByHost.size() < ADDRESSES_MAX) {
            lastHeardByHost.put(host, now);
        }
        int version = peer.protocolVersion();
        if (nonces.isNewest(beacon.nonce())) { // One that was overtaken says nothing new.
            port = beacon.port();
            version = beacon.protocolVersion();
        }
        return become(version);
    }

    /**
     * Drops the addresses that were last heard at {@code limit} or before, unless they are all.
     *
     * @return whether the peer is another than before
     */
    boolean dropSilent(Instant limit) {
        if (isSilent(limit)) {
            return false;
        }
        lastHeardByHost.values().removeIf(heard -> !heard.isAfter(limit));
        return become(peer.protocolVersion());
    }

    /** Whether nothing was heard from any address after {@code limit}. */
    boolean isSilent(Instant limit) {
        return lastHeardByHost.values().stream().noneMatch(heard -> heard.isAfter(limit));
    }

    /** When the first of its addresses will have been silent for {@code silence}. */
    Instant silentAt(Duration silence) {
        return lastHeardByHost.values().stream()
                .min(Instant::compareTo)
                .map(heard -> heard.plus(silence))
                .orElseThrow(() -> new IllegalStateException("a neighbour without address"));
    }

    private boolean become(int protocolVersion) {
        Peer before = peer;
        peer = peerNow(before.startNonce(), protocolVersion);
        return !peer.equals(before);
    }

    private Peer peerNow(long startNonce, int protocolVersion) {
        List<Address> addresses =
                lastHeardByHost.keySet().stream().map(host -> new Address(host, port)).toList();
        return new Peer(startNonce, protocolVersion, addresses);
    }
}
