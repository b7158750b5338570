package dev.lanyard.protocol.transport;

import dev.lanyard.protocol.NodeId;

import org.jspecify.annotations.Nullable;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Which connections there are, and which of several with one peer is kept. Thread-safe: connections
 * with one peer may live on different event loops.
 */
final class ConnectionTable<C extends ConnectionTable.Candidate> {
    /*
     * Of two proven connections with one peer the dial of the lower node id is kept, whichever was
     * proven first: both ends decide alike without asking. Of two dials of the same node the newer
     * is kept; a node would not dial again if its older session were alive.
     *
     * Dials of one node to several addresses of another may be under way at once, and which of them
     * is the newer could look different at each end, so that each would close the one that the
     * other keeps:
     *   1. A dials B twice; the proofs arrive at B in the order 1, 2: B keeps 2 and closes 1.
     *   2. B's proofs arrive at A in the order 2, 1: A keeps 1 and closes 2.
     * So a dialler proves itself on one of them at a time: a dial that began before another one to
     * the same node was proven is given up before it proves itself.
     *
     * Of connections that have proven nothing the oldest make room for new ones. Those from one
     * address make room for each other first: so who floods from one place is in nobody's way who
     * comes from another.
     */

    private final NodeId self;
    private final int unprovenMax;
    private final int unprovenPerSourceMax;
    private final int peersMax;
    private final Set<C> all = new HashSet<>();

    /** Accepted and not proven, by where they come from, the oldest first. None is empty. */
    private final Map<InetAddress, Set<C>> unproven = new HashMap<>();

    private int unprovenCount;

    /** The last dial to each node that may prove itself, as long as it lasts. */
    private final Map<NodeId, C> dials = new HashMap<>();

    private final Map<NodeId, C> kept = new HashMap<>();

    /** When connections began and were proven, in one sequence. */
    private final Map<C, Long> begun = new HashMap<>();

    private final Map<C, Long> provenAt = new HashMap<>();
    private long moment;
    private boolean closed;

    ConnectionTable(NodeId self, int unprovenMax, int unprovenPerSourceMax, int peersMax) {
        this.self = self;
        this.unprovenMax = unprovenMax;
        this.unprovenPerSourceMax = unprovenPerSourceMax;
        this.peersMax = peersMax;
    }

    /** What the table needs to know of a connection. */
    interface Candidate {
        /** The node at the other end, once it is known. */
        NodeId peer();

        /** Where it comes from or leads to. */
        InetAddress source();

        /** Whether we dialled. */
        boolean dialled();

        /** Whether it is over, though the table may not have been told yet. */
        boolean isEnded();
    }

    /** What becomes of a connection whose peer is proven. */
    sealed interface Verdict<C> {
        /** It is kept; {@code displaced} is to be closed before anyone hears of it. */
        record Keep<C>(@Nullable C displaced) implements Verdict<C> {}

        /** Another one with the same peer is kept. */
        record Duplicate<C>() implements Verdict<C> {}

        /** There are as many peers as there may be. */
        record Full<C>() implements Verdict<C> {}
    }

    /**
     * A connection begins.
     *
     * @return who has to make room for it: itself when the table is closed, or the oldest that has
     *     not proven itself, from the same address or that of the most
     */
    synchronized @Nullable C begin(C candidate) {
        if (closed) {
            return candidate;
        }
        all.add(candidate);
        begun.put(candidate, ++moment);
        if (candidate.dialled()) {
            return null;
        }
        Set<C> sameSource =
                unproven.computeIfAbsent(candidate.source(), _ -> new LinkedHashSet<>());
        sameSource.add(candidate);
        unprovenCount++;
        if (sameSource.size() > unprovenPerSourceMax) {
            return dropOldest(sameSource);
        }
        return unprovenCount > unprovenMax
                ? dropOldest(
                        Collections.max(
                                unproven.values(),
                                Comparator.<Set<C>>comparingInt(Collection::size)
                                        .thenComparing(this::oldestOf, Comparator.reverseOrder())))
                : null;
    }

    /** When the oldest of them began. */
    private long oldestOf(Set<C> some) {
        return Objects.requireNonNull(begun.get(some.iterator().next()));
    }

    private C dropOldest(Set<C> some) {
        C oldest = some.iterator().next();
        forgetUnproven(oldest);
        return oldest;
    }

    private void forgetUnproven(C candidate) {
        Set<C> sameSource = unproven.get(candidate.source());
        if (sameSource == null || !sameSource.remove(candidate)) {
            return;
        }
        unprovenCount--;
        if (sameSource.isEmpty()) {
            unproven.remove(candidate.source());
        }
    }

    /**
     * Whether {@code dial}, whose peer is known now, is worth going on with: not if the peer had
     * dialled before it began, for a session that is at work would be ended for it.
     */
    synchronized boolean mayProve(C dial) {
        C open = kept.get(dial.peer());
        if (open != null && !open.isEnded() && !open.dialled() && isProvenBefore(open, dial)) {
            return false;
        }
        C other = dials.get(dial.peer());
        if (other != null && !other.isEnded() && !isProvenBefore(other, dial)) {
            return false;
        }
        dials.put(dial.peer(), dial);
        return true;
    }

    private boolean isProvenBefore(C other, C dial) {
        Long proven = provenAt.get(other);
        Long began = begun.get(dial);
        return proven != null && began != null && proven < began;
    }

    /** The peer of {@code candidate} has shown that it has the share key. */
    synchronized Verdict<C> proven(C candidate) {
        forgetUnproven(candidate);
        C other = kept.get(candidate.peer());
        if (other != null && !other.isEnded() && !isPreferred(candidate, other)) {
            return new Verdict.Duplicate<>();
        }
        if (closed || (other == null && kept.size() >= peersMax)) {
            return new Verdict.Full<>();
        }
        kept.put(candidate.peer(), candidate);
        provenAt.put(candidate, ++moment);
        return new Verdict.Keep<>(other);
    }

    private boolean isPreferred(C newer, C older) {
        if (newer.dialled() == older.dialled()) {
            return true;
        }
        boolean selfIsLower = self.compareTo(newer.peer()) < 0;
        return newer.dialled() == selfIsLower;
    }

    /**
     * A connection is over.
     *
     * @param peer the node at the other end, if it was ever known
     */
    synchronized void end(C candidate, @Nullable NodeId peer) {
        all.remove(candidate);
        forgetUnproven(candidate);
        begun.remove(candidate);
        provenAt.remove(candidate);
        if (peer != null) {
            dials.remove(peer, candidate);
            kept.remove(peer, candidate);
        }
    }

    /** All that there are, proven or not. */
    synchronized List<C> all() {
        return new ArrayList<>(all);
    }

    /** Takes no more; returns all that there are. */
    synchronized List<C> close() {
        closed = true;
        return all();
    }
}
