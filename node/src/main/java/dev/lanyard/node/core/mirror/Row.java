package dev.lanyard.node.core.mirror;

import dev.lanyard.node.core.index.FileStat;
import dev.lanyard.node.core.mirror.Sight.Kind;

import org.jspecify.annotations.Nullable;

import java.util.Objects;

/**
 * What is remembered of one path: what source and copy looked like when they were last equal.
 *
 * @param source of the file or link in the source
 * @param copy of the one at the destination
 */
public record Row(Kind kind, FileStat source, FileStat copy) {
    /** Whether {@code seen} is the source that this row speaks of, untouched since. */
    public boolean isSource(@Nullable Sight seen) {
        return seen != null && seen.kind() == kind && seen.isAsIn(source);
    }

    /** Whether {@code seen} is the copy that was made, untouched since. */
    public boolean isCopy(@Nullable Sight seen) {
        return seen != null && seen.kind() == kind && seen.isAsIn(copy);
    }

    /** Whether {@code seen} is the same source at another path: its ctime has moved by that. */
    public boolean isMoved(Sight seen) {
        return seen.kind() == kind
                && seen.stat().inode() == source.inode()
                && seen.stat().sizeBytes() == source.sizeBytes()
                && Objects.equals(seen.stat().mtime(), source.mtime());
    }
}
