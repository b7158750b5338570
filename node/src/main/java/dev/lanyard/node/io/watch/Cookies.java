package dev.lanyard.node.io.watch;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * Makes the files whose events prove that all earlier events were read. Owned by the thread of the
 * watch.
 */
final class Cookies {
    private static final String PRIVATE = ".lanyard";
    private static final String DIRECTORY = "cookie";
    private static final int NONE = -1;

    private final LinuxCalls calls;
    private int watch = NONE;

    /** Made, and their events not read yet. */
    private final TreeSet<Long> onTheWay = new TreeSet<>();

    Cookies(LinuxCalls calls) {
        this.calls = calls;
    }

    /** Whether an event comes from the place of the cookies. */
    boolean isFrom(int watch) {
        return watch == this.watch && watch != NONE;
    }

    /** The watch is gone; the next cookie makes it anew. */
    void unwatched() {
        watch = NONE;
    }

    /**
     * Makes a cookie below the open {@code root}.
     *
     * @return whether its event will come; if not, the caller reads until no event is left, which
     *     proves the same
     */
    boolean make(int inotify, int root, long number) {
        int directory = open(inotify, root);
        if (directory < 0) {
            return false;
        }
        try {
            int made = calls.makeFile(directory, Long.toString(number));
            if (made == -LinuxCalls.EEXIST) { // Left over from a run that ended too early.
                calls.removeFile(directory, Long.toString(number));
                made = calls.makeFile(directory, Long.toString(number));
            }
            if (made < 0) {
                return false;
            }
            onTheWay.add(number);
            return true;
        } finally {
            calls.close(directory);
        }
    }

    private int open(int inotify, int root) {
        byte[] path = (PRIVATE + "/" + DIRECTORY).getBytes(StandardCharsets.US_ASCII);
        int directory = calls.openDirectory(root, path);
        if (directory == -LinuxCalls.ENOENT) {
            int above = calls.openDirectory(root, PRIVATE.getBytes(StandardCharsets.US_ASCII));
            if (above < 0) {
                return above;
            }
            calls.makeDirectory(above, DIRECTORY);
            calls.close(above);
            directory = calls.openDirectory(root, path);
        }
        if (directory >= 0 && watch == NONE) {
            int added = calls.addWatch(inotify, directory, FileEvent.CREATE | FileEvent.ONLYDIR);
            if (added < 0) {
                calls.close(directory);
                return added;
            }
            watch = added;
        }
        return directory;
    }

    /** The cookie of this name, or null if it is none of ours. */
    @Nullable Long seen(byte[] name) {
        String text = new String(name, StandardCharsets.US_ASCII);
        for (long number : onTheWay) {
            if (Long.toString(number).equals(text)) {
                return number;
            }
        }
        return null;
    }

    /** All whose events did not come yet. */
    List<Long> onTheWay() {
        return new ArrayList<>(onTheWay);
    }

    /** Removes the files of cookies that are done with. */
    void remove(int root, List<Long> numbers) {
        int directory =
                calls.openDirectory(
                        root, (PRIVATE + "/" + DIRECTORY).getBytes(StandardCharsets.US_ASCII));
        for (long number : numbers) {
            if (directory >= 0) {
                calls.removeFile(directory, Long.toString(number));
            }
            onTheWay.remove(number);
        }
        if (directory >= 0) {
            calls.close(directory);
        }
    }

    /** Forgets all: the inotify instance is another one. */
    void clear() {
        watch = NONE;
        onTheWay.clear();
    }
}
