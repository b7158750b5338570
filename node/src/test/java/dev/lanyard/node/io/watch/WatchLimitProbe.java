package dev.lanyard.node.io.watch;

import java.io.IOException;
import java.nio.file.Path;

/** Watches a folder in a process of its own, where the system's limit is low, and says what. */
final class WatchLimitProbe {
    private WatchLimitProbe() {}

    public static void main(String[] folder) throws IOException {
        InotifyWatcher watcher =
                new InotifyWatcher(Path.of(folder[0]), System.out::println, WatchSettings.DEFAULT);
        watcher.start();
        watcher.close();
    }
}
