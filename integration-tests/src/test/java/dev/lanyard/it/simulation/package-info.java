/**
 * Whole nodes in one thread, in a world whose disks, networks, clocks and users follow from one
 * seed. Start at {@link dev.lanyard.it.simulation.Simulation}; {@code SimulationTest} runs some
 * seeds, and {@code Simulator} as many as one likes, on all cores.
 *
 * <p>A history is a list of moves that comes from the seed before anything happens: each says what
 * kind of thing happens, to which machine, and a number from which its details follow. What a move
 * finds nothing to do for does nothing, so any part of a history is a history too: {@code Shrinker}
 * leaves out moves for as long as it still fails, and prints what is left as a test can keep it.
 *
 * <p>Engine, index, scans, batches, journal, recovery and versions are the real ones, on {@code
 * MemoryDisk}, which keeps the contract of the real disk, and after a power cut what a journaling
 * file system may keep. What moves contents between machines is a simple one of its own; the real
 * one has threads, and tests of its own.
 *
 * <p>After each move and at the end {@code Ledger} holds the machines against what users did: every
 * content that was finished is current, knowingly overwritten or in versions; nothing is anywhere
 * that nobody wrote; what was told to be durable outlasts a power cut. When faults have stopped,
 * all machines become equal within a bounded time, users having decided what only they can; after a
 * restart nothing is in staging and they are equal again, and then nobody says anything more.
 */
@NullMarked
package dev.lanyard.it.simulation;

import org.jspecify.annotations.NullMarked;
