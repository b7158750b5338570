package dev.lanyard.node.core.engine;

import dev.lanyard.protocol.ContentHash;

/**
 * Which contents are in versions, as far as that is remembered: a port, since the engine reads no
 * directory. It may be wrong either way, and what follows from it is tried and not relied upon.
 */
@FunctionalInterface
public interface KeptContents {
    /** Remembers nothing. */
    KeptContents NONE = _ -> false;

    /** Whether {@code content} is probably in versions; answers at once. */
    boolean mayHave(ContentHash content);
}
