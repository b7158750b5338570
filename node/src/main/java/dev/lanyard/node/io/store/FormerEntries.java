package dev.lanyard.node.io.store;

import dev.lanyard.protocol.Entry;
import dev.lanyard.protocol.RelativePath;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/** Reads what was known of paths before they were ignored. Owned as its connection is. */
final class FormerEntries {
    private final Path file;
    private final PreparedStatement one;
    private boolean any;

    FormerEntries(Path file, Connection connection) throws SQLException {
        this.file = file;
        one = connection.prepareStatement("SELECT known FROM former WHERE path = ?");
        try (PreparedStatement first = connection.prepareStatement("SELECT 1 FROM former LIMIT 1");
                ResultSet found = first.executeQuery()) {
            any = found.next();
        }
    }

    /** Whether there may be any: most shares never have one, and are not to pay for it. */
    boolean hasAny() {
        return any;
    }

    /** One was written. */
    void added() {
        any = true;
    }

    @Nullable Entry of(RelativePath path) {
        if (!any) {
            return null;
        }
        byte[] key = path.sortKey();
        try {
            one.setBytes(1, key);
            try (ResultSet found = one.executeQuery()) {
                return found.next()
                        ? RowCodec.row(key, found.getBytes(1), null, null).known()
                        : null;
            }
        } catch (SQLException | IllegalArgumentException failure) {
            throw Failures.of("reading", file, failure);
        }
    }
}
