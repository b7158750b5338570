package dev.lanyard.node.core.plan;

import dev.lanyard.node.core.index.Held;
import dev.lanyard.protocol.Entry;
import dev.lanyard.protocol.RelativePath;

import org.jspecify.annotations.Nullable;

import java.util.List;

/**
 * One change of this disk, small enough to succeed or fail as a whole. Steps of a batch are carried
 * out in their order. {@code expected} is what the path must still be ({@code null}: nothing);
 * whoever carries out a step looks again, and does nothing when it is something else.
 */
public sealed interface Step {
    /** What becomes held when the step is done. */
    Entry entry();

    /** What the path must still be, or null for nothing. */
    @Nullable Held expected();

    /** Where it happens. */
    default RelativePath path() {
        return entry().path();
    }

    /** Makes a directory. A file or link that is expected there goes to versions. */
    record MakeDirectory(Entry.Directory entry, @Nullable Held expected, Keep keep)
            implements Step {}

    /**
     * Puts a staged content, with mode and mtime, in place. An expected directory must be empty.
     */
    record PlaceFile(Entry.File entry, Staged staged, @Nullable Held expected, Keep keep)
            implements Step {}

    /** Makes a symbolic link. An expected directory must be empty. */
    record PlaceLink(Entry.Symlink entry, @Nullable Held expected, Keep keep) implements Step {}

    /**
     * Gives the file that is {@code moved}, with its content, the path of {@code entry}, where
     * nothing is or another file, then the mode and mtime of {@code entry}. Two paths change in one
     * step.
     *
     * @param gone what becomes held at the old path
     * @param moved what the old path must still be
     * @param expected the file that the new path must still be, which goes to versions; or null
     */
    record Rename(
            Entry.File entry, Entry.Tombstone gone, Held moved, @Nullable Held expected, Keep keep)
            implements Step {}

    /**
     * Gives a directory, with all that is in it, the path of {@code entry}, where nothing is. Of
     * all of it mode and mtime stay the same. What is in it besides {@code children} moves along.
     *
     * @param gone what becomes held at the old path
     * @param moved what the old path must still be
     */
    record RenameDirectory(
            Entry.Directory entry, Entry.Tombstone gone, Held moved, List<Moved> children)
            implements Step {
        @Override
        public @Nullable Held expected() {
            return null;
        }
    }

    /**
     * What is below a renamed directory.
     *
     * @param entry what becomes held at the new path
     * @param gone what becomes held at the old one
     * @param held what is held there
     */
    record Moved(Entry entry, Entry.Tombstone gone, Held held) {}

    /** Changes mode, and mtime of a file, of what has the same kind and content already. */
    record SetAttributes(Entry entry, Held expected) implements Step {}

    /** Moves a file or link to versions, or removes an empty directory. */
    record Remove(Entry.Tombstone entry, Held expected, Keep keep) implements Step {}
}
