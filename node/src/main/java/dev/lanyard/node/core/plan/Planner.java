package dev.lanyard.node.core.plan;

import dev.lanyard.node.core.index.Held;
import dev.lanyard.protocol.Entry;
import dev.lanyard.protocol.Entry.Directory;
import dev.lanyard.protocol.Entry.File;
import dev.lanyard.protocol.Entry.Symlink;
import dev.lanyard.protocol.Entry.Tombstone;
import dev.lanyard.protocol.Relation;

import org.jspecify.annotations.Nullable;

import java.util.Objects;

/** Chooses the step that brings one path from what is held to what is known. */
public final class Planner {
    private Planner() {}

    /**
     * The step that makes {@code target} of what is at its path.
     *
     * @param expected what is there, or null for nothing
     * @param staged the content of a file that needs one; null otherwise
     * @param isNowhereElse whether {@code expected} is a conflict although the author of {@code
     *     target} may have seen it
     * @throws IllegalArgumentException if a content is needed and not staged, or there is nothing
     *     to remove
     */
    public static Step step(
            Entry target, @Nullable Held expected, @Nullable Staged staged, boolean isNowhereElse) {
        Keep keep = keep(target, expected, isNowhereElse);
        return switch (target) {
            case Directory directory ->
                    expected != null && expected.entry() instanceof Directory
                            ? new Step.SetAttributes(directory, expected)
                            : new Step.MakeDirectory(directory, expected, keep);
            case File file -> {
                if (staged != null) {
                    yield new Step.PlaceFile(file, staged, expected, keep);
                }
                if (!hasContent(expected, file)) {
                    throw new IllegalArgumentException(
                            "%s: no content is staged".formatted(file.path()));
                }
                yield new Step.SetAttributes(file, Objects.requireNonNull(expected));
            }
            case Symlink link -> new Step.PlaceLink(link, expected, keep);
            case Tombstone tombstone -> {
                if (expected == null) {
                    throw new IllegalArgumentException(
                            "%s: nothing to remove".formatted(tombstone.path()));
                }
                yield new Step.Remove(tombstone, expected, keep);
            }
        };
    }

    /**
     * The step that makes {@code target} of the file that is {@code moved}, where {@code expected}
     * is, or nothing for null; {@code isNowhereElse} as in {@link #step}.
     */
    public static Step.Rename rename(
            File target,
            Tombstone gone,
            Held moved,
            @Nullable Held expected,
            boolean isNowhereElse) {
        return new Step.Rename(
                target, gone, moved, expected, keep(target, expected, isNowhereElse));
    }

    /**
     * Whether {@code held} is a file with the content of {@code file}, so that only attributes
     * differ.
     */
    public static boolean hasContent(@Nullable Held held, File file) {
        return held != null && file.hasContentOf(held.entry());
    }

    /**
     * Had the author of {@code target} seen what is replaced? If not, and the contents differ, it
     * is a conflict. What has decayed nobody has written.
     */
    private static Keep keep(Entry target, @Nullable Held expected, boolean isNowhereElse) {
        if (isNowhereElse) {
            return Keep.CONFLICT;
        }
        if (expected != null
                && !expected.isDecayed()
                && target.version().relationTo(expected.entry().version()) != Relation.AFTER
                && !target.hasContentOf(expected.entry())) {
            return Keep.CONFLICT;
        }
        return target.isLive() ? Keep.REPLACED : Keep.DELETED;
    }
}
