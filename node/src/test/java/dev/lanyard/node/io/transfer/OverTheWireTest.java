package dev.lanyard.node.io.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lanyard.node.core.engine.Event;
import dev.lanyard.node.core.engine.Event.FetchOutcome;
import dev.lanyard.node.core.engine.SessionId;
import dev.lanyard.node.io.peer.PeerAddressState;
import dev.lanyard.node.io.peer.Peers;
import dev.lanyard.node.io.peer.TransferSink;
import dev.lanyard.protocol.Entry;
import dev.lanyard.protocol.NodeIdentity;
import dev.lanyard.protocol.ReplicaId;
import dev.lanyard.protocol.ShareKey;
import dev.lanyard.protocol.VersionVector;
import dev.lanyard.protocol.message.Message;
import dev.lanyard.protocol.transport.NettyTransport;
import dev.lanyard.protocol.transport.ShareKeys;
import dev.lanyard.protocol.transport.Transport;
import dev.lanyard.protocol.transport.Transport.Link;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;

/** Peers and transfers over real sockets on loopback, joined as a node joins them. */
@Timeout(120)
class OverTheWireTest {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final ShareKey KEY = ShareKey.generate(RANDOM);

    @TempDir Path temp;
    private final List<AutoCloseable> opened = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : opened.reversed()) {
            each.close();
        }
    }

    /** Peers whose sessions are those of a side. */
    private record Node(Peers peers, InetSocketAddress listening, List<Event> events) {}

    private Node node(Side side, ShareKey key, int port, InetSocketAddress... fixed)
            throws IOException {
        List<Event> events = new CopyOnWriteArrayList<>();
        NodeIdentity identity = NodeIdentity.generate(RANDOM, Instant.now());
        Peers peers =
                new Peers(
                        listener ->
                                new NettyTransport(
                                        identity,
                                        ShareKeys.of(key),
                                        OverTheWireTest::greeting,
                                        listener,
                                        RANDOM),
                        null,
                        List.of(fixed),
                        events::add,
                        new ToSide(side),
                        InstantSource.system(),
                        InstantSource.system(),
                        new Random(port));
        opened.add(peers);
        InetSocketAddress listening =
                peers.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        return new Node(peers, listening, events);
    }

    private static Message.Greeting greeting() {
        return new Message.Greeting(
                new ReplicaId(1), "test", Message.Mode.TWO_WAY, VersionVector.empty());
    }

    private record ToSide(Side side) implements TransferSink {
        @Override
        public void opened(SessionId session, Link link) {
            side.transfers.opened(session, link);
        }

        @Override
        public void received(SessionId session, Message.ForTransfer message) {
            side.transfers.received(session, message);
        }

        @Override
        public void received(SessionId session, Message.ForVersions message) {
            throw new IllegalStateException("nobody asks for versions");
        }

        @Override
        public void closed(SessionId session) {
            side.transfers.closed(session);
        }
    }

    private Side side(String name) throws IOException {
        Side side = Side.in(temp, name);
        opened.add(side);
        return side;
    }

    private static SessionId session(Node node) {
        await().until(() -> !node.peers().connected().isEmpty());
        return node.peers().connected().getFirst().session();
    }

    private static byte[] random(int size, long seed) {
        byte[] bytes = new byte[size];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    @Test
    void movesLargeAndSmallContents() throws IOException {
        // given
        Side source = side("source");
        Side target = side("target");
        Node far = node(source, KEY, 0);
        Node near = node(target, KEY, 0, far.listening());
        byte[] large = random(60 << 20, 1);
        byte[] compressible = new byte[3 << 20];
        List<Entry.File> entries =
                List.of(
                        source.hold("large", large),
                        source.hold("compressible", compressible),
                        source.hold("small", random(10_000, 2)),
                        Side.entry("absent", random(10, 3)));

        // when
        target.fetch(session(near), entries);

        // then
        assertThat(target.staged("large")).isEqualTo(large);
        assertThat(target.staged("compressible")).isEqualTo(compressible);
        assertThat(target.staged("small")).isEqualTo(random(10_000, 2));
        assertThat(target.outcome("absent")).isInstanceOf(FetchOutcome.Missing.class);
    }

    @Test
    void connectsAgainWhenThePeerComesBack() throws Exception {
        // given
        Side source = side("source");
        Side target = side("target");
        Node far = node(source, KEY, 0);
        Node near = node(target, KEY, 0, far.listening());
        SessionId first = session(near);

        // when
        far.peers().close();
        await().until(() -> near.peers().connected().isEmpty());
        node(source, KEY, far.listening().getPort());

        // then
        SessionId second = session(near);
        assertThat(second).isNotEqualTo(first);
        Entry.File small = source.hold("small", random(10, 1));
        target.fetch(second, List.of(small));
        assertThat(target.staged("small")).hasSize(10);
    }

    @Test
    void saysWhyAPeerWithAnotherKeyIsNotConnected() throws IOException {
        // given
        Node far = node(side("source"), ShareKey.generate(RANDOM), 0);

        // when
        Node near = node(side("target"), KEY, 0, far.listening());

        // then
        await().untilAsserted(
                        () ->
                                assertThat(near.peers().addresses())
                                        .extracting(PeerAddressState::failure)
                                        .containsExactly(Transport.Failure.WRONG_KEY));
        assertThat(near.events()).isEmpty();
    }

    @Test
    void connectsToEveryPeerThatWasNamed() throws IOException {
        // given
        Side source = side("source");
        Side target = side("target");
        Node far = node(source, KEY, 0);
        Node near = node(target, KEY, 0, far.listening());
        session(near);

        // when
        Node again = node(side("third"), KEY, 0, far.listening(), near.listening());

        // then
        await().until(() -> again.peers().connected().size() == 2);
        await().until(() -> far.peers().connected().size() == 2);
        await().until(() -> near.peers().connected().size() == 2);
    }
}
