package dev.lanyard.discovery.mdns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

import javax.jmdns.ServiceEvent;
import javax.jmdns.ServiceInfo;
import javax.jmdns.ServiceListener;
import javax.jmdns.impl.DNSIncoming;
import javax.jmdns.impl.DNSRecord;
import javax.jmdns.impl.JmDNSImpl.Operation;
import javax.jmdns.impl.ServiceInfoImpl;
import javax.jmdns.impl.constants.DNSRecordClass;
import javax.jmdns.impl.constants.DNSRecordType;

class BoundedDnsTest {
    private static final String TYPE = "_lanyard._tcp.local.";

    private final AtomicInteger fullCount = new AtomicInteger();
    private BoundedDns dns;

    @BeforeEach
    void open() throws IOException {
        InetAddress loopback = InetAddress.ofLiteral("127.0.0.1");
        dns = new BoundedDns(loopback, "ann", TYPE, fullCount::incrementAndGet);
    }

    @AfterEach
    void close() {
        dns.close();
    }

    @Test
    void asksNoNameServerWhatItIsCalled() throws IOException {
        assertThat(dns.getInetAddress()).hasToString("ann/127.0.0.1");
        for (InetAddress local : linkLocalOnes()) {
            try (BoundedDns there =
                    new BoundedDns(local, "bob", TYPE, fullCount::incrementAndGet)) {
                assertThat(there.getInetAddress())
                        .isEqualTo(local)
                        .hasToString("bob/" + local.getHostAddress());
            }
        }
    }

    /** Those of IPv6 that this machine has, and that mean something on their interface only. */
    private static List<InetAddress> linkLocalOnes() throws IOException {
        return NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .filter(InetAddress::isLinkLocalAddress)
                .toList();
    }

    @Test
    void knowsNoTypeButItsOwn() {
        dns.registerServiceType("_other._tcp.local.");
        dns.registerServiceType("x._sub." + TYPE);
        assertThat(dns.getServiceTypes()).isEmpty();

        dns.registerServiceType(TYPE);
        assertThat(dns.getServiceTypes()).hasSize(1);
    }

    @Test
    void survivesAnAddressOfTheOtherFamily() throws IOException {
        byte[] packet =
                HexFormat.of()
                        .parseHex("000084000000000100000000017800001c0001000000780004c0000201");
        DNSRecord mapped =
                new DNSIncoming(new DatagramPacket(packet, packet.length))
                        .getAnswers()
                        .iterator()
                        .next();

        assertThat(mapped.getRecordType()).isEqualTo(DNSRecordType.TYPE_AAAA);
        assertThat(dns.getCache().addDNSEntry(mapped)).isFalse();
        for (Operation operation : List.of(Operation.Add, Operation.Remove)) {
            dns.updateRecord(0, mapped, operation);
        }
        assertThat(dns.getCache()).isEmpty();
    }

    @Test
    void tellsNobodyOfARecordThatWasNotKept() {
        List<String> told = new CopyOnWriteArrayList<>();
        dns.addServiceListener(TYPE, adding(told));
        DNSRecord kept = pointer("kept");
        dns.getCache().addDNSEntry(kept);

        dns.updateRecord(0, pointer("refused"), Operation.Add);
        dns.updateRecord(0, kept, Operation.Add);

        await().until(() -> !told.isEmpty());
        assertThat(told).containsExactly("kept");
    }

    @Test
    void followsSoManyServicesAndForgetsThoseWithoutRecordsForOthers() {
        for (int i = 0; i < BoundedDns.RESOLVED_MAX; i++) {
            dns.startServiceInfoResolver(service("gone" + i));
        }
        for (int i = 0; i < BoundedDns.RESOLVED_MAX; i++) {
            String name = "n" + i;
            dns.getCache().put(name + "." + TYPE, List.of(text(name)));
            dns.startServiceInfoResolver(service(name));
        }
        assertThat(fullCount).hasValue(0);

        dns.startServiceInfoResolver(service("more"));
        assertThat(fullCount).hasValue(1);
    }

    @Test
    void followsAServiceThatComesAndGoesOnce() {
        dns.getCache().put("n." + TYPE, List.of(text("n")));

        for (int i = 0; i <= BoundedDns.RESOLVED_MAX; i++) {
            dns.startServiceInfoResolver(service("n"));
        }

        assertThat(fullCount).hasValue(0);
    }

    private static ServiceInfoImpl service(String name) {
        return (ServiceInfoImpl) ServiceInfo.create(TYPE, name, 1, "");
    }

    private static DNSRecord text(String name) {
        return new DNSRecord.Text(
                name + "." + TYPE, DNSRecordClass.CLASS_IN, true, 100, new byte[] {1, 'x'});
    }

    private static DNSRecord pointer(String name) {
        return new DNSRecord.Pointer(TYPE, DNSRecordClass.CLASS_IN, false, 100, name + "." + TYPE);
    }

    private static ServiceListener adding(List<String> told) {
        return new ServiceListener() {
            @Override
            public void serviceAdded(ServiceEvent event) {
                told.add(event.getName());
            }

            @Override
            public void serviceRemoved(ServiceEvent event) {}

            @Override
            public void serviceResolved(ServiceEvent event) {}
        };
    }
}
