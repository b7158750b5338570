package dev.lanyard.node.core.index;

import dev.lanyard.protocol.ContentHash;
import dev.lanyard.protocol.RelativePath;

import org.jspecify.annotations.Nullable;

import java.util.List;

/**
 * Reads rows as of the last commit. One thread at a time; a scan has a reader of its own beside the
 * engine.
 */
public interface IndexReader extends AutoCloseable {
    /** The row of {@code path}, or null. */
    @Nullable Row row(RelativePath path);

    /**
     * Rows in path order.
     *
     * @param from the first path that may be in the page, or null for the beginning
     * @param inclusive whether {@code from} itself may be in it
     * @param limit how many at most, 1 or more; fewer come only at the end
     */
    List<Row> page(@Nullable RelativePath from, boolean inclusive, int limit);

    /**
     * Rows strictly below {@code directory} (all rows for null) that come after {@code after} (from
     * the first for null), in path order.
     */
    List<Row> pageBelow(@Nullable RelativePath directory, @Nullable RelativePath after, int limit);

    /** Paths that hold a file of this content, at most {@code limit}. */
    List<RelativePath> holders(ContentHash content, int limit);

    /**
     * How often commits that change something have begun and ended so far: odd while one is under
     * way. What was read after this was even is still so while it is the same. Any thread.
     */
    long commits();

    @Override
    void close();
}
