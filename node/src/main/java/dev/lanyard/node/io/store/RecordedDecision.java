package dev.lanyard.node.io.store;

import dev.lanyard.node.core.engine.Decision;
import dev.lanyard.protocol.RelativePath;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * A decision that was written down.
 *
 * <p>In a file it is one line of text, fields separated by tabs, each escaped as paths are so that
 * no name can make a field or a line of its own:
 *
 * <pre>
 * number  time  what  path  peer  via  version  detail  (nothing: a line that was cut off lacks this field)
 * </pre>
 *
 * @param number greater than that of every earlier decision of this replica; a gap means that so
 *     many were not written down
 * @param time when, by the wall clock, to the millisecond
 * @param path what it is about
 * @param what what was decided
 * @param peer the machine whose version it is about; empty for this one; not escaped
 * @param via the peer that told of it; empty if none did; not escaped
 * @param version the version vector as text, or empty
 * @param detail what else there is to say, or empty; not escaped
 */
public record RecordedDecision(
        long number,
        Instant time,
        RelativePath path,
        Decision.What what,
        String peer,
        String via,
        String version,
        String detail) {
    private static final int FIELDS = 9;

    static RecordedDecision of(long number, Instant time, Decision it) {
        return new RecordedDecision(
                number,
                time.truncatedTo(ChronoUnit.MILLIS),
                it.path(),
                it.what(),
                it.peer(),
                it.via(),
                it.version() == null ? "" : it.version().toString(),
                it.detail());
    }

    /** Appends the line, with the character that ends it; {@code timeText} is {@link #time}. */
    void appendTo(StringBuilder text, String timeText) {
        text.append(number).append('\t').append(timeText).append('\t').append(what);
        text.append('\t');
        text.append(path).append('\t').append(escaped(peer)).append('\t').append(escaped(via));
        text.append('\t').append(escaped(version)).append('\t').append(escaped(detail));
        text.append("\t\n");
    }

    private static String escaped(String text) {
        return text.isEmpty() ? "" : RelativePath.escape(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Reads a line without its end; empty if it is damaged, or of a kind that is not known yet. */
    static Optional<RecordedDecision> parse(String line) {
        String[] fields = line.split("\t", -1);
        if (fields.length != FIELDS || !fields[FIELDS - 1].isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    new RecordedDecision(
                            Long.parseLong(fields[0]),
                            Instant.parse(fields[1]),
                            RelativePath.parse(fields[3]),
                            Decision.What.valueOf(fields[2]),
                            unescaped(fields[4]),
                            unescaped(fields[5]),
                            unescaped(fields[6]),
                            unescaped(fields[7])));
        } catch (IllegalArgumentException | DateTimeException damaged) {
            return Optional.empty();
        }
    }

    private static String unescaped(String text) {
        return text.indexOf('%') < 0
                ? text
                : new String(RelativePath.unescape(text), StandardCharsets.UTF_8);
    }
}
