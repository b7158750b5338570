package dev.lanyard.node.core.index;

import dev.lanyard.node.core.index.Index.Amount;
import dev.lanyard.protocol.Bucket;
import dev.lanyard.protocol.Entry;
import dev.lanyard.protocol.EntryDigest;
import dev.lanyard.protocol.message.Message.BucketSum;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/**
 * What is counted and summed over all rows of an index: the summary tree over what is known, the
 * work that is left, and what is held. Follows each change of one row in constant time, and takes
 * about two MiB however many rows there are. Owned by its index.
 */
public final class Tally {
    private static final int[] LEVEL_STARTS = {0, 1, 1 + Bucket.FAN_OUT};
    private static final int BUCKETS =
            1 + Bucket.FAN_OUT + Bucket.FAN_OUT * Bucket.FAN_OUT; // Of all three levels.
    private static final Amount NONE = new Amount(0, 0);

    private final EntryDigest[] sums = new EntryDigest[BUCKETS];
    private final long[] counts = new long[BUCKETS];
    private final Map<Row.Pending, Amount> pending = new EnumMap<>(Row.Pending.class);
    private Amount held = NONE;
    private long liveCount;

    /** The tally of no rows. */
    public Tally() {
        Arrays.fill(sums, EntryDigest.ZERO);
    }

    /**
     * Takes {@code before} away and adds {@code after}; null stands for no row.
     *
     * @param leaf the leaf bucket of their path
     */
    public void replace(int leaf, @Nullable Row before, @Nullable Row after) {
        Entry toldBefore = before == null ? null : before.told();
        Entry toldAfter = after == null ? null : after.told();
        boolean tellsTheSame = Objects.equals(toldBefore, toldAfter);
        replace(
                leaf,
                before,
                after,
                tellsTheSame ? EntryDigest.ZERO : digest(toldAfter).minus(digest(toldBefore)));
    }

    private static EntryDigest digest(@Nullable Entry entry) {
        return entry == null ? EntryDigest.ZERO : EntryDigest.of(entry);
    }

    /**
     * The same for who knows the digests.
     *
     * @param change the digest of what is told after, less the digest of what was told before
     */
    public void replace(int leaf, @Nullable Row before, @Nullable Row after, EntryDigest change) {
        int countChange = told(after) - told(before);
        if (countChange != 0 || !change.equals(EntryDigest.ZERO)) {
            for (int level = 0; level <= Bucket.LEAF_LEVEL; level++) {
                int bucket = LEVEL_STARTS[level] + (leaf >> (8 * (Bucket.LEAF_LEVEL - level)));
                sums[bucket] = sums[bucket].plus(change);
                counts[bucket] += countChange;
            }
        }
        if (before != null) {
            count(before, -1);
        }
        if (after != null) {
            count(after, 1);
        }
    }

    private static int told(@Nullable Row row) {
        return row == null || row.told() == null ? 0 : 1;
    }

    private void count(Row row, int sign) {
        Row.Pending kind = row.pending();
        pending.put(kind, plus(pendingAmount(kind), sign, workBytes(row)));
        Held rowHeld = row.held();
        if (rowHeld != null && rowHeld.entry().isLive()) {
            liveCount += sign;
        }
        if (rowHeld != null && rowHeld.entry() instanceof Entry.File file) {
            held = plus(held, sign, file.sizeBytes());
        }
    }

    private static Amount plus(Amount amount, int sign, long bytes) {
        return new Amount(amount.count() + sign, amount.bytes() + sign * bytes);
    }

    /** The bytes that come; or, where nothing comes, those that are there. */
    private static long workBytes(Row row) {
        Entry known = row.known();
        if (known != null && known.isLive()) {
            return sizeBytes(known);
        }
        Held rowHeld = row.held();
        return rowHeld == null ? 0 : sizeBytes(rowHeld.entry());
    }

    private static long sizeBytes(Entry entry) {
        return entry instanceof Entry.File file ? file.sizeBytes() : 0;
    }

    /** As {@link Index#sum}. */
    public BucketSum sum(Bucket bucket) {
        int at = LEVEL_STARTS[bucket.level()] + bucket.index();
        return new BucketSum(bucket, counts[at], sums[at]);
    }

    /** As {@link Index#pendingAmount}. */
    public Amount pendingAmount(Row.Pending kind) {
        return pending.getOrDefault(kind, NONE);
    }

    /** As {@link Index#liveCount}. */
    public long liveCount() {
        return liveCount;
    }

    /** As {@link Index#heldAmount}. */
    public Amount heldAmount() {
        return held;
    }
}
