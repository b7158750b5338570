package dev.lanyard.node.app.cli;

import dev.lanyard.node.app.control.NodeControl;
import dev.lanyard.protocol.RelativePath;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;

/** The one node that a console speaks to; paths are relative to its folder. */
record ThisNode(NodeControl node) implements Nodes {
    @Override
    public NodeControl on(@Nullable Path folder, @Nullable Path stateDirectory)
            throws CommandFailure {
        if (folder != null || stateDirectory != null) {
            throw new CommandFailure(
                    ExitCode.USAGE, "this console speaks to its own node; name no other");
        }
        return node;
    }

    @Override
    public Subject holding(String path, @Nullable Path stateDirectory) throws CommandFailure {
        try {
            return new Subject(on(null, stateDirectory), RelativePath.parse(path));
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(
                    ExitCode.USAGE, e.getMessage() + "; write a path relative to the folder");
        }
    }

    @Override
    public Meant meant(@Nullable Path folder, @Nullable Path stateDirectory) throws CommandFailure {
        return new Meant(null, on(folder, stateDirectory), null, null);
    }
}
