package dev.lanyard.node.app.runtime;

import dev.lanyard.node.app.config.PeerMemory.Met;
import dev.lanyard.node.app.control.NodeControl.Cause;
import dev.lanyard.node.app.control.NodeControl.Peer;
import dev.lanyard.node.app.runtime.PeerRoll.Attempts;
import dev.lanyard.node.core.engine.Effect.PeerState;
import dev.lanyard.node.core.engine.SessionId;
import dev.lanyard.node.io.peer.Caller;
import dev.lanyard.node.io.peer.PeerAddressState;
import dev.lanyard.node.io.peer.Peers.Connected;

import org.jspecify.annotations.Nullable;

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
import java.util.Map;
import java.util.Set;

/** One list of the other nodes, in which each node and each address stands once. Used once. */
final class PeerListing {
    /** Whoever is refused for what a user must mend dials again within a minute. */
    private static final Duration CALLER_KEPT = Duration.ofMinutes(3);

    private final List<Met> met;
    private final InstantSource wallClock;
    private final Attempts attempts;
    private final List<Peer> all = new ArrayList<>();
    private final Set<String> listedNodes = new HashSet<>();
    private final Set<String> listedAddresses = new HashSet<>();

    PeerListing(List<Met> met, InstantSource wallClock, Attempts attempts) {
        this.met = met;
        this.wallClock = wallClock;
        this.attempts = attempts;
    }

    /** All of them, in order of their names. */
    List<Peer> list(List<PeerState> peers, List<Connected> sessions) {
        addConnected(peers, sessions);
        passOverReached();
        addMet();
        addNeverMet();
        addCallers();
        all.sort(Comparator.comparing(Peer::name).thenComparing(Peer::address));
        return all;
    }

    private void addConnected(List<PeerState> peers, List<Connected> sessions) {
        Map<SessionId, Connected> bySession = new HashMap<>();
        sessions.forEach(each -> bySession.put(each.session(), each));
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
    }

    private static boolean isHeard(String address, List<PeerAddressState> addresses) {
        return addresses.stream()
                .anyMatch(each -> !each.fixed() && HostPort.show(each.address()).equals(address));
    }

    /** Addresses at which a node is that is listed, or this one. */
    private void passOverReached() {
        for (PeerAddressState each : attempts.addresses()) {
            if (isReached(each, attempts.listenPort())) {
                listedAddresses.add(HostPort.show(each.address()));
            }
        }
    }

    private static boolean isReached(PeerAddressState it, int listenPort) {
        return switch (it.stage()) {
            case CONNECTED, KNOWN -> true;
            case OURSELVES -> // Of several addresses that lead to one node the first tells it.
                    it.failure() == null || Causes.isOurs(it.address(), listenPort);
            case WAITING, DIALLING -> false;
        };
    }

    /** Those who were met before and are not connected. */
    private void addMet() {
        for (Met each : met) {
            if (!listedNodes.add(each.node())) {
                continue;
            }
            String seen = "last seen " + each.seen().truncatedTo(ChronoUnit.SECONDS);
            PeerAddressState dialled =
                    attempts.addresses().stream()
                            .filter(state -> HostPort.show(state.address()).equals(each.address()))
                            .findFirst()
                            .orElse(null);
            listedAddresses.add(each.address());
            all.add(
                    dialled == null
                            ? notHeard(each, seen)
                            : absent(each.name(), each.node(), each.address(), dialled, seen));
        }
    }

    private static Peer notHeard(Met met, String seen) {
        return Peer.absent(
                met.name(), met.node(), met.address(), seen, Cause.NOT_HEARD, null, false);
    }

    /** Addresses at which nobody was ever met. */
    private void addNeverMet() {
        for (PeerAddressState each : attempts.addresses()) {
            String address = HostPort.show(each.address());
            if (listedAddresses.add(address)) {
                all.add(absent("", "", address, each, ""));
            }
        }
    }

    private Peer absent(
            String name, String node, String address, PeerAddressState state, String seen) {
        String comma = state.reason().isEmpty() || seen.isEmpty() ? "" : ", ";
        return Peer.absent(
                name,
                node,
                address,
                state.reason() + comma + seen,
                Causes.of(state.failure()),
                wallClock(state.failedAt()),
                !state.fixed());
    }

    private @Nullable Instant wallClock(@Nullable Instant time) {
        return time == null
                ? null
                : wallClock
                        .instant()
                        .minus(Duration.between(time, attempts.now()))
                        .truncatedTo(ChronoUnit.SECONDS);
    }

    /** Who was refused just now, unless the same is told of a dial to that host. */
    private void addCallers() {
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
                                "", "", host, each.reason(), cause, wallClock(each.at()), false));
            }
        }
    }
}
