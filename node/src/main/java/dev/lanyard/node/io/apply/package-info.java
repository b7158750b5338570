/**
 * Carries out plan steps, looks again before each overwrite, keeps what is displaced, and repairs
 * after an unclean stop. Decides nothing; never removes a content that it did not make, but by
 * moving it to versions. Start at {@link dev.lanyard.node.io.apply.Applier}.
 *
 * <p>A batch goes through four hands. {@code BatchRun} prepares everything in staging, writes what
 * it is going to do into the {@link dev.lanyard.node.io.apply.Journal} (the one flush that anybody
 * waits for), and then carries out each step by one rename through {@code StepRun}: the change is
 * visible. {@code Flusher} makes many batches durable at once behind it, writes the sidecars of
 * what was displaced, and clears the journal. {@link dev.lanyard.node.io.apply.Recovery} reads, at
 * the next start, what was not cleared.
 *
 * <p>Everything that may hold a user's content while it is in staging has either its name in the
 * journal or a name that begins with {@code d-}, so that recovery keeps it.
 */
@NullMarked
package dev.lanyard.node.io.apply;

import org.jspecify.annotations.NullMarked;
