package dev.lanyard.node.io.store;

import dev.lanyard.node.core.index.Held;
import dev.lanyard.node.core.index.IndexReader;
import dev.lanyard.node.core.index.Row;
import dev.lanyard.protocol.Bucket;
import dev.lanyard.protocol.ContentHash;
import dev.lanyard.protocol.Entry;
import dev.lanyard.protocol.EntryDigest;
import dev.lanyard.protocol.RelativePath;
import dev.lanyard.protocol.message.Message.BucketSum;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * Reads rows through one connection, which it owns. As a reader of its own it sees what the index
 * has committed; the index itself reads what it wrote through another one. Used by one thread at a
 * time.
 */
final class SqliteRows implements IndexReader {
    private static final String SELECT = "SELECT id, path, known, held, stat FROM replica_row ";

    /** No key begins with a zero, since no component is empty. */
    private static final byte[] BEFORE_ALL = {0};

    /** No key has so many bytes above zero in a row, since a component ends before. */
    private static final byte[] AFTER_ALL = afterAll();

    /** How many rows are taken from the holder table at once. */
    private static final int CANDIDATES = 64;

    private final Path file;
    private final Connection connection;
    private final HolderTable holderTable;
    private final AtomicLong commits;
    private final PreparedStatement one;
    private final PreparedStatement range;
    private final PreparedStatement numbered;
    private final PreparedStatement text;
    private final PreparedStatement tombstones;
    private final Map<Row.Pending, PreparedStatement> pendingUp;
    private final Map<Row.Pending, PreparedStatement> pendingDown;

    /** Reads {@code file}; {@code holderTable} and {@code commits} are those of its index. */
    SqliteRows(Path file, Connection connection, HolderTable holderTable, AtomicLong commits)
            throws SQLException {
        this.file = file;
        this.connection = connection;
        this.holderTable = holderTable;
        this.commits = commits;
        one = prepare("WHERE path = ?");
        range = prepare("WHERE path >= ? AND path < ? ORDER BY path LIMIT ?");
        numbered = prepare("WHERE id = ?");
        tombstones =
                prepare(
                        "INDEXED BY by_day WHERE day < ? AND (day, path) > (?, ?)"
                                + " ORDER BY day, path LIMIT ?");
        text = connection.prepareStatement("SELECT text FROM named_text WHERE name = ?");
        pendingUp = preparePending("AND path > ? ORDER BY path LIMIT ?");
        pendingDown = preparePending("AND path < ? ORDER BY path DESC LIMIT ?");
    }

    private Map<Row.Pending, PreparedStatement> preparePending(String page) throws SQLException {
        Map<Row.Pending, PreparedStatement> statements = new EnumMap<>(Row.Pending.class);
        for (Row.Pending kind : Row.Pending.values()) {
            Integer code = RowCodec.pendingCode(kind);
            String where =
                    code == null
                            ? "WHERE pending IS NULL "
                            : "INDEXED BY by_pending WHERE pending = %d ".formatted(code);
            statements.put(kind, prepare(where + page));
        }
        return statements;
    }

    private PreparedStatement prepare(String where) throws SQLException {
        return connection.prepareStatement(SELECT + where);
    }

    private static byte[] afterAll() {
        byte[] key = new byte[RelativePath.COMPONENT_BYTES_MAX + 1];
        Arrays.fill(key, (byte) 0xff);
        return key;
    }

    @Override
    public long commits() {
        return commits.get();
    }

    @Override
    public @Nullable Row row(RelativePath path) {
        Stored stored = stored(path);
        return stored == null ? null : stored.row();
    }

    /** The row of {@code path} and its number, or null. */
    @Nullable Stored stored(RelativePath path) {
        return reading(
                        () -> {
                            one.setBytes(1, path.sortKey());
                            return first(one);
                        })
                .orElse(null);
    }

    /** The row numbered {@code id}, or empty if there is none (any more). */
    Optional<Row> numbered(int id) {
        return reading(
                        () -> {
                            numbered.setInt(1, id);
                            return first(numbered);
                        })
                .map(Stored::row);
    }

    @Override
    public List<Row> page(@Nullable RelativePath from, boolean inclusive, int limit) {
        byte[] first = from == null ? BEFORE_ALL : inclusive ? from.sortKey() : keyAfter(from);
        return range(first, AFTER_ALL, limit);
    }

    @Override
    public List<Row> pageBelow(
            @Nullable RelativePath directory, @Nullable RelativePath after, int limit) {
        if (directory == null) {
            return page(after, false, limit);
        }
        byte[] end = keyAfter(directory);
        end[end.length - 1] = 1; // What is below the directory has a zero there.
        RelativePath last = after != null && after.compareTo(directory) > 0 ? after : directory;
        return range(keyAfter(last), end, limit);
    }

    /** The least key that is greater. */
    private static byte[] keyAfter(RelativePath path) {
        byte[] key = path.sortKey();
        return Arrays.copyOf(key, key.length + 1);
    }

    private List<Row> range(byte[] first, byte[] end, int limit) {
        return reading(
                () -> {
                    range.setBytes(1, first);
                    range.setBytes(2, end);
                    range.setInt(3, limit);
                    return rows(range);
                });
    }

