package dev.lanyard.protocol.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lanyard.protocol.NodeId;
import dev.lanyard.protocol.NodeIdentity;
import dev.lanyard.protocol.RelativePath;
import dev.lanyard.protocol.ReplicaId;
import dev.lanyard.protocol.ShareKey;
import dev.lanyard.protocol.VersionVector;
import dev.lanyard.protocol.message.Message;
import dev.lanyard.protocol.message.Message.ContentPart;
import dev.lanyard.protocol.message.Message.EntryAsk;
import dev.lanyard.protocol.message.Message.Greeting;
import dev.lanyard.protocol.message.Message.Mode;
import dev.lanyard.protocol.message.Message.Reason;
import dev.lanyard.protocol.message.Secret;
import dev.lanyard.protocol.session.ProofKeys;
import dev.lanyard.protocol.session.Role;
import dev.lanyard.protocol.session.Session;
import dev.lanyard.protocol.transport.Transport.Failure;
import dev.lanyard.protocol.transport.Transport.Link;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

class NettyTransportTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final InetSocketAddress ANY =
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    private final SecureRandom random = new SecureRandom();
    private final ShareKey key = ShareKey.generate(random);
    private final List<End> ends = new ArrayList<>();

    /** One node's end: its transport and what it was told. */
    private final class End implements Transport.Listener {
        final NodeIdentity identity = NodeIdentity.generate(random, Instant.now());
        final List<Link> open = new CopyOnWriteArrayList<>();
        final List<Message> messages = new CopyOnWriteArrayList<>();
        final List<Failure> failures = new CopyOnWriteArrayList<>();
        final List<Reason> closed = new CopyOnWriteArrayList<>();
        final AtomicLong contentBytes = new AtomicLong();
        final NettyTransport transport;
        final InetSocketAddress address;

        End(String name, ShareKey key) throws IOException {
            this(name, ShareKeys.of(key));
        }

        End(String name, ShareKeys keys) throws IOException {
            transport =
                    new NettyTransport(
                            identity,
                            keys,
                            () ->
                                    new Greeting(
                                            new ReplicaId(7),
                                            name,
                                            Mode.TWO_WAY,
                                            VersionVector.empty()),
                            this,
                            random);
            address = transport.listen(ANY);
            ends.add(this);
        }

        @Override
        public void opened(Link link) {
            open.add(link);
        }

        @Override
        public void received(Link link, Message message) {
            if (message instanceof ContentPart part) {
                contentBytes.addAndGet(part.bytes().length);
                link.release(part.bytes().length);
            } else {
                messages.add(message);
            }
        }

        @Override
        public void closed(Link link, Reason reason, String text) {
            open.remove(link);
            closed.add(reason);
        }

        @Override
        public void failed(
                InetSocketAddress remote, boolean dialled, Failure failure, String text) {
            failures.add(failure);
        }

        Link link() {
            await().atMost(PATIENCE).until(() -> open.size() == 1);
            return open.getFirst();
        }
    }

    @AfterEach
    void close() {
        ends.forEach(end -> end.transport.close());
    }

    @Test
    void bothGreetAndSpeak() throws Exception {
        End a = new End("machine a", key);
        End b = new End("machine b", key);

        a.transport.dial(b.address);

        assertThat(a.link().greeting().name()).isEqualTo("machine b");
        assertThat(b.link().greeting().name()).isEqualTo("machine a");
        assertThat(a.link().peer()).isEqualTo(b.identity.nodeId());
        assertThat(a.link().dialled()).isTrue();
        EntryAsk ask = new EntryAsk(List.of(RelativePath.of("some/path")));
        assertThat(a.link().send(ask)).isTrue();
        assertThat(b.link().send(ask)).isTrue();
        await().atMost(PATIENCE).until(() -> a.messages.contains(ask) && b.messages.contains(ask));
    }

    @Test
    void bulkPassesBeyondTheFirstCredit() throws Exception {
        End a = new End("a", key);
        End b = new End("b", key);
        a.transport.dial(b.address);
        b.link();
        Link link = a.link();
        byte[] bytes = new byte[256 << 10];
        new Random(1).nextBytes(bytes);
        int parts = (int) (2 * Session.CREDIT_BYTES / bytes.length);

        for (int i = 0; i < parts; i++) {
            link.sendBulk(new ContentPart(1, 0, (long) i * bytes.length, bytes, false));
        }

        await().atMost(PATIENCE).until(() -> b.contentBytes.get() == (long) parts * bytes.length);
    }

    @Test
    @DisplayName("Whoever proves a key that has just become a former one is not let in by it")
    void aKeyThatChangedMeanwhileOpensNothing() throws Exception {
        ShareKeys changed = new JustChanged(new OneShareKey(new Secret(key.sessionKey())));
        End a = new End("secret name of a", changed);
        End b = new End("b", key);

        b.transport.dial(a.address);

        await().atMost(PATIENCE)
                .until(
                        () ->
                                a.failures.contains(Failure.NEW_KEY)
                                        && b.failures.contains(Failure.NEW_KEY));
        assertThat(a.open).isEmpty();
        assertThat(b.open).isEmpty();
    }

    /** Keys that change between the beginning of each session and its proof. */
    private record JustChanged(OneShareKey former) implements ShareKeys {
        @Override
        public ProofKeys with(NodeId peer, Role role) {
            return former.with(peer, role);
        }

        @Override
        public boolean shown(NodeId peer, Secret proven) {
            return false;
        }

        @Override
        public boolean refused(NodeId peer) {
            return false;
        }

        @Override
        public Optional<Message.HandOver> handOver(NodeId peer, Secret proven) {
            return former.handOver(peer, proven);
        }

        @Override
        public boolean take(NodeId peer, Message.HandOver told) throws IOException {
            return former.take(peer, told);
        }
    }

    @Test
    @DisplayName("All sessions end when the key changes, and others may begin at once")
    void allEndAndBeginAnew() throws Exception {
        End a = new End("a", key);
        End b = new End("b", key);
        b.transport.dial(a.address);
        a.link();
        b.link();

        a.transport.endAll(Reason.NEW_KEY, "the share has a new key");

        await().atMost(PATIENCE)
                .until(
                        () ->
                                a.closed.contains(Reason.NEW_KEY)
                                        && b.closed.contains(Reason.NEW_KEY));
        b.transport.dial(a.address);
        assertThat(a.link().peer()).isEqualTo(b.identity.nodeId());
    }

    @Test
    @DisplayName("A wrong share key is refused before a single name is exchanged")
    void aWrongKeyIsRefused() throws Exception {
        End a = new End("secret name of a", key);
        End b = new End("secret name of b", ShareKey.generate(random));

        a.transport.dial(b.address);

        await().atMost(PATIENCE)
                .until(
                        () ->
                                a.failures.contains(Failure.WRONG_KEY)
                                        && b.failures.contains(Failure.WRONG_KEY));
        assertThat(a.open).isEmpty();
        assertThat(b.open).isEmpty();
    }

    @Test
    void oneselfIsRefused() throws Exception {
        End a = new End("a", key);

        a.transport.dial(a.address);

        await().atMost(PATIENCE).until(() -> a.failures.contains(Failure.SELF));
        assertThat(a.open).isEmpty();
    }

    @Test
    void ofDialsInBothDirectionsOneIsKept() throws Exception {
        int secondKept = 0;
        for (int round = 0; round < 10 || (secondKept == 0 && round < 50); round++) {
            End a = new End("a", key);
            End b = new End("b", key);

            a.transport.dial(b.address);
            b.transport.dial(a.address);

            boolean aIsLower = a.identity.nodeId().compareTo(b.identity.nodeId()) < 0;
            await().atMost(PATIENCE)
                    .until(
                            () ->
                                    keepTheDialOf(a, b, aIsLower)
                                            || (wasLate(b) && keepTheDialOf(a, b, true)));
            secondKept += keepTheDialOf(a, b, false) ? 1 : 0;
        }
        assertThat(secondKept).as("rounds in which the second dial was kept").isPositive();
    }

    private static boolean keepTheDialOf(End a, End b, boolean isOfA) {
        return a.open.size() == 1
                && b.open.size() == 1
                && a.open.stream().allMatch(link -> link.dialled() == isOfA)
                && b.open.stream().allMatch(link -> link.dialled() != isOfA);
    }

    /** Whether the dial of this end found a session that was there before it began. */
    private static boolean wasLate(End end) {
        return end.failures.contains(Failure.DUPLICATE);
    }

    @Test
    void aDialInTheOtherDirectionEndsNoSessionThatIsAtWork() throws Exception {
        for (int round = 0; round < 6; round++) { // Whoever has the lower id.
            End a = new End("a", key);
            End b = new End("b", key);
            a.transport.dial(b.address);
            await().atMost(PATIENCE).until(() -> a.open.size() == 1 && b.open.size() == 1);
            Transport.Link before = b.open.getFirst();

            b.transport.dial(a.address);

            await().atMost(PATIENCE).until(() -> b.failures.contains(Failure.DUPLICATE));
            assertThat(b.open).containsExactly(before);
            assertThat(a.open).hasSize(1);
        }
    }

    @Test
    void anAddressWhereNobodyListensRefuses() throws Exception {
        End a = new End("a", key);
        End gone = new End("gone", key);
        gone.transport.close();

        a.transport.dial(gone.address);

        await().atMost(PATIENCE).until(() -> a.failures.contains(Failure.REFUSED));
    }

    @Test
    void garbageDisturbsNobody() throws Exception {
        End a = new End("a", key);
        End b = new End("b", key);
        a.transport.dial(b.address);
        Link link = a.link();

        byte[] garbage = new byte[10_000];
        new Random(2).nextBytes(garbage);
        List<Socket> sockets = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            Socket socket = new Socket(b.address.getAddress(), b.address.getPort());
            sockets.add(socket);
            OutputStream out = socket.getOutputStream();
            out.write(garbage, 0, i % 3 == 0 ? 1 : garbage.length / 100);
        }
        EntryAsk ask = new EntryAsk(List.of(RelativePath.of("x")));
        assertThat(link.send(ask)).isTrue();
        await().atMost(PATIENCE).until(() -> b.messages.contains(ask));
        assertThat(a.closed).isEmpty();
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    @Test
    void stoppingSaysGoodbye() throws Exception {
        End a = new End("a", key);
        End b = new End("b", key);
        a.transport.dial(b.address);
        b.link();
        a.link();

        a.transport.close();

        await().atMost(PATIENCE).until(() -> b.closed.contains(Reason.STOPPING));
    }
}
