package dev.lanyard.node.app.runtime;

import dev.lanyard.node.app.config.PeerMemory;
import dev.lanyard.node.app.config.PeerMemory.Met;
import dev.lanyard.node.app.config.Places;
import dev.lanyard.node.app.control.NodeControl.Cause;
import dev.lanyard.node.app.control.NodeControl.Peer;
import dev.lanyard.node.app.control.NodeControl.Result;
import dev.lanyard.node.core.engine.Effect.PeerState;
import dev.lanyard.node.core.engine.Event;
import dev.lanyard.node.core.engine.SessionId;
import dev.lanyard.node.io.peer.Caller;
import dev.lanyard.node.io.peer.PeerAddressState;
import dev.lanyard.node.io.peer.Peers.Connected;

import org.jspecify.annotations.Nullable;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The other nodes, each once: those that are connected, those that were, and addresses at which
 * somebody was never met. Thread-safe.
 */
final class PeerRoll {
    /** So many characters of a node id name it. */
    private static final int NODE_CHARS_MIN = 8;

    /** Whoever is refused for what a user must mend dials again within a minute. */
    private static final Duration CALLER_KEPT = Duration.ofMinutes(3);

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
        Map<SessionId, Connected> bySession = new HashMap<>();
        sessions.forEach(each -> bySession.put(each.session(), each));
        List<Peer> all = new ArrayList<>();
        Set<String> listedNodes = new HashSet<>();
        Set<String> listedAddresses = new HashSet<>();
        for (PeerState each : peers) {
            Connected session = bySession.get(each.session());
            String address = session == null ? "" : HostPort.show(session.remote());
            listedNodes.add(each.node());
            listedAddresses.add(address);
            if (session != null) {
                listedAddresses.add(LastAddresses.of(session));
            }
            all.add(
                    new Peer(
                            each.name(),
                            each.node(),
                            address,
                            true,
                            each.settled(),
                            "",
                            null,
                            null,
                            isHeard(address, attempts.addresses())));
        }
        for (PeerAddressState each : attempts.addresses()) {
            if (isReached(each, attempts.listenPort())) {
                listedAddresses.add(HostPort.show(each.address()));
            }
        }
        addAbsent(attempts, listedNodes, listedAddresses, all);
        for (PeerAddressState each : attempts.addresses()) {
            if (listedAddresses.add(HostPort.show(each.address()))) {
                all.add(absent("", "", HostPort.show(each.address()), each, "", attempts.now()));
            }
        }
        addCallers(attempts, all);
        all.sort(Comparator.comparing(Peer::name).thenComparing(Peer::address));
        return all;
    }

    private static boolean isReached(PeerAddressState it, int listenPort) {
        return switch (it.stage()) {
            case CONNECTED, KNOWN -> true;
            case OURSELVES -> // Of several addresses that lead to one node the first tells it.
                    it.failure() == null || Causes.isOurs(it.address(), listenPort);
            case WAITING, DIALLING -> false;
        };
    }

    private static boolean isHeard(String address, List<PeerAddressState> addresses) {
        return addresses.stream()
                .anyMatch(each -> !each.fixed() && HostPort.show(each.address()).equals(address));
    }

    private Peer absent(
            String name,
            String node,
            String address,
            PeerAddressState state,
            String seen,
            Instant now) {
        String comma = state.reason().isEmpty() || seen.isEmpty() ? "" : ", ";
        return Peer.absent(
                name,
                node,
                address,
                state.reason() + comma + seen,
                Causes.of(state.failure()),
                wallClock(state.failedAt(), now),
                !state.fixed());
    }

    private @Nullable Instant wallClock(@Nullable Instant time, Instant now) {
        return time == null
                ? null
                : wallClock
                        .instant()
                        .minus(Duration.between(time, now))
                        .truncatedTo(ChronoUnit.SECONDS);
    }

    private void addAbsent(
            Attempts attempts,
            Set<String> listedNodes,
            Set<String> listedAddresses,
            List<Peer> all) {
        for (Met met : memory.all()) {
            if (!listedNodes.add(met.node())) {
                continue;
            }
            String seen = "last seen " + met.seen().truncatedTo(ChronoUnit.SECONDS);
            PeerAddressState dialled =
                    attempts.addresses().stream()
                            .filter(each -> HostPort.show(each.address()).equals(met.address()))
                            .findFirst()
                            .orElse(null);
            listedAddresses.add(met.address());
            all.add(
                    dialled == null
                            ? notHeard(met, seen)
                            : absent(
                                    met.name(),
                                    met.node(),
                                    met.address(),
                                    dialled,
                                    seen,
                                    attempts.now()));
        }
    }

    private static Peer notHeard(Met met, String seen) {
        return Peer.absent(
                met.name(), met.node(), met.address(), seen, Cause.NOT_HEARD, null, false);
    }

    /** Who was refused just now, unless the same is told of a dial to that host. */
    private void addCallers(Attempts attempts, List<Peer> all) {
        for (Caller each : attempts.callers()) {
            Cause cause = Causes.of(each.failure());
            String host =
                    HostPort.show(new InetSocketAddress(each.host(), 0)).replaceFirst(":0$", "");
            boolean isOld = each.at().plus(CALLER_KEPT).isBefore(attempts.now());
            boolean isOurs = cause == Cause.OWN_ID && Causes.isOfThisMachine(each.host());
            boolean isListed =
                    all.stream()
                            .anyMatch(
                                    peer ->
                                            peer.cause() == cause
                                                    && peer.address().startsWith(host + ":"));
            if (!isOld && !isOurs && !isListed) {
                all.add(
                        Peer.absent(
                                "",
                                "",
                                host,
                                each.reason(),
                                cause,
                                wallClock(each.at(), attempts.now()),
                                false));
            }
        }
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

    private static boolean isCalled(Peer peer, String named) {
        return peer.name().equals(named)
                || Places.escaped(peer.name()).equals(named)
                || peer.address().equals(named)
                || (named.length() >= NODE_CHARS_MIN
                        && peer.node().startsWith(named.toLowerCase(Locale.ROOT)));
    }
}
