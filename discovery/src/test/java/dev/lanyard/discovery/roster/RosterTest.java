package dev.lanyard.discovery.roster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lanyard.discovery.Address;
import dev.lanyard.discovery.Beacon;
import dev.lanyard.discovery.Beacon.Kind;
import dev.lanyard.discovery.Peer;
import dev.lanyard.discovery.PeerEvent;
import dev.lanyard.discovery.PeerEvent.Appeared;
import dev.lanyard.discovery.PeerEvent.Changed;
import dev.lanyard.discovery.PeerEvent.Gone;
import dev.lanyard.discovery.PeerEvent.Reason;
import dev.lanyard.discovery.roster.Roster.Output;
import dev.lanyard.discovery.roster.Roster.Output.Probe;
import dev.lanyard.discovery.roster.Roster.Output.Say;
import dev.lanyard.discovery.roster.Roster.Output.Tell;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

class RosterTest {
    private static final long ANN = 0xA;
    private static final long BOB = 0xB;
    private static final String HOST = "192.0.2.1";
    private static final String HOST_BY_IPV6 = "fe80:0:0:0:0:0:0:1%3";

    private final Roster roster = new Roster(1, 22000, new Random(1), at(0));

    @Test
    void aNewcomerIsRepliedToAtOnceAndTold() {
        List<Output> outputs = roster.hear(announce(ANN, 1), HOST, at(100));

        assertThat(outputs)
                .containsExactly(
                        new Say(Kind.REPLY), new Tell(new Appeared(peer(ANN, HOST), false)));
    }

    @Test
    void aReplyIsNotRepliedTo() {
        List<Output> outputs = roster.hear(beacon(Kind.REPLY, ANN, 1), HOST, at(100));

        assertThat(outputs).containsExactly(new Tell(new Appeared(peer(ANN, HOST), true)));
    }

    @Test
    void whoIsKnownIsNotRepliedTo() {
        roster.hear(announce(ANN, 1), HOST, at(100));

        assertThat(roster.hear(announce(ANN, 2), HOST, at(2100))).isEmpty();
    }

    @Test
    void newcomersInQuickSuccessionShareTheNextReply() {
        tick(0);
        roster.hear(announce(ANN, 1), HOST, at(100));

        List<Output> second = roster.hear(announce(BOB, 1), HOST, at(101));
        List<Output> third = roster.hear(announce(0xC, 1), HOST, at(102));
        Instant due = roster.nextTimeout();

        assertThat(second).doesNotContain(new Say(Kind.REPLY));
        assertThat(third).doesNotContain(new Say(Kind.REPLY));
        assertThat(due).isEqualTo(at(150));
        assertThat(roster.tick(due)).containsExactly(new Say(Kind.REPLY));
        assertThat(roster.tick(due)).isEmpty();
    }

    @Test
    void ownBeaconsAreIgnored() {
        Beacon own = roster.beacon(Kind.ANNOUNCE);

        assertThat(roster.hear(own, HOST, at(100))).isEmpty();
        assertThat(roster.reception(0, 0).own()).isEqualTo(1);
    }

    @Test
    void eachOwnBeaconHasANonceOfItsOwn() {
        Beacon first = roster.beacon(Kind.ANNOUNCE);
        Beacon second = roster.beacon(Kind.GOODBYE);

        assertThat(second.nonce()).isEqualTo(first.nonce() + 1);
        assertThat(second.startNonce()).isEqualTo(first.startNonce());
    }

    @Test
    void aRepeatedNonceIsIgnoredFromWhereverItComes() {
        roster.hear(announce(ANN, 1), HOST, at(100));

        assertThat(roster.hear(announce(ANN, 1), "192.0.2.66", at(101))).isEmpty();
        assertThat(roster.peers()).containsExactly(peer(ANN, HOST));
        assertThat(roster.reception(0, 0).repeated()).isEqualTo(1);
    }

    @Test
    void twoAddressesOfANodeAreOnePeer() {
        roster.hear(announce(ANN, 1), HOST, at(100));

        assertThat(roster.hear(announce(ANN, 2), HOST_BY_IPV6, at(101)))
                .containsExactly(new Tell(new Changed(peer(ANN, HOST, HOST_BY_IPV6))));
    }

