/**
 * Holds the arrows of the house and its invariants. Start at {@link
 * dev.lanyard.architecture.ArchitectureTest}; the laws are in {@link
 * dev.lanyard.architecture.Laws}.
 *
 * <p>Each law names classes that break it, in packages called {@code counterexample}: a law that no
 * longer finds them has stopped to say anything.
 */
@NullMarked
package dev.lanyard.architecture;

import org.jspecify.annotations.NullMarked;
