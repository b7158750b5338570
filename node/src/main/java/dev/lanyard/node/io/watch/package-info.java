/**
 * File events become dirty paths. Decides nothing, reads no content, and never touches what users
 * made; it must not know any other package of {@code node.io} but {@code disk}. Start at {@link
 * dev.lanyard.node.io.watch.Watcher}, then {@code WatchLoop}.
 *
 * <p>On Linux inotify is spoken to directly, through the Foreign Function API: the watch services
 * that Java brings along know neither the end of writing nor the two halves of a rename, and cannot
 * say which directories they left out. What is reported is only a hint where to look. So every
 * doubt ends in one more dirty path, and no event is ever taken for proof of anything.
 *
 * <p>One platform thread owns all state of a watch and blocks in the kernel: a native call keeps
 * its carrier, so a virtual thread would hold up others. No descriptor on the folder is kept while
 * nothing happens (inotify holds none), so that a medium can be unmounted at any time.
 */
@NullMarked
package dev.lanyard.node.io.watch;

import org.jspecify.annotations.NullMarked;
