package dev.lanyard.node.io.apply;

import dev.lanyard.node.io.disk.Disk;
import dev.lanyard.node.io.disk.Root;
import dev.lanyard.node.io.disk.Root.Found;
import dev.lanyard.node.io.disk.Root.Place;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Deletes from versions what {@link Retention} does not keep, a little in each round. Used by one
 * thread, while the node has nothing better to do.
 */
public final class Pruning {
    /*
     * A survey reads all names, twice, and opens nothing: the name of a version tells its path, age,
     * reason and size. What it remembers is bounded: 8 bytes for each version while it counts those
     * of each path, the bytes of each minute, and the names of at most CANDIDATES_MAX that may go.
     * The rounds after it delete those; the next survey finds the rest.
     *
     * Where the candidates of a path are not all remembered its rank among them is less than among
     * all: then too little is pruned, and never too much.
     */
    private static final int CANDIDATES_MAX = 20_000;
    private static final int PER_ROUND = 256;

    /** Long enough to bring back what was just replaced by mistake, whatever the bounds. */
    private static final Duration YOUNG = Duration.ofHours(1);

    private static final int HEX = 16;
    private static final long MILLIS_PER_MINUTE = 60_000;

    private static final Logger log = LoggerFactory.getLogger(Pruning.class);

    private final Disk disk;
    private final Versions versions;
    private final Retention retention;
    private final InstantSource wallClock;
    private final Deque<VersionName> candidates = new ArrayDeque<>();
    private long deletedCount;

    /** Prunes {@code versions} of {@code disk}. */
    public Pruning(Disk disk, Versions versions, Retention retention, InstantSource wallClock) {
        this.disk = disk;
        this.versions = versions;
        this.retention = retention;
        this.wallClock = wallClock;
    }

    /**
     * Looks for what may go, if nothing is left of the last survey, and deletes some of it.
     *
     * @return whether more was found than was deleted: another round should follow soon
     */
    public boolean round() throws IOException {
        Instant now = wallClock.instant();
        try (Root root = disk.open()) {
            if (candidates.isEmpty()) {
                candidates.addAll(survey(root, now));
            }
            for (int i = 0; i < PER_ROUND && !candidates.isEmpty(); i++) {
                prune(root, candidates.removeFirst(), now);
            }
        }
        if (candidates.isEmpty() && deletedCount > 0) {
            log.atInfo().addKeyValue("versions", deletedCount).log("pruned");
            deletedCount = 0;
        }
        return !candidates.isEmpty();
    }

    private List<VersionName> survey(Root root, Instant now) throws IOException {
        Counts counts = count(root);
        Instant oldest = oldestKept(now, counts, root.freeBytes());
        List<VersionName> found = beyondBounds(root, oldest, counts);
        found.sort(Comparator.reverseOrder());
        Instant young = now.minus(YOUNG);
        Map<Long, Integer> ranks = new HashMap<>();
        found.removeIf(
                name -> {
                    int rank = ranks.merge(pathHash(name), 1, Integer::sum);
                    boolean may = name.when().isBefore(oldest) || rank > retention.perPathMax();
                    return !may || name.when().isAfter(young);
                });
        return found.reversed();
    }

    private static Counts count(Root root) throws IOException {
        Counts counts = new Counts();
        List<VersionName> unsized = new ArrayList<>();
        root.eachName(
                Place.VERSIONS,
                text ->
                        VersionName.parse(text)
                                .ifPresent(
                                        name -> {
                                            counts.add(name);
                                            if (name.content() == null
                                                    && unsized.size() < CANDIDATES_MAX) {
                                                unsized.add(name);
                                            }
                                        }));
        for (VersionName name : unsized) {
            Found found = root.stat(Place.VERSIONS, name.toString());
            counts.addBytes(name, found == null ? 0 : found.stat().sizeBytes());
        }
        return counts;
    }

    /** Some of what is too old, or of a path that has too many; not more than is remembered. */
    private List<VersionName> beyondBounds(Root root, Instant oldest, Counts counts)
            throws IOException {
        Set<Long> crowded = counts.pathsAbove(retention.perPathMax());
        List<VersionName> found = new ArrayList<>();
        root.eachName(
                Place.VERSIONS,
                text ->
                        VersionName.parse(text)
                                .filter(name -> found.size() < CANDIDATES_MAX)
                                .filter(
                                        name ->
                                                name.when().isBefore(oldest)
                                                        || crowded.contains(pathHash(name)))
                                .ifPresent(found::add));
        return found;
    }

    /** What was kept before that exceeds the age, or the space if the oldest go first. */
    private Instant oldestKept(Instant now, Counts counts, long freeBytes) {
        Instant byAge = now.minus(retention.ageMax());
        Instant bySpace =
                Instant.ofEpochMilli(
                        counts.oldestWithin(retention.bytesMax(counts.bytes, freeBytes)));
        return byAge.isAfter(bySpace) ? byAge : bySpace;
    }

    private void prune(Root root, VersionName name, Instant now) throws IOException {
        if (name.isKeptUntilSeen() && !mayGo(root, name, now)) {
            return;
        }
        // The sidecar first: what is left if we stop here is found by its name the next time.
        root.delete(Place.VERSIONS, name.sidecarName());
        root.delete(Place.VERSIONS, name.toString());
        versions.forget(name);
        deletedCount++;
    }

    /** Whether somebody dealt with what lost, or was shown it and let its time pass. */
    private boolean mayGo(Root root, VersionName name, Instant now) throws IOException {
        Kept kept = KeptList.described(root, name, null);
        if (kept == null || kept.seen()) {
            return true;
        }
        Instant listed = kept.listed();
        return listed != null
                && listed.plus(retention.ageMax()).isBefore(now)
                && name.when().plus(retention.ageMax()).isBefore(now);
    }

    private static long pathHash(VersionName name) {
        return Long.parseUnsignedLong(name.pathHash(), HEX);
    }

    /** What a survey counts. */
    private static final class Counts {
        private static final int FIRST_CAPACITY = 1_024;

        private long[] pathHashes = new long[FIRST_CAPACITY];
        private int size;
        private long bytes;
        private final Map<Long, Long> bytesByMinute = new HashMap<>();

        void add(VersionName name) {
            if (size == pathHashes.length) {
                pathHashes = Arrays.copyOf(pathHashes, 2 * size);
            }
            pathHashes[size++] = pathHash(name);
            VersionName.Content content = name.content();
            if (content != null) {
                addBytes(name, content.sizeBytes());
            }
        }

        void addBytes(VersionName name, long sizeBytes) {
            bytes += sizeBytes;
            bytesByMinute.merge(name.millis() / MILLIS_PER_MINUTE, sizeBytes, Long::sum);
        }

        Set<Long> pathsAbove(int countMax) {
            Arrays.sort(pathHashes, 0, size);
            Set<Long> above = new HashSet<>();
            for (int i = 0; i + (long) countMax < size; i++) {
                if (pathHashes[i] == pathHashes[i + countMax]) {
                    above.add(pathHashes[i]);
                }
            }
            return above;
        }

        /** Since when the latest have at most {@code bytesMax} together; milliseconds. */
        long oldestWithin(long bytesMax) {
            if (bytes <= bytesMax) {
                return 0;
            }
            long left = bytesMax;
            List<Long> minutes = new ArrayList<>(bytesByMinute.keySet());
            minutes.sort(Comparator.reverseOrder());
            for (long minute : minutes) {
                left -= bytesByMinute.getOrDefault(minute, 0L);
                if (left < 0) {
                    return (minute + 1) * MILLIS_PER_MINUTE;
                }
            }
            return 0;
        }
    }
}
