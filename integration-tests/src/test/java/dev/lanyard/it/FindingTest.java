package dev.lanyard.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Nodes of the real program find each other on networks that do not let everything through. */
@Timeout(240)
class FindingTest {
    private static final Duration PATIENCE = Duration.ofSeconds(40);
    private static final String BEACONS = "udp dport 27480";
    private static final String MDNS = "udp dport 5353";
    private static final String PORT = "4711";

    @TempDir Path base;

    private final List<Host> hosts = new ArrayList<>();
    private Lan lan;

    @BeforeEach
    void make() throws IOException {
        assumeTrue(Lan.isPossible(), "machines are network namespaces, which take root");
        assumeTrue(
                Trees.run(base, Map.of(), List.of("sh", "-c", "command -v nft")).exit() == 0,
                "nft, of the package nftables, is not installed");
        lan = Lan.of(3);
        Path first = Files.createDirectories(base.resolve("0/folder"));
        String key = Program.key(first, base.resolve("0.state"));
        for (int number = 0; number < 3; number++) {
            hosts.add(new Host(lan, number, base, key));
        }
    }

    @AfterEach
    void remove() {
        hosts.forEach(Host::close);
        if (lan != null) {
            lan.close();
        }
    }

    private Host a() {
        return hosts.get(0);
    }

    private Host b() {
        return hosts.get(1);
    }

    private void bothHearNo(String match) {
        lan.drop(0, match);
        lan.drop(1, match);
    }

    private void startBoth(String... options) {
        a().start(options).ready();
        b().start(options).ready();
    }

    private void awaitConnected() {
        awaitSessions(a(), 1, PATIENCE);
        awaitSessions(b(), 1, PATIENCE);
    }

