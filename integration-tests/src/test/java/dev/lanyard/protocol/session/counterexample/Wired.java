package dev.lanyard.protocol.session.counterexample;

import io.netty.buffer.ByteBuf;

import java.util.Optional;

/** A state machine that touches the wire. */
public abstract class Wired {
    abstract Kept kept();

    /** Keeps a buffer that somebody else may release. */
    public record Kept(Optional<ByteBuf> buffer) {}
}
