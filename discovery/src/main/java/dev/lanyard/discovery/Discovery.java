package dev.lanyard.discovery;

import java.util.List;
import java.util.function.Consumer;

/** Finds the peers of a share and lets them find us. Thread-safe. */
public interface Discovery extends AutoCloseable {
    /**
     * Begins to announce that a node listens on {@code listenPort} (TCP, 1-65535), and to tell
     * {@code listener} of others. Returns at once and never fails for the network's sake: what
     * cannot be sent or heard now is tried again, and said in {@link #state}.
     *
     * @param listener called in order, by one thread, which does nothing else meanwhile: it should
     *     hand the event on and return
     * @throws IllegalStateException if it was started before
     */
    void start(int listenPort, Consumer<PeerEvent> listener);

    /** How it stands now. */
    State state();

    /**
     * Says goodbye, stops and frees what it has, within 200 ms; the listener is not called any
     * more. It may be called by the listener, and more than once.
     */
    @Override
    void close();

    /**
     * How discovery stands, for people who ask why a peer is not found.
     *
     * @param reception what came in since the start
     * @param interfaces names of the network interfaces that beacons are sent on, sorted
     * @param faults what does not work now
     */
    record State(Reception reception, List<String> interfaces, List<Fault> faults) {
        /** Copies the lists. */
        public State {
            interfaces = List.copyOf(interfaces);
            faults = List.copyOf(faults);
        }
    }

    /**
     * Counts what came in.
     *
     * @param heard beacons of peers that were taken
     * @param own beacons of our own, which come back on every network
     * @param repeated beacons that were heard before: the same by another way, or sent again
     * @param refused beacons of newcomers for whom the roster had no room
     * @param foreign beacons of other shares; if there are some and {@code heard} is zero, a key
     *     may be mistyped
     * @param garbage what is no beacon
     */
    record Reception(
            long heard, long own, long repeated, long refused, long foreign, long garbage) {}

    /**
     * Something that does not work now.
     *
     * @param kind what it is about
     * @param place an interface and where it sends to, or the port that cannot be had
     * @param reason what the system said
     */
    record Fault(Kind kind, String place, String reason) {
        /** What does not work; a user mends each in another way. */
        public enum Kind {
            /** The port cannot be had: nothing is heard on it. */
            PORT,
            /** A network, or one way on it. */
            NETWORK
        }
    }
}
