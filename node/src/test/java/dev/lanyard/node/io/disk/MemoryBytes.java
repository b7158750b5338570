package dev.lanyard.node.io.disk;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.BitSet;
import java.util.random.RandomGenerator;

/** The content of a simulated file: what its readers see, and what is on the medium. */
/*
 * Of what was written since the last flush, a power cut may leave anything, as long as no byte that
 * was flushed, and neither written over nor cut off since, is another one. Bytes below the least
 * length that the file had since then are in blocks that have a place on the medium: each is the
 * old or the new one. Those behind it may be zeros as well, or missing from any length on. A length
 * that was not flushed goes with the content and not with the names, so that a file may also be
 * what it was before it was cut, whatever else is kept.
 *
 * Arrays are shared between what is seen, what is on the medium and copies of the file, and copied
 * before they are changed.
 */
final class MemoryBytes {
    private static final byte[] NONE = {};

    /** Zeros from {@link #size} on. */
    private byte[] seen = NONE;

    private int size;
    private boolean shared = true;

    /** Where the last byte ends that was written; zeros behind it take no space. */
    private int writtenEnd;

    private byte[] durable = NONE;
    private int durableSize;
    private int durableEnd;

    /** The least length since the last flush. */
    private int sizeMin;

    int size() {
        return size;
    }

    /** How much space it takes. */
    int spaceBytes() {
        return writtenEnd;
    }

    /** How much more space it takes when so many bytes are written there. */
    long growthBytes(long offset, int count) {
        return Math.max(0, offset + count - writtenEnd);
    }

    /** All bytes, in an array of their own. */
    byte[] all() {
        return Arrays.copyOf(seen, size);
    }

    /** As {@link Root.Content#read}. */
    int read(ByteBuffer to, long offset) {
        if (!to.hasRemaining()) {
            return 0;
        }
        if (offset >= size) {
            return -1;
        }
        int count = (int) Math.min(to.remaining(), size - offset);
        to.put(seen, (int) offset, count);
        return count;
    }

    /** As {@link Root.Content#nextData}. */
    long nextData(long offset) {
        for (int at = (int) Math.min(offset, size); at < size; at++) {
            if (seen[at] != 0) {
                return at;
            }
        }
        return Math.max(offset, size);
    }

    /** Writes all remaining bytes at {@code offset}. */
    void write(ByteBuffer from, int offset) {
        int count = from.remaining();
        if (count == 0) {
            return;
        }
        int end = Math.addExact(offset, count);
        own(end);
        from.get(seen, offset, count);
        size = Math.max(size, end);
        writtenEnd = Math.max(writtenEnd, end);
    }

    void size(int sizeBytes) {
        own(sizeBytes);
        if (sizeBytes < size) {
            Arrays.fill(seen, sizeBytes, size, (byte) 0);
        }
        size = sizeBytes;
        sizeMin = Math.min(sizeMin, sizeBytes);
        writtenEnd = Math.min(writtenEnd, sizeBytes);
    }

    /** Becomes what {@code other} is, sharing its bytes. */
    void share(MemoryBytes other) {
        other.shared = true;
        seen = other.seen;
        shared = true;
        size = other.size;
        writtenEnd = other.writtenEnd;
        sizeMin = 0;
    }

    private void own(int capacity) {
        if (capacity > seen.length) {
            int doubled = (int) Math.min(Integer.MAX_VALUE - 8L, 2L * seen.length);
            seen = Arrays.copyOf(seen, Math.max(capacity, doubled));
        } else if (shared) {
            seen = seen.clone();
        }
        shared = false;
    }

    /** All that is seen is on the medium. */
    void flush() {
        durable = seen;
        durableSize = size;
        durableEnd = writtenEnd;
        shared = true;
        sizeMin = size;
    }

    /** The power is cut: what is left is what {@code random} makes of it, and is on the medium. */
    void cut(RandomGenerator random) {
        switch (random.nextInt(4)) {
            case 0 -> {
                seen = durable;
                size = durableSize;
                writtenEnd = durableEnd;
            }
            case 1 -> shorten(random);
            case 2 -> tear(random);
            default -> {
                // All was written out in time.
            }
        }
        flush();
    }

    private void shorten(RandomGenerator random) {
        size(sizeMin + random.nextInt(size - sizeMin + 1));
    }

    private void tear(RandomGenerator random) {
        if (size == 0) {
            return;
        }
        own(size);
        int pieceBytes = 1 + random.nextInt(size);
        BitSet missing = new BitSet();
        for (int piece = 0; piece <= size / pieceBytes; piece++) {
            missing.set(piece, random.nextBoolean());
        }
        for (int at = 0; at < size; at++) {
            if (missing.get(at / pieceBytes)) {
                seen[at] = at < sizeMin ? durable[at] : 0;
            }
        }
        if (random.nextBoolean()) {
            shorten(random);
        }
    }
}
