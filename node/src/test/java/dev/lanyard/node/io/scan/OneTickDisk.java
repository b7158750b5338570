package dev.lanyard.node.io.scan;

import dev.lanyard.node.core.index.FileStat;
import dev.lanyard.node.io.disk.Disk;
import dev.lanyard.node.io.disk.Root;
import dev.lanyard.node.io.disk.Root.Content;
import dev.lanyard.node.io.disk.Root.Found;

import org.jspecify.annotations.Nullable;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Instant;

/** A disk whose clock does not tick: all files have one time. */
final class OneTickDisk {
    private OneTickDisk() {}

    /** Behaves as {@code real}, but for the times of all that is found. */
    static Disk over(Disk real, Instant time) {
        return wrap(Disk.class, real, time);
    }

    private static <T> T wrap(Class<T> type, Object real, Instant time) {
        return type.cast(
                Proxy.newProxyInstance(
                        type.getClassLoader(),
                        new Class<?>[] {type},
                        (_, method, arguments) -> {
                            try {
                                return seen(method.invoke(real, arguments), time);
                            } catch (InvocationTargetException e) {
                                throw e.getCause();
                            }
                        }));
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
