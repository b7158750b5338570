package dev.lanyard.node.core.index;

import dev.lanyard.protocol.Bucket;
import dev.lanyard.protocol.ContentHash;
import dev.lanyard.protocol.Entry;
import dev.lanyard.protocol.RelativePath;
import dev.lanyard.protocol.message.Message.BucketSum;

import org.jspecify.annotations.Nullable;

import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * An index on the heap, for simulation and tests. Behaves as the durable one does, with {@link
 * #crash} in place of a power cut; its readers may be used by other threads.
 */
public final class InMemoryIndex implements Index {
    private final RowMap rows = new RowMap();
    private final Map<String, String> texts = new HashMap<>();
    private final Tally tally = new Tally();
    private final Map<Row.Pending, NavigableSet<RelativePath>> pending =
            new EnumMap<>(Row.Pending.class);
    private final Map<Integer, NavigableMap<RelativePath, Entry>> leaves = new HashMap<>();
    private final TreeMap<Integer, NavigableSet<RelativePath>> tombstones = new TreeMap<>();

    /** What a crash leaves; readers see it, so it is touched under its own lock only. */
    private final RowMap committedRows = new RowMap();

    private long commits;

    private final Map<RelativePath, Entry> former = new HashMap<>();
    private final Map<RelativePath, Entry> committedFormer = new HashMap<>();
    private final Map<String, String> committedTexts = new HashMap<>();
    private final Set<RelativePath> changedPaths = new LinkedHashSet<>();

    /** An index without rows. */
    public InMemoryIndex() {
        for (Row.Pending kind : Row.Pending.values()) {
            pending.put(kind, new TreeSet<>());
        }
    }

    @Override
    public void put(Row row) {
        replace(row.path(), row);
        changedPaths.add(row.path());
    }

    @Override
    public void remove(RelativePath path) {
        replace(path, null);
        changedPaths.add(path);
    }

    private void replace(RelativePath path, @Nullable Row row) {
        Row before = rows.replace(path, row);
        int leaf = Bucket.leafOf(path);
        tally.replace(leaf, before, row);
        if (before != null) {
            pendingOf(before.pending()).remove(path);
            tombstones.getOrDefault(dayOf(before), new TreeSet<>()).remove(path);
        }
        if (row != null) {
            pendingOf(row.pending()).add(path);
            tombstones.computeIfAbsent(dayOf(row), _ -> new TreeSet<>()).add(path);
        }
        Entry known = row == null ? null : row.told();
        if (known == null) {
            leaves.getOrDefault(leaf, new TreeMap<>()).remove(path);
        } else {
            leaves.computeIfAbsent(leaf, _ -> new TreeMap<>()).put(path, known);
        }
    }

    private static int dayOf(Row row) {
        return row.known() instanceof Entry.Tombstone known ? known.day() : Entry.Tombstone.NO_DAY;
    }

    @Override
    public List<Row> tombstones(int day, @Nullable Row after, int limit) {
        return tombstones.headMap(day).entrySet().stream()
                .filter(each -> each.getKey() != Entry.Tombstone.NO_DAY)
                .flatMap(each -> each.getValue().stream())
                .map(rows::row)
                .filter(row -> after == null || comesAfter(row, after))
                .limit(limit)
                .toList();
    }

    private static boolean comesAfter(Row row, Row other) {
        return dayOf(row) != dayOf(other)
                ? dayOf(row) > dayOf(other)
                : row.path().compareTo(other.path()) > 0;
    }

    private NavigableSet<RelativePath> pendingOf(Row.Pending kind) {
        return pending.getOrDefault(kind, new TreeSet<>());
    }

    @Override
    public long commits() {
        synchronized (committedRows) {
            return commits;
        }
    }

    @Override
    public void commit() {
        synchronized (committedRows) {
            commits += changedPaths.isEmpty() ? 0 : 2;
            for (RelativePath path : changedPaths) {
                committedRows.replace(path, rows.row(path));
            }
        }
        changedPaths.clear();
        committedTexts.putAll(texts);
        committedFormer.clear();
        committedFormer.putAll(former);
    }

    /** Goes back to the last commit, as a power cut does. */
    public void crash() {
        for (RelativePath path : changedPaths) {
            replace(path, committedRows.row(path));
        }
        changedPaths.clear();
        texts.clear();
        texts.putAll(committedTexts);
        former.clear();
        former.putAll(committedFormer);
    }

    @Override
    public IndexReader reader() {
        return new CommittedReader();
    }

    @Override
    public @Nullable Row row(RelativePath path) {
        return rows.row(path);
    }

    @Override
    public List<Row> page(@Nullable RelativePath from, boolean inclusive, int limit) {
        return rows.page(from, inclusive, limit);
    }

    @Override
    public List<Row> pageBelow(
            @Nullable RelativePath directory, @Nullable RelativePath after, int limit) {
        return rows.pageBelow(directory, after, limit);
    }

    @Override
    public List<RelativePath> holders(ContentHash content, int limit) {
        return rows.holders(content, limit);
    }

    @Override
    public List<Row> pending(
            Row.Pending kind, @Nullable RelativePath after, boolean descending, int limit) {
        NavigableSet<RelativePath> paths = pendingOf(kind);
        NavigableSet<RelativePath> ordered = descending ? paths.descendingSet() : paths;
        NavigableSet<RelativePath> tail = after == null ? ordered : ordered.tailSet(after, false);
        return tail.stream().limit(limit).map(rows::row).toList();
    }

    @Override
    public Amount pendingAmount(Row.Pending kind) {
        return tally.pendingAmount(kind);
    }

    @Override
    public Amount heldAmount() {
        return tally.heldAmount();
    }

    @Override
    public long liveCount() {
        return tally.liveCount();
    }

    @Override
    public BucketSum sum(Bucket bucket) {
        return tally.sum(bucket);
    }

    @Override
    public List<Entry> knownOf(int leaf) {
        return List.copyOf(leaves.getOrDefault(leaf, new TreeMap<>()).values());
    }

    @Override
    public @Nullable Entry former(RelativePath path) {
        return former.get(path);
    }

    @Override
    public boolean hasFormer() {
        return !former.isEmpty();
    }

    @Override
    public void putFormer(Entry entry) {
        former.put(entry.path(), entry);
    }

    @Override
    public void removeFormer(RelativePath path) {
        former.remove(path);
    }

    @Override
    public @Nullable String text(String name) {
        return texts.get(name);
    }

    @Override
    public void putText(String name, String text) {
        texts.put(name, text);
    }

    /** Changes that were not committed are gone afterwards, as they are with the durable index. */
    @Override
    public void close() {
        crash();
    }

    /** Sees what the owner has committed. */
    private final class CommittedReader implements IndexReader {
        @Override
        public @Nullable Row row(RelativePath path) {
            synchronized (committedRows) {
                return committedRows.row(path);
            }
        }

        @Override
        public List<Row> page(@Nullable RelativePath from, boolean inclusive, int limit) {
            synchronized (committedRows) {
                return committedRows.page(from, inclusive, limit);
            }
        }

        @Override
        public List<Row> pageBelow(
                @Nullable RelativePath directory, @Nullable RelativePath after, int limit) {
            synchronized (committedRows) {
                return committedRows.pageBelow(directory, after, limit);
            }
        }

        @Override
        public List<RelativePath> holders(ContentHash content, int limit) {
            synchronized (committedRows) {
                return committedRows.holders(content, limit);
            }
        }

        @Override
        public long commits() {
            return InMemoryIndex.this.commits();
        }

        /** Nothing is kept open. */
        @Override
        public void close() {}
    }
}
