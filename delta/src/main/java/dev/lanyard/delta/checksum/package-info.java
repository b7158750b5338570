/**
 * Sums over bytes. Start at {@link dev.lanyard.delta.checksum.TreeHash}, which names a whole
 * content.
 */
@NullMarked
package dev.lanyard.delta.checksum;

import org.jspecify.annotations.NullMarked;
