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
 *
 * <p><b>What the destination has already.</b> Where it shares blocks (btrfs, XFS, some servers), a
 * large file that is new or changed begins as a clone: of what the record knows to have its size,
 * or of its predecessor. Then it is compared with the source as a whole, and what differs is
 * written: the record is a guess, and a wrong guess costs time. There are no hashes in the record
 * that would save the comparison, since then a copy that has rotted would be cloned. Where blocks
 * are not shared nothing is cloned: the source has to be read in any case, and to read and copy at
 * the destination what could be written there costs more, on a network twice. Within one file
 * system nothing is to be won either: there the kernel shares the blocks of the source.
 *
 * <p><b>Drives.</b> A destination on another device than the source may be pulled out alone, and
 * file systems write names sooner than contents. So contents wait in staging until one flush has
 * written many of them ({@link dev.lanyard.node.io.mirror.Batch}).
 */
@NullMarked
package dev.lanyard.node.io.mirror;

import org.jspecify.annotations.NullMarked;
