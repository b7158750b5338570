package dev.lanyard.discovery.udp;

import dev.lanyard.discovery.BeaconKey;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.Arrays;

/** What tests with real sockets share: they never speak on anything but loopback. */
final class Loopback {
    private Loopback() {}

    /** A UDP port that nobody has now. */
    static int freePort() {
        try (DatagramSocket socket = new DatagramSocket(0)) {
            return socket.getLocalPort();
        } catch (SocketException e) {
            throw new UncheckedIOException(new IOException("no UDP port to be had", e));
        }
    }

    /** Settings for that port on loopback, with the key whose bytes are all {@code keyByte}. */
    static UdpDiscovery.Settings settings(int keyByte, int port) {
        byte[] key = new byte[BeaconKey.KEY_BYTES];
        Arrays.fill(key, (byte) keyByte);
        return UdpDiscovery.Settings.of(BeaconKey.of(key), 1)
                .withPort(port)
                .withInterfaces(Loopback::isLoopback);
    }

    static boolean isLoopback(NetworkInterface network) {
        try {
            return network.isLoopback();
        } catch (SocketException e) {
            throw new UncheckedIOException(e);
        }
    }
}
