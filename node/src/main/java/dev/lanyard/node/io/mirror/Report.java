package dev.lanyard.node.io.mirror;

import dev.lanyard.protocol.RelativePath;

import org.jspecify.annotations.Nullable;

/** Hears of each thing that a pass does, or would do. Called by several threads. */
public interface Report {
    /** What was done to a path. */
    enum Verb {
        CREATED,
        UPDATED,
        /** Only mode or mtime. */
        ADJUSTED,
        RENAMED,
        DELETED,
        /** What somebody made or changed at the destination went to versions there. */
        KEPT
    }

    /**
     * Something was done.
     *
     * @param from the old path of what was renamed, or null
     * @param bytes how many bytes were copied
     */
    void did(Verb verb, RelativePath path, @Nullable RelativePath from, long bytes);

    /** Something was not done; null for the whole folder. */
    void skipped(@Nullable RelativePath path, String why);
}
