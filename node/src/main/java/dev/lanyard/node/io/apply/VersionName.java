package dev.lanyard.node.io.apply;

import dev.lanyard.node.core.plan.Keep;
import dev.lanyard.protocol.ContentHash;
import dev.lanyard.protocol.RelativePath;

import org.jspecify.annotations.Nullable;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The file name of a kept content: {@code <path hash>-<milliseconds>-<number>-<reason>}, and where
 * the content is known {@code -<content>-<size>} behind it. It tells by itself, without its
 * sidecar, to which path it belongs, when it was kept, why, and which content it is: whoever looks
 * for old versions, or for a content, reads names and opens nothing.
 *
 * @param pathHash 16 hexadecimal digits: the first 8 bytes of the SHA-256 of the path
 * @param millis when it was kept, milliseconds since 1970
 * @param number distinguishes what was kept in one millisecond: begins at random in each process,
 *     and goes up
 * @param content null where nobody hashed it, and for links
 */
record VersionName(
        String pathHash, long millis, long number, Keep reason, @Nullable Content content)
        implements Comparable<VersionName> {
    private static final Pattern FORM =
            Pattern.compile(
                    "([0-9a-f]{16})-(\\d{1,18})-(\\d{1,18})-([RDCU])"
                            + "(?:-([0-9a-f]{16})-(\\d{1,18}))?");
    private static final Comparator<VersionName> BY_TIME =
            Comparator.comparingLong(VersionName::millis)
                    .thenComparingLong(VersionName::number)
                    .thenComparing(VersionName::pathHash)
                    .thenComparing(VersionName::reason);

    /**
     * As much as a name tells of a content.
     *
     * @param start the first 8 bytes of its hash
     */
    record Content(long start, long sizeBytes) {
        static Content of(ContentHash content, long sizeBytes) {
            return new Content(ByteBuffer.wrap(content.bytes()).getLong(), sizeBytes);
        }
    }

    /** Stands for a path that nobody knows any more. */
    static final String UNKNOWN_PATH = "0000000000000000";

    private static final int HEX = 16;

    /** What a sidecar's name ends with. */
    static final String SIDECAR_SUFFIX = ".json";

    /** What the name of a displaced content in staging begins with. */
    static final String DISPLACED_PREFIX = "d-";

    static String hashOf(RelativePath path) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(path.bytes());
            return HexFormat.of().formatHex(hash, 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }

    /** Reads what {@link #toString} wrote; empty for any other name. */
    static Optional<VersionName> parse(String name) {
        Matcher form = FORM.matcher(name);
        if (!form.matches()) {
            return Optional.empty();
        }
        return Optional.of(
                new VersionName(
                        form.group(1),
                        Long.parseLong(form.group(2)),
                        Long.parseLong(form.group(3)),
                        reason(form.group(4).charAt(0)),
                        form.group(5) == null
                                ? null
                                : new Content(
                                        Long.parseUnsignedLong(form.group(5), HEX),
                                        Long.parseLong(form.group(6)))));
    }

    /** Reads what {@link #stagedName} wrote; empty for any other name. */
    static Optional<VersionName> ofStaged(String staged) {
        return staged.startsWith(DISPLACED_PREFIX)
                ? parse(staged.substring(DISPLACED_PREFIX.length()))
                : Optional.empty();
    }

    /** The name of the displaced content in staging, where it can be told from a new one. */
    String stagedName() {
        return DISPLACED_PREFIX + this;
    }

    String sidecarName() {
        return this + SIDECAR_SUFFIX;
    }

    /** Whether it is of a kind that a user should look at. */
    boolean isKeptUntilSeen() {
        return switch (reason) {
            case CONFLICT, UNCLEAN -> true;
            case REPLACED, DELETED -> false;
        };
    }

    Instant when() {
        return Instant.ofEpochMilli(millis);
    }

    /** Earlier kept ones first. */
    @Override
    public int compareTo(VersionName other) {
        return BY_TIME.compare(this, other);
    }

    @Override
    public String toString() {
        String name = pathHash + '-' + millis + '-' + number + '-' + letter(reason);
        return content == null
                ? name
                : name
                        + '-'
                        + HexFormat.of().toHexDigits(content.start())
                        + '-'
                        + content.sizeBytes();
    }

    private static char letter(Keep reason) {
        return switch (reason) {
            case REPLACED -> 'R';
            case DELETED -> 'D';
            case CONFLICT -> 'C';
            case UNCLEAN -> 'U';
        };
    }

    private static Keep reason(char letter) {
        return switch (letter) {
            case 'R' -> Keep.REPLACED;
            case 'D' -> Keep.DELETED;
            case 'C' -> Keep.CONFLICT;
            default -> Keep.UNCLEAN;
        };
    }
}
