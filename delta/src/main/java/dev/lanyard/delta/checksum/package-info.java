/**
 * Sums over bytes. {@link dev.lanyard.delta.checksum.TreeHash} names a whole content; {@link
 * dev.lanyard.delta.checksum.Gear} and {@link dev.lanyard.delta.checksum.Strong} are the weak and
 * the strong checksum of blocks.
 */
@NullMarked
package dev.lanyard.delta.checksum;

import org.jspecify.annotations.NullMarked;
