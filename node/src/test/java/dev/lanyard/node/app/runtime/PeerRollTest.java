package dev.lanyard.node.app.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lanyard.node.app.config.PeerMemory;
import dev.lanyard.node.app.config.PeerMemory.Met;
import dev.lanyard.node.app.control.NodeControl.Cause;
import dev.lanyard.node.app.control.NodeControl.Peer;
import dev.lanyard.node.app.runtime.PeerRoll.Attempts;
import dev.lanyard.node.core.engine.Effect.PeerState;
import dev.lanyard.node.core.engine.Event;
import dev.lanyard.node.core.engine.SessionId;
import dev.lanyard.node.io.peer.Caller;
import dev.lanyard.node.io.peer.PeerAddressState;
import dev.lanyard.node.io.peer.PeerAddressState.Stage;
import dev.lanyard.node.io.peer.Peers.Connected;
import dev.lanyard.protocol.NodeId;
import dev.lanyard.protocol.ReplicaId;
import dev.lanyard.protocol.VersionVector;
import dev.lanyard.protocol.message.Message;
import dev.lanyard.protocol.transport.Transport.Failure;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

final class PeerRollTest {
    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
    private static final InetSocketAddress ONE = at("127.0.0.1");
    private static final InetSocketAddress OTHER = at("127.0.0.2");
    private static final SessionId SESSION = new SessionId(1);
    private static final List<PeerState> BOB =
            List.of(new PeerState(SESSION, "0123456789ab", "bob", false, true));

    @TempDir Path base;

    private PeerMemory memory;
    private PeerRoll roll;

    @BeforeEach
    void remember() {
        memory = PeerMemory.in(base.resolve("peers"));
        roll = new PeerRoll(memory, () -> NOW);
    }

    private static InetSocketAddress at(String host) {
        return new InetSocketAddress(InetAddress.ofLiteral(host), 7001);
    }

    private static PeerAddressState at(InetSocketAddress address, Stage stage, String reason) {
        return new PeerAddressState(address, true, stage, null, null, null, reason);
    }

    private static Attempts attempts(PeerAddressState... addresses) {
        return attempts(List.of(addresses));
    }

    private static Attempts attempts(List<PeerAddressState> addresses, Caller... callers) {
        return new Attempts(addresses, List.of(callers), NOW, 7001);
    }

    @Test
    void aConnectedPeerIsListedOnceWhateverItsAddresses() {
        memory.met(new Met("0123456789ab", "bob", "127.0.0.2:7001", NOW));

        List<Peer> listed =
                roll.list(
                        BOB,
                        List.of(new Connected(SESSION, ONE, true, ONE)),
                        attempts(
                                at(ONE, Stage.CONNECTED, ""),
                                at(OTHER, Stage.KNOWN, "refused"),
                                at(ONE, Stage.WAITING, "")));

        assertThat(listed)
                .containsExactly(
                        new Peer(
                                "bob",
                                "0123456789ab",
                                "127.0.0.1:7001",
                                true,
                                true,
                                "",
                                null,
                                null,
                                false));
    }

    @Test
    void aPeerThatIsGoneIsListedAfterARestartUntilItIsForgotten() {
        memory.met(new Met("0123456789ab", "bo\tb", "127.0.0.1:7001", NOW));
        roll = new PeerRoll(PeerMemory.in(base.resolve("peers")), () -> NOW);
        List<PeerAddressState> addresses = List.of(at(ONE, Stage.WAITING, "refused"));
        List<InetSocketAddress> forgotten = new ArrayList<>();

        List<Peer> listed = roll.list(List.of(), List.of(), attempts(addresses));
        assertThat(listed)
                .containsExactly(
                        Peer.absent(
                                "bo\tb",
                                "0123456789ab",
                                "127.0.0.1:7001",
                                "refused, last seen 2026-11-21T12:00:00Z",
                                Cause.DIALLING,
                                null,
                                false));

        assertThat(roll.forget("bo%09b", listed, addresses, forgotten::add).done()).isTrue();
        assertThat(forgotten).containsExactly(ONE);
        assertThat(PeerMemory.in(base.resolve("peers")).all()).isEmpty();
    }

    @Test
    void whoIsConnectedOrUnknownIsNotForgotten() {
        List<Peer> listed =
                roll.list(BOB, List.of(new Connected(SESSION, ONE, true, ONE)), attempts());

        assertThat(roll.forget("bob", listed, List.of(), _ -> {}).detail())
                .contains("is connected");
        assertThat(roll.forget("carol", listed, List.of(), _ -> {}).detail())
                .contains("no peer is known as carol");
    }

    @Test
    void thoseWhoAreMissingAreLookedForWhereTheyWere() {
        memory.met(new Met("0123456789ab", "bob", "127.0.0.2:7001", NOW));
        memory.met(new Met("1123456789ab", "cem", "127.0.0.3", NOW.minusSeconds(1)));
        memory.met(new Met("2123456789ab", "dan", "dan.example:7002", NOW.minusSeconds(2)));

        PeerRoll later = new PeerRoll(memory, () -> NOW);

        assertThat(later.missingAddresses())
                .containsExactly(OTHER, InetSocketAddress.createUnresolved("dan.example", 7002));
        assertThat(later.missingHosts())
                .containsExactly(
                        InetAddress.ofLiteral("127.0.0.2"), InetAddress.ofLiteral("127.0.0.3"));
    }

