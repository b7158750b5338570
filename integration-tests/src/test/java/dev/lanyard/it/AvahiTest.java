package dev.lanyard.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lanyard.discovery.Beacon;
import dev.lanyard.discovery.Beacon.Kind;
import dev.lanyard.discovery.BeaconKey;
import dev.lanyard.protocol.ShareKey;
import dev.lanyard.protocol.transport.NettyTransport;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** Nodes and another implementation of mDNS understand each other. */
@Timeout(180)
class AvahiTest {
    private static final Duration PATIENCE = Duration.ofSeconds(40);
    private static final String TYPE = "_lanyard._tcp";
    private static final String PORT = "4711";

    @TempDir Path base;

    private final List<AutoCloseable> parts = new ArrayList<>();
    private Lan lan;
    private String key;

    @BeforeEach
    void make() throws IOException {
        assumeTrue(Lan.isPossible(), "machines are network namespaces, which take root");
        assumeTrue(Avahi.isInstalled(), "avahi-daemon, avahi-utils or dbus is not installed");
        lan = Lan.of(2);
        key =
                Program.key(
                        Files.createDirectories(base.resolve("0/folder")), base.resolve("0.state"));
    }

    @AfterEach
    void remove() throws Exception {
        for (AutoCloseable part : parts.reversed()) {
            part.close();
        }
        if (lan != null) {
            lan.close();
        }
    }

    private <T extends AutoCloseable> T own(T part) {
        parts.add(part);
        return part;
    }

    /** The fields of the services that avahi knows all of. */
    private static List<String[]> services(Avahi avahi) {
        return avahi.browse(TYPE)
                .out()
                .lines()
                .filter(line -> line.startsWith("=;"))
                .map(line -> line.split(";", -1))
                .toList();
    }

    private static String[] awaitService(Avahi avahi, String nameBefore) {
        await().atMost(PATIENCE)
                .until(
                        () -> services(avahi),
                        all -> all.size() == 1 && !all.getFirst()[3].equals(nameBefore));
        return services(avahi).getFirst();
    }

    @Test
    @DisplayName(
            "avahi shows a node, under a name that tells nothing and is another after a restart")
    void isShown() throws Exception {
        Avahi avahi = own(new Avahi(lan, 0, base.resolve("avahi")));
        Host node = own(new Host(lan, 1, base, key));

        node.start("--listen", PORT, "--name", "attic").ready();
        String[] first = awaitService(avahi, "");
        node.program().terminate();
        node.start("--listen", PORT, "--name", "attic").ready();
        String[] second = awaitService(avahi, first[3]);

        assertThat(first[3]).matches("[0-9a-f]{16}");
        assertThat(first[6]).isEqualTo(first[3] + ".local");
        assertThat(first[7]).isEqualTo(lan.address(1));
        assertThat(first[8]).isEqualTo(PORT);
        assertThat(first[9]).matches("\"b=[A-Za-z0-9_-]{78}\"");
        assertThat(second[9]).isNotEqualTo(first[9]);
    }

    @Test
    @DisplayName("a service that avahi publishes with a beacon of the share is dialled")
    void isFound() throws Exception {
        Host silent = own(new Host(lan, 0, base, key));
        silent.start("--listen", PORT, "--no-discovery").ready();
        Host node = own(new Host(lan, 1, base, key)).start().ready();
        Avahi avahi = own(new Avahi(lan, 0, base.resolve("avahi")));
        BeaconKey right = BeaconKey.of(ShareKey.parse(key).beaconKey());
        BeaconKey wrong = BeaconKey.of(new byte[BeaconKey.KEY_BYTES]);

        avahi.publish("other", TYPE, PORT, text(wrong, 1));
        await().atMost(PATIENCE)
                .until(() -> services(avahi).stream().anyMatch(it -> it[3].equals("other")));
        await().during(Duration.ofSeconds(2)).until(() -> node.sessions() == 0);
        avahi.publish("same", TYPE, PORT, text(right, 2));

        await().atMost(PATIENCE).until(() -> node.sessions() == 1);
    }

    private static String text(BeaconKey key, long start) {
        Beacon beacon =
                new Beacon(
                        Kind.ANNOUNCE,
                        NettyTransport.PROTOCOL_VERSION,
                        Integer.parseInt(PORT),
                        start,
                        1);
        return "b=" + Base64.getUrlEncoder().withoutPadding().encodeToString(key.seal(beacon));
    }
}
