package dev.lanyard.node.app.runtime;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.function.Predicate;

/**
 * The interfaces over which others reach a node that listens at one address. To be announced
 * elsewhere would only have others dial in vain.
 *
 * @param listen where the node listens; the wildcard address for all of its addresses
 */
record ListeningInterfaces(InetAddress listen) implements Predicate<NetworkInterface> {
    @Override
    public boolean test(NetworkInterface network) {
        if (listen.isAnyLocalAddress()) {
            return true;
        }
        return listen.isLoopbackAddress()
                ? isLoopback(network)
                : network.inetAddresses().anyMatch(listen::equals);
    }

    private static boolean isLoopback(NetworkInterface network) {
        try {
            return network.isLoopback();
        } catch (SocketException e) {
            return false; // It has gone since it was listed.
        }
    }
}
