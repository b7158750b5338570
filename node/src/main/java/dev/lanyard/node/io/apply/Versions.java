package dev.lanyard.node.io.apply;

import dev.lanyard.node.core.engine.KeptContents;
import dev.lanyard.node.core.engine.Observation;
import dev.lanyard.node.core.index.Held;
import dev.lanyard.node.core.plan.Keep;
import dev.lanyard.node.core.plan.Step;
import dev.lanyard.node.io.disk.Disk;
import dev.lanyard.node.io.disk.DiskException;
import dev.lanyard.node.io.disk.DiskException.Fault;
import dev.lanyard.node.io.disk.Root;
import dev.lanyard.node.io.disk.Root.Found;
import dev.lanyard.node.io.disk.Root.Kind;
import dev.lanyard.node.io.disk.Root.Place;
import dev.lanyard.protocol.ContentHash;
import dev.lanyard.protocol.Entry;
import dev.lanyard.protocol.Entry.LinkTarget;
import dev.lanyard.protocol.RelativePath;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.function.IntFunction;
import java.util.random.RandomGenerator;

/**
 * What was displaced and can be brought back. Thread-safe: each call opens the root for itself.
 *
 * <p>A kept content is a file or link named by {@link VersionName}, beside its {@link Sidecar}. A
 * moment after it was displaced the sidecar is not there yet; the name tells enough until then.
 */
public final class Versions implements KeptContents {
    private static final Logger log = LoggerFactory.getLogger(Versions.class);

    /** So two processes hardly ever begin with the same; a name has room for 18 digits. */
    private static final long FIRST_NUMBER_MAX = 1L << 40;

    private final Disk disk;
    private final InstantSource wallClock;
    private final AtomicLong number;
    private final AtomicLong conflictsNamed = new AtomicLong();
    private final KeptNames keptNames = new KeptNames();

    /**
     * The versions of the share on {@code disk}.
     *
     * @param random where names begin to be numbered: a process that ended may have given names in
     *     this very millisecond, as far as a clock tells that somebody sets or nothing keeps
     */
    public Versions(Disk disk, InstantSource wallClock, RandomGenerator random) {
        this.disk = disk;
        this.wallClock = wallClock;
        this.number = new AtomicLong(random.nextLong(FIRST_NUMBER_MAX));
    }

    /** What was kept of {@code path}, latest first. */
    public List<Kept> list(RelativePath path) throws IOException {
        try (Root root = disk.open()) {
            return KeptList.of(root, path);
        }
    }

    /** The same; if that is nothing, what was kept of paths below it. */
    public List<Kept> listOrBelow(RelativePath path) throws IOException {
        List<Kept> kept = list(path);
        return kept.isEmpty() ? listBelow(path, Instant.EPOCH) : kept;
    }

    /** Everything that was kept, latest first; what is not described yet is left out. */
    public List<Kept> list() throws IOException {
        try (Root root = disk.open()) {
            return KeptList.matching(root, _ -> true, null);
        }
    }

    /** What was kept since {@code since} of paths below {@code directory}, latest first. */
    public List<Kept> listBelow(RelativePath directory, Instant since) throws IOException {
        try (Root root = disk.open()) {
            return KeptList.matching(root, name -> !name.when().isBefore(since), null).stream()
                    .filter(kept -> kept.path() != null && kept.path().isBelow(directory))
                    .toList();
        }
    }

    /** What lost without having been seen and was not dealt with since, latest first. */
    public List<Kept> conflicts() throws IOException {
        try (Root root = disk.open()) {
            return KeptList.matching(root, VersionName::isKeptUntilSeen, null).stream()
                    .filter(Kept::isConflict)
                    .toList();
        }
    }

    /**
     * Puts a kept content back in place, durably, as an act of the user. What is there goes to
     * versions; missing parents are made. The content stays in versions too.
     *
     * @param versionName one of the {@link Kept#name}s of this path; the latest when empty
     * @throws DiskException NO_SUCH_FILE if there is no such version, NOT_EMPTY if a directory with
     *     content is there, BUSY if somebody writes to the file that is there
     */
    public Restored restore(RelativePath path, Optional<String> versionName) throws IOException {
        try (Root root = disk.open()) {
            Kept kept =
                    KeptList.of(root, path).stream()
                            .filter(
                                    each ->
                                            versionName.isEmpty()
                                                    || versionName.get().equals(each.name()))
                            .findFirst()
                            .orElseThrow(() -> failed(path, Fault.NO_SUCH_FILE));
            return new Restored(new Restoring(root, this, path).restore(kept), kept);
        }
    }

    /** The same with {@code kept} at {@code path}, which may be another path than it had. */
    public Restored restore(RelativePath path, Kept kept) throws IOException {
        try (Root root = disk.open()) {
            return new Restored(new Restoring(root, this, path).restore(kept), kept);
        }
    }

    /**
     * The same with a content that was brought into staging under {@code stagedName}, which it
     * leaves in any case.
     */
    public Restored restore(RelativePath path, Kept kept, String stagedName) throws IOException {
        try (Root root = disk.open()) {
            Observation observation = new Restoring(root, this, path).put(kept, stagedName);
            return new Restored(observation, kept);
        }
    }

