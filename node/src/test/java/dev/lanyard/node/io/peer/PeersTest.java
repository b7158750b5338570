package dev.lanyard.node.io.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import dev.lanyard.discovery.Address;
import dev.lanyard.discovery.Discovery;
import dev.lanyard.discovery.Peer;
import dev.lanyard.discovery.PeerEvent;
import dev.lanyard.node.core.engine.Effect;
import dev.lanyard.node.core.engine.Event;
import dev.lanyard.node.core.engine.SessionId;
import dev.lanyard.protocol.Entry;
import dev.lanyard.protocol.NodeId;
import dev.lanyard.protocol.RelativePath;
import dev.lanyard.protocol.ReplicaId;
import dev.lanyard.protocol.Stamp;
import dev.lanyard.protocol.VersionVector;
import dev.lanyard.protocol.message.Message;
import dev.lanyard.protocol.message.Message.Announce;
import dev.lanyard.protocol.message.Message.ContentAhead;
import dev.lanyard.protocol.message.Message.ContentCancel;
import dev.lanyard.protocol.message.Message.Have;
import dev.lanyard.protocol.message.Message.Reason;
import dev.lanyard.protocol.message.Message.SettleAsk;
import dev.lanyard.protocol.transport.Transport;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.IntStream;

@Timeout(60)
class PeersTest {
    private static final Duration AHEAD = Duration.ofDays(3);
    private static final ReplicaId AUTHOR = new ReplicaId(1);
    private static final InetSocketAddress NAMED =
            InetSocketAddress.createUnresolved("localhost", 99);
    private static final Address HEARD = new Address("127.0.0.1", 4_711);

    private final List<Event> events = new CopyOnWriteArrayList<>();
    private final List<String> sunk = new CopyOnWriteArrayList<>();
    private final FakeTransport transport = new FakeTransport();
    private final FakeDiscovery discovery = new FakeDiscovery();
    private volatile CountDownLatch engineBusy = new CountDownLatch(0);
    private Peers peers;

