/**
 * Looks at dirty paths and reports what differs from the index. Decides nothing, changes nothing;
 * it must not know any other package of {@code node.io} but {@code disk}. Start at {@link
 * dev.lanyard.node.io.scan.Scanner}, then {@code ScanRun}.
 *
 * <p>Three rules make it safe. The row of a path is read before the path is looked at, so that an
 * observation says what it was compared with. A file is reported only if nobody wrote to it from
 * the first byte that was read to the last. And nothing is reported as absent without all the
 * evidence, gathered anew, from a root that was opened and checked after all else was seen: see
 * {@code Evidence}.
 *
 * <p>What is larger than travels with an announcement is signed in the read that hashes it, and
 * what it has of the content that was held in its place is found meanwhile, mostly by the sums that
 * sign it: see {@code OnePass}.
 *
 * <p>What is ignored is not descended into and not told. A scan tells nothing unless the rules that
 * it was given still are what their file says: see {@code RulesFile}.
 *
 * <p>Files that nobody has changed are read again now and then, and what has other bytes than it
 * had is told as decay, never as an edit: see {@code Scrubber}.
 *
 * <p>Scans and hashing run on platform threads: a system call holds on to the thread that carries a
 * virtual one, and hashing never lets go of it, so a scan would hold up all other virtual threads.
 */
@NullMarked
package dev.lanyard.node.io.scan;

import org.jspecify.annotations.NullMarked;