    @Override
    public List<RelativePath> holders(ContentHash content, int limit) {
        List<RelativePath> paths = new ArrayList<>();
        int[] candidates = holderTable.candidates(content, 0, CANDIDATES);
        while (candidates.length > 0) {
            for (int id : candidates) {
                Row row = numbered(id).orElse(null);
                if (row != null && content.equals(heldContent(row))) {
                    paths.add(row.path());
                }
                if (paths.size() == limit) {
                    return paths;
                }
            }
            candidates =
                    holderTable.candidates(content, candidates[candidates.length - 1], CANDIDATES);
        }
        return paths;
    }

    /** The content of the file that is held, or null. */
    static @Nullable ContentHash heldContent(@Nullable Row row) {
        Held held = row == null ? null : row.held();
        return held != null && held.entry() instanceof Entry.File file ? file.content() : null;
    }

    /** As {@code Index.pending}. */
    List<Row> pending(
            Row.Pending kind, @Nullable RelativePath after, boolean descending, int limit) {
        PreparedStatement statement =
                Objects.requireNonNull((descending ? pendingDown : pendingUp).get(kind));
        byte[] start = descending ? AFTER_ALL : BEFORE_ALL;
        return reading(
                () -> {
                    statement.setBytes(1, after == null ? start : after.sortKey());
                    statement.setInt(2, limit);
                    return rows(statement);
                });
    }

    /** As {@code Index.tombstones}. */
    List<Row> tombstones(int day, @Nullable Row after, int limit) {
        Integer first = after == null ? null : RowCodec.day(after);
        return reading(
                () -> {
                    tombstones.setInt(1, day);
                    tombstones.setInt(2, first == null ? Integer.MIN_VALUE : first);
                    tombstones.setBytes(3, after == null ? BEFORE_ALL : after.path().sortKey());
                    tombstones.setInt(4, limit);
                    return rows(tombstones);
                });
    }

    private static List<Row> rows(PreparedStatement statement) throws SQLException {
        List<Row> rows = new ArrayList<>();
        try (ResultSet found = statement.executeQuery()) {
            while (found.next()) {
                rows.add(stored(found).row());
            }
        }
        return rows;
    }

    private static Optional<Stored> first(PreparedStatement statement) throws SQLException {
        try (ResultSet found = statement.executeQuery()) {
            return found.next() ? Optional.of(stored(found)) : Optional.empty();
        }
    }

    private static Stored stored(ResultSet found) throws SQLException {
        byte[] key = found.getBytes(2);
        if (key == null) {
            throw new IllegalArgumentException("a row without a path");
        }
        Row row = RowCodec.row(key, found.getBytes(3), found.getBytes(4), found.getBytes(5));
        long id = found.getLong(1);
        if (id < 1 || id > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(
                    "row number %d (expected 1-%d)".formatted(id, Integer.MAX_VALUE));
        }
        return new Stored((int) id, row, null);
    }

    /** Gives every row to {@code visitor}, in the order of their numbers. */
    void forEach(Consumer<Stored> visitor) throws SQLException {
        try (PreparedStatement all = prepare("ORDER BY id");
                ResultSet found = all.executeQuery()) {
            while (found.next()) {
                visitor.accept(stored(found));
            }
        }
    }

    /** What all rows summed up to at the last commit. */
    BucketSum committed() throws SQLException {
        try (PreparedStatement sum =
                        connection.prepareStatement("SELECT entries, high, low FROM committed");
                ResultSet found = sum.executeQuery()) {
            if (!found.next()) {
                throw new IllegalArgumentException("the sum of the rows is missing");
            }
            EntryDigest digest = new EntryDigest(found.getLong(2), found.getLong(3));
            return new BucketSum(Bucket.ROOT, found.getLong(1), digest);
        }
    }

    /** As {@code Index.text}. */
    @Nullable String text(String name) {
        return reading(
                        () -> {
                            text.setString(1, name);
                            try (ResultSet found = text.executeQuery()) {
                                return found.next()
                                        ? Optional.of(found.getString(1))
                                        : Optional.<String>empty();
                            }
                        })
                .orElse(null);
    }

    private <T> T reading(Query<T> query) {
        try {
            return query.ask();
        } catch (SQLException | IllegalArgumentException failure) {
            throw Failures.of("reading", file, failure);
        }
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException failure) {
            throw Failures.of("closing", file, failure);
        }
    }

    /**
     * A row, its number, 1 or more, and the digest of what it tells once that was asked for. Used
     * by the thread that read it.
     */
    static final class Stored {
        private final int id;
        private final Row row;
        private @Nullable EntryDigest digest;

        Stored(int id, Row row, @Nullable EntryDigest digest) {
            this.id = id;
            this.row = row;
            this.digest = digest;
        }

        int id() {
            return id;
        }

        Row row() {
            return row;
        }

        /** The same with a row that knows the same. */
        Stored holding(Row other) {
            return new Stored(id, other, digest);
        }

        /** The digest of what it tells, or that of nothing. */
        EntryDigest digest() {
            EntryDigest result = digest;
            if (result == null) {
                Entry told = row.told();
                result = told == null ? EntryDigest.ZERO : EntryDigest.of(told);
                digest = result;
            }
            return result;
        }
    }

    private interface Query<T> {
        T ask() throws SQLException;
    }
}