    @Test
    void twoNodesOfAHostAreTwoPeers() {
        roster.hear(announce(ANN, 1), HOST, at(100));
        roster.hear(announce(BOB, 1), HOST, at(101));

        assertThat(roster.peers()).containsExactly(peer(ANN, HOST), peer(BOB, HOST));
    }

    @Test
    void anAddressThatIsSilentIsDroppedAndThePeerStays() {
        roster.hear(announce(ANN, 1), HOST, at(0));
        roster.hear(announce(ANN, 2), HOST_BY_IPV6, at(0));
        roster.hear(announce(ANN, 3), HOST_BY_IPV6, at(30_000));

        List<PeerEvent> events = eventsUntil(36_000);

        assertThat(events).containsExactly(new Changed(peer(ANN, HOST_BY_IPV6)));
    }

    @Test
    void aPeerThatIsSilentIsGoneAndNotBefore() {
        roster.hear(announce(ANN, 1), HOST, at(0));
        roster.hear(announce(ANN, 2), HOST, at(1000));

        assertThat(eventsUntil(35_999)).isEmpty();
        assertThat(eventsUntil(36_000)).containsExactly(new Gone(peer(ANN, HOST), Reason.SILENCE));
    }

    @Test
    void whoWasSilentComesBackWithANewNonceOnly() {
        roster.hear(announce(ANN, 1), HOST, at(0));
        eventsUntil(36_000);

        assertThat(roster.hear(announce(ANN, 1), HOST, at(40_000))).isEmpty();
        assertThat(roster.hear(announce(ANN, 2), HOST, at(41_000)))
                .contains(new Tell(new Appeared(peer(ANN, HOST), false)));
    }

    @Test
    void aGoodbyeEndsItAtOnceAndForThisStartForEver() {
        roster.hear(announce(ANN, 1), HOST, at(0));

        assertThat(roster.hear(beacon(Kind.GOODBYE, ANN, 3), HOST, at(10)))
                .containsExactly(new Tell(new Gone(peer(ANN, HOST), Reason.GOODBYE)));
        assertThat(roster.hear(announce(ANN, 2), HOST_BY_IPV6, at(11))).isEmpty();
        assertThat(roster.hear(announce(ANN, 4), HOST, at(12))).isEmpty();
    }

    @Test
    void aGoodbyeThatOvertookTheAnnouncementLeavesNoGhost() {
        assertThat(roster.hear(beacon(Kind.GOODBYE, ANN, 2), HOST, at(0))).isEmpty();
        assertThat(roster.hear(announce(ANN, 1), HOST_BY_IPV6, at(1))).isEmpty();
    }

    @Test
    void anOldGoodbyeSentAgainDoesNotTouchTheNodeThatWasStartedSince() {
        Beacon goodbye = beacon(Kind.GOODBYE, ANN, 3);
        roster.hear(announce(ANN, 1), HOST, at(0));
        roster.hear(goodbye, HOST, at(10));
        roster.hear(announce(BOB, 1), HOST, at(20)); // The same node, started again.

        assertThat(roster.hear(goodbye, HOST, at(30))).isEmpty();
        assertThat(roster.peers()).containsExactly(peer(BOB, HOST));
    }

    @Test
    void anotherPortIsTakenFromTheNewestBeaconOnly() {
        roster.hear(announce(ANN, 5), HOST, at(0));

        List<Output> overtaken = roster.hear(new Beacon(Kind.ANNOUNCE, 1, 9, ANN, 4), HOST, at(10));
        List<Output> newest = roster.hear(new Beacon(Kind.ANNOUNCE, 2, 9, ANN, 6), HOST, at(20));

        assertThat(overtaken).isEmpty();
        assertThat(newest)
                .containsExactly(
                        new Tell(new Changed(new Peer(ANN, 2, List.of(new Address(HOST, 9))))));
    }

    @Test
    void announcesEagerlyAtFirstAndSteadilyLater() {
        List<Instant> announced = announcementsUntil(60_000);

        List<Duration> gaps = gaps(announced);
        assertThat(announced.getFirst()).isEqualTo(at(0));
        assertThat(announced.stream().filter(at -> at.isBefore(at(11_000))).count())
                .isBetween(5L, 7L);
        assertThat(gaps.subList(0, 4))
                .allSatisfy(gap -> assertThat(gap.toMillis()).isBetween(1800L, 2200L));
        assertThat(gaps.subList(6, gaps.size()))
                .isNotEmpty()
                .allSatisfy(gap -> assertThat(gap.toMillis()).isBetween(9000L, 11_000L));
    }

