/**
 * Whole nodes on real folders and real sockets. {@link dev.lanyard.it.Share} runs several nodes in
 * this process, {@link dev.lanyard.it.Program} starts the real program through its launcher.
 *
 * <p>What must never go wrong has a number, which the tests that try it have in their names, here
 * and in the other modules. The page {@code integration-tests/SCENARIOS.md} lists them.
 */
@NullMarked
package dev.lanyard.it;

import org.jspecify.annotations.NullMarked;
