/**
 * What a mirror decides: a replica without a mind of its own, that always becomes what the source
 * is. Decides; never does IO. Start at {@link dev.lanyard.node.core.mirror.Decider}.
 *
 * <p><b>Why not two engines wired back to back.</b> Entries with versions and content hashes are
 * what replicas need that may each be right. Of a mirror one side is always right: who won, who had
 * seen what, and what others must be told are no questions. The engine would hash every byte before
 * it may name it, flush a journal before each batch and keep an index in SQLite, whose loading
 * alone takes longer than a pass that finds nothing to do. So a mirror compares three things for
 * each name: the source, the destination, and a {@link dev.lanyard.node.core.mirror.Row} that
 * remembers what both looked like when they were last equal. Nothing is hashed: where the row does
 * not vouch for a file, the two files are right there to be compared byte by byte, which proves
 * more.
 *
 * <p><b>What a row vouches for.</b> Size, mtime, ctime and inode of both ends. A program can give a
 * file an old mtime, not an old ctime. The ctime of a source that was renamed has moved, and is not
 * asked for then. What does not fit costs a comparison, never a wrong copy: a lost record, an
 * edited one (it has a checksum), one of a restored backup, one of another machine's source.
 *
 * <p><b>What is never lost.</b> A file at the destination that is not, to the ctime, what the
 * mirror put there, was made or changed by somebody: it goes to versions there before anything
 * takes its place, whatever {@code --delete} says. Deleting needs evidence: the source was listed
 * without an error, is the folder that it was, and is not suddenly empty or half as large ({@link
 * dev.lanyard.node.core.mirror.Guard}).
 */
@NullMarked
package dev.lanyard.node.core.mirror;

import org.jspecify.annotations.NullMarked;
