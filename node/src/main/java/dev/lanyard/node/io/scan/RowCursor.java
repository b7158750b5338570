package dev.lanyard.node.io.scan;

import dev.lanyard.node.core.index.IndexReader;
import dev.lanyard.node.core.index.Row;
import dev.lanyard.protocol.RelativePath;

import org.jspecify.annotations.Nullable;

import java.util.List;

/** The rows below a directory, one after the other in path order. Owned by the thread of a scan. */
final class RowCursor {
    private static final int PAGE_ROWS = 1_000;

    private final IndexReader reader;
    private final @Nullable RelativePath directory;
    private List<Row> page;
    private long pageCommits;
    private int next;

    /** Begins with the first row below {@code directory}, of all rows for null. */
    RowCursor(IndexReader reader, @Nullable RelativePath directory) {
        this.reader = reader;
        this.directory = directory;
        this.page = read(null);
    }

    private List<Row> read(@Nullable RelativePath after) {
        pageCommits = reader.commits();
        return reader.pageBelow(directory, after, PAGE_ROWS);
    }

    /** Whether the rows that {@link #peek} has shown last are still as they were shown. */
    boolean isFresh() {
        return pageCommits % 2 == 0 && pageCommits == reader.commits();
    }

    /**
     * Goes on behind {@code path} with rows as they are now, if that can be; all up to it were
     * taken.
     */
    void freshen(RelativePath path) {
        if (reader.commits() % 2 == 0) { // Else it would be old before it is used.
            page = read(path);
            next = 0;
        }
    }

    /** The next row without taking it, or null at the end. */
    @Nullable Row peek() {
        if (next < page.size()) {
            return page.get(next);
        }
        if (page.size() < PAGE_ROWS) {
            return null; // Fewer come only at the end.
        }
        page = read(page.getLast().path());
        next = 0;
        return page.isEmpty() ? null : page.getFirst();
    }

    /** Takes the row that {@link #peek} shows. */
    void take() {
        next++;
    }

    /** Takes all rows below {@code path}, to nobody. */
    void skipBelow(RelativePath path) {
        for (Row row = peek(); row != null && row.path().isBelow(path); row = peek()) {
            take();
        }
    }
}
