package dev.lanyard.discovery.mdns;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.Optional;

class HearerTest {
    private static final Place PLACE = new Place("eth7", 7, InetAddress.ofLiteral("192.0.2.1"));

    private static Optional<InetAddress> chosen(String... addresses) {
        return Hearer.addressOf(
                Arrays.stream(addresses).map(InetAddress::ofLiteral).toArray(InetAddress[]::new),
                PLACE);
    }

    @Test
    void takesIpv4WhereThereIsSome() {
        assertThat(chosen("2001:db8::2", "192.0.2.2")).contains(InetAddress.ofLiteral("192.0.2.2"));
        assertThat(chosen("2001:db8::2")).contains(InetAddress.ofLiteral("2001:db8::2"));
    }

    @Test
    void reachesALinkLocalAddressOverTheInterfaceItWasHeardOn() {
        assertThat(chosen("fe80::2"))
                .get()
                .isInstanceOfSatisfying(
                        Inet6Address.class,
                        address -> assertThat(address.getScopeId()).isEqualTo(7));
    }

    @Test
    void leavesOutWhatIsNoOtherMachine() {
        assertThat(chosen()).isEmpty();
        assertThat(chosen("127.0.0.1", "::1", "0.0.0.0", "224.0.0.251", "ff02::fb")).isEmpty();
        assertThat(chosen("127.0.0.1", "192.0.2.9")).contains(InetAddress.ofLiteral("192.0.2.9"));
    }
}
