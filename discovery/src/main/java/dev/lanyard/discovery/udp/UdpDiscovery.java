package dev.lanyard.discovery.udp;

import dev.lanyard.discovery.BeaconKey;
import dev.lanyard.discovery.BeaconSource;
import dev.lanyard.discovery.Discovery;
import dev.lanyard.discovery.PeerEvent;

import org.jspecify.annotations.Nullable;

import java.net.NetworkInterface;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/** Discovery by datagrams, and by further sources if it is given some. */
public final class UdpDiscovery implements Discovery {
    /** Where beacons are sent to unless another port is chosen; the same for all of a share. */
    public static final int DEFAULT_PORT = 24717;

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
     * @param key what makes beacons ours
     * @param protocolVersion what our beacons say, 0-65535
     * @param discoveryPort the UDP port that all of the share send to and hear on
     * @param interfaces the interfaces to use, of those that are up; asked anew at every reading
     * @param rereadEvery how often the interfaces are read, so that those that come are used
     */
    public record Settings(
            BeaconKey key,
            int protocolVersion,
            int discoveryPort,
            Predicate<NetworkInterface> interfaces,
            Duration rereadEvery) {
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

        /** All interfaces, read every five seconds, and the default port. */
        public static Settings of(BeaconKey key, int protocolVersion) {
            return new Settings(
                    key, protocolVersion, DEFAULT_PORT, _ -> true, Duration.ofSeconds(5));
        }

        /** These settings with another port. */
        public Settings withPort(int port) {
            return new Settings(key, protocolVersion, port, interfaces, rereadEvery);
        }

        /** These settings with only those interfaces that {@code chosen} accepts. */
        public Settings withInterfaces(Predicate<NetworkInterface> chosen) {
            return new Settings(key, protocolVersion, discoveryPort, chosen, rereadEvery);
        }

        /** These settings with the interfaces read in other intervals. */
        public Settings withRereadEvery(Duration interval) {
            return new Settings(key, protocolVersion, discoveryPort, interfaces, interval);
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
