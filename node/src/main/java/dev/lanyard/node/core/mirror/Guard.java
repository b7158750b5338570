package dev.lanyard.node.core.mirror;

/**
 * Decides whether what is missing in the source may be taken for deleted.
 *
 * @param rememberedCount how many files and links the record has
 * @param missingCount how many of them the source does not have, nor had renamed
 * @param sourceIsEmpty whether the source has nothing at all
 * @param sameSource whether the source is the folder that it was: its inode is the recorded one
 * @param deletedLately how many were deleted already a short time ago
 */
public record Guard(
        long rememberedCount,
        long missingCount,
        boolean sourceIsEmpty,
        boolean sameSource,
        long deletedLately) {
    private static final long SMALL = 50;

    /** Why deletions are held back. */
    public enum Verdict {
        /** They are not. */
        FREE,
        /** A medium that is not mounted looks like this. */
        SOURCE_EMPTY,
        /** It is another folder than it was, and lacks most of what was there. */
        OTHER_SOURCE,
        /** It lacks more than half of what was there. */
        TOO_MANY
    }

    /** What holds deletions back, if anything does. */
    public Verdict verdict() {
        if (missingCount == 0) {
            return Verdict.FREE;
        }
        if (sourceIsEmpty) {
            return Verdict.SOURCE_EMPTY;
        }
        boolean most = missingCount > rememberedCount / 2;
        if (most && !sameSource) {
            return Verdict.OTHER_SOURCE;
        }
        long hadCount = rememberedCount + deletedLately;
        boolean mostLately = missingCount + deletedLately > hadCount / 2;
        return mostLately && hadCount >= SMALL ? Verdict.TOO_MANY : Verdict.FREE;
    }
}