    private static Duration awaitSessions(Host host, int count, Duration atMost) {
        long beganNanos = System.nanoTime();
        await().atMost(atMost)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> host.sessions() == count);
        return Duration.ofNanos(System.nanoTime() - beganNanos);
    }

    @Test
    @DisplayName("where our own datagrams are dropped, mDNS is enough")
    void mdnsAlone() {
        bothHearNo(BEACONS);

        startBoth();

        awaitConnected();
    }

    @Test
    @DisplayName("where mDNS is dropped, our own datagrams are enough")
    void beaconsAlone() {
        bothHearNo(MDNS);

        startBoth();

        awaitConnected();
    }

    @Test
    @DisplayName("where mDNS cannot be had, that is logged and nothing else suffers")
    void noMdns() throws Exception {
        List<String> selfish = new ArrayList<>(lan.on(1));
        selfish.addAll(
                List.of(
                        "python3",
                        "-c",
                        "import socket, time; s = socket.socket(type=socket.SOCK_DGRAM);"
                                + " s.bind(('', 5353)); print(flush=True); time.sleep(60)"));
        Process holder = new ProcessBuilder(selfish).start();
        try {
            assertThat(holder.getInputStream().read()).isEqualTo('\n');

            startBoth();

            awaitConnected();
            await().atMost(PATIENCE).until(() -> b().hasLogged(" - no mDNS "));
            assertThat(b().sessions()).isOne();
            assertThat(a().hasLogged(" - no mDNS ")).isFalse();
        } finally {
            holder.destroyForcibly();
        }
    }

    @Test
    @DisplayName("where no datagrams arrive at all, a peer that was named is connected")
    void namedPeer() {
        bothHearNo("meta l4proto udp");

        a().start("--listen", PORT).ready();
        b().start("--peer", lan.address(0) + ":" + PORT).ready();

        awaitConnected();
    }

    @Test
    @DisplayName("where no datagrams arrive any more, a peer is found at its last address")
    void lastAddress() throws Exception {
        startBoth("--listen", PORT);
        awaitConnected();
        a().program().terminate();
        b().program().terminate();
        bothHearNo("meta l4proto udp");

        startBoth("--listen", PORT);

        awaitConnected();
    }

    @Test
    @DisplayName("where nothing to all arrives any more, a probe of its last host finds a peer")
    void lastHost() throws Exception {
        startBoth();
        awaitConnected();
        a().program().terminate();
        b().program().terminate();
        bothHearNo("meta pkttype != host meta l4proto udp");

        startBoth(); // Each at another port than before.

        awaitConnected();
    }

    @Test
    @DisplayName("a node whose address changes while it runs is connected again")
    void anotherAddress() {
        startBoth();
        awaitConnected();

        lan.sh(1, "ip addr add 10.77.31.200/24 dev eth0; ip addr del 10.77.31.2/24 dev eth0");

        awaitSessions(a(), 0, PATIENCE);
        awaitConnected();
    }

    @Test
    @DisplayName(
            "an interface that comes after the start is used, until it goes, and when it returns")
    void interfaceThatComesAndGoes() {
        lan.sh(1, "ip link set eth0 down");
        startBoth();
        assertThat(b().sessions()).isZero();

        lan.sh(1, "ip link set eth0 up");
        awaitConnected();

        lan.sh(1, "ip link set eth0 down");
        awaitSessions(a(), 0, PATIENCE);
        awaitSessions(b(), 0, PATIENCE);
        lan.sh(1, "ip link set eth0 up");
        awaitConnected();
    }

    @Test
    @DisplayName("a node on two networks has the peers of both")
    void twoNetworks() throws Exception {
        lan.sh(2, "ip link set eth0 down");
        lan.join(0, "10.78.31.1", 2, "10.78.31.2", "cable0");

        hosts.forEach(Host::start);

        awaitSessions(a(), 2, PATIENCE);
        Files.writeString(b().folder().resolve("note"), "from one side to the other");
        Pair.awaitText(hosts.get(2).folder().resolve("note"), "from one side to the other");
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("a flood of mDNS keeps nobody from being found, and does not fill memory")
    void aFloodOfMdns(MdnsFlood.Kind kind) throws Exception {
        a().heap("128m").start().ready();
        Process flood = flood(kind);
        try (BufferedReader said = flood.inputReader()) {
            assertThat(said.readLine()).isEqualTo(MdnsFlood.BEGUN);
            b().start().ready();
            awaitConnected();
            assertThat(flood.isAlive()).as("the flood went on meanwhile").isTrue();
            Files.writeString(b().folder().resolve("note"), "amid the flood");
            Pair.awaitText(a().folder().resolve("note"), "amid the flood");
            assertThat(a().hasLogged("OutOfMemoryError")).isFalse();
        } finally {
            flood.destroy();
        }
    }

    private Process flood(MdnsFlood.Kind kind) throws IOException {
        List<String> command = new ArrayList<>(lan.on(2));
        command.add(Path.of(System.getProperty("java.home"), "bin/java").toString());
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.addAll(List.of(MdnsFlood.class.getName(), kind.name(), "60", lan.address(2), "20"));
        lan.sh(2, "ip route add default dev eth0");
        return new ProcessBuilder(command)
                .redirectError(base.resolve("flood.err").toFile())
                .start();
    }

    @Test
    @DisplayName("who says goodbye is gone at once, and who is killed within ten seconds")
    void departures() throws Exception {
        startBoth();
        awaitConnected();
        b().program().terminate();
        Duration goodbye = awaitSessions(a(), 0, PATIENCE);

        b().start().ready();
        awaitConnected();
        b().program().kill();
        Duration killed = awaitSessions(a(), 0, PATIENCE);

        assertThat(goodbye).isLessThan(Duration.ofSeconds(5)); // Some milliseconds, by itself.
        assertThat(killed).isLessThan(Duration.ofSeconds(10));
    }

    @Test
    @Tag("long")
    @DisplayName("after a minute without a cable peers are connected within three seconds")
    void aCableThatIsPluggedInAgain() throws Exception {
        startBoth();
        awaitConnected();
        lan.pull(1);
        Thread.sleep(60_000); // What is waited for is the time itself.
        assertThat(a().sessions()).isZero();

        lan.plug(1);

        Duration healed = awaitSessions(a(), 1, PATIENCE);
        assertThat(healed).isLessThan(Duration.ofSeconds(3));
    }
}
