package dev.lanyard.node.app.config;

import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.List;
import java.util.stream.Stream;

/**
 * A network interface that is up.
 *
 * @param name as the system names it
 * @param isLoopback whether it leads only to this machine
 * @param addresses the addresses of this machine on it
 */
public record NetworkPlace(String name, boolean isLoopback, List<String> addresses) {
    /** Copies the list. */
    public NetworkPlace {
        addresses = List.copyOf(addresses);
    }

    /** All that have an address; none if the system does not tell. */
    public static List<NetworkPlace> all() {
        try (Stream<NetworkInterface> all = NetworkInterface.networkInterfaces()) {
            return all.filter(NetworkPlace::isUp)
                    .map(NetworkPlace::of)
                    .filter(each -> !each.addresses().isEmpty())
                    .toList();
        } catch (SocketException | UncheckedIOException untold) {
            return List.of();
        }
    }

    private static boolean isUp(NetworkInterface network) {
        try {
            return network.isUp();
        } catch (SocketException gone) {
            return false;
        }
    }

    private static NetworkPlace of(NetworkInterface network) {
        List<String> addresses = network.inetAddresses().map(NetworkPlace::shown).toList();
        boolean isLoopback = network.inetAddresses().allMatch(InetAddress::isLoopbackAddress);
        return new NetworkPlace(network.getName(), isLoopback, addresses);
    }

    /** Without the interface that Java writes behind an address. */
    private static String shown(InetAddress address) {
        return address.getHostAddress().replaceFirst("%.*", "");
    }
}
