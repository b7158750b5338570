package dev.lanyard.node.io.watch;

import dev.lanyard.node.core.engine.Event;
import dev.lanyard.node.io.watch.OpenFiles.Named;
import dev.lanyard.node.io.watch.WatchTree.Node;
import dev.lanyard.protocol.RelativePath;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Reads what the kernel tells, makes paths of it, and reports them. Made, used and closed by the
 * thread of the watch alone.
 */
final class WatchLoop implements AutoCloseable {
    /*
     * One turn waits, reads all that is there, watches a portion of what is new, and reports. What
     * one turn read is one event, so both halves of a rename are looked at together; in quiet
     * times, a turn is what one system call of a user caused, and nothing is waited for.
     *
     * A cookie is reported when all is that was read before it. What is held back then (files that
     * are being written, halves of renames, directories that are being registered, a look that was
     * put off) is reported first: sooner than need be, but before the cookie.
     */
    private static final int READ_BYTES = 256 * 1024;
    private static final int OPEN_FILES_MAX = 4_096;
    private static final int DIRECTORIES_PER_TURN = 256;

    /** A turn reads no further when it has so many paths. */
    private static final int BATCH_PATHS = 8_192;

    /** After so many turns in which files were only written to, the next one is put off. */
    private static final int WRITES_IN_A_ROW = 64;

    private static final Duration WRITES_PAUSE = Duration.ofMillis(2);

    private final LinuxCalls calls;
    private final byte[] folder;
    private final WatchSettings settings;
    private final Consumer<Event> events;
    private final int wake;
    private final Arena arena = Arena.ofConfined();
    private final MemorySegment buffer = arena.allocate(READ_BYTES, 8);
    private final long origin = System.nanoTime();

    private final DirtBatch dirt = new DirtBatch();
    private final OpenFiles openFiles;
    private final Moves moves;
    private final Cookies cookies;
    private final List<Long> seenCookies = new ArrayList<>();
    private final List<Long> cookiesWithoutFile = new ArrayList<>();

    private WatchTree tree = new WatchTree();
    private @Nullable Registrar registrar;
    private OverflowPace pace;
    private int inotify = -1;
    private @Nullable String lost;
    private Instant nextPoll = Instant.MAX;
    private int writesInARow;
    private int unwatchedTold;
    private boolean overflowToTell;

    /** What is written before all is watched is in no report yet. */
    private boolean watchedLate;

    private volatile int watchedCount;
    private volatile List<RelativePath> unwatched = List.of();

    WatchLoop(
            LinuxCalls calls,
            byte[] folder,
            WatchSettings settings,
            Consumer<Event> events,
            int wake) {
        this.calls = calls;
        this.folder = folder;
        this.settings = settings;
        this.events = events;
        this.wake = wake;
        this.openFiles = new OpenFiles(settings, OPEN_FILES_MAX);
        this.moves = new Moves(settings.renameGrace());
        this.cookies = new Cookies(calls);
        this.pace = new OverflowPace(settings.overflowMin(), settings.overflowMax());
    }

    /**
     * Begins, or begins anew, with the root; turns follow until {@link #isStarted}.
     *
     * @return why that cannot be, or null
     */
    @Nullable String begin() {
        cookiesWithoutFile.addAll(cookies.onTheWay()); // Their events will not come.
        drop();
        Registrar begun = new Registrar(calls, folder, settings.watchesMax(), tree, dirt);
        inotify = calls.inotify(); // None left: everything is polled.
        String fault = begun.begin(inotify);
        if (fault != null) {
            drop();
            return fault;
        }
        registrar = begun;
        nextPoll = now().plus(settings.poll());
        return null;
    }

    /** Whether all is watched that was there at the beginning. */
    boolean isStarted() {
        return registrar != null && registrar.isStarted();
    }

    /** Whether there is no root to be watched. */
    boolean isLost() {
        return registrar == null;
    }

    /** Makes all dirty: what happened before the beginning is not known. */
    void dirtyEverything() {
        dirt.addEverything();
    }

