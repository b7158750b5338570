package dev.lanyard.discovery;

import java.net.InetAddress;

/**
 * A way by which beacons travel besides the datagrams of {@code udp}. Several sources feed one
 * roster: a peer that is heard by two of them is one peer with two addresses.
 */
public interface BeaconSource extends AutoCloseable {
    /**
     * Begins to hear and hands every beacon to {@code ear}, sealed as it came. Called once, before
     * {@link #say}. Must not block; what takes long goes on in a thread of the source.
     */
    void start(Ear ear);

    /**
     * Lets {@code sealed} (which is the source's from now on) be heard by others in place of what
     * was said before. Must not block. Called for each beacon, so up to several times a second when
     * nodes come; a source that is slow may leave out all but the newest, yet who is heard through
     * it alone is gone from the roster unless a new beacon comes within 35 s.
     */
    void say(byte[] sealed);

    /**
     * Ends it; the last call. Must not block: what takes long goes on in a thread of the source.
     */
    @Override
    void close();

    /** Where a source leaves what it hears. Thread-safe, never blocks. */
    @FunctionalInterface
    interface Ear {
        /** Some bytes came from this address; {@code sealed} is the ear's from now on. */
        void hear(byte[] sealed, InetAddress from);
    }
}
