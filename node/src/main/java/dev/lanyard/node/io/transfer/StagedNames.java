package dev.lanyard.node.io.transfer;

import dev.lanyard.protocol.ContentHash;

import org.jspecify.annotations.Nullable;

import java.util.HexFormat;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;

/**
 * Names in staging: {@code s-…} for what is whole or nobody's business, {@code p-<content hash>}
 * for a part of a large content that a later fetch can go on with. Thread-safe.
 */
final class StagedNames {
    private static final Pattern PARTIAL = Pattern.compile("p-([0-9a-f]{64})");

    private final String run;
    private final AtomicLong count = new AtomicLong();
    private final Set<ContentHash> claimed = ConcurrentHashMap.newKeySet();

    /** Draws once, so that names of this run do not meet those that an earlier one left. */
    StagedNames(RandomGenerator random) {
        run = HexFormat.of().toHexDigits(random.nextLong());
    }

    /** A name that nobody has. */
    String next() {
        return "s-" + run + "-" + Long.toHexString(count.incrementAndGet());
    }

    /** The name of the part of {@code content} that is there so far. */
    static String partial(ContentHash content) {
        return "p-" + content;
    }

    /** Which content {@code stagedName} is a part of, or null if it is none. */
    static @Nullable ContentHash contentOf(String stagedName) {
        var matcher = PARTIAL.matcher(stagedName);
        return matcher.matches() ? ContentHash.parse(matcher.group(1)) : null;
    }

    /** Takes the partial of {@code content}; false while somebody else has it. */
    boolean claim(ContentHash content) {
        return claimed.add(content);
    }

    /** Gives it back. */
    void release(ContentHash content) {
        claimed.remove(content);
    }
}
