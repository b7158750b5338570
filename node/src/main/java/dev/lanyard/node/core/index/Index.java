package dev.lanyard.node.core.index;

import dev.lanyard.protocol.Bucket;
import dev.lanyard.protocol.Entry;
import dev.lanyard.protocol.RelativePath;
import dev.lanyard.protocol.message.Message.BucketSum;

import org.jspecify.annotations.Nullable;

import java.util.List;

/**
 * All rows of a replica, the summary over what it knows, and a few named numbers. Owned by the
 * thread that steps the engine.
 *
 * <p>Changes are seen at once by their owner, by readers after {@link #commit}, and survive a power
 * cut after it.
 */
public interface Index extends IndexReader {
    /** Writes {@code row} in place of what its path had. */
    void put(Row row);

    /** Forgets {@code path}. */
    void remove(RelativePath path);

    /** Makes all changes since the last call durable, as one transaction. */
    void commit();

    /** A reader of its own, as of the last commit, for another thread. */
    IndexReader reader();

    /**
     * Rows with this kind of work left, strictly after {@code after} in path order, or strictly
     * before it in reverse order when {@code descending}; from that end when {@code after} is null.
     */
    List<Row> pending(
            Row.Pending kind, @Nullable RelativePath after, boolean descending, int limit);

    /** How many rows have this kind of work left, and how many bytes of files that is. */
    Amount pendingAmount(Row.Pending kind);

    /** How many files are held, and how many bytes they have. */
    Amount heldAmount();

    /** How many live entries of any kind are held. */
    long liveCount();

    /**
     * Rows that know of a tombstone which was made before {@code day}, in the order of days and
     * then of paths, strictly after {@code after}, or from the first for null. First are those that
     * are {@linkplain Entry.Tombstone#PAST past}; those of no day are not among them.
     */
    List<Row> tombstones(int day, @Nullable Row after, int limit);

    /**
     * How many entries of {@code bucket} are {@linkplain Row#told told}, and the sum of their
     * digests; constant time.
     */
    BucketSum sum(Bucket bucket);

    /** What is told of the leaf bucket {@code leaf} (0-65535), in path order. */
    List<Entry> knownOf(int leaf);

    /**
     * What was known of {@code path} before it was ignored, or null. Kept beside the rows: in no
     * sum, count or walk.
     */
    @Nullable Entry former(RelativePath path);

    /** Whether any path may have a former entry. */
    boolean hasFormer();

    /** Keeps {@code entry} as the former entry of its path. */
    void putFormer(Entry entry);

    /** The path has no former entry any more. */
    void removeFormer(RelativePath path);

    /** The text kept under {@code name}, or null. Durable with {@link #commit}, as rows are. */
    @Nullable String text(String name);

    /** Keeps {@code text} under {@code name}. */
    void putText(String name, String text);

    /** Rows or files counted, and their bytes. */
    record Amount(long count, long bytes) {}
}
