package dev.lanyard.node.io.disk;

import dev.lanyard.node.core.index.FileStat;
import dev.lanyard.node.io.disk.Root.Found;
import dev.lanyard.node.io.disk.Root.Kind;
import dev.lanyard.protocol.Entry.LinkTarget;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A file, directory or link of a {@link MemoryVolume}, which alone changes it. Names have one
 * character for each byte, as private names do.
 */
final class MemoryInode {
    private static final int PERMISSION_BITS = 0777;

    final long number;
    final Kind kind;
    final @Nullable LinkTarget target;
    final MemoryBytes bytes = new MemoryBytes();
    final SortedMap<String, MemoryInode> entries = new TreeMap<>();

    /** With the special bits. */
    int mode;

    Instant mtime;
    Instant ctime;

    /** How many names it has. */
    int linkCount;

    /** The number of the last call that changed its attributes, its entries or its names. */
    long changedBy;

    MemoryInode(long number, Kind kind, int mode, @Nullable LinkTarget target, Instant now) {
        this.number = number;
        this.kind = kind;
        this.mode = mode;
        this.target = target;
        this.mtime = now;
        this.ctime = now;
    }

    boolean isDirectory() {
        return kind == Kind.DIRECTORY;
    }

    /** What is told of it. */
    Found found() {
        long sizeBytes = target == null ? bytes.size() : target.bytes().length;
        FileStat stat =
                new FileStat(
                        sizeBytes,
                        mtime,
                        ctime,
                        mode & PERMISSION_BITS,
                        number,
                        MemoryVolume.DEVICE);
        return new Found(kind, stat, linkCount);
    }
}
