package dev.lanyard.node.core.counterexample;

import java.nio.ByteBuffer;
import java.util.List;

/** An effect that carries what the engine must not see. */
@SuppressWarnings("ArrayRecordComponent") // That is what is wrong with it.
public sealed interface Effect {
    /** Beside a component that is allowed, and in a list. */
    record Buffered(int number, List<ByteBuffer> contents) implements Effect {}

    /** In a record of its own. */
    record Wrapping(Packed packed) implements Effect {}

    /** The bytes themselves. */
    record Packed(byte[] content) {}

    /** In a class that does not tell what it has. */
    record Opaque(Impure.ReadsTime held) implements Effect {}
}
