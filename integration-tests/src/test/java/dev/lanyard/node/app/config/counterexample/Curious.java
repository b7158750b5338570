package dev.lanyard.node.app.config.counterexample;

import dev.lanyard.node.app.runtime.counterexample.Loud;

/** Knows the runtime, which knows it. */
public abstract class Curious {
    abstract Loud.KnowsConfig runtime();
}
