package dev.lanyard.discovery.mdns;

import dev.lanyard.discovery.BeaconSource.Ear;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;

import javax.jmdns.ServiceEvent;
import javax.jmdns.ServiceInfo;
import javax.jmdns.ServiceListener;

/**
 * Takes the beacons out of services that are heard on one interface. Called by threads of jmDNS.
 */
final class ServiceBrowser implements ServiceListener {
    /** Asked so often at once, and then twice a second: each blocks jmDNS for a fifth of one. */
    static final int ASK_AT_ONCE = 16;

    private static final Duration ASK_EACH = Duration.ofMillis(500);

    private final InterfaceAddress own;
    private final Ear ear;
    private final TokenBucket asks = new TokenBucket(ASK_AT_ONCE, ASK_EACH, System.nanoTime());

    ServiceBrowser(InterfaceAddress own, Ear ear) {
        this.own = own;
        this.ear = ear;
    }

    /**
     * Asks for the rest, since others need not send it along with the name. Not for each of very
     * many names, which wait in a queue meanwhile: since the first request jmDNS asks for the rest
     * of each name by itself, and a node says all anew every 25 s.
     */
    @Override
    public void serviceAdded(ServiceEvent event) {
        if (asks.take(System.nanoTime())) {
            // The shortest wait that there is.
            event.getDNS().requestServiceInfo(event.getType(), event.getName(), false, 1);
        }
    }

    /** Nobody signs a removal, so it means nothing. */
    @Override
    public void serviceRemoved(ServiceEvent event) {}

    /** Told of each service more than once: with its record, without it, and when that changes. */
    @Override
    public void serviceResolved(ServiceEvent event) {
        ServiceInfo service = event.getInfo();
        byte[] record = service.getTextBytes();
        if (record == null) {
            return;
        }
        TextRecord.sealedIn(record)
                .ifPresent(
                        beacon ->
                                addressOf(service.getInetAddresses(), own)
                                        .ifPresent(from -> ear.hear(beacon, from)));
    }

    /**
     * One address at which the service is, IPv4 if it has that, since a second one with the same
     * nonce would be taken for a repetition; empty if none can be another machine's.
     */
    static Optional<InetAddress> addressOf(InetAddress[] addresses, InterfaceAddress own) {
        return Arrays.stream(addresses)
                .filter(ServiceBrowser::isOfAMachine)
                .min((one, other) -> Boolean.compare(isSix(one), isSix(other)))
                .flatMap(address -> reachedFrom(own, address));
    }

    private static boolean isOfAMachine(InetAddress address) {
        return Stream.of(
                        address.isLoopbackAddress(),
                        address.isMulticastAddress(),
                        address.isAnyLocalAddress())
                .noneMatch(is -> is);
    }

    private static boolean isSix(InetAddress address) {
        return address instanceof Inet6Address;
    }

    /** A link-local address means something only together with the interface it was heard on. */
    private static Optional<InetAddress> reachedFrom(InterfaceAddress own, InetAddress address) {
        if (!(address instanceof Inet6Address) || !address.isLinkLocalAddress()) {
            return Optional.of(address);
        }
        try {
            return Optional.of(
                    Inet6Address.getByAddress(null, address.getAddress(), own.interfaceIndex()));
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an IPv6 address has 16 bytes", e);
        }
    }
}
