/**
 * Segments of one content, worked on beside each other by threads that the caller lends; has none
 * of its own.
 */
@NullMarked
package dev.lanyard.delta.parallel;

import org.jspecify.annotations.NullMarked;
