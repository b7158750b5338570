package dev.lanyard.node.app.runtime;

import com.google.common.net.HostAndPort;
import com.google.common.net.InetAddresses;

import dev.lanyard.node.app.config.PeerMemory;
import dev.lanyard.node.app.config.PeerMemory.Met;
import dev.lanyard.node.io.peer.Peers.Connected;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Where those who are missing were when they were met last. Thread-safe. */
final class LastAddresses {
    /** So many who are not there are looked for where they were. */
    private static final int MISSING_MAX = 32;

    private final PeerMemory memory;

    /** Those whom we look for; replaced as a whole, since discovery must not wait for a file. */
    private volatile List<Met> missing;

    /** Takes all that {@code memory} knows for missing. */
    LastAddresses(PeerMemory memory) {
        this.memory = memory;
        this.missing = missing(Set.of());
    }

    /** Takes all for missing but the nodes {@code connected}. */
    void refresh(Collection<String> connected) {
        missing = missing(Set.copyOf(connected));
    }

    /** Those who were met last and are not connected; there is little hope for the others. */
    private List<Met> missing(Set<String> connected) {
        return memory.all().stream()
                .filter(met -> !connected.contains(met.node()))
                .sorted(Comparator.comparing(Met::seen).reversed())
                .limit(MISSING_MAX)
                .toList();
    }

    /** Where those who are not connected were reached when they were dialled last. */
    List<InetSocketAddress> toDial() {
        return missing.stream().map(LastAddresses::toDial).flatMap(Optional::stream).toList();
    }

    /** Where {@code met} was reached when it was dialled last. */
    static Optional<InetSocketAddress> toDial(Met met) {
        return known(met).filter(HostAndPort::hasPort).flatMap(LastAddresses::toDial);
    }

    /** The hosts where those were who are not connected, as far as they are known by address. */
    List<InetAddress> hosts() {
        return missing.stream()
                .map(LastAddresses::known)
                .flatMap(Optional::stream)
                .filter(known -> InetAddresses.isInetAddress(known.getHost()))
                .map(known -> literal(known.getHost()))
                .flatMap(Optional::stream)
                .distinct()
                .toList();
    }

    /** Empty if the file of those who were met is damaged. */
    private static Optional<HostAndPort> known(Met met) {
        try {
            return Optional.of(HostAndPort.fromString(met.address()));
        } catch (IllegalArgumentException damaged) {
            return Optional.empty();
        }
    }

    private static Optional<InetSocketAddress> toDial(HostAndPort known) {
        return InetAddresses.isInetAddress(known.getHost())
                ? literal(known.getHost())
                        .map(address -> new InetSocketAddress(address, known.getPort()))
                : Optional.of(InetSocketAddress.createUnresolved(known.getHost(), known.getPort()));
    }

    /** Empty if it is of an interface that is not there now. */
    private static Optional<InetAddress> literal(String host) {
        try {
            return Optional.of(InetAddress.ofLiteral(host));
        } catch (IllegalArgumentException nowhere) {
            return Optional.empty();
        }
    }

    /**
     * Where {@code node}, which is connected, can be dialled: if it dialled itself, at the port at
     * which it was dialled on that host before.
     */
    String of(String node, Connected it) {
        String address = of(it);
        return memory.all().stream()
                .filter(met -> met.node().equals(node))
                .map(Met::address)
                .filter(before -> before.startsWith(address + ":"))
                .findFirst()
                .orElse(address);
    }

    /** Where it can be dialled; of one that dialled only the host is known. */
    static String of(Connected it) {
        if (it.named() != null) {
            return HostPort.show(it.named());
        }
        String shown = HostPort.show(it.remote());
        return shown.substring(0, shown.lastIndexOf(':'));
    }
}
