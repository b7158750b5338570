package dev.lanyard.discovery.mdns;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.Optional;

class InterfaceAddressTest {
    private static Optional<InetAddress> chosen(String... addresses) {
        return InterfaceAddress.addressAmong(Arrays.stream(addresses).map(InetAddress::ofLiteral));
    }

    @Test
    void takesIpv4ThatIsNotLinkLocalWhereThereIsSome() {
        assertThat(chosen("fe80::2", "169.254.3.4", "192.168.0.2"))
                .contains(InetAddress.ofLiteral("192.168.0.2"));
        assertThat(chosen("fe80::2", "169.254.3.4")).contains(InetAddress.ofLiteral("169.254.3.4"));
    }

    @Test
    void takesIpv6ThatIsLinkLocalWhereThereIsSome() {
        assertThat(chosen("2001:db8::2", "fe80::2")).contains(InetAddress.ofLiteral("fe80::2"));
        assertThat(chosen("2001:db8::2")).contains(InetAddress.ofLiteral("2001:db8::2"));
        assertThat(chosen()).isEmpty();
    }
}
