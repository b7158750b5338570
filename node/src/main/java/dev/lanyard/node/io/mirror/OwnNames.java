package dev.lanyard.node.io.mirror;

import org.jspecify.annotations.Nullable;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicLong;

/** Names in staging that nobody else has who works there. Thread-safe. */
final class OwnNames {
    private final AtomicLong number = new AtomicLong();

    /** Made for the first name: what makes it takes long to begin, and many a pass has no name. */
    private volatile @Nullable String prefix;

    /** A name that was not given before. */
    String next() {
        String before = prefix;
        return (before == null ? firstPrefix() : before) + number.incrementAndGet();
    }

    private synchronized String firstPrefix() {
        String before = prefix;
        if (before != null) {
            return before;
        }
        String made = "m-" + HexFormat.of().toHexDigits(new SecureRandom().nextInt()) + "-";
        prefix = made;
        return made;
    }
}
