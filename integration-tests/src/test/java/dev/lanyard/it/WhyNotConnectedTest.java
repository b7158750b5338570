package dev.lanyard.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import dev.lanyard.node.app.control.NodeControl.Cause;
import dev.lanyard.node.app.control.NodeControl.Peer;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Real nodes that cannot be connected, each for a reason of its own, which they tell. */
class WhyNotConnectedTest {
    @TempDir private Path base;
    private Share share;
    private final List<Program> programs = new ArrayList<>();

    @BeforeEach
    void open() {
        share = new Share(base);
    }

    @AfterEach
    void close() {
        share.close();
        programs.forEach(Program::close);
    }

    private static void awaitCause(Share.Node node, Cause cause) {
        await().atMost(Share.PATIENCE)
                .untilAsserted(
                        () ->
                                assertThat(node.control().peers())
                                        .extracting(Peer::cause)
                                        .contains(cause));
    }

    private Trees.Ran doctor(Share.Node node) {
        return Program.lanyard(
                base, "doctor", node.folder.toString(), "--state-dir", node.state.toString());
    }

    private static InetSocketAddress loopback(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    @Test
    @DisplayName("a port where nobody listens refuses, until somebody does")
    void nobodyListens() throws Exception {
        int port = Ports.free();
        Share.Node a = share.node("a");
        a.dial(loopback(port));
        a.start();

        awaitCause(a, Cause.REFUSED);
        Trees.Ran ran = doctor(a);
        assertThat(ran.exit()).isEqualTo(1);
        assertThat(ran.out())
                .containsPattern(
                        "look at this +peers: \\(unknown\\) at 127.0.0.1:%d, not connected: connection refused \\(tried \\d+ s ago\\)"
                                .formatted(port))
                .contains("-> start lanyard there");

        Path folder = Files.createDirectories(base.resolve("real"));
        programs.add(
                Program.start(
                                folder,
                                base.resolve("real.state"),
                                Map.of(),
                                "--name",
                                "real",
                                "--no-discovery",
                                "--key",
                                share.key().text(),
                                "--listen",
                                "127.0.0.1:" + port)
                        .ready());
        await().atMost(Share.PATIENCE)
                .untilAsserted(
                        () ->
                                assertThat(a.control().peers())
                                        .extracting(Peer::connected)
                                        .containsExactly(true));
        assertThat(doctor(a).out())
                .contains("ok            peers: 1 connected: real")
                .contains("ok            listening: ")
                .doesNotContain("look at this  peers");
    }

    @Test
    @DisplayName("a wrong key is told on both sides, and by whom it was shown")
    void aWrongKey() throws Exception {
        try (Share other = new Share(Files.createDirectory(base.resolve("other")))) {
            Share.Node a = share.node("a").start();
            Share.Node b = other.node("b");
            b.dial(a.listening());
            b.start();

            awaitCause(b, Cause.WRONG_KEY);
            awaitCause(a, Cause.WRONG_KEY);

            assertThat(a.control().peers())
                    .extracting(Peer::address)
                    .as("who dialled is known by its host only")
                    .containsExactly("127.0.0.1");
            assertThat(doctor(a).out()).contains("it has another share key", "lanyard key DIR");
            assertThat(doctor(b).out()).contains("it has another share key", "lanyard key DIR");
        }
    }

    @Test
    @DisplayName("D55: a node of another version is named with both versions")
    void d55_anotherVersion() throws Exception {
        try (OldPeer old = new OldPeer()) {
            Share.Node a = share.node("a");
            a.dial(old.address());
            a.start();

            awaitCause(a, Cause.PROTOCOL_VERSION);
            assertThat(doctor(a).out())
                    .contains(
                            "it speaks version %d of the protocol".formatted(OldPeer.VERSION),
                            "install the same version of lanyard on both machines");
        }
    }

    @Test
    @DisplayName("a node with a copied identity is named, and the node itself is not")
    void aCopiedIdentity() throws Exception {
        Share.Node a = share.node("a").start();
        Share.Node b = share.node("b");
        Files.createDirectories(b.state);
        Files.copy(a.state.resolve("identity"), b.state.resolve("identity"));
        b.dial(a.listening());
        b.start();

        awaitCause(b, Cause.OWN_ID);
        assertThat(doctor(b).out())
                .contains(
                        "it proves itself with the key of this node",
                        "delete the file identity in it");
        assertThat(a.control().peers()).as("it cannot tell b from itself").isEmpty();

        InetSocketAddress own = b.listening();
        b.stop();
        b.dial(own);
        b.start();
        awaitCause(b, Cause.OWN_ID);
        assertThat(b.control().peers()).extracting(Peer::address).doesNotContain(show(own));
    }

    private static String show(InetSocketAddress address) {
        return "127.0.0.1:" + address.getPort();
    }

    @Test
    @DisplayName("a node that was met and is gone is not heard")
    void goneSinceItWasMet() throws Exception {
        Share.Node a = share.node("a").start();
        Share.Node b = share.node("b").start();
        share.connected();
        b.stop();

        awaitCause(a, Cause.NOT_HEARD);
        assertThat(doctor(a).out())
                .contains("look at this  peers: b (", "not connected: is not heard, last seen ")
                .contains("-> start lanyard on its machine");
    }

    @Test
    @DisplayName("a clock that is off is a line of its own")
    void aClockThatIsOff() throws Exception {
        Share.Node a = share.node("a").start();
        Share.Node b = share.node("b");
        b.clock.goAhead(Duration.ofSeconds(40));
        b.start();

        await().atMost(Share.PATIENCE)
                .untilAsserted(
                        () ->
                                assertThat(doctor(a).out())
                                        .contains("look at this  clocks: clock off: b: "));
        assertThat(doctor(a).out()).contains("seconds ahead", "timedatectl");
    }

    @Test
    @DisplayName("a filtered port, another share, a copied identity and no route, each on a host")
    void onHostsOfTheirOwn() throws Exception {
        assumeThat(Lan.isPossible()).as("network namespaces can be made here").isTrue();
        try (Lan lan = Lan.of(4)) {
            filter(lan, 0);
            filter(lan, 1);
            String key = Program.key(Files.createDirectory(base.resolve("a")), state("a"));
            start(lan, 0, "a", "4711", "--key", key, "--peer", "10.77.31.99:4711");
            start(lan, 1, "b", "4711", "--key", key);
            start(lan, 2, "c", "4711"); // With a key of its own.
            Files.createDirectories(state("d"));
            Files.copy(state("a").resolve("identity"), state("d").resolve("identity"));
            start(lan, 3, "d", "4712", "--key", key);

            await().atMost(Share.PATIENCE)
                    .untilAsserted(
                            () ->
                                    assertThat(doctor(lan, 0, "a").out())
                                            .contains(
                                                    lan.address(1)
                                                            + ":4711, not connected: no answer")
                                            .contains(
                                                    "it runs, as its beacons are heard: a firewall")
                                            .contains(
                                                    "10.77.31.99:4711, not connected: no route to it")
                                            .contains(
                                                    lan.address(3)
                                                            + ":4712, not connected: it proves itself"
                                                            + " with the key of this node")
                                            .containsPattern("[1-9]\\d* of other shares"));
            assertThat(doctor(lan, 2, "c").out())
                    .containsPattern("look at this +heard: 0 beacons of peers, [1-9]\\d* of other")
                    .contains("one has the wrong key");

            programs.getLast().terminate(); // Or b could not tell it from a.
            onHost(lan, 1, "nft", "delete table inet shut");
            await().atMost(Share.PATIENCE)
                    .untilAsserted(
                            () ->
                                    assertThat(doctor(lan, 0, "a").out())
                                            .contains("ok            peers: 1 connected: b"));
        }
    }

    private Path state(String name) {
        return base.resolve(name + ".state");
    }

    private void start(Lan lan, int host, String name, String port, String... more) {
        List<String> all = new ArrayList<>(List.of("--name", name, "--listen", port));
        all.addAll(Arrays.asList(more));
        programs.add(
                Program.start(
                                lan.on(host),
                                base.resolve(name),
                                state(name),
                                Map.of(),
                                all.toArray(String[]::new))
                        .ready());
    }

    private Trees.Ran doctor(Lan lan, int host, String name) {
        return onHost(
                lan,
                host,
                Program.launcher().toString(),
                "doctor",
                base.resolve(name).toString(),
                "--state-dir",
                state(name).toString());
    }

    /** Lets nobody reach TCP port 4711, as a firewall does that drops. */
    private void filter(Lan lan, int host) {
        onHost(
                lan,
                host,
                "nft",
                "add table inet shut; add chain inet shut in { type filter hook input priority 0; };"
                        + " add rule inet shut in tcp dport 4711 drop");
    }

    private Trees.Ran onHost(Lan lan, int host, String... command) {
        List<String> all = new ArrayList<>(lan.on(host));
        all.addAll(Arrays.asList(command));
        return Trees.run(base, Map.of(), all);
    }
}
