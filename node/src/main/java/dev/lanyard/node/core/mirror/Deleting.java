package dev.lanyard.node.core.mirror;

import org.jspecify.annotations.Nullable;

/** What {@code --delete} says: what becomes of what the source does not have. */
public enum Deleting {
    /** It goes to versions at the destination. */
    KEEP,
    /** It is deleted, if it is the copy that the mirror made; what is somebody's is kept. */
    YES,
    /** It stays. */
    NO;

    /** Whether what is removed goes to versions. */
    public boolean keeps(@Nullable Row row, Sight copy) {
        return this != YES || row == null || !row.isCopy(copy);
    }
}
