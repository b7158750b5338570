package dev.lanyard.node.io.watch;

import dev.lanyard.node.io.watch.WatchTree.Node;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Files that somebody made or writes to and has not closed yet, as far as events tell. Each is to
 * be reported when its time has come; who closes it comes first. Bounded: when full, the oldest one
 * is reported before its time. Owned by the thread of the watch.
 */
final class OpenFiles {
    /*
     * The kernel tells of a new name at once, and of the end of writing when the writer closes.
     * Links, fifos and files that were made without a name are never closed after writing, so each
     * new name has a short time to be written in; and a file that stays open for days (a log, a
     * database, the image of a machine) is reported whenever it was left alone for a while.
     */
    private final WatchSettings settings;
    private final int countMax;
    private final Map<Named, Times> files = new LinkedHashMap<>();
    private final List<Named> pushedOut = new ArrayList<>();

    /** Nothing is due before this; some time after it something may be. */
    private Instant nextDue = Instant.MAX;

    OpenFiles(WatchSettings settings, int countMax) {
        this.settings = settings;
        this.countMax = countMax;
    }

    /** A name appeared. */
    void created(Node directory, byte[] name, Instant now) {
        put(new Named(directory, name), new Times(now, now, settings.createGrace()));
    }

    /** A file was written to. */
    void modified(Node directory, byte[] name, Instant now) {
        Named file = new Named(directory, name);
        Times before = files.get(file);
        put(file, new Times(before == null ? now : before.first, now, settings.quiet()));
    }

    private void put(Named file, Times times) {
        files.put(file, times);
        Instant due = times.due(settings.quietMax());
        if (due.isBefore(nextDue)) {
            nextDue = due;
        }
        if (files.size() > countMax) {
            Iterator<Named> oldest = files.keySet().iterator();
            pushedOut.add(oldest.next());
            oldest.remove();
            nextDue = Instant.MIN;
        }
    }

    /** Whether it is waited for the end of writing to this file. */
    boolean contains(Node directory, byte[] name) {
        return !files.isEmpty() && files.containsKey(new Named(directory, name));
    }

    /** The file was closed, deleted or renamed. */
    void remove(Node directory, byte[] name) {
        if (!files.isEmpty()) {
            files.remove(new Named(directory, name));
        }
    }

    /** When to ask for {@link #due} again, at the latest. */
    Instant nextDue() {
        return nextDue;
    }

    /** What is to be reported now, and forgotten here. */
    List<Named> due(Instant now) {
        if (now.isBefore(nextDue)) {
            return List.of();
        }
        List<Named> due = new ArrayList<>(pushedOut);
        pushedOut.clear();
        nextDue = Instant.MAX;
        Iterator<Map.Entry<Named, Times>> each = files.entrySet().iterator();
        while (each.hasNext()) {
            Map.Entry<Named, Times> file = each.next();
            Instant when = file.getValue().due(settings.quietMax());
            if (!when.isAfter(now)) {
                due.add(file.getKey());
                each.remove();
            } else if (when.isBefore(nextDue)) {
                nextDue = when;
            }
        }
        return due;
    }

    /** All of them, whether their time has come or not; they are forgotten here. */
    List<Named> all() {
        List<Named> all = new ArrayList<>(pushedOut);
        all.addAll(files.keySet());
        clear();
        return all;
    }

    void clear() {
        pushedOut.clear();
        files.clear();
        nextDue = Instant.MAX;
    }

    /** A name in a watched directory. */
    static final class Named {
        private final Node directory;
        private final byte[] name;

        Named(Node directory, byte[] name) {
            this.directory = directory;
            this.name = name;
        }

        Node directory() {
            return directory;
        }

        byte[] name() {
            return name;
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Named that
                    && directory == that.directory
                    && Arrays.equals(name, that.name);
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(directory) * 31 + Arrays.hashCode(name);
        }
    }

    /** When the first and the last thing happened, and how long to wait after the last. */
    private record Times(Instant first, Instant last, Duration patience) {
        Instant due(Duration patienceMax) {
            Instant due = last.plus(patience);
            Instant latest = first.plus(patienceMax);
            return due.isBefore(latest) ? due : latest;
        }
    }
}
