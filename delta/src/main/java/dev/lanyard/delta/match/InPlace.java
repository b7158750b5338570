package dev.lanyard.delta.match;

import java.io.IOException;

/**
 * What is known of a target before its bytes are looked at: which blocks of the basis are where
 * they were. Called by the thread that matches, for blocks in order.
 */
@FunctionalInterface
public interface InPlace {
    /** Knows nothing. */
    InPlace UNKNOWN = _ -> false;

    /**
     * Whether a block is at the same offset of the target as of the basis, by its strong sum; then
     * it is not read. False if that is not known.
     *
     * @throws IOException if the target cannot be read; passed on to whoever asked for the work
     */
    boolean has(int block) throws IOException;
}
