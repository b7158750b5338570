package dev.lanyard.node.app.cli;

import dev.lanyard.node.app.control.NodeControl;
import dev.lanyard.protocol.RelativePath;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Path;

/** Where a command finds the node that it speaks to. */
interface Nodes {
    /**
     * The node on a folder.
     *
     * @param folder the folder that was named, or null for the one around the working directory
     * @param stateDirectory the state directory that was named, or null
     */
    NodeControl on(@Nullable Path folder, @Nullable Path stateDirectory)
            throws CommandFailure, IOException;

    /** The node on the folder that {@code path} is in, and where in it. */
    Subject holding(String path, @Nullable Path stateDirectory) throws CommandFailure, IOException;

    /** A path of a share, and a node on that. */
    record Subject(NodeControl node, RelativePath path) {}
}