    int watchedCount() {
        return watchedCount;
    }

    List<RelativePath> unwatched() {
        return unwatched;
    }

    /** Sends a cookie on its way. What nobody watches is reported before it comes back. */
    void cookie(long number) {
        if (inotify < 0 || (registrar != null && registrar.unwatched().count() > 0)) {
            nextPoll = now();
        }
        if (inotify < 0 || registrar == null) {
            cookiesWithoutFile.add(number);
            return;
        }
        int root = registrar.openRoot();
        boolean made = root >= 0 && cookies.make(inotify, root, number);
        if (!made) {
            cookiesWithoutFile.add(number);
        }
        if (root >= 0) {
            calls.close(root);
        }
    }

    /** Waits for something to do, and does it. */
    void turn() {
        boolean mayPause = writesInARow >= WRITES_IN_A_ROW && cookiesWithoutFile.isEmpty();
        calls.poll(mayPause ? -1 : inotify, wake, nanosToWait(mayPause));
        calls.unsignal(wake);
        boolean isEmpty = inotify < 0 || read();
        Registrar watching = registrar;
        if (watching != null && lost == null) {
            settle(watching);
            if (lost == null && !watching.work(DIRECTORIES_PER_TURN)) {
                lost = "the folder is not there, or another one is in its place";
            }
        }
        if (isEmpty) {
            if (registrar != null) {
                registrar.caughtUp();
            }
            seenCookies.addAll(cookiesWithoutFile); // There is nothing before them any more.
            cookiesWithoutFile.clear();
        }
        if (watchedLate && isStarted()) {
            watchedLate = false;
            dirt.addEverything();
        }
        if (lost != null) {
            tellLost(lost);
        } else {
            tell();
        }
    }

    private Instant now() {
        return Instant.EPOCH.plusNanos(System.nanoTime() - origin);
    }

    private long nanosToWait(boolean pause) {
        if (!cookiesWithoutFile.isEmpty() || !dirt.isEmpty()) {
            return 0;
        }
        if (registrar == null) {
            return -1;
        }
        if (registrar.isBusy()) {
            return 0;
        }
        Instant due = nextPoll;
        for (Instant other : List.of(openFiles.nextDue(), moves.nextDue(), pace.due())) {
            due = other.isBefore(due) ? other : due;
        }
        Instant now = now();
        if (pause) {
            Instant end = now.plus(WRITES_PAUSE);
            due = end.isBefore(due) ? end : due;
        }
        return due.isAfter(now) ? Duration.between(now, due).toNanos() : 0;
    }

    /** Reads until nothing is left or enough is read; whether nothing is left. */
    private boolean read() {
        boolean onlyWrites = true;
        boolean any = false;
        while (dirt.size() < BATCH_PATHS && lost == null) {
            int filled = calls.read(inotify, buffer);
            if (filled == -LinuxCalls.EAGAIN) {
                writesInARow = any && onlyWrites ? writesInARow + 1 : 0;
                return true;
            }
            if (filled < 0) {
                throw new IllegalStateException("reading file events: error " + -filled);
            }
            any = true;
            Instant now = now();
            for (int at = 0; at < filled && lost == null; ) {
                FileEvent event = FileEvent.in(buffer, at);
                onlyWrites &= event.isOnlyWrite();
                handle(event, now);
                at += FileEvent.lengthIn(buffer, at);
            }
        }
        writesInARow = 0;
        return false;
    }

    private void handle(FileEvent event, Instant now) {
        if (event.is(FileEvent.OVERFLOW)) {
            pace.lost(now);
            return;
        }
        if (cookies.isFrom(event.watch())) {
            handleCookie(event);
            return;
        }
        Node node = tree.byWatch(event.watch());
        Registrar watching = registrar;
        if (node == null || watching == null) {
            return; // A watch that was ended before this was read.
        }
        if (event.name().length == 0) {
            handleSelf(watching, node, event);
            return;
        }
        RelativePath path = tree.path(node, event.name());
        if (event.isOfDirectory() && (path != null || tree.isAfloat(node))) {
            // A parent between two names has no path now; all below is reported when it has one.
            handleDirectory(watching, node, event, path, now);
        } else if (path != null) {
            handleFile(node, event, path, now);
        } // Else it is the private directory.
    }

