package dev.lanyard.node.app.cli;

import static dev.lanyard.node.app.config.Places.escaped;

import dev.lanyard.discovery.Discovery;
import dev.lanyard.node.app.cli.Examined.Absent;
import dev.lanyard.node.app.cli.Examined.Answering;
import dev.lanyard.node.app.cli.Examined.Reached;
import dev.lanyard.node.app.cli.Examined.Silent;
import dev.lanyard.node.app.cli.Examined.Stuck;
import dev.lanyard.node.app.config.Network;
import dev.lanyard.node.app.control.NodeControl.Beacons;
import dev.lanyard.node.app.control.NodeControl.Fault;
import dev.lanyard.node.app.control.NodeControl.Peer;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Judges networks, discovery and peers. Does no IO. */
final class NetworkChecks {
    private static final String LET_IN =
            "on both machines let UDP port %d from the local network through the firewall";

    private NetworkChecks() {}

    static List<Check> of(Examined it, Instant now) {
        List<Check> checks = new ArrayList<>();
        checks.add(networks(it.networks()));
        checks.addAll(
                switch (it.node()) {
                    case Absent _, Silent _ -> List.of();
                    case Stuck node -> discovery(node);
                    case Answering node -> all(node, it.networks(), now);
                });
        return checks;
    }

    private static List<Check> all(Answering node, List<Network> networks, Instant now) {
        List<Check> checks = new ArrayList<>();
        checks.add(listening(node.status().listen(), networks, node.connectedCount()));
        checks.addAll(discovery(node));
        checks.addAll(peers(node.peers(), now));
        return checks;
    }

    private static Check networks(List<Network> all) {
        List<Network> outward = outward(all);
        return outward.isEmpty()
                ? Check.bad(
                        "networks",
                        "no network interface is up but loopback",
                        "plug in the cable or join the Wi-Fi; only nodes of this machine are"
                                + " reached now")
                : Check.ok("networks", named(outward));
    }

    private static List<Network> outward(List<Network> all) {
        return all.stream().filter(each -> !each.isLoopback()).toList();
    }

    private static String named(List<Network> networks) {
        return networks.stream()
                .map(each -> each.name() + " " + String.join(" ", each.addresses()))
                .collect(Collectors.joining(", "));
    }

    private static Check listening(String listen, List<Network> networks, long connected) {
        String shown = Sentences.listening(listen);
        if (Sentences.isEverywhere(listen)) {
            return Check.ok("listening", "TCP %s, at all addresses".formatted(shown));
        }
        boolean isLoopback = shown.startsWith("127.") || shown.startsWith("[::1]");
        if (isLoopback && connected == 0 && !outward(networks).isEmpty()) {
            return Check.bad(
                    "listening",
                    "TCP %s, which no other machine reaches".formatted(shown),
                    "start the node without --listen, or with --listen PORT");
        }
        return Check.ok(
                "listening",
                "TCP %s%s".formatted(shown, isLoopback ? ", for this machine alone" : ""));
    }

    private static List<Check> discovery(Reached node) {
        Beacons beacons = node.diagnosis().beacons();
        if (beacons == null) {
            return List.of(off(node));
        }
        List<Check> checks = new ArrayList<>();
        if (beacons.faults().stream().noneMatch(NetworkChecks::isOfPort)) {
            checks.add(
                    beacons.interfaces().isEmpty()
                            ? Check.bad(
                                    "discovery",
                                    "there is no network interface to send beacons on",
                                    "bring the network up; it goes on by itself")
                            : Check.ok(
                                    "discovery",
                                    "UDP port %d, beacons are sent on %s"
                                            .formatted(
                                                    beacons.port(),
                                                    String.join(", ", beacons.interfaces()))));
        }
        beacons.faults().forEach(each -> checks.add(fault(each)));
        checks.add(heard(beacons, node));
        return checks;
    }

    private static boolean isOfPort(Fault it) {
        return it.kind() == Discovery.Fault.Kind.PORT;
    }

    private static Check off(Reached node) {
        String off = "off: nobody is looked for, and only named nodes are dialled";
        return node.isAlone()
                ? Check.bad(
                        "discovery",
                        off,
                        "start the node without --no-discovery, or with --peer HOST:PORT")
                : Check.ok("discovery", off);
    }

    private static Check fault(Fault it) {
        return Check.bad(
                "discovery",
                "%s: %s".formatted(escaped(it.place()), escaped(it.reason())),
                isOfPort(it)
                        ? "another program has the port alone: end that one, or start all nodes of"
                                + " the share with the same other --discovery-port"
                        : "look at that network and at the firewall of this machine; it is tried"
                                + " again by itself");
    }

    private static Check heard(Beacons it, Reached node) {
        String counts =
                "%s of peers, %d of other shares, %d datagrams that are no beacons"
                        .formatted(
                                Units.count(it.heard(), "beacon", "beacons"),
                                it.foreign(),
                                it.garbage());
        if (it.own() == 0 && !it.interfaces().isEmpty()) {
            return Check.bad(
                    "heard", counts + "; not even its own come back", LET_IN.formatted(it.port()));
        }
        if (it.refused() > 0) {
            return Check.bad(
                    "heard",
                    "%s; there was no room for %d more".formatted(counts, it.refused()),
                    "find what sends so many (tcpdump udp port %d), and end it"
                            .formatted(it.port()));
        }
        if (it.heard() > 0 || node.connectedCount() > 0) {
            return Check.ok("heard", counts);
        }
        return it.foreign() > 0
                ? Check.bad(
                        "heard",
                        counts,
                        "if the other machine is meant to be of this share, one has the wrong key:"
                                + " lanyard key DIR must print the same on both")
                : Check.bad(
                        "heard",
                        counts,
                        "start lanyard on the other machine, with the same --discovery-port; if it"
                                + " runs there, "
                                + LET_IN.formatted(it.port())
                                + "; if the network between them carries no broadcasts, name one"
                                + " with --peer HOST:PORT");
    }

    private static List<Check> peers(List<Peer> peers, Instant now) {
        List<Check> checks = new ArrayList<>();
        List<Peer> connected = peers.stream().filter(Peer::connected).toList();
        if (!connected.isEmpty()) {
            checks.add(
                    Check.ok(
                            "peers",
                            "%d connected: %s"
                                    .formatted(
                                            connected.size(),
                                            connected.stream()
                                                    .map(Sentences::named)
                                                    .collect(Collectors.joining(", ")))));
        } else if (peers.isEmpty()) {
            checks.add(
                    Check.bad(
                            "peers",
                            "no other node is known",
                            "start lanyard on another machine, with this share's key (lanyard key DIR prints it)"));
        }
        for (Peer each : peers) {
            if (!each.connected()) {
                checks.add(
                        Check.bad(
                                "peers",
                                "%s, not connected: %s"
                                        .formatted(
                                                Sentences.named(each), Absence.reason(each, now)),
                                Absence.remedy(each)));
            }
        }
        return checks;
    }
}
