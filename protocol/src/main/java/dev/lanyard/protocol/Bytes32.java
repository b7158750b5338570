package dev.lanyard.protocol;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.HexFormat;

/**
 * Four longs that hold 32 bytes in big-endian order: how hashes are kept without an array of their
 * own.
 */
final class Bytes32 {
    static final int LENGTH = 32;

    private static final VarHandle LONGS =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private Bytes32() {}

    static long read(byte[] from, int offset) {
        return (long) LONGS.get(from, offset);
    }

    static void checkLength(String what, byte[] bytes) {
        if (bytes.length != LENGTH) {
            throw new IllegalArgumentException(
                    "%s of %d bytes (expected %d)".formatted(what, bytes.length, LENGTH));
        }
    }

    static byte[] bytes(long a, long b, long c, long d) {
        byte[] bytes = new byte[LENGTH];
        write(a, b, c, d, bytes, 0);
        return bytes;
    }

    static void write(long a, long b, long c, long d, byte[] to, int offset) {
        LONGS.set(to, offset, a);
        LONGS.set(to, offset + 8, b);
        LONGS.set(to, offset + 16, c);
        LONGS.set(to, offset + 24, d);
    }

    static String hex(long a, long b, long c, long d) {
        return HexFormat.of().formatHex(bytes(a, b, c, d));
    }
}
