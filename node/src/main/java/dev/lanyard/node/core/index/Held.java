package dev.lanyard.node.core.index;

import dev.lanyard.protocol.ContentHash;
import dev.lanyard.protocol.Entry;
import dev.lanyard.protocol.Stamp;

import org.jspecify.annotations.Nullable;

import java.time.Instant;

/**
 * The version whose content is on this disk.
 *
 * @param entry that version; a tombstone when the path was there and is not any more
 * @param stat what its file looked like when it was known to have that content; null exactly for
 *     tombstones
 */
public record Held(Entry entry, @Nullable FileStat stat) {
    /**
     * No version has it: what carries it is older than every version, also than what is held back,
     * and none itself.
     */
    private static final Stamp OF_DECAYED = new Stamp(Instant.EPOCH.minusSeconds(2));

    /**
     * @throws IllegalArgumentException if a tombstone has a stat or something live has none
     */
    public Held {
        if (entry.isLive() == (stat == null)) {
            throw new IllegalArgumentException("held %s with stat %s".formatted(entry, stat));
        }
    }

    /**
     * A file that should be {@code file} and has other bytes, though nobody has changed it: what is
     * known takes its place. It is nobody's version, and nobody is ever told of it.
     */
    public static Held decayed(Entry.File file, ContentHash found, FileStat stat) {
        return new Held(
                new Entry.File(
                        file.path(),
                        file.sizeBytes(),
                        file.mtime(),
                        file.mode(),
                        found,
                        file.version(),
                        OF_DECAYED,
                        file.author()),
                stat);
    }

    /** Whether it was made by {@link #decayed}. */
    public boolean isDecayed() {
        return entry instanceof Entry.File && entry.stamp().equals(OF_DECAYED);
    }
}
