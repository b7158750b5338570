package dev.lanyard.protocol.counterexample;

import dev.lanyard.node.core.index.Index;

/** Knows the node. */
public abstract class Upward {
    abstract Index index();
}
