package dev.lanyard.node.app.runtime;

import dev.lanyard.node.core.engine.Author;
import dev.lanyard.node.core.index.Held;
import dev.lanyard.node.core.index.Index;
import dev.lanyard.node.io.apply.Finding;
import dev.lanyard.node.io.disk.Disk;
import dev.lanyard.protocol.RelativePath;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.List;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/** What a node does before its first step, for those who step it themselves. */
public final class StepwiseStart {
    private StepwiseStart() {}

    /**
     * Who makes versions, and what is to be run after each step, before its effects.
     *
     * @param author gives them their counters
     * @param writeMark has the folder vouch for them
     */
    public record Started(Author author, Runnable writeMark) {}

    /** What {@code index} holds at a path; null for nothing. */
    public static Function<RelativePath, @Nullable Held> held(Index index) {
        return Assembly.held(index);
    }

    /** Writes into {@code index} what recovery found. */
    public static void adopt(Index index, List<Finding> findings) {
        Assembly.adopt(index, findings);
    }

    /** Whoever makes versions on {@code machine}, whose index is the file {@code inode}. */
    public static Started author(
            Index index, Disk disk, String machine, long inode, RandomGenerator random)
            throws IOException {
        FolderAuthor author = Assembly.author(index, disk, machine, inode, random);
        author.writeMark();
        return new Started(author, author::writeMark);
    }
}
