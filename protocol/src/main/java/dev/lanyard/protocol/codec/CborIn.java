package dev.lanyard.protocol.codec;

import org.jspecify.annotations.Nullable;

import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.dataformat.cbor.CBORFactory;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the fields of a control message, each of which has one type and one range. What is anything
 * else is a {@link ProtocolViolation}, or a {@code JacksonException} where it is not CBOR.
 *
 * <p>Lists grow as their items arrive: what is allocated is bounded by the bytes that were sent,
 * whatever a length claims.
 */
final class CborIn implements AutoCloseable {
    private static final int DEPTH_MAX = 4;
    private static final int TEXT_CHARS_MAX = 65_535;
    private static final CBORFactory FACTORY =
            CBORFactory.builder()
                    .streamReadConstraints(
                            StreamReadConstraints.builder()
                                    .maxNestingDepth(DEPTH_MAX)
                                    .maxStringLength(TEXT_CHARS_MAX)
                                    .build())
                    .build();

    private final JsonParser parser;
    private @Nullable JsonToken ahead;

    /** Reads the first {@code length} bytes. */
    CborIn(byte[] bytes, int length) {
        this.parser = FACTORY.createParser(ObjectReadContext.empty(), bytes, 0, length);
    }

    void begin(String what) throws ProtocolViolation {
        expect(what, JsonToken.START_ARRAY);
    }

    void end(String what) throws ProtocolViolation {
        expect(what, JsonToken.END_ARRAY);
    }

    void finish() throws ProtocolViolation {
        if (next() != null) {
            throw new ProtocolViolation("bytes behind a message");
        }
    }

    /** The items until the list ends. */
    <T> List<T> list(String what, Item<T> item) throws ProtocolViolation {
        return list(what, Integer.MAX_VALUE, item);
    }

    /** The items until the list ends, of which there may be {@code countMax}. */
    <T> List<T> list(String what, int countMax, Item<T> item) throws ProtocolViolation {
        begin(what);
        List<T> items = new ArrayList<>();
        while (peek() != JsonToken.END_ARRAY) {
            if (items.size() == countMax) {
                throw new ProtocolViolation(
                        "more than %d %s (expected at most as many)".formatted(countMax, what));
            }
            items.add(item.read(this));
        }
        end(what);
        return items;
    }

    long number(String what, long min, long max) throws ProtocolViolation {
        expect(what, JsonToken.VALUE_NUMBER_INT);
        if (parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
            throw new ProtocolViolation(
                    "%s of more than 64 bits (expected %d to %d)".formatted(what, min, max));
        }
        long value = parser.getLongValue();
        if (value < min || value > max) {
            throw new ProtocolViolation(
                    "%s %d (expected %d to %d)".formatted(what, value, min, max));
        }
        return value;
    }

    int number(String what, int min, int max) throws ProtocolViolation {
        return (int) number(what, (long) min, (long) max);
    }

    /** Any number that a long can hold. */
    long number(String what) throws ProtocolViolation {
        return number(what, Long.MIN_VALUE, Long.MAX_VALUE);
    }

    boolean flag(String what) throws ProtocolViolation {
        JsonToken token = next();
        if (token != JsonToken.VALUE_TRUE && token != JsonToken.VALUE_FALSE) {
            throw unexpected(what, token, "a boolean");
        }
        return token == JsonToken.VALUE_TRUE;
    }

    byte[] bytes(String what, int min, int max) throws ProtocolViolation {
        expect(what, JsonToken.VALUE_EMBEDDED_OBJECT);
        byte[] bytes = parser.getBinaryValue();
        if (bytes == null) {
            throw new ProtocolViolation("%s is no byte string".formatted(what));
        }
        if (bytes.length < min || bytes.length > max) {
            throw new ProtocolViolation(
                    "%s of %d bytes (expected %d to %d)".formatted(what, bytes.length, min, max));
        }
        return bytes;
    }

    byte[] bytes(String what, int exactly) throws ProtocolViolation {
        return bytes(what, exactly, exactly);
    }

    String text(String what, int charsMax) throws ProtocolViolation {
        expect(what, JsonToken.VALUE_STRING);
        String text = parser.getString();
        if (text.length() > charsMax) {
            throw new ProtocolViolation(
                    "%s of %d characters (expected at most %d)"
                            .formatted(what, text.length(), charsMax));
        }
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
            throw new ProtocolViolation("%s is not UTF-8".formatted(what));
        }
        return text;
    }

    private void expect(String what, JsonToken expected) throws ProtocolViolation {
        JsonToken found = next();
        if (found != expected) {
            throw unexpected(what, found, expected.toString());
        }
    }

    private static ProtocolViolation unexpected(
            String what, @Nullable JsonToken found, String expected) {
        return new ProtocolViolation("%s is %s (expected %s)".formatted(what, found, expected));
    }

    private @Nullable JsonToken next() {
        JsonToken token = peek();
        ahead = null;
        return token;
    }

    /** The next token, which stays the next; null at the end. */
    private @Nullable JsonToken peek() {
        if (ahead == null) {
            ahead = parser.nextToken();
        }
        return ahead;
    }

    @Override
    public void close() {
        parser.close();
    }

    /** Reads one item of a list. */
    interface Item<T> {
        T read(CborIn in) throws ProtocolViolation;
    }
}
