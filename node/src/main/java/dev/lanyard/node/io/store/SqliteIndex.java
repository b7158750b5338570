package dev.lanyard.node.io.store;

import dev.lanyard.node.core.index.Index;
import dev.lanyard.node.core.index.IndexFailure;
import dev.lanyard.node.core.index.IndexReader;
import dev.lanyard.node.core.index.Row;
import dev.lanyard.node.core.index.Tally;
import dev.lanyard.node.io.store.SqliteRows.Stored;
import dev.lanyard.protocol.Bucket;
import dev.lanyard.protocol.CanonicalEntry;
import dev.lanyard.protocol.ContentHash;
import dev.lanyard.protocol.Entry;
import dev.lanyard.protocol.EntryDigest;
import dev.lanyard.protocol.RelativePath;
import dev.lanyard.protocol.message.Message.BucketSum;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The durable index, in one SQLite file. Owned by the thread that steps the engine; each {@link
 * #reader} belongs to the thread that asked for it.
 *
 * <p>All methods throw {@link IndexFailure} when the disk or the file fails. After a failed change
 * the transaction is in doubt: nothing is written any more, and the next {@link #open} finds what
 * was committed.
 */
public final class SqliteIndex implements Index {
    /*
     * Rows live in the file only. In memory are the page cache; the few rows that were used last
     * (what is looked up is mostly written next, and its former state is needed for the sums); the
     * sums; and, in plain arrays of some 25 bytes a row, the numbers of the rows by bucket and by
     * content. Sums and arrays are made anew by one walk over all rows when the file is opened. It
     * also shows whether every row can be read, and whether they sum up to what the last commit
     * said: a row that was lost or changed behind our back would be told to peers as the truth.
     */

    /** Some 20 MB: both paths of each of 10 000 files that are renamed together. */
    private static final int RECENT_ROWS_MAX = 32_768;

    /** A path may be in a row three times. */
    private static final long RECENT_BYTES_MAX = 8 << 20;

    private static final long PAGES_MAX = 4_294_967_294L; // What SQLite takes at most.

    private final Path file;
    private final @Nullable Path damaged;
    private final long inode;
    private final SqliteRows rows;
    private final SqliteWriter writer;
    private final FormerEntries former;
    private final Tally tally = new Tally();
    private final LeafTable leaves = new LeafTable();
    private final HolderTable holders = new HolderTable();
    private final AtomicLong commits = new AtomicLong();
    private final RecentRows recent = new RecentRows(RECENT_ROWS_MAX, RECENT_BYTES_MAX);

    /** What rows hold since the last commit; the holder table follows at the next one. */
    private final Map<Integer, @Nullable ContentHash> heldSince = new LinkedHashMap<>();

    private int lastId;

    private SqliteIndex(Path file, Connection connection, @Nullable Path damaged)
            throws SQLException, IOException {
        this.file = file;
        this.damaged = damaged;
        rows = new SqliteRows(file, connection, holders, commits);
        writer = new SqliteWriter(file, connection);
        former = new FormerEntries(file, connection);
        inode = IndexFile.inode(file);
    }

    /**
     * Opens the index in {@code file}, and makes it if it is not there. A file that is damaged or
     * belongs to another program is moved aside, and an index without rows takes its place: see
     * {@link #damaged}.
     *
     * @throws IndexFailure if it cannot be opened, or was written by a later version of the program
     */
    public static SqliteIndex open(Path file) {
        return open(file, PAGES_MAX);
    }

    /** Opens an index that can grow to {@code pagesMax} pages, as on a disk that is nearly full. */
    static SqliteIndex open(Path file, long pagesMax) {
        try {
            return load(file, pagesMax, null);
        } catch (SQLException | IllegalArgumentException | IOException failure) {
            if (!Failures.isDamage(failure)) {
                throw Failures.of("opening", file, failure);
            }
            return openAnew(file, pagesMax, failure);
        }
    }

    private static SqliteIndex openAnew(Path file, long pagesMax, Exception damage) {
        try {
            return load(file, pagesMax, IndexFile.moveAside(file));
        } catch (SQLException | IllegalArgumentException | IOException failure) {
            failure.addSuppressed(damage);
            throw Failures.of("making anew", file, failure);
        }
    }

    private static SqliteIndex load(Path file, long pagesMax, @Nullable Path damaged)
            throws SQLException, IOException {
        Connection connection = IndexFile.open(file, pagesMax);
        try {
            SqliteIndex index = new SqliteIndex(file, connection, damaged);
            index.count();
            return index;
        } catch (SQLException | IOException | RuntimeException failure) {
            IndexFile.closeAfter(failure, connection);
            throw failure;
        }
    }

    private void count() throws SQLException {
        rows.forEach(
                stored -> {
                    follow(stored.id(), stored.row().path(), null, stored);
                    publish();
                    lastId = stored.id();
                });
        BucketSum committed = rows.committed();
        BucketSum counted = tally.sum(Bucket.ROOT);
        if (!committed.equals(counted)) {
            throw new IllegalArgumentException(
                    "the rows sum up to %s (expected %s)".formatted(counted, committed));
        }
    }

    /**
     * Where the file is kept that {@link #open} could not use, if so: this replica has no state
     * then.
     */
    public Optional<Path> damaged() {
        return Optional.ofNullable(damaged);
    }

    /**
     * The inode of the file, or 0 where files have none: a copy of the state directory has another
     * one.
     */
    public long inode() {
        return inode;
    }

    @Override
    public void put(Row row) {
        replace(row.path(), row);
    }

    @Override
    public void remove(RelativePath path) {
        replace(path, null);
    }

    private void replace(RelativePath path, @Nullable Row row) {
        Stored before = stored(path);
        Row rowBefore = before == null ? null : before.row();
        if (Objects.equals(rowBefore, row)) {
            return;
        }
        int id = before == null ? Math.addExact(lastId, 1) : before.id();
        Stored after = row == null ? null : write(id, before, row);
        if (after == null) {
            writer.delete(id);
        }
        follow(id, path, before, after);
        recent.put(path, after);
    }

    /** Nothing is encoded or hashed that is known from {@code before}. */
    private Stored write(int id, @Nullable Stored before, Row row) {
        if (before != null && Objects.equals(before.row().known(), row.known())) {
            writer.updateHeld(id, row);
            return before.holding(row);
        }
        byte[] known = row.known() == null ? null : CanonicalEntry.encode(row.known());
        if (before == null) {
            writer.insert(id, row, known);
            lastId = id;
        } else {
            writer.update(id, row, known);
        }
        EntryDigest digest =
                row.told() == null || known == null
                        ? EntryDigest.ZERO
                        : EntryDigest.ofCanonical(known);
        return new Stored(id, row, digest);
    }

    /** Brings all that is in memory after a change of one row. */
    private void follow(
            int id,
            RelativePath path,
            @Nullable Stored storedBefore,
            @Nullable Stored storedAfter) {
        Row before = storedBefore == null ? null : storedBefore.row();
        Row after = storedAfter == null ? null : storedAfter.row();
        int leaf = Bucket.leafOf(path);
        tally.replace(leaf, before, after, change(storedBefore, storedAfter));
        boolean wasTold = before != null && before.told() != null;
        boolean isTold = after != null && after.told() != null;
        if (wasTold && !isTold) {
            leaves.remove(leaf, id);
        } else if (isTold && !wasTold) {
            leaves.add(leaf, id);
        }
        ContentHash content = SqliteRows.heldContent(after);
        if (!Objects.equals(SqliteRows.heldContent(before), content)) {
            heldSince.put(id, content);
        }
    }

    /** The digest of what is told after, less that of what was told before. */
    private static EntryDigest change(@Nullable Stored before, @Nullable Stored after) {
        boolean tellsTheSame =
                before != null
                        && after != null
                        && Objects.equals(before.row().told(), after.row().told());
        return tellsTheSame ? EntryDigest.ZERO : digest(after).minus(digest(before));
    }

    private static EntryDigest digest(@Nullable Stored stored) {
        return stored == null ? EntryDigest.ZERO : stored.digest();
    }

    @Override
    public void commit() {
        if (!writer.isChanged()) {
            return;
        }
        commits.incrementAndGet();
        writer.commit(tally.sum(Bucket.ROOT));
        publish();
        commits.incrementAndGet(); // After a failure it stays odd: nobody relies on anything then.
    }

    @Override
    public long commits() {
        return commits.get();
    }

    private void publish() {
        heldSince.forEach(holders::put);
        heldSince.clear();
    }

    @Override
    public IndexReader reader() {
        try {
            Connection reading = IndexFile.openReader(file);
            try {
                return new SqliteRows(file, reading, holders, commits);
            } catch (SQLException failure) {
                IndexFile.closeAfter(failure, reading);
                throw failure;
            }
        } catch (SQLException failure) {
            throw Failures.of("opening a reader of", file, failure);
        }
    }

    @Override
    public @Nullable Row row(RelativePath path) {
        Stored stored = stored(path);
        return stored == null ? null : stored.row();
    }

    private @Nullable Stored stored(RelativePath path) {
        Stored stored = recent.get(path);
        if (stored == null && !recent.has(path)) {
            stored = rows.stored(path);
            recent.put(path, stored);
        }
        return stored;
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
        Set<RelativePath> paths = new LinkedHashSet<>();
        heldSince.forEach(
                (id, held) -> {
                    if (content.equals(held) && paths.size() < limit) {
                        rows.numbered(id).map(Row::path).ifPresent(paths::add);
                    }
                });
        if (paths.size() < limit) {
            paths.addAll(rows.holders(content, limit)); // These may name some again.
        }
        return paths.stream().limit(limit).toList();
    }

    @Override
    public List<Row> pending(
            Row.Pending kind, @Nullable RelativePath after, boolean descending, int limit) {
        return rows.pending(kind, after, descending, limit);
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
    public List<Row> tombstones(int day, @Nullable Row after, int limit) {
        return rows.tombstones(day, after, limit);
    }

    @Override
    public BucketSum sum(Bucket bucket) {
        return tally.sum(bucket);
    }

    @Override
    public List<Entry> knownOf(int leaf) {
        List<Entry> entries = new ArrayList<>();
        for (int id : leaves.of(leaf)) {
            rows.numbered(id).map(Row::known).ifPresent(entries::add);
        }
        entries.sort(Comparator.comparing(Entry::path));
        return entries;
    }

    @Override
    public @Nullable Entry former(RelativePath path) {
        return former.of(path);
    }

    @Override
    public boolean hasFormer() {
        return former.hasAny();
    }

    @Override
    public void putFormer(Entry entry) {
        writer.putFormer(entry);
        former.added();
    }

    @Override
    public void removeFormer(RelativePath path) {
        writer.removeFormer(path);
    }

    @Override
    public @Nullable String text(String name) {
        return rows.text(name);
    }

    @Override
    public void putText(String name, String text) {
        writer.putText(name, text);
    }

    /** Closes the file; what was not committed is gone. Readers are closed by who has them. */
    @Override
    public void close() {
        rows.close();
    }
}
