package dev.lanyard.protocol;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

/**
 * A path below the root of the share, as bytes: components separated by {@code /}. Immutable,
 * checked when built; the root itself has no {@code RelativePath}.
 *
 * <p>Ordered by component and unsigned byte, so a directory is followed directly by all that is
 * below it. Text would not do: names on Linux are bytes, and {@code a.b} sorts between {@code a}
 * and {@code a/x} when slashes are compared as characters.
 */
public final class RelativePath implements Comparable<RelativePath> {
    /** The longest name that any file system we meet can hold, in bytes. */
    public static final int COMPONENT_BYTES_MAX = 255;

    /** The longest path that is accepted, in bytes: four times what one Linux system call takes. */
    public static final int PATH_BYTES_MAX = 16_383;

    /** The first component that is ours and never synced, in any mixture of cases. */
    public static final String PRIVATE_NAME = ".lanyard";

    private static final byte SEPARATOR = '/';

    private final byte[] bytes;
    private final int hash;

    private RelativePath(byte[] bytes) {
        this.bytes = bytes;
        this.hash = Arrays.hashCode(bytes);
    }

    /**
     * The path of these bytes, which are copied. @throws IllegalArgumentException if a path may not
     * be so
     */
    public static RelativePath of(byte[] bytes) {
        Optional<String> fault = fault(bytes);
        if (fault.isPresent()) {
            throw new IllegalArgumentException(
                    "path '%s': %s".formatted(escape(bytes), fault.get()));
        }
        return new RelativePath(bytes.clone());
    }

