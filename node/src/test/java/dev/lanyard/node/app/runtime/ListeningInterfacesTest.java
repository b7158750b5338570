package dev.lanyard.node.app.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.List;

class ListeningInterfacesTest {
    private static List<NetworkInterface> all() throws SocketException {
        return NetworkInterface.networkInterfaces().toList();
    }

    @Test
    void whoListensEverywhereIsAnnouncedEverywhere() throws Exception {
        ListeningInterfaces interfaces = new ListeningInterfaces(InetAddress.getByName("0.0.0.0"));

        assertThat(all()).isNotEmpty().allMatch(interfaces);
    }

    @Test
    void whoListensOnLoopbackIsAnnouncedToThisMachineOnly() throws Exception {
        for (String address : List.of("127.0.0.1", "127.1.2.3", "::1")) {
            ListeningInterfaces interfaces =
                    new ListeningInterfaces(InetAddress.getByName(address));

            for (NetworkInterface network : all()) {
                assertThat(interfaces.test(network)).isEqualTo(network.isLoopback());
            }
        }
    }

    @Test
    void whoListensAtOneAddressIsAnnouncedWhereThatIs() throws Exception {
        for (NetworkInterface network : all()) {
            for (InetAddress own : network.inetAddresses().toList()) {
                assertThat(new ListeningInterfaces(own).test(network)).isTrue();
            }
        }
        InetAddress elsewhere = InetAddress.getByName("192.0.2.1");

        assertThat(all()).noneMatch(new ListeningInterfaces(elsewhere));
    }
}
