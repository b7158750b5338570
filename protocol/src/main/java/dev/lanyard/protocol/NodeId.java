package dev.lanyard.protocol;

import java.util.HexFormat;

/**
 * Names a node: the SHA-256 of the public key (DER, SubjectPublicKeyInfo) that it proves to own in
 * each TLS handshake. 32 bytes, kept as four longs in big-endian order.
 */
public record NodeId(long a, long b, long c, long d) implements Comparable<NodeId> {
    /** How many bytes it has. */
    public static final int LENGTH = Bytes32.LENGTH;

    /** Copies it from exactly 32 bytes. @throws IllegalArgumentException for any other length */
    public static NodeId of(byte[] bytes) {
        Bytes32.checkLength("node id", bytes);
        return of(bytes, 0);
    }

    /**
     * Copies it from 32 bytes that begin at {@code offset}. @throws IndexOutOfBoundsException if
     * there are fewer
     */
    public static NodeId of(byte[] from, int offset) {
        return new NodeId(
                Bytes32.read(from, offset),
                Bytes32.read(from, offset + 8),
                Bytes32.read(from, offset + 16),
                Bytes32.read(from, offset + 24));
    }

    /** Reads 64 hexadecimal digits. @throws IllegalArgumentException on anything else */
    public static NodeId parse(String hex) {
        return of(HexFormat.of().parseHex(hex));
    }

    /** The 32 bytes, in an array of their own. */
    public byte[] bytes() {
        return Bytes32.bytes(a, b, c, d);
    }

    /** Writes the 32 bytes at {@code offset}. */
    public void writeTo(byte[] to, int offset) {
        Bytes32.write(a, b, c, d, to, offset);
    }

    /** Orders by unsigned bytes. */
    @Override
    public int compareTo(NodeId other) {
        int order = Long.compareUnsigned(a, other.a);
        order = order != 0 ? order : Long.compareUnsigned(b, other.b);
        order = order != 0 ? order : Long.compareUnsigned(c, other.c);
        return order != 0 ? order : Long.compareUnsigned(d, other.d);
    }

    /** 64 lower-case hexadecimal digits. */
    @Override
    public String toString() {
        return Bytes32.hex(a, b, c, d);
    }
}
