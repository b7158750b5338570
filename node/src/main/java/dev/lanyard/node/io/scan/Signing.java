package dev.lanyard.node.io.scan;

import dev.lanyard.node.core.content.Delta;
import dev.lanyard.node.core.content.Signatures;

import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * What a scan does with contents beside hashing them. Thread-safe as its parts are.
 *
 * @param signatures where signatures are kept and found
 * @param deltas takes what makes a content of the one that was held in its place, before that
 *     content is told of
 * @param random draws what nobody can foretell: seeds of signatures, and what places sums in tables
 */
public record Signing(Signatures signatures, Consumer<Delta> deltas, RandomGenerator random) {
    /** Signs nothing. */
    static final Signing NONE = new Signing(Signatures.NONE, _ -> {}, () -> 0);

    boolean signs() {
        return !signatures.equals(Signatures.NONE);
    }
}
