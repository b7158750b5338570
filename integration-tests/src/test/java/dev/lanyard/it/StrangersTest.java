package dev.lanyard.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lanyard.protocol.NodeIdentity;
import dev.lanyard.protocol.ReplicaId;
import dev.lanyard.protocol.ShareKey;
import dev.lanyard.protocol.VersionVector;
import dev.lanyard.protocol.message.Message;
import dev.lanyard.protocol.transport.RawPeer;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.StandardSocketOptions;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;

/** Whoever can reach the port of a node and does not have the key of its share. */
class StrangersTest {
    private static final Duration ENDED = Duration.ofSeconds(15);
    private static final byte SILENT = -1;
    private static final SecureRandom RANDOM = new SecureRandom();

    @TempDir private Path base;
    private Share share;
    private Share.Node node;

    @BeforeEach
    void open() throws Exception {
        share = new Share(base);
        node = share.node("node").start();
        node.write("mine", "of the node");
    }

    @AfterEach
    void close() {
        share.close();
    }

    private Socket dial() throws IOException {
        InetSocketAddress address = node.listening();
        return new Socket(address.getAddress(), address.getPort());
    }

    @ParameterizedTest
    @DisplayName("D48: 200 sockets that trickle a byte now and then delay no real peer")
    @ValueSource(bytes = {0x16, 0x00, SILENT})
    void d48_thoseWhoTrickle(byte first) throws Exception {
        List<Socket> sockets = new ArrayList<>();
        try {
            for (int i = 0; i < 200; i++) {
                Socket socket = dial();
                sockets.add(socket);
                trickle(socket, first);
            }
            Share.Node peer = share.node("peer").start();
            share.connected();
            sockets.forEach(socket -> trickle(socket, first == SILENT ? SILENT : 3));
            node.write("now", "it goes on");
            await().atMost(Share.PATIENCE).until(() -> peer.has("now"));
            // None is kept for longer than a handshake may take.
            for (Socket socket : sockets) {
                socket.setSoTimeout(Math.toIntExact(ENDED.toMillis()));
                assertThat(isCut(socket)).isTrue();
            }
            assertThat(node.status().peersConnected()).isEqualTo(1);
        } finally {
            for (Socket socket : sockets) {
                socket.close();
            }
        }
    }

    private static void trickle(Socket socket, byte one) {
        if (one == SILENT) {
            return;
        }
        try {
            socket.getOutputStream().write(one);
        } catch (IOException cut) {
            assertThat(cut).isInstanceOf(SocketException.class); // It had to make room.
        }
    }

    private static boolean isCut(Socket socket) {
        try {
            return socket.getInputStream().readAllBytes().length < 100;
        } catch (SocketException reset) {
            return true;
        } catch (IOException timeout) {
            return false;
        }
    }

    @Test
    @DisplayName("D48: whoever proves itself and does not greet is not kept waiting for")
    void d48_whoStopsInTheMiddle() throws Exception {
        NodeIdentity identity = NodeIdentity.generate(RANDOM, Instant.now());
        try (RawPeer silent = RawPeer.dial(node.listening(), identity)) {
            assertThat(silent.next()).isInstanceOf(Message.Hello.class);
            assertThat(silent.isEnded(ENDED)).isTrue();
        }
        assertThat(node.status().peersConnected()).isZero();
    }

    @Test
    @DisplayName("a wrong key hears no proof, no greeting and no reason")
    void aWrongKeyHearsNothing() throws Exception {
        NodeIdentity identity = NodeIdentity.generate(RANDOM, Instant.now());
        try (Log log = new Log("no session");
                RawPeer stranger = RawPeer.dial(node.listening(), identity)) {
            Message.Greeting greeting =
                    new Message.Greeting(
                            new ReplicaId(1),
                            "stranger",
                            Message.Mode.TWO_WAY,
                            VersionVector.empty());
            FutureTask<RawPeer> joining =
                    new FutureTask<>(() -> stranger.join(ShareKey.generate(RANDOM), greeting));
            Thread joiner = Thread.ofVirtual().start(joining);
            assertThat(stranger.isEnded(ENDED)).isTrue();
            joiner.interrupt();
            assertThat(joining)
                    .failsWithin(ENDED)
                    .withThrowableThat()
                    .as("still waits for a proof, or a reason")
                    .withCauseInstanceOf(InterruptedException.class);
            assertThat(stranger.unheard()).isEmpty();
            await().atMost(Share.PATIENCE).untilAsserted(() -> assertThat(log.lines()).hasSize(1));
        }
    }

    @ParameterizedTest
    @DisplayName("D48: thousands of connections of garbage: nothing is logged twice a second")
    @ValueSource(strings = {"GET / HTTP/1.1\r\n\r\n", "\u0016\u0003\u0001\u0000\u0005garbage", ""})
    void floodsOfGarbage(String garbage) throws Exception {
        Share.Node peer = share.node("peer").start();
        share.connected();
        byte[] bytes = garbage.getBytes(StandardCharsets.ISO_8859_1);
        List<Log.Line> lines;
        try (Log log = new Log("")) {
            for (int i = 0; i < 3_000; i++) {
                try (Socket socket = dial()) {
                    socket.setOption(StandardSocketOptions.SO_LINGER, 0);
                    write(socket, bytes);
                }
            }
            lines = log.lines();
        }
        assertThat(lines).filteredOn(it -> !it.message().equals("file applied")).isEmpty();
        node.write("now", "it goes on");
        await().atMost(Share.PATIENCE).until(() -> peer.has("now"));
        assertThat(node.status().peersConnected()).isEqualTo(1);
    }

    private static void write(Socket socket, byte[] bytes) {
        try {
            socket.getOutputStream().write(bytes);
        } catch (IOException cut) {
            assertThat(cut).isInstanceOf(SocketException.class);
        }
    }
}
