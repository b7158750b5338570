package dev.lanyard.node.core.mirror;

import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads how often something is to be done. */
public final class Interval {
    /** How it is written, for people. */
    public static final String FORM = "a time such as 90s, 10m, 1h30m, 1d2h or 00d00h10m00s";

    private static final Pattern PARTS =
            Pattern.compile("(?:(\\d{1,5})d)?(?:(\\d{1,6})h)?(?:(\\d{1,7})m)?(?:(\\d{1,8})s)?");

    private Interval() {}

    /**
     * The time that {@link #FORM} says: days, hours, minutes and seconds in this order, each once
     * at most.
     *
     * @throws IllegalArgumentException if {@code text} is something else, or no time at all
     */
    public static Duration parse(String text) {
        Matcher parts = PARTS.matcher(text.strip().toLowerCase(Locale.ROOT));
        if (parts.matches()) {
            Duration time =
                    Duration.ofDays(number(parts, 1))
                            .plusHours(number(parts, 2))
                            .plusMinutes(number(parts, 3))
                            .plusSeconds(number(parts, 4));
            if (time.isPositive()) {
                return time;
            }
        }
        throw new IllegalArgumentException("'%s' (expected %s)".formatted(text, FORM));
    }

    private static long number(Matcher parts, int group) {
        return parts.group(group) == null ? 0 : Long.parseLong(parts.group(group));
    }
}
