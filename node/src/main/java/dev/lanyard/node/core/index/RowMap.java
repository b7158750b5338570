package dev.lanyard.node.core.index;

import dev.lanyard.protocol.ContentHash;
import dev.lanyard.protocol.Entry;
import dev.lanyard.protocol.RelativePath;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** Rows in path order, and who holds a content. Used by one thread at a time. */
final class RowMap implements IndexReader {
    private final TreeMap<RelativePath, Row> rows = new TreeMap<>();
    private final Map<ContentHash, NavigableSet<RelativePath>> holders = new HashMap<>();

    /** Puts {@code row} in place of what {@code path} had, or nothing for null; what it had. */
    @Nullable Row replace(RelativePath path, @Nullable Row row) {
        Row before = row == null ? rows.remove(path) : rows.put(path, row);
        ContentHash contentBefore = heldContent(before);
        if (contentBefore != null) {
            holders.computeIfPresent(
                    contentBefore,
                    (_, paths) -> paths.remove(path) && paths.isEmpty() ? null : paths);
        }
        ContentHash content = heldContent(row);
        if (content != null) {
            holders.computeIfAbsent(content, _ -> new TreeSet<>()).add(path);
        }
        return before;
    }

    private static @Nullable ContentHash heldContent(@Nullable Row row) {
        Held held = row == null ? null : row.held();
        return held != null && held.entry() instanceof Entry.File file ? file.content() : null;
    }

    @Override
    public @Nullable Row row(RelativePath path) {
        return rows.get(path);
    }

    @Override
    public List<Row> page(@Nullable RelativePath from, boolean inclusive, int limit) {
        NavigableMap<RelativePath, Row> tail = from == null ? rows : rows.tailMap(from, inclusive);
        return tail.values().stream().limit(limit).toList();
    }

    @Override
    public List<Row> pageBelow(
            @Nullable RelativePath directory, @Nullable RelativePath after, int limit) {
        if (directory == null) {
            return page(after, false, limit);
        }
        RelativePath last = after != null && after.compareTo(directory) > 0 ? after : directory;
        List<Row> page = new ArrayList<>();
        for (Row row : rows.tailMap(last, false).values()) {
            if (page.size() == limit || !row.path().isBelow(directory)) {
                break; // A directory is followed directly by all that is below it.
            }
            page.add(row);
        }
        return page;
    }

    /** Only its owner reads it, never beside somebody who commits. */
    @Override
    public long commits() {
        return 0;
    }

    @Override
    public List<RelativePath> holders(ContentHash content, int limit) {
        NavigableSet<RelativePath> paths = holders.get(content);
        return paths == null ? List.of() : paths.stream().limit(limit).toList();
    }

    /** Nothing is kept open. */
    @Override
    public void close() {}
}
