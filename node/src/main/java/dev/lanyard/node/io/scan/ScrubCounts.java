package dev.lanyard.node.io.scan;

import dev.lanyard.protocol.RelativePath;

import java.util.List;
import java.util.stream.Stream;

/**
 * What a scrub has found so far.
 *
 * @param files how many were read to the end, or could not be; {@code bytes} what was read of all
 * @param decayed how many of them are not what they were
 * @param skipped how many were left out, since they were just changed or are being written to
 * @param paths those that have decayed, the first hundred of them
 */
public record ScrubCounts(
        long files, long bytes, long decayed, long skipped, List<RelativePath> paths) {
    /** Nothing was read yet. */
    public static final ScrubCounts NONE = new ScrubCounts(0, 0, 0, 0, List.of());

    private static final int PATHS_MAX = 100;

    ScrubCounts plusBytes(long more) {
        return new ScrubCounts(files, bytes + more, decayed, skipped, paths);
    }

    ScrubCounts plusFile(RelativePath path, boolean isWell) {
        if (isWell) {
            return new ScrubCounts(files + 1, bytes, decayed, skipped, paths);
        }
        List<RelativePath> more =
                paths.size() < PATHS_MAX
                        ? Stream.concat(paths.stream(), Stream.of(path)).toList()
                        : paths;
        return new ScrubCounts(files + 1, bytes, decayed + 1, skipped, more);
    }

    ScrubCounts plusSkipped() {
        return new ScrubCounts(files, bytes, decayed, skipped + 1, paths);
    }
}
