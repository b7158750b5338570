package dev.lanyard.node.app.cli.counterexample;

/** What others below may not know. */
public final class Talkative {}
