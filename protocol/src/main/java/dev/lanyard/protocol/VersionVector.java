package dev.lanyard.protocol;

import java.util.Arrays;
import java.util.StringJoiner;

/**
 * A counter for each replica whose acts led to a version. Immutable. It never decides who wins; it
 * answers one question: had the author of this version seen that one?
 *
 * <p>Kept as two arrays sorted by replica: a share has few replicas, and an index has many vectors.
 */
public final class VersionVector implements Comparable<VersionVector> {
    /** More replicas than any share has; a bound for decoders. */
    public static final int REPLICAS_MAX = 1_024;

    private static final VersionVector EMPTY = new VersionVector(new long[0], new long[0]);

    private final long[] replicas;
    private final long[] counters;

    private VersionVector(long[] replicas, long[] counters) {
        this.replicas = replicas;
        this.counters = counters;
    }

    /** The vector that has seen nothing. */
    public static VersionVector empty() {
        return EMPTY;
    }

    /**
     * The vector of these pairs; the arrays are not copied and belong to it afterwards.
     *
     * @throws IllegalArgumentException unless replicas ascend strictly (unsigned) and all counters
     *     are positive
     */
    public static VersionVector ofSorted(long[] replicas, long[] counters) {
        if (replicas.length != counters.length || replicas.length > REPLICAS_MAX) {
            throw new IllegalArgumentException(
                    "version vector of %d replicas and %d counters (expected equal, at most %d)"
                            .formatted(replicas.length, counters.length, REPLICAS_MAX));
        }
        for (int i = 0; i < replicas.length; i++) {
            if (counters[i] <= 0) {
                throw new IllegalArgumentException(
                        "counter %d (expected 1 or more)".formatted(counters[i]));
            }
            if (i > 0 && Long.compareUnsigned(replicas[i - 1], replicas[i]) >= 0) {
                throw new IllegalArgumentException("replicas of a version vector are not in order");
            }
        }
        return new VersionVector(replicas, counters);
    }

    /**
     * This vector with one counter set. @throws IllegalArgumentException unless it is greater than
     * before
     */
    public VersionVector with(ReplicaId replica, long counter) {
        if (counter <= counter(replica)) {
            throw new IllegalArgumentException(
                    "counter %d of replica %s (expected above %d)"
                            .formatted(counter, replica, counter(replica)));
        }
        int at = indexOf(replica.value());
        if (at >= 0) {
            long[] changed = counters.clone();
            changed[at] = counter;
            return new VersionVector(replicas, changed);
        }
        int insertion = -at - 1;
        return ofSorted(
                insert(replicas, insertion, replica.value()), insert(counters, insertion, counter));
    }

    private static long[] insert(long[] values, int at, long value) {
        long[] longer = new long[values.length + 1];
        System.arraycopy(values, 0, longer, 0, at);
        longer[at] = value;
        System.arraycopy(values, at, longer, at + 1, values.length - at);
        return longer;
    }

    /** This vector without a counter of {@code replica}. */
    public VersionVector without(ReplicaId replica) {
        int at = indexOf(replica.value());
        return at < 0 ? this : new VersionVector(remove(replicas, at), remove(counters, at));
    }

    private static long[] remove(long[] values, int at) {
        long[] shorter = Arrays.copyOf(values, values.length - 1);
        System.arraycopy(values, at + 1, shorter, at, shorter.length - at);
        return shorter;
    }

    /** The least vector that has seen both. */
    public VersionVector join(VersionVector other) {
        VersionVector joined = this;
        for (int i = 0; i < other.replicas.length; i++) {
            ReplicaId replica = other.replica(i);
            if (other.counters[i] > joined.counter(replica)) {
                joined = joined.with(replica, other.counters[i]);
            }
        }
        return joined;
    }

    /** How many replicas it has counters of. */
    public int size() {
        return replicas.length;
    }

    /** The replica at {@code position}, 0 to {@link #size} - 1, in ascending order. */
    public ReplicaId replica(int position) {
        return new ReplicaId(replicas[position]);
    }

    /** The counter at {@code position}, 0 to {@link #size} - 1: 1 or more. */
    public long counterAt(int position) {
        return counters[position];
    }

    /** The counter of {@code replica}, 0 when it has none. */
    public long counter(ReplicaId replica) {
        int at = indexOf(replica.value());
        return at < 0 ? 0 : counters[at];
    }

    /** How this stands to {@code other}. */
    public Relation relationTo(VersionVector other) {
        boolean hasMore = exceeds(other);
        boolean otherHasMore = other.exceeds(this);
        if (hasMore) {
            return otherHasMore ? Relation.CONCURRENT : Relation.AFTER;
        }
        return otherHasMore ? Relation.BEFORE : Relation.SAME;
    }

    private boolean exceeds(VersionVector other) {
        int j = 0;
        for (int i = 0; i < replicas.length; i++) {
            while (j < other.replicas.length
                    && Long.compareUnsigned(other.replicas[j], replicas[i]) < 0) {
                j++;
            }
            boolean shared = j < other.replicas.length && other.replicas[j] == replicas[i];
            if (counters[i] > (shared ? other.counters[j] : 0)) {
                return true;
            }
        }
        return false;
    }

    private int indexOf(long replica) {
        int low = 0;
        int high = replicas.length - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int order = Long.compareUnsigned(replicas[middle], replica);
            if (order == 0) {
                return middle;
            }
            if (order < 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return -low - 1;
    }

    /** A total order that means nothing but is the same everywhere: by the canonical bytes. */
    @Override
    public int compareTo(VersionVector other) {
        int shared = Math.min(replicas.length, other.replicas.length);
        for (int i = 0; i < shared; i++) {
            int order = Long.compareUnsigned(replicas[i], other.replicas[i]);
            order = order != 0 ? order : Long.compare(counters[i], other.counters[i]);
            if (order != 0) {
                return order;
            }
        }
        return Integer.compare(replicas.length, other.replicas.length);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof VersionVector vector
                && Arrays.equals(replicas, vector.replicas)
                && Arrays.equals(counters, vector.counters);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(replicas) + Arrays.hashCode(counters);
    }

    /** {@code {replica=counter, ...}} in ascending order of replicas. */
    @Override
    public String toString() {
        StringJoiner text = new StringJoiner(", ", "{", "}");
        for (int i = 0; i < replicas.length; i++) {
            text.add(replica(i) + "=" + counters[i]);
        }
        return text.toString();
    }
}
