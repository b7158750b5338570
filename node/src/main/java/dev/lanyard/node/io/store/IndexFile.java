package dev.lanyard.node.io.store;

import dev.lanyard.node.core.index.IndexFailure;
import dev.lanyard.node.core.index.IndexFailure.Kind;

import org.sqlite.SQLiteConfig;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * The file of an index: its settings, its tables, its version.
 *
 * <p>Rows are numbered, so that those that are in memory by number (holders of a content, members
 * of a bucket) need no index in the file, which would be written all over at each commit. {@code
 * pending} is null in most rows, which leaves them out of its index. {@code committed} has what the
 * rows summed up to at the last commit: if they do not when the file is opened, it was damaged.
 */
final class IndexFile {
    /** "Lany": what tells our files from those of other programs. */
    private static final int APPLICATION_ID = 0x4c616e79;

    /** 1: without the days of tombstones. */
    private static final int VERSION = 2;

    private static final int VERSION_MIN = 1;
    private static final int CACHE_KIB = 64 * 1024;
    private static final int READER_CACHE_KIB = 8 * 1024;
    private static final int BUSY_MILLIS = 5_000;

    private static final String[] SETTINGS = {
        "PRAGMA journal_mode = WAL",
        "PRAGMA synchronous = FULL", // A version is durable before it is announced.
        "PRAGMA cache_size = -" + CACHE_KIB,
        "PRAGMA mmap_size = 0", // A failing disk would end the process instead of the call.
        "PRAGMA wal_autocheckpoint = 10000",
        "PRAGMA journal_size_limit = 67108864",
    };

    private static final String[] SCHEMA = {
        """
        CREATE TABLE replica_row (
            id INTEGER PRIMARY KEY,
            path BLOB NOT NULL UNIQUE,
            known BLOB,
            held BLOB,
            stat BLOB,
            pending INTEGER,
            day INTEGER
        )
        """,
        "CREATE INDEX by_pending ON replica_row (pending, path) WHERE pending IS NOT NULL",
        "CREATE TABLE named_text (name TEXT PRIMARY KEY NOT NULL, text TEXT NOT NULL) WITHOUT ROWID",
        "CREATE TABLE committed (entries INTEGER NOT NULL, high INTEGER NOT NULL, low INTEGER NOT NULL)",
        "INSERT INTO committed VALUES (0, 0, 0)",
        "PRAGMA application_id = " + APPLICATION_ID,
        "PRAGMA user_version = " + VERSION,
    };

    /** No tombstone of such a file has a day. */
    private static final String DAY_COLUMN = "ALTER TABLE replica_row ADD COLUMN day INTEGER";

    /** Also made in a file that was made without it. */
    private static final String BY_DAY =
            "CREATE INDEX IF NOT EXISTS by_day ON replica_row (day, path) WHERE day IS NOT NULL";

    /** Also made in a file that was made without it. */
    private static final String FORMER_SCHEMA =
            "CREATE TABLE IF NOT EXISTS former (path BLOB PRIMARY KEY NOT NULL, known BLOB NOT NULL) WITHOUT ROWID";

    private IndexFile() {}

    /**
     * A connection that writes, in transactions of its own making; the file is made if it is not
     * there.
     *
     * @throws IndexFailure if the file is of a later version
     * @throws IllegalArgumentException if it belongs to another program
     */
    static Connection open(Path file, long pagesMax) throws SQLException {
        Connection connection = connect(file, new SQLiteConfig());
        try {
            refuseOthers(file, connection);
            for (String setting : SETTINGS) {
                execute(connection, setting);
            }
            execute(connection, "PRAGMA max_page_count = " + pagesMax);
            connection.setAutoCommit(false);
            if (isEmpty(connection)) {
                for (String statement : SCHEMA) {
                    execute(connection, statement);
                }
            }
            if (number(connection, "PRAGMA user_version") < VERSION) {
                execute(connection, DAY_COLUMN);
                execute(connection, "PRAGMA user_version = " + VERSION);
            }
            execute(connection, BY_DAY);
            execute(connection, FORMER_SCHEMA);
            connection.commit();
            return connection;
        } catch (SQLException | RuntimeException failure) {
            closeAfter(failure, connection);
            throw failure;
        }
    }

    /** Looks before anything is changed in what may be another program's file. */
    private static void refuseOthers(Path file, Connection connection) throws SQLException {
        if (isEmpty(connection)) {
            return;
        }
        long application = number(connection, "PRAGMA application_id");
        if (application != APPLICATION_ID) {
            throw new IllegalArgumentException(
                    "the file belongs to another program (application id %x, expected %x)"
                            .formatted(application, APPLICATION_ID));
        }
        long version = number(connection, "PRAGMA user_version");
        if (version > VERSION) {
            throw new IndexFailure(
                    Kind.NEWER,
                    "the index %s has version %d (expected at most %d): it was written by a later version of the program"
                            .formatted(file, version, VERSION),
                    null);
        }
        if (version < VERSION_MIN) {
            throw new IllegalArgumentException(
                    "version %d (expected %d-%d)".formatted(version, VERSION_MIN, VERSION));
        }
    }

    private static boolean isEmpty(Connection connection) throws SQLException {
        return number(connection, "SELECT count(*) FROM sqlite_master") == 0;
    }

    /** A connection that only reads. */
    static Connection openReader(Path file) throws SQLException {
        SQLiteConfig config = new SQLiteConfig();
        config.setReadOnly(true);
        Connection connection = connect(file, config);
        try {
            execute(connection, "PRAGMA cache_size = -" + READER_CACHE_KIB);
            execute(connection, "PRAGMA mmap_size = 0");
            return connection;
        } catch (SQLException failure) {
            closeAfter(failure, connection);
            throw failure;
        }
    }

    /** By URI, since the driver would read what follows a {@code ?} in a plain name as settings. */
    private static Connection connect(Path file, SQLiteConfig config) throws SQLException {
        config.setBusyTimeout(BUSY_MILLIS);
        config.setGetGeneratedKeys(false); // The driver would ask after every change.
        return config.createConnection("jdbc:sqlite:" + file.toAbsolutePath().toUri());
    }

    /** Closes without hiding what went wrong before. */
    static void closeAfter(Exception failure, AutoCloseable connection) {
        try {
            connection.close();
        } catch (Exception second) {
            failure.addSuppressed(second);
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static long number(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery(sql)) {
            found.next();
            return found.getLong(1);
        }
    }

    /** The inode of the file, or 0 where the file system names none. */
    static long inode(Path file) throws IOException {
        return Files.getFileStore(file).supportsFileAttributeView("unix")
                ? (long) Files.getAttribute(file, "unix:ino")
                : 0;
    }

    /**
     * Renames the file, and the log that belongs to it, to the first free name of {@code
     * <file>.damaged-<n>}; nothing is deleted.
     *
     * @return where the file is now
     */
    static Path moveAside(Path file) throws IOException {
        int n = 1;
        while (Files.exists(aside(file, n, "")) || Files.exists(aside(file, n, "-wal"))) {
            n++;
        }
        for (String part : new String[] {"-wal", "-shm", ""}) {
            Path from = file.resolveSibling(file.getFileName() + part);
            if (Files.exists(from)) {
                Files.move(from, aside(file, n, part));
            }
        }
        return aside(file, n, "");
    }

    private static Path aside(Path file, int n, String part) {
        return file.resolveSibling(file.getFileName() + ".damaged-" + n + part);
    }
}