    @Test
    void whereNobodyCanBeNowNobodyIsLookedFor() {
        memory.met(new Met("0123456789ab", "bob", "[fe80::1%no-such-interface]:7001", NOW));
        memory.met(new Met("1123456789ab", "cem", "127.0.0.3:99999", NOW));
        memory.met(new Met("2123456789ab", "dan", "127.0.0.2:7001", NOW));

        PeerRoll later = new PeerRoll(memory, () -> NOW);

        assertThat(later.missingAddresses()).containsExactly(OTHER);
        assertThat(later.missingHosts()).containsExactly(InetAddress.ofLiteral("127.0.0.2"));
    }

    @Test
    void ofVeryManyWhoAreMissingTheLatestAreLookedFor() {
        for (int number = 1; number <= 100; number++) {
            String node = "%012d".formatted(number);
            memory.met(new Met(node, "", "10.0.0." + number, NOW.plusSeconds(number)));
        }

        assertThat(new PeerRoll(memory, () -> NOW).missingHosts())
                .hasSize(32)
                .startsWith(InetAddress.ofLiteral("10.0.0.100"));
    }

    @Test
    void whoIsConnectedIsNotMissingAndIsFoundAgainAtItsPort() {
        NodeId bob = new NodeId(0, 0, 0, 1);
        memory.met(new Met(bob.toString(), "bob", "127.0.0.1:7001", NOW));
        Connected dialledUs =
                new Connected(
                        SESSION,
                        new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 40_000),
                        false,
                        null);

        Event.PeerGreeting greeting =
                new Event.PeerGreeting(
                        bob,
                        new ReplicaId(8),
                        "bob",
                        Message.Mode.TWO_WAY,
                        VersionVector.empty(),
                        false);
        roll.hear(new Event.SessionOpened(SESSION, greeting), () -> List.of(dialledUs));
        assertThat(roll.missingAddresses()).isEmpty();
        roll.hear(new Event.SessionClosed(SESSION, "gone"), List::of);

        assertThat(roll.missingAddresses()).containsExactly(ONE);
    }

    @Test
    void whoIsForgottenIsNotLookedFor() {
        memory.met(new Met("0123456789ab", "bob", "127.0.0.2:7001", NOW));
        PeerRoll later = new PeerRoll(memory, () -> NOW);
        List<Peer> listed = later.list(List.of(), List.of(), attempts());

        later.forget("bob", listed, List.of(), _ -> {});

        assertThat(later.missingHosts()).isEmpty();
    }

    private static PeerAddressState failed(Stage stage, Failure failure, String host, int port) {
        return new PeerAddressState(
                new InetSocketAddress(InetAddress.ofLiteral(host), port),
                false,
                stage,
                null,
                failure,
                NOW.minusSeconds(5),
                "why");
    }

    private static Caller caller(Failure failure, String host, int secondsAgo) {
        return new Caller(
                InetAddress.ofLiteral(host), failure, NOW.minusSeconds(secondsAgo), "why");
    }

    @Test
    void whyANodeIsNotReachedAndWhenItWasTried() {
        List<Peer> listed =
                roll.list(
                        List.of(),
                        List.of(),
                        attempts(failed(Stage.WAITING, Failure.NO_ANSWER, "192.0.2.7", 7001)));

        assertThat(listed)
                .containsExactly(
                        Peer.absent(
                                "",
                                "",
                                "192.0.2.7:7001",
                                "why",
                                Cause.NO_ANSWER,
                                NOW.minusSeconds(5),
                                true));
    }

    @Test
    void aNodeThatWasMetAndIsNowhereIsNotHeard() {
        memory.met(new Met("0123456789ab", "bob", "192.0.2.7", NOW));

        assertThat(roll.list(List.of(), List.of(), attempts()))
                .extracting(Peer::cause)
                .containsExactly(Cause.NOT_HEARD);
    }

    @Test
    void theNodeItselfIsNotListedAndOneWithItsIdIs() {
        List<Peer> listed =
                roll.list(
                        List.of(),
                        List.of(),
                        attempts(
                                failed(Stage.OURSELVES, Failure.SELF, "127.0.0.1", 7001),
                                failed(Stage.OURSELVES, Failure.SELF, "127.0.0.1", 7002),
                                at(
                                        new InetSocketAddress(
                                                InetAddress.ofLiteral("192.0.2.8"), 7001),
                                        Stage.OURSELVES,
                                        ""),
                                failed(Stage.OURSELVES, Failure.SELF, "192.0.2.7", 7001)));

        assertThat(listed)
                .extracting(Peer::address)
                .containsExactly("127.0.0.1:7002", "192.0.2.7:7001");
        assertThat(listed).extracting(Peer::cause).containsOnly(Cause.OWN_ID);
    }

    @Test
    void whoWasRefusedJustNowIsListedOnce() {
        List<Peer> listed =
                roll.list(
                        List.of(),
                        List.of(),
                        attempts(
                                List.of(
                                        failed(
                                                Stage.WAITING,
                                                Failure.WRONG_KEY,
                                                "192.0.2.7",
                                                7001)),
                                caller(Failure.WRONG_KEY, "192.0.2.7", 3),
                                caller(Failure.WRONG_KEY, "192.0.2.8", 3),
                                caller(Failure.WRONG_KEY, "192.0.2.9", 600),
                                caller(Failure.SELF, "127.0.0.1", 3)));

        assertThat(listed).extracting(Peer::address).containsExactly("192.0.2.7:7001", "192.0.2.8");
        assertThat(listed).extracting(Peer::cause).containsOnly(Cause.WRONG_KEY);
    }
}