    /**
     * The path of this text in UTF-8, taken to the letter. @throws IllegalArgumentException if a
     * path may not be so
     */
    public static RelativePath of(String text) {
        return of(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Reads what {@link #toString} wrote. @throws IllegalArgumentException if it is no path */
    public static RelativePath parse(String escaped) {
        return of(unescape(escaped));
    }

    /** Why these bytes may not be a path, or empty when they may. */
    public static Optional<String> fault(byte[] bytes) {
        if (bytes.length == 0) {
            return Optional.of("is empty");
        }
        if (bytes.length > PATH_BYTES_MAX) {
            return Optional.of(
                    "has %d bytes (expected 1-%d)".formatted(bytes.length, PATH_BYTES_MAX));
        }
        int start = 0;
        for (int i = 0; i <= bytes.length; i++) {
            if (i < bytes.length && bytes[i] == 0) {
                return Optional.of("holds a zero byte");
            }
            if (i == bytes.length || bytes[i] == SEPARATOR) {
                Optional<String> fault = componentFault(bytes, start, i);
                if (fault.isPresent()) {
                    return fault;
                }
                start = i + 1;
            }
        }
        return Optional.empty();
    }

    private static Optional<String> componentFault(byte[] bytes, int start, int end) {
        int length = end - start;
        if (length == 0) {
            return Optional.of(start == 0 ? "is absolute" : "has an empty component");
        }
        if (length > COMPONENT_BYTES_MAX) {
            return Optional.of(
                    "has a component of %d bytes (expected 1-%d)"
                            .formatted(length, COMPONENT_BYTES_MAX));
        }
        if (bytes[start] == '.' && (length == 1 || (length == 2 && bytes[start + 1] == '.'))) {
            return Optional.of("has a component that is . or ..");
        }
        if (start == 0 && isPrivateName(bytes, length)) {
            return Optional.of("is inside " + PRIVATE_NAME);
        }
        return Optional.empty();
    }

    private static boolean isPrivateName(byte[] bytes, int length) {
        return length == PRIVATE_NAME.length()
                && new String(bytes, 0, length, StandardCharsets.ISO_8859_1)
                        .equalsIgnoreCase(PRIVATE_NAME);
    }

    /** The bytes, in an array of their own. */
    public byte[] bytes() {
        return bytes.clone();
    }

    /** How many bytes the path has, 1 to {@value #PATH_BYTES_MAX}. */
    public int lengthBytes() {
        return bytes.length;
    }

    /** Copies the bytes into {@code to} at {@code offset}. */
    public void writeTo(byte[] to, int offset) {
        System.arraycopy(bytes, 0, to, offset, bytes.length);
    }

    /** The directory that holds it, or empty when that is the root. */
    public Optional<RelativePath> parent() {
        int slash = lastSeparator();
        return slash < 0
                ? Optional.empty()
                : Optional.of(new RelativePath(Arrays.copyOf(bytes, slash)));
    }

    /** The last component. */
    public byte[] name() {
        return Arrays.copyOfRange(bytes, lastSeparator() + 1, bytes.length);
    }

    /**
     * The path of {@code name} in this directory. @throws IllegalArgumentException if a path may
     * not be so
     */
    public RelativePath child(byte[] name) {
        byte[] joined = Arrays.copyOf(bytes, bytes.length + 1 + name.length);
        joined[bytes.length] = SEPARATOR;
        System.arraycopy(name, 0, joined, bytes.length + 1, name.length);
        return of(joined);
    }

    /**
     * What this path, which is below {@code from}, becomes when that is called {@code to}; empty if
     * that is longer than a path may be.
     */
    public Optional<RelativePath> rebased(RelativePath from, RelativePath to) {
        int kept = bytes.length - from.bytes.length;
        if (to.bytes.length + kept > PATH_BYTES_MAX) {
            return Optional.empty();
        }
        byte[] rebased = Arrays.copyOf(to.bytes, to.bytes.length + kept);
        System.arraycopy(bytes, from.bytes.length, rebased, to.bytes.length, kept);
        return Optional.of(RelativePath.of(rebased));
    }

    /** Whether this is strictly below {@code directory}. */
    public boolean isBelow(RelativePath directory) {
        int length = directory.bytes.length;
        return bytes.length > length
                && bytes[length] == SEPARATOR
                && Arrays.equals(bytes, 0, length, directory.bytes, 0, length);
    }

    private int lastSeparator() {
        int i = bytes.length - 1;
        while (i >= 0 && bytes[i] != SEPARATOR) {
            i--;
        }
        return i;
    }

    /**
     * The bytes with {@code /} replaced by zero, which no path contains: compared as unsigned bytes
     * they order as paths do. What a store uses as its key.
     */
    public byte[] sortKey() {
        byte[] key = bytes.clone();
        for (int i = 0; i < key.length; i++) {
            if (key[i] == SEPARATOR) {
                key[i] = 0;
            }
        }
        return key;
    }

    /**
     * The path whose {@link #sortKey} this is. @throws IllegalArgumentException if a path may not
     * be so
     */
    public static RelativePath ofSortKey(byte[] key) {
        byte[] bytes = key.clone();
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == 0) {
                bytes[i] = SEPARATOR;
            }
        }
        return of(bytes);
    }

    @Override
    public int compareTo(RelativePath other) {
        int mismatch = Arrays.mismatch(bytes, other.bytes);
        if (mismatch < 0) {
            return 0;
        }
        if (mismatch == bytes.length || mismatch == other.bytes.length) {
            return Integer.compare(bytes.length, other.bytes.length);
        }
        return Integer.compare(rank(bytes[mismatch]), rank(other.bytes[mismatch]));
    }

    private static int rank(byte b) {
        return b == SEPARATOR ? 0 : Byte.toUnsignedInt(b);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RelativePath path && Arrays.equals(bytes, path.bytes);
    }

    @Override
    public int hashCode() {
        return hash;
    }

    /**
     * For people and JSON: UTF-8, with controls, {@code %} and what is not UTF-8 written as %XX.
     * {@link #parse} reads it.
     */
    @Override
    public String toString() {
        return escape(bytes);
    }

    /** Any bytes as {@link #toString} would show them: for names that are not paths. */
    public static String escape(byte[] bytes) {
        if (isPlain(bytes)) {
            return new String(bytes, StandardCharsets.US_ASCII); // Nearly every path is.
        }
        StringBuilder text = new StringBuilder(bytes.length);
        CharsetDecoder decoder =
                StandardCharsets.UTF_8.newDecoder(); // Its default reports malformed input.
        for (int i = 0; i < bytes.length; ) {
            if (bytes[i] >= ' ' && bytes[i] < 0x7F && bytes[i] != '%') {
                text.append((char) bytes[i]);
                i++;
                continue;
            }
            int length = Math.min(sequenceLength(bytes[i]), bytes.length - i);
            Optional<String> decoded = decode(decoder, bytes, i, length);
            if (decoded.isPresent() && isShown(decoded.get().codePointAt(0))) {
                text.append(decoded.get());
                i += length;
            } else {
                text.append('%').append(HexFormat.of().withUpperCase().toHexDigits(bytes[i]));
                i++;
            }
        }
        return text.toString();
    }

    private static boolean isPlain(byte[] bytes) {
        for (byte b : bytes) {
            if (b < ' ' || b == '%' || b == 0x7F) { // What is not ASCII is negative.
                return false;
            }
        }
        return true;
    }

    private static int sequenceLength(byte first) {
        int b = Byte.toUnsignedInt(first);
        if (b < 0xC0) {
            return 1;
        }
        return b < 0xE0 ? 2 : b < 0xF0 ? 3 : 4;
    }

    private static Optional<String> decode(
            CharsetDecoder decoder, byte[] bytes, int offset, int length) {
        try {
            CharBuffer chars = decoder.reset().decode(ByteBuffer.wrap(bytes, offset, length));
            return Optional.of(chars.toString());
        } catch (CharacterCodingException notText) {
            return Optional.empty(); // The caller writes the byte as %XX.
        }
    }

    /**
     * Controls, and the marks that turn the direction of text around, could make a terminal lie.
     */
    private static boolean isShown(int codePoint) {
        return codePoint != '%'
                && switch (Character.getType(codePoint)) {
                    case Character.CONTROL,
                            Character.FORMAT,
                            Character.LINE_SEPARATOR,
                            Character.PARAGRAPH_SEPARATOR,
                            Character.UNASSIGNED ->
                            false;
                    default -> true;
                };
    }

    /**
     * The bytes that {@link #escape} wrote. @throws IllegalArgumentException on a {@code %} without
     * two hex digits
     */
    public static byte[] unescape(String escaped) {
        byte[] text = escaped.getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length);
        for (int i = 0; i < text.length; i++) {
            if (text[i] != '%') {
                bytes.write(text[i]);
                continue;
            }
            if (i + 2 >= text.length
                    || !HexFormat.isHexDigit(text[i + 1])
                    || !HexFormat.isHexDigit(text[i + 2])) {
                throw new IllegalArgumentException(
                        "path '%s': %% without two hex digits".formatted(escaped));
            }
            bytes.write(
                    HexFormat.fromHexDigit(text[i + 1]) << 4 | HexFormat.fromHexDigit(text[i + 2]));
            i += 2;
        }
        return bytes.toByteArray();
    }
}
