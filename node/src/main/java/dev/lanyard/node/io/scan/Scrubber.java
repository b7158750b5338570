package dev.lanyard.node.io.scan;

import dev.lanyard.delta.checksum.TreeHash;
import dev.lanyard.node.core.engine.Event;
import dev.lanyard.node.core.engine.Event.Scrubbed;
import dev.lanyard.node.core.index.FileStat;
import dev.lanyard.node.core.index.Held;
import dev.lanyard.node.core.index.IndexReader;
import dev.lanyard.node.core.index.Row;
import dev.lanyard.node.io.disk.Disk;
import dev.lanyard.node.io.disk.DiskException;
import dev.lanyard.node.io.disk.Root;
import dev.lanyard.node.io.disk.Root.Content;
import dev.lanyard.node.io.disk.Root.Found;
import dev.lanyard.protocol.ContentHash;
import dev.lanyard.protocol.Entry;
import dev.lanyard.protocol.RelativePath;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Reads files again that nobody has changed, one after the other in path order, and tells of those
 * whose bytes are not what they were, or cannot be read. Used by one thread at a time; nothing is
 * open between rounds.
 */
public final class Scrubber {
    /*
     * A file that anything shows to be changed, before it was read or after, is left to the scan, and so is one that somebody may be
     * writing to: a mapped file gets its times later than its bytes. What seems to have decayed is read a second time, from the medium,
     * before it is told.
     */
    private static final Duration YOUNG = Duration.ofSeconds(10);

    private static final int ROWS_PER_PAGE = 64;
    private static final int BUFFER_BYTES = 256 * 1_024;

    /** What a file costs beside its bytes. */
    private static final int BYTES_PER_FILE = 4 * 1_024;

    private static final Logger log = LoggerFactory.getLogger(Scrubber.class);

    private final Disk disk;
    private final Supplier<IndexReader> readers;
    private final InstantSource wallClock;
    private final Consumer<Event> events;
    private final Predicate<RelativePath> isListed;
    private final Deque<Held> page = new ArrayDeque<>();
    private @Nullable RelativePath pageEnd;
    private @Nullable RelativePath done;
    private boolean isLastPage;
    private @Nullable Reading reading;
    private ScrubCounts counts = ScrubCounts.NONE;

    /** A file that is being read. */
    private static final class Reading {
        final Held held;
        final Entry.File file;
        TreeHash hash = new TreeHash();
        boolean isSecond;

        Reading(Held held, Entry.File file) {
            this.held = held;
            this.file = file;
        }

        void again() {
            isSecond = true;
            hash = new TreeHash();
        }
    }

    /**
     * Scrubs {@code disk}, from the first file on.
     *
     * @param isListed whether decay is known at a path: that all is well there is told too, then
     */
    public Scrubber(
            Disk disk,
            Supplier<IndexReader> readers,
            InstantSource wallClock,
            Consumer<Event> events,
            Predicate<RelativePath> isListed) {
        this.disk = disk;
        this.readers = readers;
        this.wallClock = wallClock;
        this.events = events;
        this.isListed = isListed;
    }

    /** Begins anew, behind {@code after}; with the first file for null. */
    public void begin(@Nullable RelativePath after) {
        page.clear();
        pageEnd = after;
        done = after;
        isLastPage = false;
        reading = null;
        counts = ScrubCounts.NONE;
    }

    /** The last path that was dealt with; null before the first. */
    public @Nullable RelativePath done() {
        return done;
    }

    /** Whether a file was begun and is not read to its end. */
    public boolean isWithinFile() {
        return reading != null;
    }

    /** What was found since it began. */
    public ScrubCounts counts() {
        return counts;
    }

    /**
     * Reads about {@code bytesMax} bytes.
     *
     * @return whether there is more to read
     * @throws IOException if the root is lost
     */
    public boolean round(long bytesMax) throws IOException {
        return round(bytesMax, true);
    }

    /** The same of the file that was begun, and of no other. */
    public boolean finish(long bytesMax) throws IOException {
        return round(bytesMax, false);
    }

