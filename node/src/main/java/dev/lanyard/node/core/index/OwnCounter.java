package dev.lanyard.node.core.index;

import dev.lanyard.protocol.ReplicaId;

/**
 * Hands out the counters of the versions that this replica makes, each one once for ever. Owned by
 * the thread that steps the engine.
 *
 * <p>Counters are reserved in blocks. When one is used up, the next is put into the index in the
 * transaction of the version that needs it: either both are durable or neither, and nothing is
 * announced before. After a restart the rest of the block is not used, since it is not known how
 * much of it was.
 */
public final class OwnCounter {
    /*
     * 1. A version gets a counter of a new block. The index has the block and the version in one
     *    transaction.
     * 2. The transaction is committed.
     * 3. The folder gets the new mark, durably.
     * 4. The version is announced.
     *
     * A stop before 2 forgets all; before 4, nobody has heard of the version, and the mark is not
     * above the index. If the index is replaced by an older copy after 4, the mark is above it or,
     * when the copy is of the same block, the rest of that block is skipped.
     */
    private static final long BLOCK_COUNTERS = 10_000;

    private final Index index;
    private final long begun;
    private Identity identity;
    private long last;

    /**
     * Goes on behind all counters that {@code identity} may have used, whatever {@link Continuity}
     * said of it; {@code identity} must be in {@code index}.
     */
    public OwnCounter(Index index, Identity identity) {
        this.index = index;
        this.identity = identity;
        this.begun = identity.reserved();
        this.last = begun;
    }

    /** A counter that was never handed out before. What is made with it is put into the index. */
    public long next() {
        if (last == identity.reserved()) {
            identity = identity.reserving(Math.addExact(last, BLOCK_COUNTERS));
            identity.write(index);
        }
        return ++last;
    }

    /** The id that the counters belong to. */
    public ReplicaId replica() {
        return identity.replica();
    }

    /**
     * The highest counter that was handed out, or that may have been handed out before this run.
     */
    public long last() {
        return last;
    }

    /** The counter after which this run has begun; all above it were handed out by this run. */
    public long begun() {
        return begun;
    }

    /**
     * What the folder must say, durably, before anything is announced that was made since this
     * changed.
     */
    public HighWaterMark mark() {
        return identity.mark();
    }
}
