package dev.lanyard.discovery.counterexample;

import dev.lanyard.protocol.ReplicaId;

/** Knows another library. */
public abstract class Astray {
    abstract ReplicaId replica();
}
