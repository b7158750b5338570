package dev.lanyard.node.io.store;

import dev.lanyard.node.io.store.SqliteRows.Stored;
import dev.lanyard.protocol.RelativePath;

import org.jspecify.annotations.Nullable;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The rows used last, and paths that were looked up last and have none; bounded by their number and
 * by the length of their paths. Owned by the thread of the index.
 */
final class RecentRows {
    private final int rowsMax;
    private final long bytesMax;
    private final Map<RelativePath, @Nullable Stored> rows = new LinkedHashMap<>(16, 0.75f, true);
    private long bytes;

    /** Keeps at most {@code rowsMax}, with paths of at most {@code bytesMax} in all. */
    RecentRows(int rowsMax, long bytesMax) {
        this.rowsMax = rowsMax;
        this.bytesMax = bytesMax;
    }

    /** Whether it is known what {@code path} has: a row, or none. */
    boolean has(RelativePath path) {
        return rows.containsKey(path);
    }

    /** Its row; null if it has none, or nothing is known of it. */
    @Nullable Stored get(RelativePath path) {
        return rows.get(path);
    }

    void put(RelativePath path, @Nullable Stored row) {
        if (!rows.containsKey(path)) {
            bytes += path.lengthBytes();
        }
        rows.put(path, row);
        Iterator<RelativePath> eldest = rows.keySet().iterator();
        while ((rows.size() > rowsMax || bytes > bytesMax) && eldest.hasNext()) {
            bytes -= eldest.next().lengthBytes();
            eldest.remove();
        }
    }

    int size() {
        return rows.size();
    }
}
