package dev.lanyard.node.app.cli;

import static dev.lanyard.node.app.config.Places.escaped;

import dev.lanyard.node.app.control.NodeControl.Cause;
import dev.lanyard.node.app.control.NodeControl.Peer;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;

/** Why there is no session with a peer, and what a user can do about it. */
final class Absence {
    private Absence() {}

    /** Why {@code peer} is not connected, and when that was found out. */
    static String reason(Peer peer, Instant now) {
        Instant tried = peer.tried();
        return reason(peer)
                + (tried == null || tried.isAfter(now)
                        ? ""
                        : " (tried %s ago)"
                                .formatted(Units.duration(Duration.between(tried, now))));
    }

    private static String reason(Peer peer) {
        String trouble = escaped(peer.trouble());
        return switch (peer.cause()) {
            case null -> trouble;
            case DIALLING -> and("is being dialled", trouble);
            case NOT_HEARD -> and("is not heard", trouble);
            case OWN_ID -> "it proves itself with the key of this node";
            case LIMIT -> and("no room for one more peer", trouble);
            case REFUSED,
                    NO_ANSWER,
                    NO_ROUTE,
                    UNREACHABLE,
                    WRONG_KEY,
                    PROTOCOL_VERSION,
                    NOT_A_PEER ->
                    trouble.isEmpty() ? Sentences.name(peer.cause()) : trouble;
        };
    }

    private static String and(String reason, String more) {
        return more.isEmpty() ? reason : reason + ", " + more;
    }

    /** What to do; empty if it is connected. */
    static String remedy(Peer peer) {
        @Nullable Cause cause = peer.cause();
        return cause == null ? "" : peer.heard() ? ofHeard(cause) : ofUnheard(cause);
    }

    private static String ofHeard(Cause cause) {
        return switch (cause) {
            case REFUSED ->
                    "it runs, as its beacons are heard: look on its machine that it does not listen"
                            + " at another address only (--listen), and that no firewall rejects TCP"
                            + " to this port";
            case NO_ANSWER ->
                    "it runs, as its beacons are heard: a firewall drops TCP to this port; let it in"
                            + " on its machine, and start it with --listen PORT so that the port"
                            + " stays the same";
            case DIALLING,
                    NOT_HEARD,
                    NO_ROUTE,
                    UNREACHABLE,
                    WRONG_KEY,
                    PROTOCOL_VERSION,
                    OWN_ID,
                    LIMIT,
                    NOT_A_PEER ->
                    ofUnheard(cause);
        };
    }

    private static String ofUnheard(Cause cause) {
        return switch (cause) {
            case DIALLING -> "nothing yet: ask again in a few seconds";
            case NOT_HEARD ->
                    "start lanyard on its machine; if it runs there, both need the same"
                            + " --discovery-port, and firewalls must let UDP to that port in; or"
                            + " start this one with --peer HOST:PORT";
            case REFUSED ->
                    "start lanyard there, and look that it listens at this port (lanyard status"
                            + " tells) and that no firewall rejects it";
            case NO_ANSWER ->
                    "look that the machine is on and has this address; if so, a firewall drops TCP"
                            + " to this port: let it in there";
            case NO_ROUTE ->
                    "look at the network of this machine (ip route), that the other one is on, and"
                            + " that no firewall rejects this port";
            case UNREACHABLE ->
                    "look that name and port are right, and that this machine reaches the other one"
                            + " (ping)";
            case WRONG_KEY ->
                    "lanyard key DIR must print the same on both machines; it differs where the"
                            + " share was given a new key and one of them is out. On the one with"
                            + " the wrong key stop the node, delete share.key and former-keys in its"
                            + " state directory, and start it with --key";
            case PROTOCOL_VERSION -> "install the same version of lanyard on both machines";
            case OWN_ID ->
                    "one state directory is a copy of the other: on the machine with the copy stop"
                            + " lanyard, delete the file identity in it, and start it again";
            case LIMIT -> "end nodes that are not needed; it goes on by itself";
            case NOT_A_PEER ->
                    "look which port lanyard listens at on that machine (lanyard status); another"
                            + " program has this one";
        };
    }
}
