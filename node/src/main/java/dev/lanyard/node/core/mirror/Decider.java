package dev.lanyard.node.core.mirror;

import dev.lanyard.node.core.mirror.Sight.Kind;

import org.jspecify.annotations.Nullable;

/** Decides what becomes of one name at the destination. */
public final class Decider {
    private Decider() {}

    /**
     * What to do, given what is at a path.
     *
     * @param source what the source has there; null for nothing
     * @param row what is remembered of it; null for nothing
     * @param copy what the destination has there; null for nothing
     * @param doubting whether contents are to be compared even where the row vouches for them
     */
    public static Decision decide(
            @Nullable Sight source, @Nullable Row row, @Nullable Sight copy, boolean doubting) {
        if (source == null) {
            return copy == null ? Decision.FORGET : Decision.REMOVE;
        }
        return switch (source.kind()) {
            case SPECIAL -> Decision.SKIP;
            case DIRECTORY -> ofDirectory(copy);
            case FILE, LINK ->
                    copy == null ? Decision.MAKE : ofContent(source, row, copy, doubting);
        };
    }

    private static Decision ofDirectory(@Nullable Sight copy) {
        if (copy == null) {
            return Decision.MAKE_DIRECTORY;
        }
        return copy.kind() == Kind.DIRECTORY ? Decision.DESCEND : Decision.REPLACE_BY_DIRECTORY;
    }

    private static Decision ofContent(
            Sight source, @Nullable Row row, Sight copy, boolean doubting) {
        if (copy.kind() == Kind.DIRECTORY) {
            return Decision.CLEAR_AND_MAKE;
        }
        if (copy.kind() != source.kind()) {
            return Decision.REPLACE_AND_KEEP;
        }
        boolean isOurs = row != null && row.isCopy(copy);
        if (row != null && isOurs && row.isSource(source)) {
            return doubting ? Decision.COMPARE : Decision.NOTHING;
        }
        if (source.stat().sizeBytes() != copy.stat().sizeBytes()) {
            return isOurs ? Decision.REPLACE : Decision.REPLACE_AND_KEEP;
        }
        return Decision.COMPARE;
    }

    /**
     * What to do after {@link Decision#COMPARE}.
     *
     * @param equal whether the contents, or the targets of the links, are equal
     */
    public static Decision compared(Sight source, @Nullable Row row, Sight copy, boolean equal) {
        if (!equal) {
            return row != null && row.isCopy(copy) ? Decision.REPLACE : Decision.REPLACE_AND_KEEP;
        }
        return isAdjusted(source, row, copy) ? Decision.NOTHING : Decision.ADJUST;
    }

    /** A file system that cannot store a mode or mtime shows another one for ever. */
    private static boolean isAdjusted(Sight source, @Nullable Row row, Sight copy) {
        boolean remembered =
                row != null
                        && row.isCopy(copy)
                        && row.source().mode() == source.stat().mode()
                        && row.source().mtime().equals(source.stat().mtime());
        boolean sameMode = source.kind() == Kind.LINK || source.stat().mode() == copy.stat().mode();
        return remembered || (sameMode && source.stat().mtime().equals(copy.stat().mtime()));
    }
}
