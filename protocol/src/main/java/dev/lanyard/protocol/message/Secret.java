package dev.lanyard.protocol.message;

import java.security.MessageDigest;

/** 32 bytes that are compared in constant time and never shown: a nonce or a MAC. */
@SuppressWarnings("ArrayRecordComponent") // Copied both ways, compared by content.
public record Secret(byte[] bytes) {
    /** How many bytes it has. */
    public static final int LENGTH = 32;

    /** Copies the bytes. @throws IllegalArgumentException unless there are 32 */
    public Secret {
        if (bytes.length != LENGTH) {
            throw new IllegalArgumentException(
                    "%d bytes (expected %d)".formatted(bytes.length, LENGTH));
        }
        bytes = bytes.clone();
    }

    @Override
    public byte[] bytes() {
        return bytes.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Secret secret && MessageDigest.isEqual(bytes, secret.bytes);
    }

    @Override
    public int hashCode() {
        return 0; // Reveals nothing; nobody keeps secrets in hash tables.
    }

    @Override
    public String toString() {
        return "Secret";
    }
}
