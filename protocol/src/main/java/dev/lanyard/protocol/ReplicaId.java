package dev.lanyard.protocol;

import java.util.HexFormat;

/**
 * Names a replica in version vectors. Drawn at random when a replica begins and drawn anew whenever
 * it cannot show its continuity, so that no counter is ever used twice under one id. Not secret and
 * not proof of anything: a peer is proven by its {@link NodeId}.
 */
public record ReplicaId(long value) implements Comparable<ReplicaId> {
    /** Orders by unsigned value; the order means nothing but is the same everywhere. */
    @Override
    public int compareTo(ReplicaId other) {
        return Long.compareUnsigned(value, other.value);
    }

    /** Sixteen lower-case hexadecimal digits. */
    @Override
    public String toString() {
        return HexFormat.of().toHexDigits(value);
    }

    /** Reads what {@link #toString} wrote. @throws IllegalArgumentException on anything else */
    public static ReplicaId parse(String text) {
        if (text.length() != 16) {
            throw new IllegalArgumentException(
                    "replica id '%s' (expected 16 hex digits)".formatted(text));
        }
        return new ReplicaId(HexFormat.fromHexDigitsToLong(text));
    }
}