    private boolean round(long bytesMax, boolean begins) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
        long left = bytesMax;
        try (Root root = disk.open()) {
            while (left > 0) {
                Reading at = reading;
                if (at != null) {
                    left -= readOn(root, at, buffer, left);
                    continue;
                }
                Held next = begins ? next() : null;
                if (next == null) {
                    return false;
                }
                left -= BYTES_PER_FILE;
                begin(root, next);
            }
        }
        return true;
    }

    /** The next file; null if there is none. */
    private @Nullable Held next() {
        while (page.isEmpty() && !isLastPage) {
            try (IndexReader reader = readers.get()) {
                var rows = reader.page(pageEnd, pageEnd == null, ROWS_PER_PAGE);
                isLastPage = rows.size() < ROWS_PER_PAGE;
                for (Row row : rows) {
                    pageEnd = row.path();
                    Held held = row.held();
                    if (held != null && isToBeRead(held)) {
                        page.add(held);
                    }
                }
            }
        }
        return page.poll();
    }

    /** What is to be repaired is known not to be what it was. */
    private static boolean isToBeRead(Held held) {
        return held.entry() instanceof Entry.File && !held.isDecayed();
    }

    private void begin(Root root, Held held) {
        Entry.File file = (Entry.File) held.entry();
        try {
            if (isQuiet(root, held)) {
                reading = new Reading(held, file);
            } else {
                leave(file.path(), null);
            }
        } catch (IOException e) {
            leave(file.path(), e);
        }
    }

    /** Whether it is what is held, and nobody has changed it just now or may be about to. */
    private boolean isQuiet(Root root, Held held) throws IOException {
        FileStat stat = held.stat();
        RelativePath path = held.entry().path();
        return stat != null
                && !isYoung(stat.ctime())
                && !isYoung(stat.mtime())
                && isAsHeld(root.stat(path), held)
                && root.isQuiet(path);
    }

    private boolean isYoung(Instant time) {
        return Duration.between(time, wallClock.instant()).abs().compareTo(YOUNG) < 0;
    }

    private static boolean isAsHeld(@Nullable Found found, Held held) {
        return found != null && Looks.contentWithoutReading(found, held) != null;
    }

    /** Reads some of it; how many bytes. */
    private long readOn(Root root, Reading at, ByteBuffer buffer, long bytesMax)
            throws IOException {
        long begun = at.hash.lengthBytes();
        long countedBefore = counts.bytes();
        RelativePath path = at.file.path();
        try (Content content = root.read(path)) {
            if (begun == 0 && at.isSecond) {
                content.forget();
            }
            boolean isWhole =
                    isAsHeld(content.stat(), at.held) && readOn(content, at, buffer, bytesMax);
            counts = counts.plusBytes(at.hash.lengthBytes() - begun);
            boolean isSame = isAsHeld(content.stat(), at.held);
            if (isSame && isWhole && isQuiet(root, at.held)) {
                finish(at, ContentHash.of(at.hash.finish()));
            } else if (!isSame || isWhole) {
                leave(path, null);
            }
        } catch (DiskException e) {
            if (e.fault() == DiskException.Fault.IO) {
                unreadable(at, e);
            } else {
                leave(path, e);
            }
        }
        return Math.max(counts.bytes() - countedBefore, BYTES_PER_FILE);
    }

    /** Whether nothing is left to be read. */
    private static boolean readOn(Content content, Reading at, ByteBuffer buffer, long bytesMax)
            throws IOException {
        long end = at.hash.lengthBytes() + bytesMax;
        while (at.hash.lengthBytes() < end) {
            buffer.clear();
            if (content.read(buffer, at.hash.lengthBytes()) < 0) {
                return true;
            }
            at.hash.update(buffer.flip());
        }
        return false;
    }

    /** A medium that was pulled out cannot be read either: that is no decay of a file. */
    private void unreadable(Reading at, DiskException why) throws IOException {
        disk.open().close();
        log.atDebug().addKeyValue("path", at.file.path()).setCause(why).log("file not readable");
        finish(at, Scrubbed.UNREADABLE);
    }

    private void finish(Reading at, ContentHash found) {
        RelativePath path = at.file.path();
        boolean isWell = found.equals(at.file.content());
        if (!isWell && !at.isSecond) {
            at.again();
            return;
        }
        if (!isWell) {
            log.atWarn().addKeyValue("path", path).addKeyValue("found", found).log("file decayed");
        }
        if (!isWell || isListed.test(path)) {
            events.accept(new Scrubbed(at.held, found));
        }
        counts = counts.plusFile(path, isWell);
        reading = null;
        done = path;
    }

    private void leave(RelativePath path, @Nullable IOException why) {
        log.atDebug().addKeyValue("path", path).setCause(why).log("file not scrubbed");
        counts = counts.plusSkipped();
        reading = null;
        done = path;
    }
}
