package dev.lanyard.discovery.mdns;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

import javax.jmdns.impl.JmDNSImpl;
import javax.jmdns.impl.ServiceEventImpl;

class ServiceBrowserTest {
    private static final String TYPE = "_lanyard._tcp.local.";
    private static final InterfaceAddress OWN =
            new InterfaceAddress("eth7", 7, InetAddress.ofLiteral("192.0.2.1"));

    private static Optional<InetAddress> chosen(String... addresses) {
        return ServiceBrowser.addressOf(
                Arrays.stream(addresses).map(InetAddress::ofLiteral).toArray(InetAddress[]::new),
                OWN);
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

    @Test
    void asksForTheRestOfSoManyNamesOnly() throws IOException {
        ServiceBrowser browser = new ServiceBrowser(OWN, (_, _) -> {});
        AtomicInteger askedCount = new AtomicInteger();
        try (JmDNSImpl dns = counting(askedCount)) {
            for (int i = 0; i < 100 * ServiceBrowser.ASK_AT_ONCE; i++) {
                browser.serviceAdded(new ServiceEventImpl(dns, TYPE, "n" + i, null));
            }
        }

        assertThat(askedCount.get())
                .isBetween(ServiceBrowser.ASK_AT_ONCE, 10 * ServiceBrowser.ASK_AT_ONCE);
    }

    private static JmDNSImpl counting(AtomicInteger askedCount) throws IOException {
        return new JmDNSImpl(InetAddress.ofLiteral("127.0.0.1"), "ann") {
            @Override
            public void requestServiceInfo(String type, String name, boolean keep, long millis) {
                askedCount.incrementAndGet();
            }
        };
    }
}
