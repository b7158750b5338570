package dev.lanyard.node.core.engine;

/** Numbers a session within one run of the node; never used twice. */
public record SessionId(long number) {}
