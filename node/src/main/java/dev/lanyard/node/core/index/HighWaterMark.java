package dev.lanyard.node.core.index;

import dev.lanyard.protocol.ReplicaId;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the folder itself remembers in {@code .lanyard/}: under which id versions were made last,
 * and the highest counter that may have been used. An index that knows less is an old copy.
 */
public record HighWaterMark(ReplicaId replica, long counter) {
    private static final Pattern TEXT = Pattern.compile("([0-9a-f]{16}) ([0-9]{1,18})\n");

    /** One line, which {@link #parse} reads. */
    public String text() {
        return replica + " " + counter + "\n";
    }

    /** Reads what {@link #text} wrote; empty for anything else, a cut line among it. */
    public static Optional<HighWaterMark> parse(String text) {
        Matcher matcher = TEXT.matcher(text);
        return matcher.matches()
                ? Optional.of(
                        new HighWaterMark(
                                ReplicaId.parse(matcher.group(1)),
                                Long.parseLong(matcher.group(2))))
                : Optional.empty();
    }
}
