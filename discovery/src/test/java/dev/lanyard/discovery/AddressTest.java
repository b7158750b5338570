package dev.lanyard.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import java.net.InetAddress;
import java.net.InetSocketAddress;

class AddressTest {
    @Test
    void anIpv4AddressIsDialledAsItWasHeard() throws Exception {
        InetAddress from = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});

        Address address = new Address(Address.hostOf(from), 22000);

        assertThat(address).hasToString("127.0.0.1:22000");
        assertThat(address.toSocketAddress()).isEqualTo(new InetSocketAddress(from, 22000));
    }

    @Test
    void aLinkLocalAddressKeepsTheNumberOfItsInterfaceEvenIfThatHasGone() {
        InetAddress from = InetAddress.ofLiteral("fe80::1%4711");

        Address address = new Address(Address.hostOf(from), 22000);

        assertThat(address).hasToString("[fe80:0:0:0:0:0:0:1%4711]:22000");
        assertThat(address.toSocketAddress()).isEqualTo(new InetSocketAddress(from, 22000));
    }

    @Test
    void anAddressThatIsTheSameOnAllInterfacesHasNoInterface() {
        InetAddress from = InetAddress.ofLiteral("fd00::1%4711");

        assertThat(Address.hostOf(from)).isEqualTo("fd00:0:0:0:0:0:0:1");
    }

    @Test
    void aNameIsRefusedSinceSomeoneWouldHaveToLookItUp() {
        assertThatThrownBy(() -> new Address("localhost", 22000))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aPortThatNobodyCanListenOnIsRefused() {
        assertThatThrownBy(() -> new Address("127.0.0.1", 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("port 0 (expected 1-65535)");
    }
}
