package dev.lanyard.node.io.watch;

import dev.lanyard.node.core.engine.Event;
import dev.lanyard.protocol.RelativePath;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/**
 * Watches a folder and reports what may have changed: {@link Event.Dirtied}, {@link
 * Event.WatchOverflowed}, {@link Event.WatchLimited}, {@link Event.CookieSeen} and {@link
 * Event.RootLost}. Thread-safe; the events come from a thread of its own, which may be held up by
 * whoever takes them.
 *
 * <p>The private directory is never reported.
 */
public interface Watcher extends AutoCloseable {
    /**
     * The best watcher that this system has for {@code folder}.
     *
     * @param events takes what is reported; it may block for a while, and no lock is held meanwhile
     */
    static Watcher on(Path folder, Consumer<Event> events, WatchSettings settings) {
        return InotifyWatcher.isSupported()
                ? new InotifyWatcher(folder, events, settings)
                : new PortableWatcher(folder, events);
    }

    /**
     * Begins to watch; returns when every directory that is there is watched, so that a look at the
     * tree from now on, together with the events, misses nothing. Called once.
     *
     * @throws IOException if the folder cannot be opened
     */
    void start() throws IOException;

    /**
     * Watches again after {@link Event.RootLost}, as {@link #start} does, and reports all of the
     * tree as dirty: nothing is known of the time between.
     *
     * @throws IOException if the folder cannot be opened; it may be called again
     */
    void restart() throws IOException;

    /**
     * Lets a cookie pass through the queue of events. Once all that was written before this call
     * has been reported, {@link Event.CookieSeen} is. Returns at once.
     *
     * @param number names the cookie
     */
    void cookie(long number);

    /** How many directories are watched. */
    int watchedCount();

    /**
     * Directories that the system does not let be watched; they are polled, with all below. A null
     * path does not occur: when nothing can be watched, {@link #watchedCount} is 0.
     */
    List<RelativePath> unwatched();

    /** Stops at once; what was not reported yet is not reported any more. */
    @Override
    void close();
}
