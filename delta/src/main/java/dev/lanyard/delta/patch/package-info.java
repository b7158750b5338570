/** Puts targets together. Start at {@link dev.lanyard.delta.patch.Patcher}. */
@NullMarked
package dev.lanyard.delta.patch;

import org.jspecify.annotations.NullMarked;
