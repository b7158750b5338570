package dev.lanyard.node.core.engine;

import java.time.Duration;
import java.time.Instant;

/** What file systems do to the times of files. */
final class FileTimes {
    /** A file system that keeps local time shows all files so much off after the clocks changed. */
    private static final Duration SUMMER_TIME = Duration.ofHours(1);

    private FileTimes() {}

    /**
     * Whether a file of unchanged content, which showed one mtime before and shows another now, was
     * left alone as far as that tells. Who touches a file to exactly an hour later means nothing by
     * it that others need.
     */
    static boolean same(Instant now, Instant before) {
        return now.equals(before) || Duration.between(before, now).abs().equals(SUMMER_TIME);
    }
}
