/**
 * Looks at source and destination of a mirror, and carries out what {@code core.mirror} decides.
 * Decides nothing. Start at {@link dev.lanyard.node.io.mirror.Pass}.
 *
 * <p>A few threads walk directories, each with a root of its own on either side; a directory is
 * looked at whole, compared with its rows, and what has to be copied is copied by whoever has
 * nothing else to do. New files of a destination that has a record wait for the end of the walk:
 * then it is known what is gone, and what of it they are. Deletions come last.
 *
 * <p>Content is completed in staging at the destination and put in place by one rename. There is no
 * journal: a pass that ended in the middle leaves whole files and an older record, and the next one
 * compares what the record does not vouch for. What is displaced has a name in staging that says so
 * before it is displaced, so that nothing which may be somebody's is ever swept away.
 */
@NullMarked
package dev.lanyard.node.io.mirror;

import org.jspecify.annotations.NullMarked;
