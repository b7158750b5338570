package dev.lanyard.protocol;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * 128 bits that name one entry in one version, or the sum of many: the first half of the SHA-256 of
 * an entry's canonical bytes. Sums are taken modulo 2^128, so that a bucket's digest follows each
 * change of one entry in constant time and in any order (incremental multiset hashing after Bellare
 * and Micciancio 1997). They do not resist a hostile member, who gains nothing by a collision.
 */
public record EntryDigest(long high, long low) {
    /** The sum of no entries. */
    public static final EntryDigest ZERO = new EntryDigest(0, 0);

    /** Only ever cloned. */
    private static final MessageDigest SHA_256 = newSha256();

    /** The digest of {@code entry}. */
    public static EntryDigest of(Entry entry) {
        return ofCanonical(CanonicalEntry.encode(entry));
    }

    /** The digest of the entry whose canonical bytes these are. */
    public static EntryDigest ofCanonical(byte[] canonical) {
        ByteBuffer hash = ByteBuffer.wrap(sha256(canonical));
        return new EntryDigest(hash.getLong(), hash.getLong());
    }

    /** This sum with {@code other} added. */
    public EntryDigest plus(EntryDigest other) {
        long sum = low + other.low;
        long carry = Long.compareUnsigned(sum, low) < 0 ? 1 : 0;
        return new EntryDigest(high + other.high + carry, sum);
    }

    /** This sum with {@code other} taken away. */
    public EntryDigest minus(EntryDigest other) {
        long borrow = Long.compareUnsigned(low, other.low) < 0 ? 1 : 0;
        return new EntryDigest(high - other.high - borrow, low - other.low);
    }

    /**
     * A 64-bit hash under {@code salt}: short names of entries in an exchange, with collisions that
     * do not repeat.
     */
    public long salted(long salt) {
        // The finalizer of SplitMix64 (Steele, Lea, Flood 2014) over both halves.
        long mixed = mix(high ^ salt);
        return mix(mixed + low);
    }

    private static long mix(long z) {
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }

    static byte[] sha256(byte[] bytes) {
        try {
            // Finding the provider takes longer than hashing an entry.
            return ((MessageDigest) SHA_256.clone()).digest(bytes);
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("SHA-256 of this Java runtime cannot be cloned", e);
        }
    }

    private static MessageDigest newSha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }
}
