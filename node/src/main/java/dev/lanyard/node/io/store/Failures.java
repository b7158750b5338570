package dev.lanyard.node.io.store;

import dev.lanyard.node.core.index.IndexFailure;
import dev.lanyard.node.core.index.IndexFailure.Kind;

import org.sqlite.SQLiteErrorCode;

import java.sql.SQLException;

/** What the errors of SQLite mean for the owner of an index. */
final class Failures {
    private static final int PRIMARY_CODE = 0xff;

    private Failures() {}

    /** Whether the file is not a database of ours, or not any more. */
    static boolean isDamage(Exception failure) {
        return kind(failure) == Kind.DAMAGED;
    }

    /** The failure of {@code doing} something with {@code file}. */
    static IndexFailure of(String doing, Object file, Exception failure) {
        Kind kind = kind(failure);
        return new IndexFailure(
                kind, "%s the index %s: %s".formatted(doing, file, failure.getMessage()), failure);
    }

    private static Kind kind(Exception failure) {
        return switch (failure) {
            case SQLException sql -> kind(sql.getErrorCode() & PRIMARY_CODE);
            case IllegalArgumentException _ -> Kind.DAMAGED; // What was read makes no sense.
            default -> Kind.IO_ERROR;
        };
    }

    private static Kind kind(int code) {
        if (code == SQLiteErrorCode.SQLITE_FULL.code) {
            return Kind.DISK_FULL;
        }
        if (code == SQLiteErrorCode.SQLITE_BUSY.code
                || code == SQLiteErrorCode.SQLITE_LOCKED.code) {
            return Kind.LOCKED;
        }
        boolean damaged =
                code == SQLiteErrorCode.SQLITE_CORRUPT.code
                        || code == SQLiteErrorCode.SQLITE_NOTADB.code
                        || code == SQLiteErrorCode.SQLITE_FORMAT.code
                        // A statement of ours does not fit the tables that are there.
                        || code == SQLiteErrorCode.SQLITE_ERROR.code;
        return damaged ? Kind.DAMAGED : Kind.IO_ERROR;
    }
}
