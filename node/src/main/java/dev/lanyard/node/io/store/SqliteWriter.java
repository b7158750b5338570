package dev.lanyard.node.io.store;

import dev.lanyard.node.core.index.Row;
import dev.lanyard.protocol.Entry;
import dev.lanyard.protocol.RelativePath;
import dev.lanyard.protocol.message.Message.BucketSum;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/**
 * Writes rows and texts through the connection of the index, in one transaction from commit to
 * commit. After a failure SQLite may have dropped that transaction: a further change would begin
 * another one and could be committed without the first, so nothing is accepted any more.
 */
final class SqliteWriter {
    private final Path file;
    private final Connection connection;
    private final PreparedStatement insert;
    private final PreparedStatement update;
    private final PreparedStatement updateHeld;
    private final PreparedStatement delete;
    private final PreparedStatement putText;
    private final PreparedStatement putFormer;
    private final PreparedStatement deleteFormer;
    private final PreparedStatement putCommitted;
    private boolean changed;
    private @Nullable SQLException firstFailure;

    SqliteWriter(Path file, Connection connection) throws SQLException {
        this.file = file;
        this.connection = connection;
        insert =
                connection.prepareStatement(
                        "INSERT INTO replica_row (known, held, stat, pending, day, id, path)"
                                + " VALUES (?, ?, ?, ?, ?, ?, ?)");
        update =
                connection.prepareStatement(
                        "UPDATE replica_row SET known = ?, held = ?, stat = ?, pending = ?,"
                                + " day = ? WHERE id = ?");
        updateHeld =
                connection.prepareStatement(
                        "UPDATE replica_row SET held = ?, stat = ?, pending = ? WHERE id = ?");
        delete = connection.prepareStatement("DELETE FROM replica_row WHERE id = ?");
        putText = connection.prepareStatement("INSERT OR REPLACE INTO named_text VALUES (?, ?)");
        putFormer = connection.prepareStatement("INSERT OR REPLACE INTO former VALUES (?, ?)");
        deleteFormer = connection.prepareStatement("DELETE FROM former WHERE path = ?");
        putCommitted =
                connection.prepareStatement("UPDATE committed SET entries = ?, high = ?, low = ?");
    }

    /** {@code known} are the canonical bytes of what the row knows. */
    void insert(int id, Row row, byte @Nullable [] known) {
        writing(
                () -> {
                    bind(insert, id, row, known);
                    insert.setBytes(7, row.path().sortKey());
                    insert.executeUpdate();
                });
    }

    /** {@code known} as for {@link #insert}. */
    void update(int id, Row row, byte @Nullable [] known) {
        writing(
                () -> {
                    bind(update, id, row, known);
                    update.executeUpdate();
                });
    }

    private static void bind(PreparedStatement statement, int id, Row row, byte @Nullable [] known)
            throws SQLException {
        statement.setBytes(1, known == null ? null : RowCodec.withoutPath(known, row.path()));
        statement.setBytes(2, RowCodec.held(row));
        statement.setBytes(3, RowCodec.stat(row));
        statement.setObject(4, RowCodec.pendingCode(row.pending()));
        statement.setObject(5, RowCodec.day(row));
        statement.setInt(6, id);
    }

    /** Writes a row that knows what it knew. */
    void updateHeld(int id, Row row) {
        writing(
                () -> {
                    updateHeld.setBytes(1, RowCodec.held(row));
                    updateHeld.setBytes(2, RowCodec.stat(row));
                    updateHeld.setObject(3, RowCodec.pendingCode(row.pending()));
                    updateHeld.setInt(4, id);
                    updateHeld.executeUpdate();
                });
    }

    void delete(int id) {
        writing(
                () -> {
                    delete.setInt(1, id);
                    delete.executeUpdate();
                });
    }

    void putText(String name, String text) {
        writing(
                () -> {
                    putText.setString(1, name);
                    putText.setString(2, text);
                    putText.executeUpdate();
                });
    }

    void putFormer(Entry entry) {
        writing(
                () -> {
                    putFormer.setBytes(1, entry.path().sortKey());
                    putFormer.setBytes(2, RowCodec.encode(entry));
                    putFormer.executeUpdate();
                });
    }

    void removeFormer(RelativePath path) {
        writing(
                () -> {
                    deleteFormer.setBytes(1, path.sortKey());
                    deleteFormer.executeUpdate();
                });
    }

    /** Whether there is something to commit. */
    boolean isChanged() {
        return changed;
    }

    /** Makes all changes durable; {@code sum} is over all rows. */
    void commit(BucketSum sum) {
        writing(
                () -> {
                    putCommitted.setLong(1, sum.count());
                    putCommitted.setLong(2, sum.sum().high());
                    putCommitted.setLong(3, sum.sum().low());
                    putCommitted.executeUpdate();
                    connection.commit();
                });
        changed = false;
    }

    private void writing(Change change) {
        if (firstFailure != null) {
            throw Failures.of("writing, after it failed,", file, firstFailure);
        }
        changed = true;
        try {
            change.make();
        } catch (SQLException failure) {
            firstFailure = failure;
            throw Failures.of("writing", file, failure);
        }
    }

    private interface Change {
        void make() throws SQLException;
    }
}
