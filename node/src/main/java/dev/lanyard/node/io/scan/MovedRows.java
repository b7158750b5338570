package dev.lanyard.node.io.scan;

import dev.lanyard.node.core.index.Held;
import dev.lanyard.node.core.index.IndexReader;
import dev.lanyard.node.core.index.Row;
import dev.lanyard.protocol.RelativePath;

import org.jspecify.annotations.Nullable;

/**
 * What was held in a directory before it was renamed: files in it that look as they did, to the
 * last inode and time of change, need not be read again. Owned by the thread of a scan.
 */
final class MovedRows {
    private final RelativePath from;
    private final RelativePath to;
    private final RowCursor rows;

    /** Of the directory that was {@code from} and is {@code to}. */
    MovedRows(IndexReader reader, RelativePath from, RelativePath to) {
        this.from = from;
        this.to = to;
        this.rows = new RowCursor(reader, from);
    }

    /**
     * What was held where {@code path} was before; null for nothing. Paths are asked for in their
     * order.
     */
    @Nullable Held before(RelativePath path) {
        RelativePath before = path.isBelow(to) ? path.rebased(to, from).orElse(null) : null;
        if (before == null) {
            return null;
        }
        for (Row row = rows.peek(); row != null; row = rows.peek()) {
            int order = row.path().compareTo(before);
            if (order > 0) {
                return null;
            }
            if (order == 0) {
                return row.held(); // Not taken: it may be asked for again.
            }
            rows.take();
        }
        return null;
    }
}
