package dev.lanyard.node.io.watch;

import dev.lanyard.node.core.engine.Event;
import dev.lanyard.node.io.disk.PathBytes;
import dev.lanyard.protocol.RelativePath;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * Watches by inotify. Here is only what others may call: they leave requests to the one thread that
 * owns the watch, and wake it. What it does is in {@link WatchLoop}.
 */
public final class InotifyWatcher implements Watcher {
    private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(5);

    private final byte[] folder;
    private final Consumer<Event> events;
    private final WatchSettings settings;
    private final Queue<Request> requests = new ConcurrentLinkedQueue<>();

    /** Guards the descriptor by which the thread is woken: it must not be closed meanwhile. */
    private final ReentrantLock wakeLock = new ReentrantLock();

    private int wake = -1;
    private @Nullable Thread thread;
    private volatile @Nullable WatchLoop loop;

    /** A watcher of {@code folder}; see {@link Watcher#on}. */
    public InotifyWatcher(Path folder, Consumer<Event> events, WatchSettings settings) {
        this.folder = PathBytes.of(folder.toAbsolutePath());
        this.events = events;
        this.settings = settings;
    }

    /** Whether this system has what is needed. */
    public static boolean isSupported() {
        return LinuxCalls.isSupported();
    }

    @Override
    public void start() throws IOException {
        wakeLock.lock();
        try (LinuxCalls calls = new LinuxCalls()) {
            if (thread != null) {
                throw new IllegalStateException("started twice");
            }
            wake = calls.eventCounter();
            if (wake < 0) {
                throw new IOException("eventfd: error " + -wake);
            }
            int descriptor = wake;
            thread =
                    Thread.ofPlatform().daemon().name("lanyard-watch").start(() -> run(descriptor));
        } finally {
            wakeLock.unlock();
        }
        begin(false);
    }

    @Override
    public void restart() throws IOException {
        begin(true);
    }

    private void begin(boolean again) throws IOException {
        CompletableFuture<@Nullable String> begun = new CompletableFuture<>();
        leave(new Request.Begin(again, begun));
        String fault;
        try {
            fault = begun.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while the folder was being watched", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("the watch failed", e);
        }
        if (fault != null) {
            throw new IOException(fault);
        }
    }

    @Override
    public void cookie(long number) {
        leave(new Request.Cookie(number));
    }

    @Override
    public int watchedCount() {
        WatchLoop running = loop;
        return running == null ? 0 : running.watchedCount();
    }

    @Override
    public List<RelativePath> unwatched() {
        WatchLoop running = loop;
        return running == null ? List.of() : running.unwatched();
    }

    private void leave(Request request) {
        requests.add(request);
        wakeLock.lock();
        try (LinuxCalls calls = new LinuxCalls()) {
            if (wake >= 0) {
                calls.signal(wake);
            } else {
                refuse();
            }
        } finally {
            wakeLock.unlock();
        }
    }

    /** Nobody will take the requests any more. */
    private void refuse() {
        for (Request left = requests.poll(); left != null; left = requests.poll()) {
            if (left instanceof Request.Begin begin) {
                begin.begun.complete("the watcher is closed");
            }
        }
    }

    private void run(int wakeDescriptor) {
        try (LinuxCalls calls = new LinuxCalls();
                WatchLoop running =
                        new WatchLoop(calls, folder, settings, events, wakeDescriptor)) {
            loop = running;
            Request.Begin beginning = null;
            while (true) {
                for (Request next = requests.poll(); next != null; next = requests.poll()) {
                    switch (next) {
                        case Request.Close _ -> {
                            return;
                        }
                        case Request.Cookie cookie -> running.cookie(cookie.number);
                        case Request.Begin begin -> {
                            String fault = running.begin();
                            if (fault != null) {
                                begin.begun.complete(fault);
                            } else {
                                beginning = begin;
                            }
                        }
                    }
                }
                running.turn();
                if (beginning != null && endBeginning(running, beginning)) {
                    beginning = null;
                }
            }
        } finally {
            loop = null;
        }
    }

    private static boolean endBeginning(WatchLoop running, Request.Begin beginning) {
        if (running.isLost()) {
            beginning.begun.complete("the folder went away while it was being watched");
            return true;
        }
        if (!running.isStarted()) {
            return false;
        }
        if (beginning.again) {
            running.dirtyEverything();
        }
        beginning.begun.complete(null);
        return true;
    }

    @Override
    public void close() {
        Thread running = thread;
        if (running == null) {
            return;
        }
        leave(new Request.Close());
        if (!Thread.currentThread().equals(running)) {
            try {
                if (!running.join(CLOSE_PATIENCE)) {
                    running.interrupt(); // It is held up by whoever takes the events.
                    return; // The descriptor stays open: a number in use must not be given away.
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
            closeWake();
        }
    }

    private void closeWake() {
        wakeLock.lock();
        try (LinuxCalls calls = new LinuxCalls()) {
            if (wake >= 0) {
                calls.close(wake);
                wake = -1;
            }
            refuse();
        } finally {
            wakeLock.unlock();
        }
    }

    /** What others want of the thread. */
    private sealed interface Request {
        record Begin(boolean again, CompletableFuture<@Nullable String> begun) implements Request {}

        record Cookie(long number) implements Request {}

        record Close() implements Request {}
    }
}
