package dev.lanyard.node.io.store;

import dev.lanyard.protocol.ContentHash;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;

/**
 * Which rows may hold a content, as of the last commit: row numbers by 32 bits of the content hash,
 * to be verified by whoever asks. Thread-safe: the owner of the index writes, readers look.
 *
 * <p>About 16 bytes a row. An index in the file would scatter over as many pages as a commit has
 * rows, several times the cost of the rows themselves; and most questions are about contents that
 * nobody holds, which is answered here without reading anything.
 */
final class HolderTable {
    /*
     * A hash table with chaining, in arrays: heads by slot, links by row number, doubly linked so
     * that a row leaves in constant time however many rows have its content (empty files). Row
     * numbers begin at 1; 0 ends a chain. A row is in a chain exactly if its slot in `linked` says
     * so.
     */
    private static final int ROWS_MIN = 1_024;

    private int[] heads = new int[ROWS_MIN];
    private int[] next = new int[ROWS_MIN];
    private int[] previous = new int[ROWS_MIN];
    private int[] fingerprints = new int[ROWS_MIN];
    private long[] linked = new long[ROWS_MIN / Long.SIZE];
    private int count;

    /** Row {@code id} (1 or more) holds {@code content} and nothing else; null: no file. */
    synchronized void put(int id, @Nullable ContentHash content) {
        unlink(id);
        if (content == null) {
            return;
        }
        reserve(id);
        fingerprints[id] = fingerprint(content);
        linked[id / Long.SIZE] |= bit(id);
        link(id);
        count++;
        if (count > heads.length) {
            rehash();
        }
    }

    private void unlink(int id) {
        if (!isLinked(id)) {
            return;
        }
        int after = next[id];
        int before = previous[id];
        if (before == 0) {
            heads[slot(id)] = after;
        } else {
            next[before] = after;
        }
        if (after != 0) {
            previous[after] = before;
        }
        linked[id / Long.SIZE] &= ~bit(id);
        count--;
    }

    /**
     * The next rows that may hold {@code content}, at most {@code limit}.
     *
     * @param after the last row of the former answer, or 0 for the first ones
     */
    synchronized int[] candidates(ContentHash content, int after, int limit) {
        int fingerprint = fingerprint(content);
        if (after != 0 && (!isLinked(after) || fingerprints[after] != fingerprint)) {
            return new int[0]; // A commit came between, and the place is lost.
        }
        int[] found = new int[limit];
        int foundCount = 0;
        int id = after == 0 ? heads[fingerprint & (heads.length - 1)] : next[after];
        while (id != 0 && foundCount < limit) {
            if (fingerprints[id] == fingerprint) {
                found[foundCount++] = id;
            }
            id = next[id];
        }
        return Arrays.copyOf(found, foundCount);
    }

    private void link(int id) {
        int slot = slot(id);
        int first = heads[slot];
        next[id] = first;
        previous[id] = 0;
        if (first != 0) {
            previous[first] = id;
        }
        heads[slot] = id;
    }

    private void reserve(int id) {
        if (id < next.length) {
            return;
        }
        int length = Math.max(id + 1, next.length + next.length / 2) | (Long.SIZE - 1);
        length++;
        next = Arrays.copyOf(next, length);
        previous = Arrays.copyOf(previous, length);
        fingerprints = Arrays.copyOf(fingerprints, length);
        linked = Arrays.copyOf(linked, length / Long.SIZE);
    }

    private void rehash() {
        heads = new int[heads.length * 2];
        for (int id = 1; id < next.length; id++) {
            if (isLinked(id)) {
                link(id);
            }
        }
    }

    private boolean isLinked(int id) {
        return id < next.length && (linked[id / Long.SIZE] & bit(id)) != 0;
    }

    private static long bit(int id) {
        return 1L << (id % Long.SIZE);
    }

    private int slot(int id) {
        return fingerprints[id] & (heads.length - 1);
    }

    private static int fingerprint(ContentHash content) {
        return Long.hashCode(content.a());
    }
}
