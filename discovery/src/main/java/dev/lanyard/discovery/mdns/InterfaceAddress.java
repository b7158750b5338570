package dev.lanyard.discovery.mdns;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * An address of an interface at which services are published. Equal ones are the same at two times;
 * an interface with another address is another one.
 *
 * @param interfaceName as the system names it
 * @param interfaceIndex tells an interface from one that had its name before
 * @param local IPv4 where the interface has it
 */
record InterfaceAddress(String interfaceName, int interfaceIndex, InetAddress local) {
    /** A host for containers has dozens of interfaces, and each costs four threads. */
    static final int ADDRESSES_MAX = 8;

    /** Those of these networks; if there are very many, those with IPv4 first. */
    static List<InterfaceAddress> on(List<NetworkInterface> networks) {
        List<InterfaceAddress> addresses = new ArrayList<>();
        for (NetworkInterface network : networks) {
            of(network).ifPresent(addresses::add);
        }
        return addresses.stream()
                .sorted(Comparator.comparing(each -> !(each.local instanceof Inet4Address)))
                .limit(ADDRESSES_MAX)
                .toList();
    }

    private static Optional<InterfaceAddress> of(NetworkInterface network) {
        try {
            if (network.isLoopback() || !network.supportsMulticast()) {
                return Optional.empty();
            }
        } catch (SocketException e) {
            return Optional.empty(); // It has gone since the list was made.
        }
        return addressAmong(network.inetAddresses())
                .map(local -> new InterfaceAddress(network.getName(), network.getIndex(), local));
    }

    /**
     * The address at which others reach a service best: IPv4 if there is some. Of IPv4 one that is
     * not link-local, since that is what a machine gives itself when nobody gave it one, and others
     * may have no route to it. Of IPv6 the link-local one, since every machine on the link has such
     * an address, and it stays when the prefix of the network changes.
     */
    static Optional<InetAddress> addressAmong(Stream<InetAddress> addresses) {
        return addresses.min(
                Comparator.<InetAddress, Boolean>comparing(
                                address -> !(address instanceof Inet4Address))
                        .thenComparing(
                                address ->
                                        address.isLinkLocalAddress()
                                                == address instanceof Inet4Address));
    }
}
