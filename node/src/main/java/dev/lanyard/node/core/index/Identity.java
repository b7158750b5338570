package dev.lanyard.node.core.index;

import dev.lanyard.protocol.ReplicaId;

import org.jspecify.annotations.Nullable;

/**
 * Under which id this replica makes versions, and where that was written down. Kept in the index,
 * durable with its next commit.
 *
 * @param reserved the highest counter that may have been used, 0 or more
 * @param machine an id of the machine that it was written on
 * @param inode of the file that it was written to, by which a copy is known
 */
public record Identity(ReplicaId replica, long reserved, String machine, long inode) {
    private static final String REPLICA = "identity.replica";
    private static final String RESERVED = "identity.reserved";
    private static final String MACHINE = "identity.machine";
    private static final String INODE = "identity.inode";

    /**
     * @throws IllegalArgumentException if {@code reserved} is negative
     */
    public Identity {
        if (reserved < 0) {
            throw new IllegalArgumentException(
                    "reserved counter %d (expected 0 or more)".formatted(reserved));
        }
    }

    /** An identity that has made nothing yet. */
    public static Identity begin(ReplicaId replica, String machine, long inode) {
        return new Identity(replica, 0, machine, inode);
    }

    /**
     * The identity that {@code index} has, or null when it has none: the replica is without state.
     *
     * @throws IllegalArgumentException if what is there was not written by {@link #write}
     */
    public static @Nullable Identity read(Index index) {
        String replica = index.text(REPLICA);
        String reserved = index.text(RESERVED);
        String machine = index.text(MACHINE);
        String inode = index.text(INODE);
        if (replica == null || reserved == null || machine == null || inode == null) {
            return null;
        }
        return new Identity(
                ReplicaId.parse(replica), Long.parseLong(reserved), machine, Long.parseLong(inode));
    }

    /** Puts it into {@code index}, in place of another one. */
    public void write(Index index) {
        index.putText(REPLICA, replica.toString());
        index.putText(RESERVED, Long.toString(reserved));
        index.putText(MACHINE, machine);
        index.putText(INODE, Long.toString(inode));
    }

    /** This identity with counters up to {@code counter} reserved. */
    Identity reserving(long counter) {
        return new Identity(replica, counter, machine, inode);
    }

    /** What the folder is told of it. */
    public HighWaterMark mark() {
        return new HighWaterMark(replica, reserved);
    }
}
