package dev.lanyard.node.core.index;

import dev.lanyard.protocol.ReplicaId;
import dev.lanyard.protocol.VersionVector;

import org.jspecify.annotations.Nullable;

/**
 * Whether this replica is still the one that its index says. If that cannot be shown it draws a new
 * id: it keeps its index and makes anew what it made since. That costs little, while a counter that
 * is used twice makes two versions that nobody can tell apart.
 */
public sealed interface Continuity {
    /** It goes on under its id. */
    record Continue() implements Continuity {}

    /** It draws a new id. */
    record NewIdentity(Reason reason) implements Continuity {}

    /** Why an id cannot be kept. */
    enum Reason {
        /** There is none: the first start, or the state was lost. */
        NO_STATE,
        /** The state was written on another machine. */
        OTHER_MACHINE,
        /** The state was copied or restored: its file is not the one that it was written to. */
        COPIED_STATE,
        /** The folder does not say how far the counters went. */
        NO_MARK,
        /** Versions of this folder were made last under another id. */
        OTHER_MARK,
        /** The folder has seen higher counters than the state: it is an old copy. */
        STATE_BEHIND_FOLDER,
        /** A peer has seen higher counters of this replica than this replica has. */
        STATE_BEHIND_PEER;

        /** Whether another node may run with the same state. */
        public boolean isCopy() {
            return this == OTHER_MACHINE || this == COPIED_STATE;
        }
    }

    /**
     * Decides at the start of a node.
     *
     * @param stored what the index has, or null
     * @param machine the id of this machine
     * @param inode of the file of the index
     * @param mark what the folder says, or null
     */
    static Continuity atStart(
            @Nullable Identity stored, String machine, long inode, @Nullable HighWaterMark mark) {
        if (stored == null) {
            return new NewIdentity(Reason.NO_STATE);
        }
        if (!stored.machine().equals(machine)) {
            return new NewIdentity(Reason.OTHER_MACHINE);
        }
        if (stored.inode() != inode) {
            return new NewIdentity(Reason.COPIED_STATE);
        }
        if (mark == null) {
            return new NewIdentity(Reason.NO_MARK);
        }
        if (!mark.replica().equals(stored.replica())) {
            return new NewIdentity(Reason.OTHER_MARK);
        }
        return mark.counter() > stored.reserved()
                ? new NewIdentity(Reason.STATE_BEHIND_FOLDER)
                : new Continue();
    }

    /**
     * Decides when a peer greets, or names a version.
     *
     * @param own the id of this replica
     * @param last the last counter that it has handed out
     * @param seen what the peer has seen
     */
    static Continuity atGreeting(ReplicaId own, long last, VersionVector seen) {
        return seen.counter(own) > last
                ? new NewIdentity(Reason.STATE_BEHIND_PEER)
                : new Continue();
    }
}
