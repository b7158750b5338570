package dev.lanyard.node.core.engine;

import dev.lanyard.node.core.index.FileStat;
import dev.lanyard.node.core.index.Held;
import dev.lanyard.protocol.ContentHash;
import dev.lanyard.protocol.Entry.LinkTarget;
import dev.lanyard.protocol.RelativePath;

import org.jspecify.annotations.Nullable;

/**
 * What a scan saw at one path. Only what differs from the index is reported.
 *
 * <p>{@code basis} is what the index held when the scan turned to the path. If the engine holds
 * something else by now, the observation is too old to say anything, and the path is scanned again.
 */
public sealed interface Observation {
    /** Where. */
    RelativePath path();

    /** What the index held, or null. */
    @Nullable Held basis();

    /** A regular file that was quiet while it was read from the first byte to the last. */
    record SeenFile(RelativePath path, FileStat stat, ContentHash content, @Nullable Held basis)
            implements Observation {}

    /** A directory. */
    record SeenDirectory(RelativePath path, FileStat stat, @Nullable Held basis)
            implements Observation {}

    /** A symbolic link. */
    record SeenLink(RelativePath path, FileStat stat, LinkTarget target, @Nullable Held basis)
            implements Observation {}

    /**
     * Nothing is there, with all the evidence: the parent was listed without error (or is itself
     * absent so), is on the recorded device, the root is the root, and the answer was exactly "no
     * such file".
     */
    record Absent(RelativePath path, @Nullable Held basis) implements Observation {}

    /** Something is there that is not synced: a fifo, socket or device. */
    record Unsupported(RelativePath path, String kind, @Nullable Held basis)
            implements Observation {}

    /** It could not be looked at; {@code reason} is for people. What it held stays. */
    record Unreadable(RelativePath path, String reason, @Nullable Held basis)
            implements Observation {}

    /**
     * What is there now is ignored, and what was held is not there. Nobody has deleted that; it is
     * told only of paths that hold something, or of which a trouble was told.
     */
    record Ignored(RelativePath path, @Nullable Held basis) implements Observation {}

    /** It changed while it was looked at, or somebody writes to it: again later. */
    record Unsettled(RelativePath path, @Nullable Held basis) implements Observation {}
}
