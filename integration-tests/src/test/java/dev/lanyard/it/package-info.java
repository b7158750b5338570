/**
 * Whole nodes on real folders and real sockets. {@link dev.lanyard.it.Share} runs several nodes in
 * this process, {@link dev.lanyard.it.Program} starts the real program through its launcher.
 */
@NullMarked
package dev.lanyard.it;

import org.jspecify.annotations.NullMarked;
