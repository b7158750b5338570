package dev.lanyard.discovery.udp;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.List;
import java.util.function.Supplier;

/**
 * Speaks to single hosts, by whatever route the system takes to each. What fails is no fault: most
 * of those who were met on another network cannot be reached from this one.
 */
final class Probes implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Probes.class);

    private final int port;
    private final Opener opener;
    private @Nullable DatagramChannel ipv4;
    private @Nullable DatagramChannel ipv6;

    /** Nothing is open yet; all is sent to {@code port}. */
    Probes(int port) {
        this(port, DatagramChannel::open);
    }

    /** The same with sockets that {@code opener} opens. */
    Probes(int port, Opener opener) {
        this.port = port;
        this.opener = opener;
    }

    /** Sends one of {@code beacons} to each host. */
    void say(List<InetAddress> hosts, Supplier<byte[]> beacons) {
        for (InetAddress host : hosts) {
            byte[] beacon = beacons.get();
            try {
                channelTo(host).send(ByteBuffer.wrap(beacon), new InetSocketAddress(host, port));
            } catch (IOException | RuntimeException e) {
                // Unchecked too: a machine without IPv6 opens no such socket, a policy may forbid
                // a host. No single host may end the thread that finds all others.
                log.atDebug()
                        .addKeyValue("address", host.getHostAddress())
                        .addKeyValue("reason", Channels.reasonOf(e))
                        .log("host not probed");
            }
        }
    }

    private DatagramChannel channelTo(InetAddress host) throws IOException {
        if (host instanceof Inet4Address) {
            DatagramChannel open = ipv4 != null ? ipv4 : opened(StandardProtocolFamily.INET);
            ipv4 = open;
            return open;
        }
        DatagramChannel open = ipv6 != null ? ipv6 : opened(StandardProtocolFamily.INET6);
        ipv6 = open;
        return open;
    }

    private DatagramChannel opened(ProtocolFamily family) throws IOException {
        DatagramChannel opened = opener.open(family);
        try {
            opened.configureBlocking(false);
            return opened;
        } catch (IOException e) {
            Channels.close(opened);
            throw e;
        }
    }

    @Override
    public void close() {
        if (ipv4 != null) {
            Channels.close(ipv4);
        }
        if (ipv6 != null) {
            Channels.close(ipv6);
        }
    }

    /** Opens a socket of a family, where the machine has that. */
    @FunctionalInterface
    interface Opener {
        DatagramChannel open(ProtocolFamily family) throws IOException;
    }
}
