package dev.lanyard.discovery.udp;

import dev.lanyard.discovery.Discovery.Fault;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.ProtocolFamily;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Hears what is sent to the discovery port in one address family, on all interfaces. */
final class Ear implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Ear.class);

    private final ProtocolFamily family;
    private final InetAddress wildcard;
    private final InetAddress group;
    private final int port;
    private final Set<Integer> joined = new LinkedHashSet<>();
    private final Map<String, String> joinFaults = new LinkedHashMap<>();
    private @Nullable DatagramChannel channel;
    private @Nullable String portFault;

    private Ear(ProtocolFamily family, String wildcard, InetAddress group, int port) {
        this.family = family;
        this.wildcard = InetAddress.ofLiteral(wildcard);
        this.group = group;
        this.port = port;
    }

    static Ear ofIpv4(int port) {
        return new Ear(StandardProtocolFamily.INET, "0.0.0.0", Groups.IPV4, port);
    }

    static Ear ofIpv6(int port) {
        return new Ear(StandardProtocolFamily.INET6, "::", Groups.IPV6, port);
    }

    /**
     * Opens the socket if it is not open, and joins the group on those {@code networks} where it is
     * not yet a member. Does nothing as long as none of them has an address of this family.
     */
    void listen(Selector selector, List<NetworkInterface> networks) {
        List<NetworkInterface> ours = networks.stream().filter(this::isOurs).toList();
        DatagramChannel open = channel;
        if (open == null && ours.isEmpty()) {
            return;
        }
        if (open == null) {
            try {
                open = bound(selector);
            } catch (IOException e) {
                failed(e);
                return;
            }
            channel = open;
            worked();
        }
        // One that has gone took its membership along, and comes back with another index.
        joined.retainAll(ours.stream().map(NetworkInterface::getIndex).toList());
        joinFaults.keySet().retainAll(ours.stream().map(NetworkInterface::getName).toList());
        for (NetworkInterface network : ours) {
            if (!joined.contains(network.getIndex())) {
                join(open, network);
            }
        }
    }

    /**
     * Reads one datagram into {@code buffer}, which is cleared before.
     *
     * @return who sent it, or empty if none waits; bytes that do not fit are lost
     */
    Optional<InetAddress> hear(ByteBuffer buffer) {
        DatagramChannel open = channel;
        if (open == null) {
            return Optional.empty();
        }
        try {
            buffer.clear();
            return open.receive(buffer) instanceof InetSocketAddress from
                    ? Optional.of(from.getAddress())
                    : Optional.empty();
        } catch (IOException e) {
            close(); // Opened anew when the interfaces are read next: never a busy loop.
            failed(e);
            return Optional.empty();
        }
    }

    /** Whether {@code from} is of the family that this ear is for. */
    boolean isFor(InetAddress from) {
        return from instanceof Inet4Address == (group instanceof Inet4Address);
    }

    /** What keeps it from hearing now. */
    List<Fault> faults() {
        List<Fault> faults = new ArrayList<>();
        if (portFault != null) {
            faults.add(
                    new Fault(
                            Fault.Kind.PORT,
                            "port %d (%s)".formatted(port, family.name()),
                            portFault));
        }
        joinFaults.forEach(
                (name, reason) ->
                        faults.add(
                                new Fault(
                                        Fault.Kind.NETWORK,
                                        "%s from %s".formatted(name, group.getHostAddress()),
                                        reason)));
        return faults;
    }

    @Override
    public void close() {
        DatagramChannel open = channel;
        channel = null;
        joined.clear();
        if (open != null) {
            Channels.close(open);
        }
    }

    private DatagramChannel bound(Selector selector) throws IOException {
        DatagramChannel opened = DatagramChannel.open(family);
        try {
            opened.configureBlocking(false);
            opened.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            if (!System.getProperty("os.name", "").startsWith("Linux")
                    && opened.supportedOptions().contains(StandardSocketOptions.SO_REUSEPORT)) {
                // BSD and macOS let sockets share a port by this one only, and deliver to all.
                opened.setOption(StandardSocketOptions.SO_REUSEPORT, true);
            }
            opened.bind(new InetSocketAddress(wildcard, port));
            opened.register(selector, SelectionKey.OP_READ);
            return opened;
        } catch (IOException e) {
            Channels.close(opened);
            throw e;
        }
    }

    private boolean isOurs(NetworkInterface network) {
        return network.inetAddresses().anyMatch(this::isFor);
    }

    private void join(DatagramChannel open, NetworkInterface network) {
        try {
            open.join(group, network);
            joined.add(network.getIndex());
            if (joinFaults.remove(network.getName()) != null) {
                log.atInfo()
                        .addKeyValue("interface", network.getName())
                        .addKeyValue("group", group.getHostAddress())
                        .log("multicast group joined after all");
            }
        } catch (IOException e) {
            // Broadcasts are heard all the same.
            if (joinFaults.put(network.getName(), Channels.reasonOf(e)) == null) {
                log.atWarn()
                        .addKeyValue("interface", network.getName())
                        .addKeyValue("group", group.getHostAddress())
                        .addKeyValue("reason", Channels.reasonOf(e))
                        .log("multicast group cannot be joined");
            }
        }
    }

    private void worked() {
        if (portFault != null) {
            log.atInfo()
                    .addKeyValue("port", port)
                    .addKeyValue("family", family.name())
                    .log("beacons can be heard again");
        }
        portFault = null;
    }

    private void failed(IOException e) {
        if (portFault == null) {
            log.atWarn()
                    .addKeyValue("port", port)
                    .addKeyValue("family", family.name())
                    .addKeyValue("reason", Channels.reasonOf(e))
                    .log("beacons cannot be heard");
        }
        portFault = Channels.reasonOf(e);
    }
}
