package dev.lanyard.discovery.mdns;

import dev.lanyard.discovery.BeaconKey;

import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.DatagramPacket;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

import javax.jmdns.impl.DNSEntry;
import javax.jmdns.impl.DNSIncoming;
import javax.jmdns.impl.DNSRecord;
import javax.jmdns.impl.JmDNSImpl;
import javax.jmdns.impl.ServiceEventImpl;
import javax.jmdns.impl.constants.DNSRecordType;

/**
 * Any packet of multicast DNS, as jmDNS takes it on behalf of a node: it is refused with an {@code
 * IOException} or taken, any other failure would end the thread that listens; what is kept of it is
 * of our type and short; and what is heard of it as a beacon has the length of one. Where the first
 * byte is odd, the rest is taken for a TXT record alone.
 */
public final class MdnsFuzz {
    static final String TYPE = "_lanyard._tcp.local.";

    private static final InetAddress SENDER = InetAddress.ofLiteral("192.0.2.1");
    private static final int PORT = 5353;
    private static final BoundedDns DNS = open();

    private MdnsFuzz() {}

    private static BoundedDns open() {
        try {
            return new BoundedDns(InetAddress.ofLiteral("127.0.0.1"), "ann", TYPE, MdnsFuzz::full);
        } catch (IOException e) {
            throw new IllegalStateException("multicast DNS on the loopback interface", e);
        }
    }

    /** Tries one; whatever it throws is a finding. By this name fuzzers find it. */
    public static void fuzzerTestOneInput(byte[] bytes) throws ReflectiveOperationException {
        if (bytes.length == 0) {
            return;
        }
        byte[] rest = Arrays.copyOfRange(bytes, 1, bytes.length);
        if ((bytes[0] & 1) != 0) {
            check(TextRecord.sealedIn(rest));
            return;
        }
        BoundedCache cache = new BoundedCache(TYPE, MdnsFuzz::full);
        cacheOf(DNS).set(DNS, cache); // The rate of changes is bounded, for as long as it is used.
        take(rest);
        for (List<DNSEntry> entries : cache.values()) {
            entries.forEach(MdnsFuzz::check);
        }
    }

    /** Then a node would begin anew; here each packet does. */
    private static void full() {}

    /** What the thread of jmDNS does with a packet that it has read. */
    private static void take(byte[] bytes) throws ReflectiveOperationException {
        try {
            DNSIncoming message =
                    new DNSIncoming(new DatagramPacket(bytes, bytes.length, SENDER, PORT));
            if (!message.isValidResponseCode()) {
                return;
            }
            if (message.isQuery()) {
                called("handleQuery", DNSIncoming.class, InetAddress.class, int.class)
                        .invoke(DNS, message, DNS.getGroup(), PORT);
            } else {
                called("handleResponse", DNSIncoming.class).invoke(DNS, message);
            }
        } catch (IOException refused) {
            return;
        } catch (InvocationTargetException e) {
            if (!(e.getCause() instanceof IOException)) {
                throw new AssertionError("it would listen no more", e.getCause());
            }
        }
    }

    private static Method called(String name, Class<?>... parameters) throws NoSuchMethodException {
        Method method = JmDNSImpl.class.getDeclaredMethod(name, parameters);
        method.setAccessible(true);
        return method;
    }

    private static Field cacheOf(BoundedDns dns) throws NoSuchFieldException {
        Field field = dns.getClass().getDeclaredField("bounded");
        field.setAccessible(true);
        return field;
    }

    private static void check(DNSEntry entry) {
        DNSRecordType type = entry.getRecordType();
        boolean isAddress = type == DNSRecordType.TYPE_A || type == DNSRecordType.TYPE_AAAA;
        if (!isAddress && !entry.getKey().endsWith(TYPE)) {
            throw new AssertionError("kept " + entry);
        }
        if (entry instanceof DNSRecord.Text text) {
            byte[] record = text.getServiceInfo(false).getTextBytes();
            if (record.length > BoundedCache.TEXT_BYTES_MAX) {
                throw new AssertionError("kept a text of %d bytes".formatted(record.length));
            }
            hear(text);
        }
    }

    private static void hear(DNSRecord.Text text) {
        InterfaceAddress address = new InterfaceAddress("lo", 1, SENDER);
        ServiceBrowser browser =
                new ServiceBrowser(address, (beacon, _) -> check(Optional.of(beacon)));
        browser.serviceResolved(
                new ServiceEventImpl(DNS, TYPE, text.getName(), text.getServiceInfo(false)));
    }

    private static void check(Optional<byte[]> sealed) {
        if (sealed.isPresent() && sealed.get().length != BeaconKey.SEALED_BYTES) {
            throw new AssertionError("heard %d bytes".formatted(sealed.get().length));
        }
    }
}
