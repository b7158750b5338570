package dev.lanyard.node.io.watch;

import dev.lanyard.node.core.engine.Event;
import dev.lanyard.node.core.engine.Event.Dirt;
import dev.lanyard.protocol.RelativePath;

import io.methvin.watcher.DirectoryChangeEvent;
import io.methvin.watcher.DirectoryWatcher;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * Watches where inotify is not: by what the {@code directory-watcher} library makes of the system's
 * own service. It knows neither the end of writing nor renames, so each event makes its path dirty
 * with all below, and the scan finds out whether it is quiet.
 */
public final class PortableWatcher implements Watcher {
    private static final Logger log = LoggerFactory.getLogger(PortableWatcher.class);

    private final Path folder;
    private final Path own;
    private final Path cookies;
    private final Consumer<Event> events;

    /** Guards the watcher underneath while it is exchanged; no event is given away under it. */
    private final ReentrantLock lock = new ReentrantLock();

    private @Nullable DirectoryWatcher watcher;

    /** A watcher of {@code folder}; see {@link Watcher#on}. */
    public PortableWatcher(Path folder, Consumer<Event> events) {
        this.folder = folder.toAbsolutePath();
        this.own = this.folder.resolve(RelativePath.PRIVATE_NAME);
        this.cookies = own.resolve("cookie");
        this.events = events;
    }

    @Override
    public void start() throws IOException {
        lock.lock();
        try {
            if (Files.isDirectory(own)) {
                Files.createDirectories(cookies);
            }
            DirectoryWatcher begun =
                    DirectoryWatcher.builder()
                            .path(folder)
                            .fileHashing(false)
                            .listener(this::report)
                            .build();
            watcher = begun;
            var _ =
                    begun.watchAsync(
                            task ->
                                    Thread.ofPlatform()
                                            .daemon()
                                            .name("lanyard-watch")
                                            .start(() -> run(task, begun)));
        } finally {
            lock.unlock();
        }
    }

    private void run(Runnable task, DirectoryWatcher begun) {
        task.run();
        if (isCurrent(begun)) {
            events.accept(new Event.RootLost("the folder cannot be watched any more"));
        }
    }

    private boolean isCurrent(@Nullable DirectoryWatcher other) {
        lock.lock();
        try {
            return Objects.equals(watcher, other);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void restart() throws IOException {
        close();
        start();
        events.accept(new Event.Dirtied(List.of(new Dirt(null, true))));
    }

    private void report(DirectoryChangeEvent event) {
        switch (event.eventType()) {
            case OVERFLOW -> events.accept(new Event.WatchOverflowed());
            case CREATE, MODIFY, DELETE -> report(event.path(), event.eventType());
        }
    }

    private void report(Path path, DirectoryChangeEvent.EventType type) {
        if (path.startsWith(own)) {
            if (cookies.equals(path.getParent()) && type == DirectoryChangeEvent.EventType.CREATE) {
                reportCookie(path);
            }
            return;
        }
        pathOf(path)
                .ifPresentOrElse(
                        relative ->
                                events.accept(new Event.Dirtied(List.of(new Dirt(relative, true)))),
                        () -> log.atDebug().addKeyValue("path", path).log("event without a path"));
    }

    private Optional<RelativePath> pathOf(Path path) {
        String text =
                folder.relativize(path)
                        .toString()
                        .replace(path.getFileSystem().getSeparator(), "/");
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return RelativePath.fault(bytes).isPresent()
                ? Optional.empty()
                : Optional.of(RelativePath.of(bytes));
    }

    private void reportCookie(Path cookie) {
        String name = cookie.getFileName().toString();
        try {
            long number = Long.parseLong(name);
            Files.deleteIfExists(cookie);
            events.accept(new Event.CookieSeen(number));
        } catch (NumberFormatException e) {
            log.atDebug().addKeyValue("name", name).log("not a cookie");
        } catch (IOException e) {
            log.atWarn().addKeyValue("cookie", name).setCause(e).log("a cookie stays");
        }
    }

    @Override
    public void cookie(long number) {
        try {
            Files.createDirectories(cookies);
            Files.write(cookies.resolve(Long.toString(number)), new byte[0]);
        } catch (IOException e) {
            // Whoever waits for it must not wait for ever; a look at everything says the same.
            log.atWarn().addKeyValue("cookie", number).setCause(e).log("a cookie was not made");
            // By another thread: whoever asks for a cookie may be the one that takes events.
            var _ =
                    Thread.ofVirtual()
                            .start(
                                    () -> {
                                        events.accept(new Event.WatchOverflowed());
                                        events.accept(new Event.CookieSeen(number));
                                    });
        }
    }

    /** Not known here: the service underneath does not tell. */
    @Override
    public int watchedCount() {
        return isCurrent(null) ? 0 : 1;
    }

    @Override
    public List<RelativePath> unwatched() {
        return List.of();
    }

    @Override
    public void close() {
        DirectoryWatcher ended;
        lock.lock();
        try {
            ended = watcher;
            watcher = null;
        } finally {
            lock.unlock();
        }
        if (ended != null) {
            try {
                ended.close();
            } catch (IOException e) {
                log.atWarn().setCause(e).log("closing the watch service");
            }
        }
    }
}
