package dev.lanyard.discovery.udp;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ProtocolFamily;
import java.net.StandardProtocolFamily;
import java.nio.channels.DatagramChannel;
import java.util.List;

class ProbesTest {
    private static final InetAddress FOUR = InetAddress.ofLiteral("127.0.0.1");
    private static final InetAddress SIX = InetAddress.ofLiteral("::1");

    @Test
    @Timeout(30)
    void aHostThatCannotBeProbedDoesNotKeepTheNextFromBeingProbed() throws IOException {
        try (DatagramSocket heard = new DatagramSocket(0, FOUR);
                Probes probes = new Probes(heard.getLocalPort(), ProbesTest::openWithoutSix)) {
            probes.say(List.of(SIX, FOUR), () -> new byte[] {7});

            DatagramPacket packet = new DatagramPacket(new byte[2], 2);
            heard.receive(packet);
            assertThat(packet.getLength()).isEqualTo(1);
            assertThat(packet.getData()[0]).isEqualTo((byte) 7);
        }
    }

    /** As the JDK does it on a machine without IPv6. */
    private static DatagramChannel openWithoutSix(ProtocolFamily family) throws IOException {
        if (family == StandardProtocolFamily.INET6) {
            throw new UnsupportedOperationException("IPv6 not available");
        }
        return DatagramChannel.open(family);
    }
}
