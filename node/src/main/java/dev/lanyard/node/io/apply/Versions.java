package dev.lanyard.node.io.apply;

import dev.lanyard.node.core.engine.Observation;
import dev.lanyard.node.core.plan.Keep;
import dev.lanyard.node.io.disk.Disk;
import dev.lanyard.node.io.disk.DiskException;
import dev.lanyard.node.io.disk.DiskException.Fault;
import dev.lanyard.node.io.disk.Root;
import dev.lanyard.node.io.disk.Root.Found;
import dev.lanyard.node.io.disk.Root.Kind;
import dev.lanyard.node.io.disk.Root.Place;
import dev.lanyard.protocol.Entry.LinkTarget;
import dev.lanyard.protocol.RelativePath;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;

/**
 * What was displaced and can be brought back. Thread-safe: each call opens the root for itself.
 *
 * <p>A kept content is a file or link named by {@link VersionName}, beside its {@link Sidecar}. A
 * moment after it was displaced the sidecar is not there yet; the name tells enough until then.
 */
public final class Versions {
    private static final Logger log = LoggerFactory.getLogger(Versions.class);

    private final Disk disk;
    private final InstantSource wallClock;
    private final AtomicLong number = new AtomicLong();

    /** The versions of the share on {@code disk}. */
    public Versions(Disk disk, InstantSource wallClock) {
        this.disk = disk;
        this.wallClock = wallClock;
    }

    /** What was kept of {@code path}, latest first. */
    public List<Kept> list(RelativePath path) throws IOException {
        try (Root root = disk.open()) {
            return list(root, path);
        }
    }

    /** Everything that was kept, latest first; what is not described yet is left out. */
    public List<Kept> list() throws IOException {
        try (Root root = disk.open()) {
            return list(root, _ -> true, null);
        }
    }

    /** What lost without having been seen and was not {@link #markSeen} since, latest first. */
    public List<Kept> conflicts() throws IOException {
        try (Root root = disk.open()) {
            return list(root, name -> isKeptUntilSeen(name.reason()), null).stream()
                    .filter(Kept::isConflict)
                    .toList();
        }
    }

    /**
     * Puts a kept content back in place, durably, as an act of the user. What is there goes to
     * versions; missing parents are made. The content stays in versions too.
     *
     * @param versionName one of the {@link Kept#name}s of this path; the latest when empty
     * @return what is there now; its basis is null, since this is a decision and not a scan
     * @throws DiskException NO_SUCH_FILE if there is no such version, NOT_EMPTY if a directory with
     *     content is there, BUSY if somebody writes to the file that is there
     */
    public Observation restore(RelativePath path, Optional<String> versionName) throws IOException {
        try (Root root = disk.open()) {
            Kept kept =
                    list(root, path).stream()
                            .filter(
                                    each ->
                                            versionName.isEmpty()
                                                    || versionName.get().equals(each.name()))
                            .findFirst()
                            .orElseThrow(() -> failed(path, Fault.NO_SUCH_FILE));
            return new Restoring(root, this, path).restore(kept);
        }
    }

    /** The user has seen this one: it is no open conflict any more, and may be pruned. */
    public void markSeen(RelativePath path, String versionName) throws IOException {
        try (Root root = disk.open()) {
            for (Kept kept : list(root, path)) {
                if (kept.name().equals(versionName)) {
                    describe(root, kept.asSeen());
                }
            }
            root.flush(Place.VERSIONS);
        }
    }

    /**
     * Deletes what was kept before {@code before}, but what lost without having been seen.
     *
     * @return how many contents were deleted
     */
    public int prune(Instant before) throws IOException {
        try (Root root = disk.open()) {
            int deleted = 0;
            for (Kept kept : list(root, name -> name.when().isBefore(before), null)) {
                if (!kept.isConflict()) {
                    root.delete(Place.VERSIONS, kept.name());
                    root.delete(Place.VERSIONS, kept.name() + VersionName.SIDECAR_SUFFIX);
                    deleted++;
                }
            }
            return deleted;
        }
    }

