package dev.lanyard.node.io.watch;

import dev.lanyard.node.core.engine.Event;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Watches a folder in a process of its own, where a system's limit is low, and says what. */
final class WatchLimitProbe {
    private WatchLimitProbe() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        Semaphore seen = new Semaphore(0);
        InotifyWatcher watcher =
                new InotifyWatcher(
                        Path.of(arguments[0]),
                        event -> {
                            System.out.println(event);
                            if (event instanceof Event.CookieSeen) {
                                seen.release();
                            }
                        },
                        WatchSettings.DEFAULT);
        watcher.start();
        watcher.cookie(1);
        await(seen);
        if (arguments.length > 1) { // There is enough now of what was short.
            Files.writeString(Path.of("/proc/sys/user", arguments[1]), "10");
            watcher.cookie(2);
            await(seen);
            while (watcher.watchedCount() == 0) {
                watcher.cookie(3);
                await(seen);
            }
        }
        watcher.close();
    }

    private static void await(Semaphore seen) throws InterruptedException {
        if (!seen.tryAcquire(1, TimeUnit.MINUTES)) {
            throw new IllegalStateException("no cookie within a minute");
        }
    }
}
