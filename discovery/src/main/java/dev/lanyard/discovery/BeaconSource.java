package dev.lanyard.discovery;

import dev.lanyard.discovery.Discovery.Fault;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.util.List;

/**
 * A way by which beacons travel besides the datagrams of {@code udp}. Several sources feed one
 * roster: a peer that is heard by two of them is one peer with two addresses. All methods are
 * called by one thread; none may block, so what takes long goes on in threads of the source.
 */
public interface BeaconSource extends AutoCloseable {
    /**
     * Begins to hear and hands every beacon to {@code ear}, sealed as it came. Called once, before
     * all else.
     *
     * @param listenPort the TCP port that our beacons name
     */
    void start(int listenPort, Ear ear);

    /**
     * Uses these networks and no others from now on. Called after each reading of the interfaces,
     * also if they are the same as before.
     *
     * @param networks those that are up and wanted
     */
    void follow(List<NetworkInterface> networks);

    /**
     * Lets {@code sealed} (which is the source's from now on) be heard by others in place of what
     * was said before. Called for each beacon, so up to several times a second when nodes come; a
     * source that is slow may leave out all but the newest, yet who is heard through it alone is
     * gone from the roster unless a new beacon comes within 35 s.
     */
    void say(byte[] sealed);

    /** What does not work now. */
    List<Fault> faults();

    /** Ends it; the last call. */
    @Override
    void close();

    /** Where a source leaves what it hears. Thread-safe, never blocks. */
    @FunctionalInterface
    interface Ear {
        /** Some bytes came from this address; {@code sealed} is the ear's from now on. */
        void hear(byte[] sealed, InetAddress from);
    }
}
