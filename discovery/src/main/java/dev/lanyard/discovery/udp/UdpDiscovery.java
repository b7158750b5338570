package dev.lanyard.discovery.udp;

import dev.lanyard.discovery.BeaconKey;
import dev.lanyard.discovery.BeaconKeys;
import dev.lanyard.discovery.BeaconSource;
import dev.lanyard.discovery.Discovery;
import dev.lanyard.discovery.PeerEvent;

import org.jspecify.annotations.Nullable;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/** Discovery by datagrams, and by further sources if it is given some. */
public final class UdpDiscovery implements Discovery {
    /** Where beacons are sent to unless another port is chosen; the same for all of a share. */
    public static final int DEFAULT_PORT = 27_480;

    /** A network that comes back is used after this long, and peers are expected within 3 s. */
    private static final Duration REREAD_EVERY = Duration.ofSeconds(2);

    private static final Duration CLOSE_MAX = Duration.ofMillis(200);
    private static final State NOTHING_YET =
            new State(new Reception(0, 0, 0, 0, 0, 0), List.of(), List.of());

    private final Settings settings;
    private final List<BeaconSource> sources;
    private final RandomGenerator random;
    private final InstantSource clock;
    private @Nullable Loop loop;
    private @Nullable Thread thread;

    /**
     * How it is to work.
     *
     * @param keys what makes beacons ours; asked for each, by the thread of discovery
     * @param protocolVersion what our beacons say, 0-65535
     * @param discoveryPort the UDP port that all of the share send to and hear on
     * @param interfaces the interfaces to use, of those that are up; asked anew at every reading
     * @param rereadEvery how often the interfaces are read, so that those that come are used
     * @param known tells hosts where a peer was met before and none is now; each is sent a beacon
     *     of its own at the start, when a network comes, and once a minute. Must not block
     */
    public record Settings(
            Supplier<BeaconKeys> keys,
            int protocolVersion,
            int discoveryPort,
            Predicate<NetworkInterface> interfaces,
            Duration rereadEvery,
            Supplier<List<InetAddress>> known) {
        /** Checks the port and interval. @throws IllegalArgumentException if one makes no sense */
        public Settings {
            if (discoveryPort < 1 || discoveryPort > 0xFFFF) {
                throw new IllegalArgumentException(
                        "discovery port %d (expected 1-65535)".formatted(discoveryPort));
            }
            if (rereadEvery.compareTo(Duration.ofMillis(1)) < 0) {
                throw new IllegalArgumentException(
                        "read interfaces every %s (expected 1 ms or more)".formatted(rereadEvery));
            }
        }

        /** All interfaces, read every two seconds, the default port, and nobody known. */
        public static Settings of(BeaconKey key, int protocolVersion) {
            return of(() -> BeaconKeys.only(key), protocolVersion);
        }

        /** The same with keys that may change. */
        public static Settings of(Supplier<BeaconKeys> keys, int protocolVersion) {
            return new Settings(
                    keys, protocolVersion, DEFAULT_PORT, _ -> true, REREAD_EVERY, List::of);
        }

        /** These settings with another port. */
        public Settings withPort(int port) {
            return new Settings(keys, protocolVersion, port, interfaces, rereadEvery, known);
        }

        /** These settings with only those interfaces that {@code chosen} accepts. */
        public Settings withInterfaces(Predicate<NetworkInterface> chosen) {
            return new Settings(keys, protocolVersion, discoveryPort, chosen, rereadEvery, known);
        }

        /** These settings with the interfaces read in other intervals. */
        public Settings withRereadEvery(Duration interval) {
            return new Settings(keys, protocolVersion, discoveryPort, interfaces, interval, known);
        }

        /** These settings with hosts where peers were met before. */
        public Settings withKnown(Supplier<List<InetAddress>> hosts) {
            return new Settings(
                    keys, protocolVersion, discoveryPort, interfaces, rereadEvery, hosts);
        }
    }

    /**
     * Ready to start.
     *
     * @param sources further ways to hear and be heard; started and closed with this
     * @param random for nonces and intervals; used by one thread only
     * @param clock for deadlines: should be monotonic
     */
    public UdpDiscovery(
            Settings settings,
            List<BeaconSource> sources,
            RandomGenerator random,
            InstantSource clock) {
        this.settings = settings;
        this.sources = List.copyOf(sources);
        this.random = random;
        this.clock = clock;
    }

    @Override
    public synchronized void start(int listenPort, Consumer<PeerEvent> listener) {
        if (loop != null) {
            throw new IllegalStateException("discovery was started before");
        }
        Loop started = new Loop(settings, sources, listenPort, listener, random, clock);
        loop = started;
        // A platform thread: it must answer promptly also when all carrier threads are busy.
        thread = Thread.ofPlatform().daemon().name("discovery").start(started);
    }

    @Override
    public synchronized State state() {
        return loop == null ? NOTHING_YET : loop.state();
    }

    @Override
    public void close() {
        Thread ending = end();
        if (ending == null || ending.equals(Thread.currentThread())) {
            return;
        }
        try {
            ending.join(CLOSE_MAX); // Longer only if the listener blocks; it closes all later then.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized @Nullable Thread end() {
        if (loop != null) {
            loop.end();
        }
        return thread;
    }
}
