package dev.lanyard.discovery.udp;

import dev.lanyard.discovery.Address;
import dev.lanyard.discovery.Discovery.Fault;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Speaks on one route. Its socket is opened when it is needed, and again after it failed. */
final class Mouth implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Mouth.class);

    private final Route route;
    private final NetworkInterface network;
    private final Map<InetSocketAddress, String> faults = new LinkedHashMap<>();
    private @Nullable DatagramChannel channel;

    Mouth(Route route, NetworkInterface network) {
        this.route = route;
        this.network = network;
    }

    /** Sends to all targets; what fails is logged when it begins and when it ends. */
    void say(byte[] sealed) {
        for (InetSocketAddress target : route.targets()) {
            try {
                // A full send buffer drops it, as any router may.
                open().send(ByteBuffer.wrap(sealed), target);
                worked(target);
            } catch (IOException e) {
                failed(target, e);
            }
        }
    }

    /** What cannot be sent now. */
    List<Fault> faults() {
        return faults.entrySet().stream()
                .map(
                        fault ->
                                new Fault(
                                        Fault.Kind.NETWORK,
                                        route.interfaceName() + " to " + textOf(fault.getKey()),
                                        fault.getValue()))
                .toList();
    }

    @Override
    public void close() {
        DatagramChannel open = channel;
        channel = null;
        if (open != null) {
            Channels.close(open);
        }
    }

    private DatagramChannel open() throws IOException {
        DatagramChannel open = channel;
        if (open == null) {
            open = bound();
            channel = open;
        }
        return open;
    }

    private DatagramChannel bound() throws IOException {
        boolean four = route.local() instanceof Inet4Address;
        DatagramChannel opened =
                DatagramChannel.open(
                        four ? StandardProtocolFamily.INET : StandardProtocolFamily.INET6);
        try {
            opened.configureBlocking(false);
            if (four) {
                opened.setOption(StandardSocketOptions.SO_BROADCAST, true);
            }
            opened.setOption(StandardSocketOptions.IP_MULTICAST_IF, network);
            opened.setOption(StandardSocketOptions.IP_MULTICAST_TTL, 1);
            opened.setOption(StandardSocketOptions.IP_MULTICAST_LOOP, true);
            // The local address is what peers dial.
            opened.bind(new InetSocketAddress(route.local(), 0));
            return opened;
        } catch (IOException e) {
            Channels.close(opened);
            throw e;
        }
    }

    private void worked(InetSocketAddress target) {
        if (faults.remove(target) != null) {
            log.atInfo()
                    .addKeyValue("interface", route.interfaceName())
                    .addKeyValue("target", textOf(target))
                    .log("beacons can be sent again");
        }
    }

    private void failed(InetSocketAddress target, IOException e) {
        if (faults.put(target, Channels.reasonOf(e)) == null) {
            log.atWarn()
                    .addKeyValue("interface", route.interfaceName())
                    .addKeyValue("target", textOf(target))
                    .addKeyValue("reason", Channels.reasonOf(e))
                    .log("beacons cannot be sent");
        }
    }

    private static String textOf(InetSocketAddress target) {
        return new Address(Address.hostOf(target.getAddress()), target.getPort()).toString();
    }
}
