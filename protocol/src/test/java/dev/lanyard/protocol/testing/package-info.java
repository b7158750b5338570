/**
 * What the tests of all modules share. Start at {@link dev.lanyard.protocol.testing.Seeded}. Other
 * modules depend on the test jar of this one to use it.
 */
@NullMarked
package dev.lanyard.protocol.testing;

import org.jspecify.annotations.NullMarked;
