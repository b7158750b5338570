package dev.lanyard.discovery.roster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lanyard.discovery.Address;
import dev.lanyard.discovery.Beacon;
import dev.lanyard.discovery.Beacon.Kind;
import dev.lanyard.discovery.Peer;
import dev.lanyard.discovery.PeerEvent;
import dev.lanyard.discovery.PeerEvent.Reason;
import dev.lanyard.discovery.Seeds;
import dev.lanyard.discovery.roster.Roster.Output;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import java.util.stream.LongStream;

/** Many rosters on a network that loses, doubles, delays and repeats. */
class RosterWorldTest {
    static LongStream seeds() {
        return Seeds.upTo(50);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void whateverHappenedAllThatLiveKnowEachOtherAndNobodyElseInTheEnd(long seed) {
        World world = new World(seed);
        world.stormy = true;
        world.run(Duration.ofMinutes(2));

        world.stormy = false;
        world.run(Roster.SILENCE.plusSeconds(15));

        world.assertAllKnowExactlyEachOther();
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void onAGoodNetworkANewcomerAndAllOthersKnowEachOtherAtOnce(long seed) {
        World world = new World(seed);
        for (int count = 0; count < 8; count++) {
            world.start();
            world.run(Duration.ofMillis(world.random.nextInt(150)));
        }
        world.run(Duration.ofMillis(60)); // A reply that waits for its turn, and the way there.

        world.assertAllKnowExactlyEachOther();
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void onAGoodNetworkNobodyIsEverTakenForSilent(long seed) {
        World world = new World(seed);
        for (int count = 0; count < 4; count++) {
            world.start();
        }

        world.run(Duration.ofMinutes(10));

        world.assertAllKnowExactlyEachOther();
        assertThat(world.silences).isZero();
    }

    /** A node under test, and what its listener was told. */
    private static final class Node {
        private final int number;
        private final Roster roster;
        private final long startNonce;
        private final Map<Long, Peer> told = new HashMap<>();

        Node(int number, Roster roster) {
            this.number = number;
            this.roster = roster;
            startNonce = roster.beacon(Kind.ANNOUNCE).startNonce();
        }

        /** Two nodes share each host, and each host has two addresses. */
        List<String> hosts() {
            int host = number / 2 % 200 + 1;
            return List.of("192.0.2." + host, "fe80:0:0:0:0:0:0:%x%%2".formatted(host));
        }
    }

    private record Flight(Instant at, Beacon beacon, String from, Node to) {}

    private static final class World {
        private final Random random;
        private final List<Node> living = new ArrayList<>();
        private final Set<Long> saidGoodbye = new HashSet<>();
        private final List<Beacon> recorded = new ArrayList<>();
        private final PriorityQueue<Flight> flights =
                new PriorityQueue<>((a, b) -> a.at.compareTo(b.at));
        private Instant now = Instant.EPOCH;
        private boolean stormy;
        private int started;
        private int silences;

        World(long seed) {
            random = new Random(seed);
        }

        void run(Duration time) {
            Instant end = now.plus(time);
            while (now.isBefore(end)) {
                if (stormy) {
                    stir();
                }
                now = nextTime(end);
                deliver();
                for (Node node : List.copyOf(living)) {
                    carryOut(node, node.roster.tick(now));
                }
            }
        }

        void start() {
            Node node = new Node(started++, new Roster(1, 22000 + started, random, now));
            living.add(node);
            carryOut(node, node.roster.tick(now));
        }

        void assertAllKnowExactlyEachOther() {
            for (Node node : living) {
                Set<Long> others = new HashSet<>();
                living.forEach(other -> others.add(other.startNonce));
                others.remove(node.startNonce);
                assertThat(node.told.keySet()).isEqualTo(others);
                assertThat(node.roster.peers())
                        .containsExactlyInAnyOrderElementsOf(node.told.values());
                for (Node other : living) {
                    Peer told = node.told.get(other.startNonce);
                    if (told != null) { // Else it is the node itself.
                        assertThat(told.addresses())
                                .extracting(Address::host)
                                .containsAll(other.hosts());
                    }
                }
            }
        }

        /** Nodes come, stop or die, and someone sends again what was said at any time. */
        private void stir() {
            int dice = random.nextInt(100);
            if (dice < 3 && living.size() < 6) {
                start();
            } else if (dice < 4 && !living.isEmpty()) {
                Node leaving = living.remove(random.nextInt(living.size()));
                saidGoodbye.add(leaving.startNonce);
                broadcast(leaving, Kind.GOODBYE);
            } else if (dice < 5 && !living.isEmpty()) {
                living.remove(random.nextInt(living.size()));
            } else if (dice < 15 && !recorded.isEmpty() && !living.isEmpty()) {
                Beacon old = recorded.get(random.nextInt(recorded.size()));
                Node to = living.get(random.nextInt(living.size()));
                flights.add(new Flight(now.plusMillis(1), old, "192.0.2.250", to));
            }
        }

        private Instant nextTime(Instant end) {
            Instant next = stormy ? now.plusMillis(random.nextInt(1, 400)) : end;
            if (!flights.isEmpty() && flights.peek().at.isBefore(next)) {
                next = flights.peek().at;
            }
            for (Node node : living) {
                if (node.roster.nextTimeout().isBefore(next)) {
                    next = node.roster.nextTimeout();
                }
            }
            return next.isBefore(end) ? next : end;
        }

        private void deliver() {
            while (!flights.isEmpty() && !flights.peek().at.isAfter(now)) {
                Flight flight = flights.remove();
                if (living.contains(flight.to)) {
                    carryOut(flight.to, flight.to.roster.hear(flight.beacon, flight.from, now));
                }
            }
        }

        private void carryOut(Node node, List<Output> outputs) {
            for (Output output : outputs) {
                switch (output) {
                    case Output.Say(var kind) -> broadcast(node, kind);
                    case Output.Probe() -> {} // Here everybody hears everybody, or is cut off.
                    case Output.Tell(var event) -> tell(node, event);
                }
            }
        }

        private void broadcast(Node from, Kind kind) {
            for (String host : from.hosts()) {
                Beacon beacon = from.roster.beacon(kind);
                recorded.add(beacon);
                for (Node to : living) {
                    int copies = stormy ? random.nextInt(4) : 1; // None, one or several.
                    for (int copy = 0; copy < copies; copy++) {
                        int delayMillis = stormy ? random.nextInt(1, 300) : 1;
                        flights.add(new Flight(now.plusMillis(delayMillis), beacon, host, to));
                    }
                }
            }
        }

        /** What is told must fit what was told before. */
        private void tell(Node node, PeerEvent event) {
            Peer peer = event.peer();
            assertThat(peer.startNonce()).isNotEqualTo(node.startNonce);
            switch (event) {
                case PeerEvent.Appeared _ ->
                        assertThat(node.told.put(peer.startNonce(), peer)).isNull();
                case PeerEvent.Changed _ ->
                        assertThat(node.told.put(peer.startNonce(), peer))
                                .isNotNull()
                                .isNotEqualTo(peer);
                case PeerEvent.Gone(var gone, var reason) -> {
                    assertThat(node.told.remove(gone.startNonce())).isEqualTo(gone);
                    silences += reason == Reason.SILENCE ? 1 : 0;
                    if (reason == Reason.GOODBYE) {
                        assertThat(saidGoodbye).contains(gone.startNonce());
                    }
                }
            }
        }
    }
}
