package dev.lanyard.discovery.roster;

import dev.lanyard.discovery.Beacon;
import dev.lanyard.discovery.Beacon.Kind;
import dev.lanyard.discovery.Discovery.Reception;
import dev.lanyard.discovery.Peer;
import dev.lanyard.discovery.PeerEvent;
import dev.lanyard.discovery.PeerEvent.Reason;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * Keeps who is heard, and decides when to speak. Owned by one thread; {@code now} never goes back.
 */
public final class Roster {
    /*
     * A node that comes announces itself, and again every two seconds for a while, since the first
     * datagrams on a network that has just come up are often lost; then every ten. Who hears an
     * announcement of a start nonce that it does not know replies at once to all, so both know each
     * other after one round trip. Nobody replies to a reply, so there is no echo.
     *
     * Peers are told apart by start nonce alone. An address is not a key: one host may run several
     * nodes, one node has several addresses, and the address of a datagram is proven by nothing. So
     * a start that claims the address of another does not displace it; the one that has ended falls
     * silent by itself.
     *
     * Where neither broadcast nor multicast passes, a beacon that is sent to one host may. Those that
     * are known from before are probed while announcements are frequent, and later once a minute:
     * each of them that is gone costs a question for its hardware address, which all others hear.
     *
     * Departed starts are remembered, as many as there is room for: a late or repeated copy of what
     * they said does not bring them back. After silence a newer nonce does; after goodbye nothing.
     */

    /** A peer, or one of its addresses, that is not heard for this long is dropped. */
    public static final Duration SILENCE = Duration.ofSeconds(35);

    /** So many peers the roster has room for; newcomers beyond are refused. */
    public static final int PEERS_MAX = 1024;

    private static final int DEPARTED_MAX = 1024;
    private static final Duration EAGER_FOR = Duration.ofSeconds(10);
    private static final Duration EAGER_INTERVAL = Duration.ofSeconds(2);
    private static final Duration INTERVAL = Duration.ofSeconds(10);
    private static final Duration PROBE_INTERVAL = Duration.ofSeconds(60);

    /** Intervals vary by this part of themselves, so that nodes started together drift apart. */
    private static final double JITTER = 0.1;

    /** At most one reply in this time; a newcomer in between waits for the next. */
    private static final Duration REPLY_GAP = Duration.ofMillis(50);

    private final int protocolVersion;
    private final int port;
    private final long startNonce;
    private final RandomGenerator random;
    private final Map<Long, Neighbour> present = new LinkedHashMap<>();
    private final Map<Long, NonceWindow> departed = new LinkedHashMap<>();

    private long nextNonce;
    private Instant eagerUntil;
    private Instant announceAt;
    private Instant probeFrom;
    private Instant replyFrom;
    private boolean replyOwed;

    /** No address falls silent before this; may be early, never late. */
    private @Nullable Instant sweepAt;

    private long heard;
    private long own;
    private long repeated;
    private long refused;

    /**
     * An empty roster of a node that starts now.
     *
     * @param protocolVersion what our beacons say, 0-65535
     * @param port the TCP port that our beacons name, 1-65535
     * @param random for the nonces and to vary the intervals
     */
    public Roster(int protocolVersion, int port, RandomGenerator random, Instant now) {
        this.protocolVersion = protocolVersion;
        this.port = port;
        this.random = random;
        startNonce = random.nextLong();
        nextNonce = random.nextLong();
        eagerUntil = now.plus(EAGER_FOR);
        announceAt = now;
        probeFrom = now;
        replyFrom = now;
    }

    /** What the driver should do. */
    public sealed interface Output {
        /** Send a {@link Roster#beacon} of this kind on every network. */
        record Say(Kind kind) implements Output {}

        /** Send an announcement to each host that is known from before, and to it alone. */
        record Probe() implements Output {}

        /** Tell the node. */
        record Tell(PeerEvent event) implements Output {}
    }

    /** Our next beacon. Each has a new nonce; send it on one network only. */
    public Beacon beacon(Kind kind) {
        return new Beacon(kind, protocolVersion, port, startNonce, nextNonce++);
    }

    /** Takes a beacon that came from {@code host}, which is an address literal. */
    public List<Output> hear(Beacon beacon, String host, Instant now) {
        if (beacon.startNonce() == startNonce) {
            own++;
            return List.of();
        }
        NonceWindow nonces = noncesOf(beacon.startNonce());
        if (!nonces.accept(beacon.nonce())) {
            repeated++;
            return List.of();
        }
        return switch (beacon.kind()) {
            case ANNOUNCE, REPLY -> welcome(beacon, host, nonces, now);
            case GOODBYE -> part(beacon.startNonce(), nonces);
        };
    }

