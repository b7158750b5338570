/** How fast the engine is; no part of the build. */
@NullMarked
package dev.lanyard.delta.benchmark;

import org.jspecify.annotations.NullMarked;
