package dev.lanyard.delta.testing;

import dev.lanyard.delta.Basis;
import dev.lanyard.delta.Target;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/** Contents in memory, of several kinds, and edits of them. */
public final class Contents {
    private Contents() {}

    /** Bytes without any order. */
    public static byte[] random(RandomGenerator random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    /** The same bytes again and again. */
    public static byte[] periodic(RandomGenerator random, int length, int period) {
        byte[] once = random(random, period);
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = once[i % period];
        }
        return bytes;
    }

    /** Lines that have much in common. */
    public static byte[] lines(RandomGenerator random, int length) {
        StringBuilder text = new StringBuilder(length + 100);
        int number = random.nextInt(1000);
        while (text.length() < length) {
            text.append("2026-11-21T10:00:00Z INFO dev.lanyard.node request served, status=200 id=")
                    .append(number++)
                    .append(random.nextInt(10) == 0 ? " slow\n" : "\n");
        }
        return Arrays.copyOf(text.toString().getBytes(StandardCharsets.US_ASCII), length);
    }

    /** Records of zeros with a few bytes set. */
    public static byte[] sparse(RandomGenerator random, int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length / 1000; i++) {
            bytes[random.nextInt(length)] = (byte) random.nextInt(3);
        }
        return bytes;
    }

    /** Any of these. */
    public static byte[] any(RandomGenerator random, int length) {
        return switch (random.nextInt(8)) {
            case 0 -> periodic(random, length, 1 + random.nextInt(5000));
            case 1 -> lines(random, length);
            case 2 -> length == 0 ? new byte[0] : sparse(random, length);
            case 3 -> new byte[length];
            default -> random(random, length);
        };
    }

    /** The content after a few insertions, deletions, replacements and moves. */
    public static byte[] edited(RandomGenerator random, byte[] content) {
        byte[] now = content;
        for (int edits = random.nextInt(5); edits >= 0; edits--) {
            int at = random.nextInt(now.length + 1);
            int length = random.nextInt(1 + random.nextInt(1 + Math.max(1, now.length / 4)));
            int end = Math.min(now.length, at + length);
            byte[] other = any(random, random.nextInt(1 + Math.max(1, length)));
            int from = random.nextInt(now.length + 1);
            now =
                    switch (random.nextInt(6)) {
                        case 0 -> joined(part(now, 0, at), other, part(now, at, now.length));
                        case 1 -> joined(part(now, 0, at), part(now, end, now.length));
                        case 2 -> joined(part(now, 0, at), other, part(now, end, now.length));
                        case 3 -> joined(now, other);
                        case 4 ->
                                joined(
                                        part(now, 0, at),
                                        part(now, from, Math.min(now.length, from + length)),
                                        part(now, at, now.length));
                        default ->
                                joined(
                                        part(now, at, end),
                                        part(now, 0, at),
                                        part(now, end, now.length));
                    };
        }
        return now;
    }

    /** The bytes from {@code from} to before {@code to}. */
    public static byte[] part(byte[] bytes, int from, int to) {
        return Arrays.copyOfRange(bytes, from, to);
    }

    /** One behind the other. */
    public static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    /** A basis in memory. */
    public static Basis basis(byte[] bytes) {
        return (to, offset) -> read(bytes, to, offset);
    }

    /** A target in memory. */
    public static Target target(byte[] bytes) {
        return (to, offset) -> read(bytes, to, offset);
    }

    /** As files do it, and sometimes less than was asked for. */
    private static int read(byte[] bytes, ByteBuffer to, long offset) {
        if (offset >= bytes.length) {
            return -1;
        }
        int count = Math.min(to.remaining(), bytes.length - (int) offset);
        if (count > 7 && offset % 3 == 1) {
            count -= 5;
        }
        to.put(bytes, (int) offset, count);
        return count;
    }
}
