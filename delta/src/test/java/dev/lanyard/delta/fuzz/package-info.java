/**
 * What reads the bytes of others, tried with bytes that mean harm. Start at {@code SignatureFuzz}
 * and {@code DeltaFuzz}, which a fuzzer drives; {@code FuzzTest} does so in every build.
 */
@NullMarked
package dev.lanyard.delta.fuzz;

import org.jspecify.annotations.NullMarked;
