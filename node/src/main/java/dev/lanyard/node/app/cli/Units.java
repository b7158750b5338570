package dev.lanyard.node.app.cli;

import static dev.lanyard.node.app.config.Places.escaped;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.TemporalAccessor;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sizes and times as people write them. */
final class Units {
    private static final Pattern DURATION = Pattern.compile("(\\d{1,9})(ms|s|m|h|d)?");
    private static final String[] BYTES = {"bytes", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};

    private Units() {}

    /** {@code 1 file}, {@code 2 files}. */
    static String count(long count, String one, String many) {
        return count + " " + (count == 1 ? one : many);
    }

    /** {@code 512 bytes}, {@code 3.4 GiB}. */
    static String bytes(long bytes) {
        double value = bytes;
        int unit = 0;
        while (value >= 1023.95 && unit < BYTES.length - 1) { // What would be shown as 1024.0.
            value /= 1024;
            unit++;
        }
        return unit == 0
                ? count(bytes, "byte", "bytes")
                : String.format(Locale.ROOT, "%.1f %s", value, BYTES[unit]);
    }

    /** {@code 5 s}, {@code 3 min 20 s}, {@code 2 h 5 min}, {@code 4 d 3 h}. */
    static String duration(Duration duration) {
        long seconds = duration.toSeconds();
        if (seconds < 60) {
            return seconds + " s";
        }
        if (seconds < 3_600) {
            return "%d min %d s".formatted(seconds / 60, seconds % 60);
        }
        if (seconds < 86_400) {
            return "%d h %d min".formatted(seconds / 3_600, seconds % 3_600 / 60);
        }
        return "%d d %d h".formatted(seconds / 86_400, seconds % 86_400 / 3_600);
    }

    /**
     * Reads a time that is over: {@code 2026-11-20T10:00}, in {@code zone} unless it names its own,
     * or {@code 2h} for so long before {@code now}.
     */
    static Instant past(String text, Instant now, ZoneId zone) throws CommandFailure {
        if (DURATION.matcher(text).matches()) {
            return now.minus(new DurationReader().convert(text));
        }
        try {
            TemporalAccessor read =
                    DateTimeFormatter.ISO_DATE_TIME.parseBest(
                            text.replace(' ', 'T'), ZonedDateTime::from, LocalDateTime::from);
            return read instanceof LocalDateTime local
                    ? local.atZone(zone).toInstant()
                    : Instant.from(read);
        } catch (DateTimeException malformed) {
            throw new CommandFailure(
                    ExitCode.USAGE,
                    "'%s' is no time; write 2026-11-20T10:00 or 2h".formatted(escaped(text)));
        }
    }

    /**
     * Reads {@code 500ms}, {@code 30s}, {@code 2m}, {@code 1h}, {@code 1d}; a number is seconds.
     */
    static final class DurationReader implements ITypeConverter<Duration> {
        @Override
        public Duration convert(String text) {
            Matcher matcher = DURATION.matcher(text);
            if (!matcher.matches()) {
                throw new TypeConversionException(
                        "'%s' is no duration; write 30s, 5m or 1h".formatted(text));
            }
            long number = Long.parseLong(matcher.group(1));
            String unit = matcher.group(2) == null ? "s" : matcher.group(2);
            return switch (unit) {
                case "ms" -> Duration.ofMillis(number);
                case "m" -> Duration.ofMinutes(number);
                case "h" -> Duration.ofHours(number);
                case "d" -> Duration.ofDays(Math.min(number, 36_500));
                default -> Duration.ofSeconds(number);
            };
        }
    }
}
