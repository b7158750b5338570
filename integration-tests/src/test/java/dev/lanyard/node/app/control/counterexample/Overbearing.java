package dev.lanyard.node.app.control.counterexample;

import dev.lanyard.node.app.cli.counterexample.Talkative;

/** Knows what stands above it. */
public abstract class Overbearing {
    abstract Talkative cli();
}
