package dev.lanyard.node.io.disk;

import dev.lanyard.node.core.index.FileStat;
import dev.lanyard.protocol.RelativePath;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Files with other bytes than were written, and the times that they had before. Really written: all
 * ways to read them tell the same. Thread-safe.
 */
final class Decays {
    private final Map<Long, Decay> byInode = new ConcurrentHashMap<>();

    /** {@code real}: null while it is being written. */
    private record Decay(FileStat shown, @Nullable FileStat real) {}

    void decay(Root root, RelativePath path, Path file, byte[] bytes) throws IOException {
        FileStat shown = shown(stat(root, path));
        if (shown.sizeBytes() != bytes.length) {
            throw new IllegalArgumentException("what decays keeps its length");
        }
        byInode.put(shown.inode(), new Decay(shown, null));
        Files.write(file, bytes, StandardOpenOption.WRITE);
        byInode.put(shown.inode(), new Decay(shown, stat(root, path)));
    }

    private static FileStat stat(Root root, RelativePath path) throws IOException {
        return Objects.requireNonNull(root.stat(path)).stat();
    }

    /** What is to be seen of what was {@code found}; times that somebody has set since are his. */
    FileStat shown(FileStat found) {
        Decay decay = byInode.get(found.inode());
        if (decay == null) {
            return found;
        }
        FileStat shown = decay.shown();
        FileStat real = decay.real();
        Instant mtime =
                real == null || real.mtime().equals(found.mtime()) ? shown.mtime() : found.mtime();
        Instant ctime =
                real == null || real.ctime().equals(found.ctime()) ? shown.ctime() : found.ctime();
        return new FileStat(
                found.sizeBytes(), mtime, ctime, found.mode(), found.inode(), found.device());
    }
}
