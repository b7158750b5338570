package dev.lanyard.node.io.apply;

import dev.lanyard.node.io.disk.Root;
import dev.lanyard.node.io.disk.Root.Found;
import dev.lanyard.protocol.RelativePath;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.time.Instant;

/**
 * Sets the mode of something in the tree. A mode that a user sets at the same time must not be
 * remembered as what the node has left there: no scan would ever find it.
 */
final class OwnMode {
    private OwnMode() {}

    /**
     * Sets mode and mtime.
     *
     * @param mtime null to leave it
     * @return what is shown now, or null if nothing is there any more
     */
    static @Nullable Found set(Root root, RelativePath path, int mode, @Nullable Instant mtime)
            throws IOException {
        root.setAttributes(path, mode, mtime);
        Found found = root.stat(path);
        if (found == null || found.stat().mode() == mode) {
            return found;
        }
        // Either a user was faster, or the file system keeps no such modes and shows its own again.
        root.setAttributes(path, mode, null);
        return root.stat(path);
    }
}