    /**
     * The same with each of {@code all} at its own path, made durable together; what cannot be put
     * back is told to {@code failures}, and the others go on. What shows the size and mtime that it
     * shall have is left alone.
     */
    public List<Restored> restoreAll(
            List<Kept> all, BiConsumer<RelativePath, DiskException> failures) throws IOException {
        List<Restored> done = new ArrayList<>();
        try (Root root = disk.open()) {
            for (Kept kept : all) {
                RelativePath path = kept.path();
                try {
                    if (path != null && !isThere(root, path, kept)) {
                        Restoring restoring = new Restoring(root, this, path).withoutFlush();
                        done.add(new Restored(restoring.restore(kept), kept));
                    }
                } catch (DiskException e) {
                    failures.accept(path, e);
                }
            }
            if (!root.flushAll()) {
                for (Restored restored : done) {
                    Flusher.flushIfThere(root, restored.observation().path());
                }
            }
            root.flush(Place.VERSIONS);
        }
        return done;
    }

    private static boolean isThere(Root root, RelativePath path, Kept kept) throws IOException {
        Found found;
        try {
            found = root.stat(path);
        } catch (DiskException e) {
            if (e.fault() != Fault.NOT_A_DIRECTORY) {
                throw e;
            }
            return false;
        }
        return found != null
                && found.kind() == Kind.FILE
                && kept.target() == null
                && found.stat().sizeBytes() == kept.sizeBytes()
                && found.stat().mtime().equals(kept.mtime());
    }

    /** The first of the paths {@code numbered} 1, 2, ... where nothing is. */
    public RelativePath free(IntFunction<RelativePath> numbered) throws IOException {
        int number = 1;
        try (Root root = disk.open()) {
            while (root.stat(numbered.apply(number)) != null) {
                number++;
            }
        }
        return numbered.apply(number);
    }

    /**
     * What is there after a restore.
     *
     * @param observation what is there now; its basis is null, since this is a decision and not a
     *     scan
     * @param kept what was put there
     */
    public record Restored(Observation observation, Kept kept) {}

    /** A user has dealt with these: they are no open conflicts any more, and may be pruned. */
    public void markSeen(List<Kept> dealtWith) throws IOException {
        describeAgain(dealtWith.stream().filter(Kept::isConflict).map(Kept::asSeen).toList());
    }

    /**
     * A list with these in it was shown to a user now.
     *
     * @param names {@link Kept#name}s; what is no open conflict, or not there any more, is passed
     *     over
     */
    public void markListed(List<String> names) throws IOException {
        Instant now = wallClock.instant();
        Set<String> shown = Set.copyOf(names);
        describeAgain(
                conflicts().stream()
                        .filter(kept -> shown.contains(kept.name()) && kept.listed() == null)
                        .map(kept -> kept.asListed(now))
                        .toList());
    }

    private void describeAgain(List<Kept> changed) throws IOException {
        if (changed.isEmpty()) {
            return;
        }
        try (Root root = disk.open()) {
            for (Kept kept : changed) {
                if (root.stat(Place.VERSIONS, kept.name()) != null) {
                    describeDurably(root, kept);
                }
            }
            root.flush(Place.VERSIONS);
        }
    }

    /** Reads the names of all that is kept, so that contents can be found by their hash. */
    public void learn() throws IOException {
        try (Root root = disk.open()) {
            root.eachName(
                    Place.VERSIONS, name -> VersionName.parse(name).ifPresent(keptNames::add));
        }
    }

    @Override
    public boolean mayHave(ContentHash content) {
        return keptNames.find(content).isPresent();
    }

    /**
     * A name in versions that probably has {@code content}: whoever uses it compares the hash.
     * Empty if none is remembered.
     */
    public Optional<String> nameOf(ContentHash content) {
        return keptNames.find(content).map(VersionName::toString);
    }

    void remember(VersionName name) {
        keptNames.add(name);
    }

    void forget(VersionName name) {
        keptNames.remove(name);
    }

    /** A name that nothing has, for something that is displaced from {@code path} now. */
    VersionName nameFor(RelativePath path, Keep reason) {
        return name(path, reason, null);
    }

    /** A name that nothing has, for what {@code step} displaces. */
    VersionName nameOfDisplaced(Step step) {
        Held expected = step.expected();
        return name(
                step.path(),
                Intent.keep(step),
                expected != null && expected.entry() instanceof Entry.File file
                        ? VersionName.Content.of(file.content(), file.sizeBytes())
                        : null);
    }

    private VersionName name(
            RelativePath path, Keep reason, VersionName.@Nullable Content content) {
        VersionName name =
                new VersionName(
                        VersionName.hashOf(path),
                        wallClock.millis(),
                        number.incrementAndGet(),
                        reason,
                        content);
        if (name.isKeptUntilSeen()) {
            conflictsNamed.incrementAndGet();
        }
        return name;
    }

    /**
     * How many names were given so far to what may be a conflict. As long as this is the same there
     * are no new {@link #conflicts}.
     */
    public long conflictsNamed() {
        return conflictsNamed.get();
    }

    /** Writes the sidecar of {@code kept}; not flushed. */
    static void describe(Root root, Kept kept) throws IOException {
        root.write(Place.VERSIONS, kept.name() + VersionName.SIDECAR_SUFFIX, Sidecar.encode(kept));
    }

    /** The same, and after a power cut it is not there or whole. */
    static void describeDurably(Root root, Kept kept) throws IOException {
        root.writeDurably(
                Place.VERSIONS, kept.name() + VersionName.SIDECAR_SUFFIX, Sidecar.encode(kept));
    }

    /**
     * Keeps what is in staging under {@code stagedName} and is no version that anybody knows. Its
     * sidecar is written first, so that there is no moment at which nothing tells what it is.
     */
    static void keepUnknown(
            Root root, String stagedName, VersionName name, @Nullable RelativePath path)
            throws IOException {
        Found found = root.statStaged(stagedName);
        describeDurably(
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

    static DiskException failed(RelativePath path, Fault fault) {
        return new DiskException("restore", path.toString(), fault, 0);
    }
}
