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
public record Network(String name, boolean isLoopback, List<String> addresses) {
    /** Copies the list. */
    public Network {
        addresses = List.copyOf(addresses);
    }

    /** All that have an address; none if the system does not tell. */
    public static List<Network> all() {
        try (Stream<NetworkInterface> all = NetworkInterface.networkInterfaces()) {
            return all.filter(Network::isUp)
                    .map(Network::of)
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

    private static Network of(NetworkInterface network) {
        List<String> addresses = network.inetAddresses().map(Network::shown).toList();
        boolean isLoopback = network.inetAddresses().allMatch(InetAddress::isLoopbackAddress);
        return new Network(network.getName(), isLoopback, addresses);
    }

    /** Without the interface that Java writes behind an address. */
    private static String shown(InetAddress address) {
        return address.getHostAddress().replaceFirst("%.*", "");
    }
}