    @Test
    void announcesAtOnceAndEagerlyOnANewNetwork() {
        announcementsUntil(60_000);

        List<Output> outputs = roster.networkAppeared(at(60_001));
        List<Instant> after = announcementsUntil(65_000);

        assertThat(outputs).containsExactly(new Say(Kind.ANNOUNCE), new Probe());
        assertThat(after).hasSize(2);
    }

    @Test
    void probesThoseItKnewWhileItIsEagerAndThenOnceAMinute() {
        List<Output> atFirst = outputsUntil(8_000);
        List<Output> later = outputsUntil(610_000);

        assertThat(atFirst.stream().filter(new Probe()::equals)).hasSizeBetween(4, 5);
        assertThat(later.stream().filter(new Probe()::equals)).hasSizeBetween(9, 11);
    }

    @Test
    void thereIsRoomForSoManyPeersAndNoMore() {
        for (long start = 1; start <= Roster.PEERS_MAX; start++) {
            roster.hear(announce(start, 1), HOST, at(1));
        }

        assertThat(roster.hear(announce(99_999, 1), HOST, at(1))).isEmpty();
        assertThat(roster.peers()).hasSize(Roster.PEERS_MAX);
        assertThat(roster.reception(0, 0).refused()).isEqualTo(1);
        roster.hear(beacon(Kind.GOODBYE, 7, 2), HOST, at(2));
        assertThat(roster.hear(announce(99_999, 2), HOST, at(100)))
                .contains(new Tell(new Appeared(peer(99_999, HOST), false)));
    }

    @Test
    void aPeerHasRoomForSoManyAddressesAndNoMore() {
        for (int last = 1; last <= 100; last++) {
            roster.hear(announce(ANN, last), "192.0.2." + last, at(last));
        }

        assertThat(roster.peers())
                .singleElement()
                .satisfies(
                        peer ->
                                assertThat(peer.addresses())
                                        .hasSize(Neighbour.ADDRESSES_MAX)
                                        .startsWith(new Address("192.0.2.1", 22000)));
    }

    @Test
    void manyStartsThatComeAndGoDoNotPileUp() {
        for (long start = 1; start <= 10_000; start++) {
            roster.hear(announce(start, 1), HOST, at(start));
            roster.hear(beacon(Kind.GOODBYE, start, 2), HOST, at(start));
        }

        assertThat(roster.peers()).isEmpty();
        assertThat(roster.departedCount()).isEqualTo(1024);
    }

    private List<Output> tick(long millis) {
        return roster.tick(at(millis));
    }

    private List<PeerEvent> eventsUntil(long millis) {
        return outputsUntil(millis).stream()
                .flatMap(
                        output ->
                                output instanceof Tell(PeerEvent event)
                                        ? Stream.of(event)
                                        : Stream.empty())
                .toList();
    }

    private List<Output> outputsUntil(long millis) {
        List<Output> outputs = new ArrayList<>();
        while (!roster.nextTimeout().isAfter(at(millis))) {
            outputs.addAll(roster.tick(roster.nextTimeout()));
        }
        return outputs;
    }

    private List<Instant> announcementsUntil(long millis) {
        List<Instant> announced = new ArrayList<>();
        while (!roster.nextTimeout().isAfter(at(millis))) {
            Instant now = roster.nextTimeout();
            if (roster.tick(now).contains(new Say(Kind.ANNOUNCE))) {
                announced.add(now);
            }
        }
        return announced;
    }

    private static List<Duration> gaps(List<Instant> times) {
        List<Duration> gaps = new ArrayList<>();
        for (int i = 1; i < times.size(); i++) {
            gaps.add(Duration.between(times.get(i - 1), times.get(i)));
        }
        return gaps;
    }

    private static Beacon announce(long start, long nonce) {
        return beacon(Kind.ANNOUNCE, start, nonce);
    }

    private static Beacon beacon(Kind kind, long start, long nonce) {
        return new Beacon(kind, 1, 22000, start, nonce);
    }

    private static Peer peer(long start, String... hosts) {
        List<Address> addresses =
                List.of(hosts).stream().map(host -> new Address(host, 22000)).toList();
        return new Peer(start, 1, addresses);
    }

    private static Instant at(long millis) {
        return Instant.EPOCH.plusMillis(millis);
    }
}
