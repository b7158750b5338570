/**
 * Runs mirrors: one thread for each destination, which waits for what may have changed, for its
 * time, or for its drive. Start at {@link dev.lanyard.node.app.mirror.Mirroring}.
 *
 * <p>Each destination reads the source by itself. Those that keep pace find in the memory of the
 * system what the first one has read; to hand over pieces from one to another would let the slow
 * one hold up the fast one, or need room for what it has not taken yet.
 */
@NullMarked
package dev.lanyard.node.app.mirror;

import org.jspecify.annotations.NullMarked;
