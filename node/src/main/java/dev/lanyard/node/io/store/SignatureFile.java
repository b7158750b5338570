package dev.lanyard.node.io.store;

import dev.lanyard.delta.Signature;
import dev.lanyard.delta.checksum.TreeHash;
import dev.lanyard.delta.form.SignatureForm;
import dev.lanyard.node.core.content.Signatures;
import dev.lanyard.node.core.content.Signed;
import dev.lanyard.protocol.ContentHash;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.SQLiteConfig;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;

/**
 * Signatures in a SQLite file of their own, so that the index stays small and its commits short.
 * Nothing in it is flushed on purpose, and a file that cannot be read is made anew: what is lost
 * costs bytes on the wire until the content is edited again. Thread-safe.
 */
public final class SignatureFile implements Signatures, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(SignatureFile.class);
    private static final int CACHE_KIB = 2 * 1024;

    /** One is never longer than this: a content of more than a petabyte would need it. */
    private static final int SIGNATURE_BYTES_MAX = 256 << 20;

    private static final int PRUNED_AT_ONCE = 1_000;

    private static final String[] SETTINGS = {
        "PRAGMA journal_mode = WAL",
        "PRAGMA synchronous = OFF",
        "PRAGMA cache_size = -" + CACHE_KIB,
        "PRAGMA mmap_size = 0",
        "PRAGMA journal_size_limit = 4194304",
        "CREATE TABLE IF NOT EXISTS signed (id INTEGER PRIMARY KEY, content BLOB NOT NULL UNIQUE,"
                + " signature BLOB NOT NULL, chunks BLOB NOT NULL)",
    };

    private final ReentrantLock turn = new ReentrantLock();
    private final Connection connection;
    private final PreparedStatement find;
    private final PreparedStatement keep;
    private final PreparedStatement delete;
    private final PreparedStatement list;
    private boolean closed;

    private SignatureFile(Connection connection) throws SQLException {
        this.connection = connection;
        find =
                connection.prepareStatement(
                        "SELECT signature, chunks FROM signed WHERE content = ?");
        keep =
                connection.prepareStatement(
                        "INSERT OR REPLACE INTO signed (content, signature, chunks) VALUES (?, ?, ?)");
        delete = connection.prepareStatement("DELETE FROM signed WHERE id = ?");
        list =
                connection.prepareStatement(
                        "SELECT id, content FROM signed WHERE id > ? ORDER BY id LIMIT "
                                + PRUNED_AT_ONCE);
    }

    /**
     * Opens the file, or makes it.
     *
     * @throws IOException if even an empty one cannot be made
     */
    public static SignatureFile open(Path file) throws IOException {
        make(file);
        try {
            return connect(file);
        } catch (SQLException damaged) {
            log.atWarn().addKeyValue("file", file).setCause(damaged).log("signatures begin anew");
        }
        for (String part : new String[] {"", "-wal", "-shm"}) {
            Files.deleteIfExists(file.resolveSibling(file.getFileName() + part));
        }
        make(file);
        try {
            return connect(file);
        } catch (SQLException failure) {
            throw new IOException("opening the signatures " + file, failure);
        }
    }

    /** What files hold is for their owner alone, and so is what tells of it. */
    private static void make(Path file) throws IOException {
        if (Files.notExists(file)) {
            Files.createFile(
                    file,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rw-------")));
        }
    }

    private static SignatureFile connect(Path file) throws SQLException {
        SQLiteConfig config = new SQLiteConfig();
        config.setGetGeneratedKeys(false);
        Connection connection =
                config.createConnection("jdbc:sqlite:" + file.toAbsolutePath().toUri());
        try (Statement statement = connection.createStatement()) {
            for (String setting : SETTINGS) {
                statement.execute(setting);
            }
            return new SignatureFile(connection);
        } catch (SQLException failure) {
            IndexFile.closeAfter(failure, connection);
            throw failure;
        }
    }

    @Override
    public @Nullable Signed find(ContentHash content) {
        turn.lock();
        try {
            if (closed) {
                return null;
            }
            find.setBytes(1, content.bytes());
            try (ResultSet found = find.executeQuery()) {
                return found.next() ? signed(content, found.getBytes(1), found.getBytes(2)) : null;
            }
        } catch (SQLException | IOException failure) {
            log.atWarn().addKeyValue("content", content).setCause(failure).log("no signature");
            return null;
        } finally {
            turn.unlock();
        }
    }

    /** Null for what is damaged. */
    private static @Nullable Signed signed(ContentHash content, byte[] signature, byte[] chunks)
            throws IOException {
        Signature read = SignatureForm.read(ByteBuffer.wrap(signature));
        Signed signed = new Signed(content, read, chunks);
        return signed.isWhole() ? signed : null;
    }

    @Override
    public void keep(Signed signed) {
        if (SignatureForm.encodedBytes(signed.signature()) > SIGNATURE_BYTES_MAX) {
            return;
        }
        byte[] signature = bytes(signed.signature());
        turn.lock();
        try {
            if (closed) {
                return;
            }
            keep.setBytes(1, signed.content().bytes());
            keep.setBytes(2, signature);
            keep.setBytes(3, signed.chunkHashes());
            keep.executeUpdate();
        } catch (SQLException failure) {
            log.atWarn()
                    .addKeyValue("content", signed.content())
                    .setCause(failure)
                    .log("signature not kept");
        } finally {
            turn.unlock();
        }
    }

    private static byte[] bytes(Signature signature) {
        ByteArrayOutputStream bytes =
                new ByteArrayOutputStream((int) SignatureForm.encodedBytes(signature));
        try {
            SignatureForm.write(
                    signature,
                    part -> {
                        byte[] some = new byte[part.remaining()];
                        part.get(some);
                        bytes.writeBytes(some);
                    });
        } catch (IOException e) {
            throw new IllegalStateException("memory takes all", e);
        }
        return bytes.toByteArray();
    }

    /**
     * Forgets all contents but those that are {@code held}, which is asked about each, and rows
     * that are damaged. Ends early when this thread is interrupted.
     *
     * @throws IOException if the file cannot be read or written
     */
    public void prune(Predicate<ContentHash> held) throws IOException {
        long after = 0;
        while (after >= 0 && !Thread.currentThread().isInterrupted()) {
            List<Row> rows = new ArrayList<>();
            after = next(after, rows);
            rows.removeIf(row -> row.content != null && held.test(row.content));
            delete(rows);
        }
    }

    /** The content of a row, or null if it is damaged. */
    private record Row(long id, @Nullable ContentHash content) {}

    /** Lists what is behind the row {@code after}; the last of it, or -1. */
    private long next(long after, List<Row> to) throws IOException {
        turn.lock();
        try {
            if (closed) {
                return -1;
            }
            long last = -1;
            list.setLong(1, after);
            try (ResultSet found = list.executeQuery()) {
                while (found.next()) {
                    last = found.getLong(1);
                    byte[] content = found.getBytes(2);
                    boolean isWhole = content != null && content.length == TreeHash.HASH_BYTES;
                    to.add(new Row(last, isWhole ? ContentHash.of(content) : null));
                }
            }
            return last;
        } catch (SQLException failure) {
            throw new IOException("listing the signatures", failure);
        } finally {
            turn.unlock();
        }
    }

    private void delete(List<Row> rows) throws IOException {
        turn.lock();
        try {
            for (Row row : rows) {
                if (!closed) {
                    delete.setLong(1, row.id);
                    delete.executeUpdate();
                }
            }
        } catch (SQLException failure) {
            throw new IOException("forgetting signatures", failure);
        } finally {
            turn.unlock();
        }
    }

    @Override
    public void close() throws IOException {
        turn.lock();
        try {
            closed = true;
            connection.close();
        } catch (SQLException failure) {
            throw new IOException("closing the signatures", failure);
        } finally {
            turn.unlock();
        }
    }
}
