package dev.lanyard.protocol;

import java.nio.ByteBuffer;

/**
 * A node of the summary tree: all paths whose hash begins with certain bits. Level 0 is everything,
 * level 1 has 256 buckets, level 2 has 65 536.
 */
public record Bucket(int level, int index) {
    /** Everything. */
    public static final Bucket ROOT = new Bucket(0, 0);

    /** The level whose buckets hold entries. */
    public static final int LEAF_LEVEL = 2;

    /** How many buckets a bucket above the leaves has below it. */
    public static final int FAN_OUT = 256;

    /**
     * @throws IllegalArgumentException if there is no such bucket
     */
    public Bucket {
        if (level < 0 || level > LEAF_LEVEL || index < 0 || index >= 1 << (8 * level)) {
            throw new IllegalArgumentException("bucket %d of level %d".formatted(index, level));
        }
    }

    /** The leaf bucket of {@code path}, by the first 16 bits of the SHA-256 of its bytes. */
    public static int leafOf(RelativePath path) {
        return Short.toUnsignedInt(ByteBuffer.wrap(EntryDigest.sha256(path.bytes())).getShort());
    }

    /**
     * The bucket {@code position} (0-255) below this one. @throws IllegalArgumentException on a
     * leaf
     */
    public Bucket child(int position) {
        return new Bucket(level + 1, index << 8 | position);
    }
}
