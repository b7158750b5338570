/** Contents, edits and the slow ways, for tests. */
@NullMarked
package dev.lanyard.delta.testing;

import org.jspecify.annotations.NullMarked;
