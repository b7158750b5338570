package dev.lanyard.node.app.web.counterexample;

import dev.lanyard.node.app.cli.counterexample.Talkative;

/** Knows what stands above it. */
public abstract class Chatty {
    abstract Talkative cli();
}
