/**
 * Runs mirrors: one thread for each destination, which waits for what may have changed, for its
 * time, or for its drive. Start at {@link dev.lanyard.node.app.mirror.Mirroring}.
 */
@NullMarked
package dev.lanyard.node.app.mirror;

import org.jspecify.annotations.NullMarked;