    private void handleCookie(FileEvent event) {
        if (event.is(FileEvent.IGNORED | FileEvent.UNMOUNT)) {
            cookies.unwatched();
            cookiesWithoutFile.addAll(cookies.onTheWay());
            return;
        }
        Long number = cookies.seen(event.name());
        if (number != null) {
            seenCookies.add(number);
        }
    }

    private void handleSelf(Registrar watching, Node node, FileEvent event) {
        boolean isRoot = node == tree.root();
        if (event.is(FileEvent.UNMOUNT)) {
            lost = "the file system of the folder was unmounted"; // No other one is watched.
        } else if (isRoot && event.is(FileEvent.DELETE_SELF | FileEvent.IGNORED)) {
            lost = "the folder was deleted";
        } else if (isRoot && event.is(FileEvent.MOVE_SELF)) {
            lost = "the folder was moved or renamed";
        } else if (event.is(FileEvent.IGNORED)) {
            watching.remove(node); // What its parent tells of it is reported.
        }
    }

    private void handleDirectory(
            Registrar watching,
            Node parent,
            FileEvent event,
            @Nullable RelativePath path,
            Instant now) {
        Node node = tree.child(parent, event.name());
        if (event.is(FileEvent.MOVED_FROM)) {
            if (node != null) {
                tree.detach(node);
            }
            moves.left(event.cookie(), path, node, now);
        } else if (event.is(FileEvent.MOVED_TO)) {
            arriveDirectory(watching, parent, event, path, now);
            watching.add(parent, event.name()); // Finds out whether it really is there by now.
        } else if (event.is(FileEvent.DELETE)) {
            if (node != null) {
                watching.remove(node);
            }
            dirt.add(path, false);
        } else if (event.is(FileEvent.CREATE)) {
            watching.add(parent, event.name());
        } else if (event.is(FileEvent.ATTRIB)) {
            dirt.add(path, false);
            if (node == null) {
                watching.add(parent, event.name()); // Perhaps it was closed to us until now.
            }
        }
    }

    /** A directory that was watched keeps its watches, and those of all below. */
    private void arriveDirectory(
            Registrar watching,
            Node parent,
            FileEvent event,
            @Nullable RelativePath path,
            Instant now) {
        Moves.Half from = moves.arrived(event.cookie());
        if (from == null) {
            return;
        }
        dirt.addMoved(from.path(), path);
        Node moved = from.directory();
        if (moved == null || moved.parent() != null || tree.byWatch(moved.watch()) != moved) {
            return;
        }
        Node displaced = tree.child(parent, event.name());
        if (displaced != null) {
            watching.remove(displaced);
        }
        if (tree.isWithin(parent, moved)) {
            watching.remove(moved); // What we think of the tree is not true any more.
            pace.lost(now);
        } else {
            tree.place(moved, parent, event.name());
        }
    }

    private void handleFile(Node parent, FileEvent event, RelativePath path, Instant now) {
        byte[] name = event.name();
        if (event.is(FileEvent.CREATE)) {
            openFiles.created(parent, name, now);
        } else if (event.is(FileEvent.MODIFY)) {
            openFiles.modified(parent, name, now);
        } else if (event.is(FileEvent.ATTRIB) && openFiles.contains(parent, name)) {
            openFiles.modified(parent, name, now); // A copy gets its mode before it is closed.
        } else if (event.is(FileEvent.MOVED_FROM)) {
            openFiles.remove(parent, name);
            moves.left(event.cookie(), path, null, now);
        } else {
            Moves.Half from = event.is(FileEvent.MOVED_TO) ? moves.arrived(event.cookie()) : null;
            if (from != null) {
                dirt.add(from.path(), false);
            }
            openFiles.remove(parent, name);
            dirt.add(path, false);
        }
    }

