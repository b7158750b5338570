package dev.lanyard.node.io.store;

import java.util.Arrays;

/**
 * Which rows are known in a leaf bucket: row numbers, four to eight bytes a row. Kept in memory and
 * not in the file, since buckets scatter what is written together. Owned by the index.
 */
final class LeafTable {
    private static final int LEAVES = 1 << 16;
    private static final int[] NONE = {};

    private final int[][] rows = new int[LEAVES][];
    private final int[] counts = new int[LEAVES];

    LeafTable() {
        Arrays.fill(rows, NONE);
    }

    /** Row {@code id}, which was in no bucket, is in {@code leaf}. */
    void add(int leaf, int id) {
        int count = counts[leaf];
        if (count == rows[leaf].length) {
            rows[leaf] = Arrays.copyOf(rows[leaf], count + count / 2 + 2);
        }
        rows[leaf][count] = id;
        counts[leaf] = count + 1;
    }

    /** Row {@code id}, which was in {@code leaf}, is not any more. */
    void remove(int leaf, int id) {
        int[] ids = rows[leaf];
        int last = counts[leaf] - 1;
        for (int i = 0; i <= last; i++) {
            if (ids[i] == id) {
                ids[i] = ids[last];
                counts[leaf] = last;
                return;
            }
        }
        throw new IllegalStateException("row %d is not in bucket %d".formatted(id, leaf));
    }

    /** The rows in {@code leaf}, in no order. */
    int[] of(int leaf) {
        return Arrays.copyOf(rows[leaf], counts[leaf]);
    }
}
