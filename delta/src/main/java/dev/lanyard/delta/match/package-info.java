/**
 * Finds the blocks of a basis in a target. Start at {@link dev.lanyard.delta.match.Matcher}; how is
 * told in {@code SegmentMatcher}.
 */
@NullMarked
package dev.lanyard.delta.match;

import org.jspecify.annotations.NullMarked;
