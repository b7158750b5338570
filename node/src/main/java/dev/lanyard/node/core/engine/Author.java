package dev.lanyard.node.core.engine;

import dev.lanyard.protocol.ReplicaId;

/**
 * Gives this replica's versions their counters. A counter is durable before it is handed out, and
 * never handed out twice.
 */
public interface Author {
    /** The id under which this replica makes versions. */
    ReplicaId replica();

    /** The next counter, greater than all before it under this id. */
    long next();

    /** The last counter that was handed out, 0 if none was. */
    long last();

    /** The counter after which this run has begun; all above it were handed out by this run. */
    long begun();

    /** Begins a new id, since the continuity of the old one cannot be shown. */
    void renew();
}
