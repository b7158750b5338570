package dev.lanyard.discovery.udp;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.InterfaceAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * From which address of an interface to where beacons are sent. Equal routes are the same route at
 * two times.
 *
 * @param interfaceName as the system names it
 * @param interfaceIndex tells an interface from one that had its name before
 * @param local the sending address
 * @param targets where to: broadcast and multicast addresses with the discovery port
 */
record Route(
        String interfaceName,
        int interfaceIndex,
        InetAddress local,
        Set<InetSocketAddress> targets) {
    /** The routes over {@code network}, none where beacons cannot be sent to all. */
    static List<Route> over(NetworkInterface network, int port) throws SocketException {
        List<Route> routes = new ArrayList<>();
        for (InterfaceAddress own : network.getInterfaceAddresses()) {
            if (own.getAddress() instanceof Inet4Address local) {
                add(routes, network, local, targetsOf(own, network, port));
            }
        }
        // No IPv6 multicast on loopback: systems have no route for it there, and IPv4 is enough.
        if (network.supportsMulticast() && !network.isLoopback()) {
            Optional<Inet6Address> local = ipv6Of(network);
            if (local.isPresent()) {
                add(routes, network, local.get(), Set.of(ipv6Target(network, port)));
            }
        }
        return routes;
    }

    private static void add(
            List<Route> routes,
            NetworkInterface network,
            InetAddress local,
            Set<InetSocketAddress> targets) {
        if (!targets.isEmpty()) {
            routes.add(new Route(network.getName(), network.getIndex(), local, targets));
        }
    }

    private static Set<InetSocketAddress> targetsOf(
            InterfaceAddress own, NetworkInterface network, int port) throws SocketException {
        Set<InetSocketAddress> targets = new LinkedHashSet<>();
        int prefixBits = own.getNetworkPrefixLength();
        if (!network.isPointToPoint() && prefixBits < 31) {
            // Reckoned, not asked for: loopback has none by its own account, nor has an address
            // that was set by hand without one, and the system delivers it all the same. The
            // limited
            // broadcast would reach nobody else but who has another prefix, and multicast does
            // that.
            targets.add(new InetSocketAddress(lastOf(own.getAddress(), prefixBits), port));
        }
        InetAddress declared = own.getBroadcast();
        if (declared != null && !declared.isAnyLocalAddress()) {
            targets.add(new InetSocketAddress(declared, port));
        }
        if (network.supportsMulticast() || network.isLoopback()) { // Loopback denies that it can.
            targets.add(new InetSocketAddress(Groups.IPV4, port));
        }
        return targets;
    }

    /** The last address of the network of {@code address}. */
    private static InetAddress lastOf(InetAddress address, int prefixBits) {
        byte[] bytes = address.getAddress();
        for (int bit = prefixBits; bit < Integer.SIZE; bit++) {
            bytes[bit / Byte.SIZE] |= (byte) (0x80 >> bit % Byte.SIZE);
        }
        return addressOf(bytes);
    }

    /** The address that is the same whatever prefix the network is given, if there is one. */
    private static Optional<Inet6Address> ipv6Of(NetworkInterface network) {
        return network.inetAddresses()
                .filter(Inet6Address.class::isInstance)
                .map(Inet6Address.class::cast)
                .min(Comparator.comparing(address -> !address.isLinkLocalAddress()));
    }

    private static InetSocketAddress ipv6Target(NetworkInterface network, int port) {
        try {
            byte[] group = Groups.IPV6.getAddress();
            return new InetSocketAddress(Inet6Address.getByAddress(null, group, network), port);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("a group address has 16 bytes", e);
        }
    }

    private static InetAddress addressOf(byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an IPv4 address has 4 bytes", e);
        }
    }
}
