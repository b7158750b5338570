package dev.lanyard.node.core.index;

import dev.lanyard.protocol.Entry;

import org.jspecify.annotations.Nullable;

/**
 * The version whose content is on this disk.
 *
 * @param entry that version; a tombstone when the path was there and is not any more
 * @param stat what its file looked like when it was known to have that content; null exactly for
 *     tombstones
 */
public record Held(Entry entry, @Nullable FileStat stat) {
    /**
     * @throws IllegalArgumentException if a tombstone has a stat or something live has none
     */
    public Held {
        if (entry.isLive() == (stat == null)) {
            throw new IllegalArgumentException("held %s with stat %s".formatted(entry, stat));
        }
    }
}