    /** A name that nothing has, for something that is displaced from {@code path} now. */
    VersionName nameFor(RelativePath path, Keep reason) {
        return new VersionName(
                VersionName.hashOf(path), wallClock.millis(), number.incrementAndGet(), reason);
    }

    /** Writes the sidecar of {@code kept}. */
    static void describe(Root root, Kept kept) throws IOException {
        root.write(Place.VERSIONS, kept.name() + VersionName.SIDECAR_SUFFIX, Sidecar.encode(kept));
    }

    /**
     * Keeps what is in staging under {@code stagedName} and is no version that anybody knows. Its
     * sidecar is written first, so that there is no moment at which nothing tells what it is.
     */
    static void keepUnknown(
            Root root, String stagedName, VersionName name, @Nullable RelativePath path)
            throws IOException {
        Found found = root.statStaged(stagedName);
        describe(
                root,
                Kept.unknown(
                        name,
                        path,
                        found.kind() == Kind.SYMLINK
                                ? root.readLink(Place.STAGING, stagedName)
                                : null,
                        found.stat(),
                        null));
        root.archive(stagedName, name.toString());
    }

    /** The same where nothing may keep it from being moved, not even a full disk. */
    static void archiveUnknown(Root root, String stagedName, VersionName name, RelativePath path)
            throws IOException {
        Found found = root.statStaged(stagedName);
        LinkTarget target =
                found.kind() == Kind.SYMLINK ? root.readLink(Place.STAGING, stagedName) : null;
        root.archive(stagedName, name.toString());
        describeIfPossible(root, Kept.unknown(name, path, target, found.stat(), null));
    }

    /** The name of what is kept tells the most of it, so a missing sidecar can be borne. */
    static void describeIfPossible(Root root, Kept kept) {
        try {
            describe(root, kept);
        } catch (IOException e) {
            log.atWarn().addKeyValue("version", kept.name()).setCause(e).log("no sidecar written");
        }
    }

    private static List<Kept> list(Root root, RelativePath path) throws IOException {
        String hash = VersionName.hashOf(path);
        return list(root, name -> name.pathHash().equals(hash), path);
    }

    /** {@code path}: of which all are that the filter lets pass, or null. */
    private static List<Kept> list(
            Root root, Predicate<VersionName> filter, @Nullable RelativePath path)
            throws IOException {
        List<String> all = root.names(Place.VERSIONS);
        Set<String> names = new HashSet<>(all);
        List<VersionName> wanted =
                all.stream()
                        .map(VersionName::parse)
                        .flatMap(Optional::stream)
                        .filter(filter)
                        .sorted(Comparator.reverseOrder())
                        .toList();
        List<Kept> kept = new ArrayList<>(wanted.size());
        for (VersionName name : wanted) {
            Kept one =
                    names.contains(name.sidecarName())
                            ? described(root, name, path)
                            : undescribed(root, name, path);
            if (one != null && one.path() != null && (path == null || path.equals(one.path()))) {
                kept.add(one);
            }
        }
        return kept;
    }

    private static @Nullable Kept described(
            Root root, VersionName name, @Nullable RelativePath path) throws IOException {
        byte[] json = Contents.small(root, Place.VERSIONS, name.sidecarName());
        Optional<Kept> kept = Sidecar.decode(name.toString(), json);
        return kept.isPresent() ? kept.get() : undescribed(root, name, path);
    }

    private static @Nullable Kept undescribed(
            Root root, VersionName name, @Nullable RelativePath path) throws IOException {
        Found found = root.stat(Place.VERSIONS, name.toString());
        if (found == null) {
            return null; // Pruned since the names were listed.
        }
        return Kept.unknown(
                name,
                path,
                found.kind() == Kind.SYMLINK
                        ? root.readLink(Place.VERSIONS, name.toString())
                        : null,
                found.stat(),
                null);
    }

    private static boolean isKeptUntilSeen(Keep reason) {
        return switch (reason) {
            case CONFLICT, UNCLEAN -> true;
            case REPLACED, DELETED -> false;
        };
    }

    static DiskException failed(RelativePath path, Fault fault) {
        return new DiskException("restore", path.toString(), fault, 0);
    }
}
