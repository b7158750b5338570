package dev.lanyard.node.core.index;

import java.time.Instant;

/**
 * What {@code lstat} told of a file, directory or link: facts of this disk, never sent. If none of
 * them moved, the content did not (but see the scrubber: mtime can be restored, ctime cannot).
 *
 * @param sizeBytes the length of the file, 0 for directories
 * @param mode the permission bits, 0777
 */
public record FileStat(
        long sizeBytes, Instant mtime, Instant ctime, int mode, long inode, long device) {}
