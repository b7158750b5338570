package dev.lanyard.node.io.scan;

import dev.lanyard.node.core.index.FileStat;
import dev.lanyard.node.io.disk.Disk;
import dev.lanyard.node.io.disk.Intercepted;
import dev.lanyard.node.io.disk.Root;
import dev.lanyard.node.io.disk.Root.Content;
import dev.lanyard.node.io.disk.Root.Found;

import org.jspecify.annotations.Nullable;

import java.time.Instant;

/** A disk whose clock does not tick: all files have one time. */
final class OneTickDisk {
    private OneTickDisk() {}

    /** Behaves as {@code real}, but for the times of all that is found. */
    static Disk over(Disk real, Instant time) {
        return wrap(Disk.class, real, time);
    }

    private static <T> T wrap(Class<T> type, Object real, Instant time) {
        return Intercepted.as(
                type,
                real,
                (it, method, arguments) -> seen(Intercepted.pass(it, method, arguments), time));
    }

    private static @Nullable Object seen(@Nullable Object result, Instant time) {
        return switch (result) {
            case Root root -> wrap(Root.class, root, time);
            case Content content -> wrap(Content.class, content, time);
            case Found found -> {
                FileStat stat = found.stat();
                yield new Found(
                        found.kind(),
                        new FileStat(
                                stat.sizeBytes(),
                                time,
                                time,
                                stat.mode(),
                                stat.inode(),
                                stat.device()),
                        found.linkCount());
            }
            case null, default -> result;
        };
    }
}
