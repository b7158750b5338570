/**
 * Carries out plan steps, looks again before each overwrite, keeps what is displaced, and repairs
 * after an unclean stop. Decides nothing; never removes a content that it did not make, but by
 * moving it to versions, and from there only as {@link dev.lanyard.node.io.apply.Pruning} may.
 * Start at {@link dev.lanyard.node.io.apply.Applier}.
 *
 * <p>A batch goes through four hands. {@code BatchRun} prepares everything in staging, writes what
 * it is going to do into the {@link dev.lanyard.node.io.apply.Journal} (the one flush that anybody
 * waits for), and then carries out each step by one rename through {@code StepRun}: the change is
 * visible. {@code Flusher} makes many batches durable at once behind it, writes the sidecars of
 * what was displaced; when the index has noted the batch as well, it clears the journal. {@link
 * dev.lanyard.node.io.apply.Recovery} reads, at the next start, what was not cleared.
 *
 * <p>Everything that may hold a user's content while it is in staging has either its name in the
 * journal or a name that begins with {@code d-}, so that recovery keeps it.
 *
 * <p>How long versions are kept ({@link dev.lanyard.node.io.apply.Retention}: 30 days, 32 of each
 * path, a fifth of free and kept space together, unless told otherwise):
 *
 * <ul>
 *   <li>Nothing that was displaced within the last hour is pruned, whatever the bounds.
 *   <li>What was replaced or deleted by somebody who had seen it goes when it exceeds any bound,
 *       the oldest first.
 *   <li>What lost against an edit that had not seen it, or was found after an unclean stop, is
 *       never pruned unseen. It goes like the others after {@code resolve} or {@code restore} dealt
 *       with it; otherwise only when a list with it was shown to the user, and the age has passed
 *       since then as well as since it was displaced. Count and space alone never remove it.
 * </ul>
 *
 * <p>Versions are one flat directory. The name of each tells its path (hashed), age, reason, and
 * the beginning of its content's hash with the size: retention, lists and the search for a content
 * read names and open nothing, and what is found by a name is compared by its whole hash.
 */
@NullMarked
package dev.lanyard.node.io.apply;

import org.jspecify.annotations.NullMarked;