    /** Does what is due at {@code now}. */
    public List<Output> tick(Instant now) {
        List<Output> outputs = new ArrayList<>();
        if (!now.isBefore(announceAt)) {
            boolean eager = now.isBefore(eagerUntil);
            outputs.add(new Output.Say(Kind.ANNOUNCE));
            announceAt = now.plus(varied(eager ? EAGER_INTERVAL : INTERVAL));
            if (eager || !now.isBefore(probeFrom)) {
                outputs.add(new Output.Probe());
                probeFrom = now.plus(PROBE_INTERVAL);
            }
        }
        if (replyOwed && !now.isBefore(replyFrom)) {
            outputs.add(reply(now));
        }
        if (sweepAt != null && !now.isBefore(sweepAt)) {
            sweep(now, outputs);
        }
        return outputs;
    }

    /** Takes that there is a network which we were not on before: announces as at the start. */
    public List<Output> networkAppeared(Instant now) {
        eagerUntil = now.plus(EAGER_FOR);
        announceAt = now;
        return tick(now);
    }

    /** When {@link #tick} has something to do if nothing is heard before. */
    public Instant nextTimeout() {
        Instant next = announceAt;
        if (replyOwed && replyFrom.isBefore(next)) {
            next = replyFrom;
        }
        if (sweepAt != null && sweepAt.isBefore(next)) {
            next = sweepAt;
        }
        return next;
    }

    /** Who is heard now, the first heard first. */
    public List<Peer> peers() {
        return present.values().stream().map(Neighbour::peer).toList();
    }

    /** How many departed starts are remembered, for tests of the bound. */
    int departedCount() {
        return departed.size();
    }

    /** What was heard until now, with the two counts that only the driver knows. */
    public Reception reception(long foreign, long garbage) {
        return new Reception(heard, own, repeated, refused, foreign, garbage);
    }

    private NonceWindow noncesOf(long start) {
        Neighbour neighbour = present.get(start);
        if (neighbour != null) {
            return neighbour.nonces();
        }
        NonceWindow nonces = departed.get(start);
        return nonces != null ? nonces : new NonceWindow();
    }

    private List<Output> welcome(Beacon beacon, String host, NonceWindow nonces, Instant now) {
        Neighbour neighbour = present.get(beacon.startNonce());
        if (neighbour == null && present.size() == PEERS_MAX) {
            refused++;
            return List.of();
        }
        heard++;
        sweepBy(now.plus(SILENCE));
        if (neighbour != null) {
            return neighbour.hear(beacon, host, now)
                    ? List.of(new Output.Tell(new PeerEvent.Changed(neighbour.peer())))
                    : List.of();
        }
        Neighbour newcomer = new Neighbour(beacon, host, nonces, now);
        present.put(beacon.startNonce(), newcomer);
        departed.remove(beacon.startNonce());

        List<Output> outputs = new ArrayList<>();
        if (beacon.kind() == Kind.ANNOUNCE) {
            if (now.isBefore(replyFrom)) {
                replyOwed = true;
            } else {
                outputs.add(reply(now)); // First: telling may take a while.
            }
        }
        outputs.add(
                new Output.Tell(
                        new PeerEvent.Appeared(newcomer.peer(), beacon.kind() == Kind.REPLY)));
        return outputs;
    }

    private List<Output> part(long start, NonceWindow nonces) {
        heard++;
        nonces.shut();
        Neighbour neighbour = present.remove(start);
        remember(start, nonces); // A copy of an announcement may still be on another network.
        return neighbour == null
                ? List.of()
                : List.of(new Output.Tell(new PeerEvent.Gone(neighbour.peer(), Reason.GOODBYE)));
    }

    private Output reply(Instant now) {
        replyOwed = false;
        replyFrom = now.plus(REPLY_GAP);
        return new Output.Say(Kind.REPLY);
    }

    private void sweep(Instant now, List<Output> outputs) {
        Instant limit = now.minus(SILENCE);
        sweepAt = null;
        for (Iterator<Neighbour> each = present.values().iterator(); each.hasNext(); ) {
            Neighbour neighbour = each.next();
            if (neighbour.isSilent(limit)) {
                each.remove();
                remember(neighbour.peer().startNonce(), neighbour.nonces());
                outputs.add(new Output.Tell(new PeerEvent.Gone(neighbour.peer(), Reason.SILENCE)));
                continue;
            }
            if (neighbour.dropSilent(limit)) {
                outputs.add(new Output.Tell(new PeerEvent.Changed(neighbour.peer())));
            }
            sweepBy(neighbour.silentAt(SILENCE));
        }
    }

    private void sweepBy(Instant time) {
        if (sweepAt == null || time.isBefore(sweepAt)) {
            sweepAt = time;
        }
    }

    private void remember(long start, NonceWindow nonces) {
        if (departed.size() == DEPARTED_MAX && !departed.containsKey(start)) {
            Iterator<Long> eldest = departed.keySet().iterator();
            eldest.next();
            eldest.remove();
        }
        departed.put(start, nonces);
    }

    private Duration varied(Duration interval) {
        double factor = 1 + JITTER * (2 * random.nextDouble() - 1);
        return Duration.ofNanos((long) (interval.toNanos() * factor));
    }
}