    /** Does what is due by time. */
    private void settle(Registrar watching) {
        Instant now = now();
        for (Named file : openFiles.due(now)) {
            dirt.add(tree.path(file.directory(), file.name()), false);
        }
        for (Moves.Half half : moves.expired(now)) {
            dirt.add(half.path(), true);
            Node directory = half.directory();
            if (directory != null && directory.parent() == null) {
                watching.remove(directory);
            }
        }
        if (watching.takeLostTrack()) {
            pace.lost(now);
        }
        if (!pace.due().isAfter(now)) {
            pace.done(now);
            watching.walkAgain();
            overflowToTell = true;
        }
        if (!nextPoll.isAfter(now)) {
            nextPoll = now.plus(settings.poll());
            poll(watching);
        }
    }

    private void poll(Registrar watching) {
        int root = watching.openRoot();
        if (root < 0) {
            lost = "the folder is not there, or another one is in its place";
            return;
        }
        calls.close(root);
        if (inotify < 0) {
            lost = begin();
            dirt.addEverything();
            watchedLate = inotify >= 0;
        } else {
            watching.poll();
        }
    }

    private void tell() {
        Registrar watching = registrar;
        if (watching != null) {
            if (!seenCookies.isEmpty()) {
                reportAllHeldBack(watching);
            }
            tellDirt();
            if (watching.takeWalkedAgain()) {
                tellOverflow();
            }
            if (!watching.isBusy()) {
                tellUnwatched(watching);
            }
        }
        tellCookies();
    }

    private void reportAllHeldBack(Registrar watching) {
        for (Named file : openFiles.all()) {
            dirt.add(tree.path(file.directory(), file.name()), false);
        }
        for (Moves.Half half : moves.all()) {
            dirt.add(half.path(), true);
        }
        watching.reportUnfinished();
        if (overflowToTell || pace.isDue()) {
            events.accept(new Event.WatchOverflowed());
        }
    }

    private void tellDirt() {
        if (!dirt.isEmpty()) {
            events.accept(new Event.Dirtied(dirt.take()));
        }
    }

    /** Events were lost, and with them perhaps those of cookies: the look at all replaces them. */
    private void tellOverflow() {
        overflowToTell = false;
        events.accept(new Event.WatchOverflowed());
        seenCookies.addAll(cookies.onTheWay());
    }

    private void tellUnwatched(Registrar watching) {
        watchedCount = tree.size();
        int count = watching.unwatched().count();
        if (count != unwatchedTold) {
            unwatchedTold = count;
            unwatched = watching.unwatched().paths(tree);
            events.accept(new Event.WatchLimited(count));
        }
    }

    private void tellCookies() {
        if (seenCookies.isEmpty()) {
            return;
        }
        List<Long> seen = seenCookies.stream().distinct().toList();
        seenCookies.clear();
        int root = registrar == null ? -1 : registrar.openRoot();
        cookies.remove(root, seen);
        if (root >= 0) {
            calls.close(root);
        }
        for (long number : seen) {
            events.accept(new Event.CookieSeen(number));
        }
    }

    private void tellLost(String reason) {
        seenCookies.addAll(cookies.onTheWay());
        drop();
        events.accept(new Event.RootLost(reason));
        tellCookies();
    }

    /** Forgets everything; nothing is watched. */
    private void drop() {
        if (inotify >= 0) {
            calls.close(inotify);
        }
        inotify = -1;
        registrar = null;
        tree = new WatchTree();
        openFiles.clear();
        moves.clear();
        cookies.clear();
        dirt.clear();
        pace = new OverflowPace(settings.overflowMin(), settings.overflowMax());
        overflowToTell = false;
        watchedLate = false;
        writesInARow = 0;
        lost = null;
        nextPoll = Instant.MAX;
        watchedCount = 0;
    }

    @Override
    public void close() {
        drop();
        arena.close();
    }
}
