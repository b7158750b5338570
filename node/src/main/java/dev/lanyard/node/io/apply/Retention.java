package dev.lanyard.node.io.apply;

import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How much is kept in versions. What exceeds any of the bounds may be pruned, the oldest first;
 * what is younger than an hour never is, nor what lost a conflict that nobody looked at ({@link
 * Pruning}).
 *
 * @param ageMax how long a content is kept
 * @param perPathMax how many contents are kept of one path, at least 1
 * @param bytesMax how many bytes all of them may have; {@link Long#MAX_VALUE} for any number
 * @param percentMax how many of a hundred parts of what the disk has free and they have together;
 *     100 for any
 */
public record Retention(Duration ageMax, int perPathMax, long bytesMax, int percentMax) {
    /** 30 days, 32 of each path, a fifth of the space that there is for them. */
    public static final Retention DEFAULT =
            new Retention(Duration.ofDays(30), 32, Long.MAX_VALUE, 20);

    /** How it is written, for people. */
    public static final String FORM = "AGE,COUNT,SPACE such as 30d,32,20% or 7d,10GiB, or all";

    /** Nothing is ever pruned. */
    private static final Retention ALL =
            new Retention(Duration.ofDays(365_000), Integer.MAX_VALUE, Long.MAX_VALUE, 100);

    private static final Pattern AGE = Pattern.compile("(\\d{1,6})([dh])");
    private static final Pattern COUNT = Pattern.compile("\\d{1,9}");
    private static final Pattern PERCENT = Pattern.compile("(\\d{1,3})%");
    private static final Pattern BYTES = Pattern.compile("(\\d{1,12})([kmgt])i?b?");

    /**
     * @throws IllegalArgumentException if a bound is not as described
     */
    public Retention {
        if (ageMax.isNegative()
                || perPathMax < 1
                || bytesMax < 0
                || percentMax < 0
                || percentMax > 100) {
            throw new IllegalArgumentException(
                    "%s, %d, %d bytes, %d%%".formatted(ageMax, perPathMax, bytesMax, percentMax));
        }
    }

    /**
     * Reads {@link #FORM}; what is left out is as in {@link #DEFAULT}.
     *
     * @throws IllegalArgumentException if {@code text} is something else
     */
    public static Retention parse(String text) {
        if (text.strip().equals("all")) {
            return ALL;
        }
        Retention read = DEFAULT;
        for (String part : text.strip().toLowerCase(Locale.ROOT).split("[,\\s]+", -1)) {
            read = read.with(part);
        }
        return read;
    }

    private Retention with(String part) {
        Matcher age = AGE.matcher(part);
        if (age.matches()) {
            long amount = Long.parseLong(age.group(1));
            Duration kept =
                    age.group(2).equals("d") ? Duration.ofDays(amount) : Duration.ofHours(amount);
            return new Retention(kept, perPathMax, bytesMax, percentMax);
        }
        if (COUNT.matcher(part).matches()) {
            return new Retention(ageMax, Integer.parseInt(part), bytesMax, percentMax);
        }
        Matcher percent = PERCENT.matcher(part);
        if (percent.matches()) {
            int share = Integer.parseInt(percent.group(1));
            return new Retention(ageMax, perPathMax, bytesMax, share);
        }
        Matcher bytes = BYTES.matcher(part);
        if (bytes.matches()) {
            int shift = 10 * ("kmgt".indexOf(bytes.group(2)) + 1);
            long amount = Math.multiplyExact(Long.parseLong(bytes.group(1)), 1L << shift);
            return new Retention(ageMax, perPathMax, amount, 100);
        }
        throw new IllegalArgumentException("'%s' (expected %s)".formatted(part, FORM));
    }

    /** How many bytes may be kept where {@code keptBytes} are and {@code freeBytes} are free. */
    long bytesMax(long keptBytes, long freeBytes) {
        if (percentMax == 100 || freeBytes > Long.MAX_VALUE - keptBytes) {
            return bytesMax;
        }
        return Math.min(bytesMax, (long) ((keptBytes + freeBytes) * (percentMax / 100.0)));
    }
}
