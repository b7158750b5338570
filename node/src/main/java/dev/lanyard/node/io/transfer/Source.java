package dev.lanyard.node.io.transfer;

import dev.lanyard.node.core.index.FileStat;
import dev.lanyard.node.core.index.Held;
import dev.lanyard.node.core.index.IndexReader;
import dev.lanyard.node.core.index.Row;
import dev.lanyard.node.io.disk.Root;
import dev.lanyard.node.io.disk.Root.Content;
import dev.lanyard.node.io.disk.Root.Found;
import dev.lanyard.node.io.disk.Root.Place;
import dev.lanyard.protocol.Entry;
import dev.lanyard.protocol.RelativePath;
import dev.lanyard.protocol.message.Message.ContentWant;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.ByteBuffer;

/** A file, of the tree or in versions, that is being sent. Used by one thread. */
final class Source implements AutoCloseable {
    /*
     * The file must have the size and mtime that it was held with; ctime is not asked for, since
     * putting a file in place moves it. What slips through is caught by the hash at the receiver.
     */

    private static final Logger log = LoggerFactory.getLogger(Source.class);
    private static final int HOLDERS_MAX = 4;

    private final Content content;
    private final FileStat opened;

    private Source(Content content, FileStat opened) {
        this.content = content;
        this.opened = opened;
    }

    /** Opens a file that has the content that is wanted, or null if there is none. */
    static @Nullable Source find(Bench bench, ContentWant want) {
        IndexReader reader = bench.reader();
        Source hinted = open(bench, reader, want.path(), want);
        if (hinted != null) {
            return hinted;
        }
        for (RelativePath holder : reader.holders(want.content(), HOLDERS_MAX)) {
            Source source = holder.equals(want.path()) ? null : open(bench, reader, holder, want);
            if (source != null) {
                return source;
            }
        }
        return bench.shared()
                .kept()
                .apply(want.content())
                .map(name -> openKept(bench, name, want.sizeBytes()))
                .orElse(null);
    }

    /** What is in versions is looked at by its size only: the receiver compares the hash. */
    private static @Nullable Source openKept(Bench bench, String name, long sizeBytes) {
        Source source = null;
        try {
            Content content = bench.root().read(Place.VERSIONS, name);
            try {
                Found found = content.stat();
                if (found.kind() == Root.Kind.FILE && found.stat().sizeBytes() == sizeBytes) {
                    source = new Source(content, found.stat());
                }
            } finally {
                if (source == null) {
                    content.close();
                }
            }
        } catch (IOException e) {
            log.atDebug().addKeyValue("version", name).setCause(e).log("version not readable");
        }
        return source;
    }

    private static @Nullable Source open(
            Bench bench, IndexReader reader, RelativePath path, ContentWant want) {
        Row row = reader.row(path);
        Held held = row == null ? null : row.held();
        if (held == null
                || held.stat() == null
                || !(held.entry() instanceof Entry.File file)
                || !file.content().equals(want.content())
                || file.sizeBytes() != want.sizeBytes()) {
            return null;
        }
        try {
            return open(bench.root(), path, held.stat());
        } catch (IOException e) {
            log.atDebug().addKeyValue("path", path).setCause(e).log("content not readable");
            return null;
        }
    }

    private static @Nullable Source open(Root root, RelativePath path, FileStat held)
            throws IOException {
        Content content = root.read(path);
        Source source = null;
        try {
            Found found = content.stat();
            if (found.kind() == Root.Kind.FILE && isUnchanged(held, found.stat())) {
                source = new Source(content, found.stat());
            }
            return source;
        } finally {
            if (source == null) {
                content.close();
            }
        }
    }

    private static boolean isUnchanged(FileStat before, FileStat after) {
        return before.sizeBytes() == after.sizeBytes() && before.mtime().equals(after.mtime());
    }

    /** The {@code length} bytes from {@code offset} on, or null if they are not there any more. */
    byte @Nullable [] read(long offset, int length) {
        byte[] bytes = new byte[length];
        try {
            return Reading.fill(content, ByteBuffer.wrap(bytes), offset) ? bytes : null;
        } catch (IOException e) {
            log.atDebug().setCause(e).log("content not readable to its end");
            return null;
        }
    }

    /** Reads what fits at {@code offset}; how many bytes, or -1 at the end. */
    int read(ByteBuffer to, long offset) throws IOException {
        return content.read(to, offset);
    }

    /** Whether the file still is what it was when it was opened. */
    boolean isUnchanged() {
        try {
            return isUnchanged(opened, content.stat().stat());
        } catch (IOException e) {
            log.atDebug().setCause(e).log("open file not examined");
            return false;
        }
    }

    @Override
    public void close() {
        content.close();
    }
}
