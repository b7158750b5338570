package dev.lanyard.node.app.cli;

import dev.lanyard.node.app.config.Settings;
import dev.lanyard.node.app.config.StartFailure;
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

    /** The folder that is meant, and the node on it if one runs. */
    Meant meant(@Nullable Path folder, @Nullable Path stateDirectory)
            throws CommandFailure, IOException;

    /**
     * What a command is about.
     *
     * @param folder null if none was named and there is none around the working directory
     * @param node null if none runs
     * @param settings what a node would have that is started now without any option; null if one
     *     runs in this process, there is no folder, or {@code misread}
     * @param misread why there are no settings; null if nothing is wrong with them
     */
    record Meant(
            @Nullable Path folder,
            @Nullable NodeControl node,
            @Nullable Settings settings,
            @Nullable StartFailure misread) {}
}
