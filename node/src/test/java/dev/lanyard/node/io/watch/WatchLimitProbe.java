package dev.lanyard.node.io.watch;

import dev.lanyard.node.core.engine.Event;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** Watches a folder in a process of its own, where a system's limit is low, and says what. */
final class WatchLimitProbe {
    private WatchLimitProbe() {}

    public static void main(String[] folder) throws IOException, InterruptedException {
        CountDownLatch seen = new CountDownLatch(1);
        InotifyWatcher watcher =
                new InotifyWatcher(
                        Path.of(folder[0]),
                        event -> {
                            System.out.println(event);
                            if (event instanceof Event.CookieSeen) {
                                seen.countDown();
                            }
                        },
                        WatchSettings.DEFAULT);
        watcher.start();
        watcher.cookie(1);
        seen.await();
        watcher.close();
    }
}
