/**
 * Runs mirrors: one thread for each destination, which waits for what may have changed, for its
 * time, or for its drive. Start at {@link dev.lanyard.node.app.mirror.Mirroring}.
 *
 * <p>Each destination reads the source by itself, and the medium is read once all the same: all go
 * over the source in one order, and what the first one has read is in the memory of the system when
 * the others ask for it. Only one that is behind by more than that memory holds has the medium read
 * again, for itself. To hand over pieces from one to another would let the slow one hold up the
 * fast one, or need room for what it has not taken yet.
 */
@NullMarked
package dev.lanyard.node.app.mirror;

import org.jspecify.annotations.NullMarked;