    @BeforeEach
    void start() throws IOException {
        peers =
                new Peers(
                        transport::tell,
                        discovery,
                        List.of(NAMED),
                        this::take,
                        new Sink(),
                        InstantSource.system(),
                        () -> Instant.now().plus(AHEAD),
                        new Random(1));
        peers.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    @AfterEach
    void close() {
        engineBusy.countDown();
        peers.close();
    }

    private void take(Event event) {
        try {
            engineBusy.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        events.add(event);
    }

    private static Entry entry(String path) {
        return new Entry.Directory(
                RelativePath.of(path),
                0755,
                VersionVector.empty().with(AUTHOR, 1),
                Stamp.ZERO,
                AUTHOR);
    }

    private static List<Entry> entries(int count) {
        return IntStream.range(0, count).mapToObj(i -> entry("d" + i)).toList();
    }

    private FakeLink open() {
        FakeLink link =
                new FakeLink(false, new InetSocketAddress(InetAddress.getLoopbackAddress(), 1));
        transport.listener().opened(link);
        return link;
    }

    @Test
    void tellsTheEngineInOrderAndTransfersApart() {
        // given
        FakeLink link = open();

        // when
        transport.listener().received(link, new SettleAsk(1));
        transport.listener().received(link, new ContentCancel(5));
        transport.listener().received(link, new SettleAsk(2));
        transport.listener().closed(link, Reason.SILENCE, "nothing heard");

        // then
        SessionId id = new SessionId(1);
        await().untilAsserted(() -> assertThat(events).hasSize(4));
        assertThat(events)
                .containsExactly(
                        new Event.SessionOpened(
                                id,
                                new Event.PeerGreeting(
                                        link.peer(),
                                        new ReplicaId(8),
                                        "fake",
                                        Message.Mode.SEND_ONLY,
                                        VersionVector.empty(),
                                        false)),
                        new Event.Received(id, new SettleAsk(1)),
                        new Event.Received(id, new SettleAsk(2)),
                        new Event.SessionClosed(id, "nothing heard"));
        assertThat(sunk).containsExactly("opened 1", "ContentCancel[transfer=5] 1", "closed 1");
    }

    @Test
    void tellsWhatTimeItIs() {
        FakeLink link = open();

        transport.listener().received(link, new Message.ClockAsk(7));

        assertThat(link.said)
                .singleElement()
                .isInstanceOfSatisfying(
                        Message.ClockTell.class,
                        tell -> {
                            assertThat(tell.question()).isEqualTo(7);
                            assertThat(tell.wallClock()).isAfter(Instant.now().plusSeconds(3_600));
                        });
    }

    @Test
    void findsOutHowFarTheClockOfAPeerIsAhead() {
        // given
        FakeLink link = open();
        SessionId id = new SessionId(1);

        // when
        peers.askClock(new Effect.AskClock(id));
        transport.listener().received(link, new Message.ClockTell(1, Instant.now()));
        transport.listener().closed(link, Reason.STOPPING, "");

        // then
        await().untilAsserted(() -> assertThat(events).hasSize(3));
        assertThat(link.said).containsExactly(new Message.ClockAsk(1));
        assertThat(events.get(1))
                .isInstanceOfSatisfying(
                        Event.ClockTold.class,
                        told -> {
                            assertThat(told.session()).isEqualTo(id);
                            assertThat(told.ahead().plus(AHEAD).abs())
                                    .isLessThan(told.roundTrip().plusSeconds(1));
                        });
    }

    @Test
    void saysEverythingInOrderAndContentsBeforeTheirAnnouncement() {
        // given
        FakeLink link = open();
        byte[] content = {1};
        Entry edited = entry("edited");

        // when
        SessionId id = new SessionId(1);
        peers.send(new Effect.Send(id, new SettleAsk(1)));
        peers.announce(
                new Effect.Announce(List.of(id), List.of(edited)),
                _ -> List.of(new ContentAhead(List.of(content))));
        peers.send(new Effect.Send(id, new SettleAsk(2)));

        // then
        await().untilAsserted(() -> assertThat(link.said).hasSize(4));
        assertThat(link.said)
                .containsExactly(
                        new SettleAsk(1),
                        new ContentAhead(List.of(content)),
                        new Announce(List.of(edited)),
                        new SettleAsk(2));
    }

    @Test
    void readsContentsOnceForAllPeers() {
        // given
        FakeLink one = open();
        FakeLink two = open();
        AtomicInteger reads = new AtomicInteger();

        // when
        peers.announce(
                new Effect.Announce(
                        List.of(new SessionId(1), new SessionId(2), new SessionId(3)),
                        List.of(entry("a"))),
                _ -> {
                    reads.incrementAndGet();
                    return List.of(new ContentAhead(List.of(new byte[1])));
                });

        // then
        await().untilAsserted(() -> assertThat(one.said).hasSize(2));
        await().untilAsserted(() -> assertThat(two.said).hasSize(2));
        assertThat(reads.get()).isOne();
    }

    @Test
    void sendsNoContentsAheadOfALargeAnnouncement() {
        // given
        FakeLink link = open();

        // when
        peers.announce(
                new Effect.Announce(List.of(new SessionId(1)), entries(2_500)),
                _ -> List.of(new ContentAhead(List.of(new byte[1]))));

        // then
        await().untilAsserted(() -> assertThat(link.said).hasSize(3));
        assertThat(link.said).allMatch(message -> message instanceof Announce);
    }

    @Test
    void aSlowPeerDoesNotHoldUpAnother() {
        // given
        FakeLink slow = open();
        FakeLink quick = open();
        slow.full = true;

        // when
        for (long token = 0; token < 100; token++) {
            peers.send(new Effect.Send(new SessionId(1), new SettleAsk(token)));
            peers.send(new Effect.Send(new SessionId(2), new SettleAsk(token)));
        }
        await().untilAsserted(() -> assertThat(quick.said).hasSize(100));
        assertThat(slow.said).isEmpty();
        slow.full = false;

        // then
        await().untilAsserted(() -> assertThat(slow.said).isEqualTo(quick.said));
    }

    @Test
    void dropsEverythingForAPeerThatCannotKeepUpAndSaysSo() {
        // given
        FakeLink link = open();
        link.full = true;
        SessionId id = new SessionId(1);

        // when
        for (int i = 0; i < 102; i++) {
            peers.announce(new Effect.Announce(List.of(id), entries(1_000)), _ -> List.of());
        }

        // then
        await().untilAsserted(() -> assertThat(events).contains(new Event.SessionOverflowed(id)));
        assertThat(events.stream().filter(Event.SessionOverflowed.class::isInstance)).hasSize(1);

        // when
        peers.send(new Effect.Send(id, new SettleAsk(7)));
        link.full = false;

        // then
        await().untilAsserted(() -> assertThat(link.said).contains(new SettleAsk(7)));
        assertThat(link.said).hasSizeLessThan(5);
    }

    @Test
    void pausesAPeerWhileTheEngineIsBehind() {
        // given
        engineBusy = new CountDownLatch(1);
        FakeLink link = open();
        Have have = new Have(List.of());
        Message.ForIndex large = new Announce(entries(999));

        // when
        for (int i = 0; i < 20; i++) {
            transport.listener().received(link, large);
        }

        // then
        assertThat(link.reading).isFalse();

        // when
        engineBusy.countDown();

        // then
        await().untilAsserted(() -> assertThat(link.reading).isTrue());
        transport.listener().received(link, have);
        await().untilAsserted(() -> assertThat(events).hasSize(22));
        assertThat(link.closed).isNull();
    }

    @Test
    void closesAPeerThatDoesNotPause() {
        // given
        engineBusy = new CountDownLatch(1);
        FakeLink link = open();
        Message.ForIndex large = new Announce(Collections.nCopies(999, entry("d")));

        // when
        for (int i = 0; i < 201; i++) {
            transport.listener().received(link, large);
        }

        // then
        assertThat(link.closed).isEqualTo(Reason.LIMIT);
    }

    @Test
    void closesASessionForTheEngine() {
        // given
        FakeLink link = open();

        // when
        peers.close(new Effect.Close(new SessionId(1), Reason.PROTOCOL_VIOLATION, "why"));
        peers.close(new Effect.Close(new SessionId(2), Reason.PROTOCOL_VIOLATION, "nobody"));

        // then
        assertThat(link.closed).isEqualTo(Reason.PROTOCOL_VIOLATION);
    }

    @Test
    void looksUpANameAndDialsIt() {
        // given
        await().untilAsserted(
                        () -> assertThat(transport.dialled).anyMatch(dial -> dial.getPort() == 99));
        InetSocketAddress dialled = transport.dialled.getFirst();

        // when
        transport.listener().failed(dialled, true, Transport.Failure.WRONG_KEY, "another key");

        // then
        assertThat(dialled.getAddress().isLoopbackAddress()).isTrue();
        await().untilAsserted(
                        () ->
                                assertThat(peers.addresses())
                                        .extracting(
                                                PeerAddressState::address, PeerAddressState::reason)
                                        .contains(tuple(NAMED, "another key")));
    }

    @Test
    void dialsWhomDiscoveryHearsAndRedialsWhenTheSessionEnds() {
        // when
        discovery.tell(new PeerEvent.Appeared(new Peer(5, 1, List.of(HEARD)), false));
        await().untilAsserted(
                        () -> assertThat(transport.dialled).contains(HEARD.toSocketAddress()));
        FakeLink link = new FakeLink(true, HEARD.toSocketAddress());
        transport.listener().opened(link);

        // then
        assertThat(peers.connected())
                .containsExactly(
                        new Peers.Connected(
                                new SessionId(1),
                                HEARD.toSocketAddress(),
                                true,
                                HEARD.toSocketAddress()));
        await().untilAsserted(
                        () ->
                                assertThat(peers.addresses())
                                        .anyMatch(
                                                state ->
                                                        state.stage()
                                                                == PeerAddressState.Stage
                                                                        .CONNECTED));

        // when
        transport.dialled.clear();
        transport.listener().closed(link, Reason.SILENCE, "");

        // then
        await().untilAsserted(
                        () -> assertThat(transport.dialled).contains(HEARD.toSocketAddress()));
        assertThat(peers.connected()).isEmpty();
    }

    private final class Sink implements TransferSink {
        @Override
        public void opened(SessionId session, Transport.Link link) {
            sunk.add("opened " + session.number());
        }

        @Override
        public void received(SessionId session, Message.ForTransfer message) {
            sunk.add(message + " " + session.number());
        }

        @Override
        public void received(SessionId session, Message.ForVersions message) {
            sunk.add(message + " " + session.number());
        }

        @Override
        public void closed(SessionId session) {
            sunk.add("closed " + session.number());
        }
    }

    @Test
    void aNewKeyEndsAllSessionsAndDialsAllAnew() {
        // given
        await().untilAsserted(() -> assertThat(transport.dialled).hasSize(1));
        InetSocketAddress dialled = transport.dialled.getFirst();
        transport.listener().failed(dialled, true, Transport.Failure.WRONG_KEY, "another key");

        // when
        peers.newKey();

        // then
        assertThat(transport.ended).containsExactly(Reason.NEW_KEY);
        await().untilAsserted(() -> assertThat(transport.dialled).hasSize(2));
    }

    private static final class FakeTransport implements Transport {
        final List<InetSocketAddress> dialled = new CopyOnWriteArrayList<>();
        final List<Reason> ended = new CopyOnWriteArrayList<>();
        private @Nullable Listener listener;

        Transport tell(Listener told) {
            listener = told;
            return this;
        }

        Listener listener() {
            if (listener == null) {
                throw new IllegalStateException("not started");
            }
            return listener;
        }

        @Override
        public InetSocketAddress listen(InetSocketAddress address) {
            return new InetSocketAddress(address.getAddress(), 1_234);
        }

        @Override
        public void dial(InetSocketAddress address) {
            dialled.add(address);
        }

        @Override
        public void endAll(Reason reason, String text) {
            ended.add(reason);
        }

        @Override
        public long bytesSavedByCompression() {
            return 0;
        }

        @Override
        public void close() {}
    }

    private static final class FakeDiscovery implements Discovery {
        private Consumer<PeerEvent> listener = _ -> {};

        void tell(PeerEvent event) {
            listener.accept(event);
        }

        @Override
        public void start(int listenPort, Consumer<PeerEvent> told) {
            assertThat(listenPort).isEqualTo(1_234);
            listener = told;
        }

        @Override
        public State state() {
            return new State(new Reception(0, 0, 0, 0, 0, 0), List.of(), List.of());
        }

        @Override
        public void close() {}
    }

    private static final class FakeLink implements Transport.Link {
        final List<Message> said = new CopyOnWriteArrayList<>();
        volatile boolean full;
        volatile boolean reading = true;
        volatile @Nullable Reason closed;
        private final boolean dialled;
        private final InetSocketAddress remote;

        FakeLink(boolean dialled, InetSocketAddress remote) {
            this.dialled = dialled;
            this.remote = remote;
        }

        @Override
        public NodeId peer() {
            return new NodeId(1, 2, 3, 4);
        }

        @Override
        public Message.Greeting greeting() {
            return new Message.Greeting(
                    new ReplicaId(8), "fake", Message.Mode.SEND_ONLY, VersionVector.empty());
        }

        @Override
        public InetSocketAddress remote() {
            return remote;
        }

        @Override
        public boolean dialled() {
            return dialled;
        }

        @Override
        public boolean send(Message.ForIndex message) {
            return !full && said.add(message);
        }

        @Override
        public void send(Message.ForTransfer message) {
            said.add(message);
        }

        @Override
        public void send(Message.ForVersions message) {
            throw new IllegalStateException("peers ask for no versions");
        }

        @Override
        public void send(Message.ForClocks message) {
            said.add(message);
        }

        @Override
        public void sendBulk(Message.ForTransfer message) {
            throw new IllegalStateException("peers send no content");
        }

        @Override
        public void release(long bytes) {
            throw new IllegalStateException("peers take no content");
        }

        @Override
        public void setReading(boolean on) {
            reading = on;
        }

        @Override
        public void close(Reason reason, String text) {
            closed = reason;
        }
    }
}
