/**
 * The only code that touches the tree: paths confined to the root, stat, staging, durable atomic
 * replace. Decides nothing. Start at {@link dev.lanyard.node.io.disk.Disk}, then {@code LinuxRoot}.
 *
 * <p>Every path is opened relative to the root at the moment of use; no symbolic link is followed
 * and no {@code ..} is taken (on Linux by {@code openat2} with RESOLVE_BENEATH and
 * RESOLVE_NO_SYMLINKS through the Foreign Function API, with the raw bytes of the name whatever the
 * locale). A descriptor on the root lives as long as one batch, so that an idle node never keeps a
 * medium from being unmounted. Within a batch, directories that were asked about last stay open for
 * further questions; every change resolves its path anew.
 *
 * <p>Another file system inside the folder is recognised by the device of its directories, never of
 * its files: an overlay shows files with devices of their own. Everything below such a directory is
 * {@code OTHER_DEVICE}, so that nothing there can look absent.
 *
 * <p>A system call pins the carrier of a virtual thread. Flushes and large copies are therefore
 * made by threads of their own; reads and writes are not, since they mostly end in memory.
 *
 * <p>File systems are trusted by their type: only local ones that are known to report errors are
 * flushed as a whole, and only local ones tell by a refused lease that somebody writes.
 */
@NullMarked
package dev.lanyard.node.io.disk;

import org.jspecify.annotations.NullMarked;
