package dev.lanyard.node.io.apply;

import dev.lanyard.node.core.index.FileStat;
import dev.lanyard.node.core.index.Held;
import dev.lanyard.node.core.plan.Keep;
import dev.lanyard.node.core.plan.Outcome.Obstacle;
import dev.lanyard.node.core.plan.Step;
import dev.lanyard.node.io.apply.Recovery.Attempt;
import dev.lanyard.node.io.disk.DiskException;
import dev.lanyard.node.io.disk.DiskException.Fault;
import dev.lanyard.node.io.disk.Root;
import dev.lanyard.node.io.disk.Root.Content;
import dev.lanyard.node.io.disk.Root.Found;
import dev.lanyard.node.io.disk.Root.Kind;
import dev.lanyard.node.io.disk.Root.Place;
import dev.lanyard.protocol.ContentHash;
import dev.lanyard.protocol.Entry;
import dev.lanyard.protocol.RelativePath;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.time.Instant;
import java.util.List;

/** Recovers one path from the steps that were under way for it, in their order. One use. */
final class PathRecovery {
    /*
     * First what these steps left in staging is sorted: the new thing that was never put in place
     * is dropped; anything else was displaced, and goes to versions, or back to its path if nothing
     * is there.
     *
     * A record stays until all of its batch is durable, which may be long after the index knows how
     * the step ended. If the index holds what the last step was to make, or something later, then
     * it is right, and the scan finds what a user did since; after a power cut only if it is
     * something later, and the disk has it in full.
     *
     * Else each step is asked, the last one first:
     *
     *   is its new version there?      byte for byte: it was carried out, and that is what is held.
     *   was it beyond doubt done?      a user has changed or deleted what it put there, or made
     *                                  something where it removed or renamed: its new version is
     *                                  held, and the scan finds what was done to that. Nothing
     *                                  follows from it where a later step may have been torn.
     *   is what it expected there?     it was not carried out.
     *
     * What is none of them, nor what the index holds:
     *
     *   nothing torn   an edit, by a user, of what the step found: it stays.
     *   may be torn    a new content that did not reach the disk looks like nothing anyone made. So
     *                  does an edit. It goes to versions, whatever it is, and the last version that
     *                  is there in full takes its place, or nothing.
     */

    private static final Logger log = LoggerFactory.getLogger(PathRecovery.class);

    private final Root root;
    private final Versions versions;
    private final List<Attempt> attempts;
    private final RelativePath path;
    private final @Nullable Held held;

    /** Whether something that was displaced was put back to the path. */
    private boolean cameBack;

    /** Of the content that was found; null before it was read. */
    private @Nullable ContentHash contentFound;

    /** {@code held}: what the index says. */
    PathRecovery(Root root, Versions versions, List<Attempt> attempts, @Nullable Held held) {
        this.root = root;
        this.versions = versions;
        this.attempts = attempts;
        this.held = held;
        this.path = attempts.getFirst().intent().path();
    }

    Finding recover() throws IOException {
        for (Attempt attempt : attempts) {
            sortStaging(attempt);
        }
        Finding finding = examineIfReadable();
        log.atInfo().addKeyValue("path", path).log("recovered: {}", finding);
        return finding;
    }

    private void sortStaging(Attempt attempt) throws IOException {
        Intent intent = attempt.intent();
        String staged = intent.stagedName();
        Found inStaging = staged == null ? null : root.stat(Place.STAGING, staged);
        if (staged != null && inStaging != null) {
            if (isNew(intent, inStaging)) {
                dropNew(staged);
            } else {
                keep(attempt, staged, inStaging, !wasPrepared(intent, inStaging));
            }
        }
        VersionName name = intent.versionName();
        if (name == null) {
            return;
        }
        Found taken = root.stat(Place.STAGING, name.stagedName());
        if (taken != null) {
            if (isSecondName(taken)) {
                root.delete(Place.STAGING, name.stagedName());
            } else {
                keep(attempt, name.stagedName(), taken, true);
            }
        }
        describe(intent, name);
    }

    /**
     * Whether it is what the step was to put in place. After a power cut that may look like nothing
     * that was prepared; but where nothing was to be replaced, nothing else can have come there.
     */
    private static boolean isNew(Intent intent, Found inStaging) {
        return intent.expected() == null || Looks.isAsPrepared(inStaging, intent.preparedOrThrow());
    }

    /**
     * Whether it is the file that was prepared, with what a power cut left of it or with what a
     * user did to it. That its batch is durable says nothing of what was not put in place.
     */
    private static boolean wasPrepared(Intent intent, Found inStaging) {
        Found prepared = intent.prepared();
        return prepared != null
                && prepared.kind() == inStaging.kind()
                && prepared.stat().inode() == inStaging.stat().inode();
    }

    /** A directory in which a user has made something meanwhile is left there, and reported. */
    private void dropNew(String staged) throws IOException {
        try {
            root.delete(Place.STAGING, staged);
        } catch (DiskException e) {
            if (e.fault() != Fault.NOT_EMPTY) {
                throw e;
            }
        }
    }

    /** Whether the displaced one is in its place too: the stop came between link and rename. */
    private boolean isSecondName(Found taken) throws IOException {
        Found there = statAtPath();
        return there != null && there.stat().inode() == taken.stat().inode();
    }

    /** What is in its place; null also if a user has made something else of its parent since. */
    private @Nullable Found statAtPath() throws IOException {
        try {
            return root.stat(path);
        } catch (DiskException e) {
            if (e.fault().obstacle() == Obstacle.NO_PARENT) {
                return null;
            }
            throw e;
        }
    }

    /** {@code mayReturn}: to its path, if nothing is there and no user made it so. */
    private void keep(Attempt attempt, String staged, Found found, boolean mayReturn)
            throws IOException {
        Intent intent = attempt.intent();
        Held expected = intent.expected();
        boolean isExpected = expected != null && Looks.isLike(found, expected);
        boolean isOver =
                isExpected && (attempt.placed() != null || !intent.step().entry().isLive());
        if (mayReturn && !isOver && statAtPath() == null && isPlaced(staged)) {
            cameBack = true;
            return;
        }
        VersionName name = intent.versionName();
        if (expected != null && isExpected && name != null) {
            root.archive(staged, name.toString()); // Described below, with those that were before.
        } else {
            Versions.archiveUnknown(root, staged, versions.nameFor(path, Keep.CONFLICT), path);
        }
    }

    private boolean isPlaced(String staged) throws IOException {
        try {
            root.place(staged, path);
            return true;
        } catch (DiskException e) {
            return false; // Its parent is gone, or something came there: then it is kept.
        }
    }

    /** Writes the sidecar that the flusher did not come to write, or to flush. */
    private void describe(Intent intent, VersionName name) throws IOException {
        Held expected = intent.expected();
        if (expected != null
                && root.stat(Place.VERSIONS, name.toString()) != null
                && KeptList.described(root, name).isEmpty()) {
            Versions.describeIfPossible(
                    root, Kept.held(name, expected, intent.step().entry().author()));
        }
    }

    /** What cannot be read now is left to the scan, which says why. */
    private Finding examineIfReadable() throws IOException {
        try {
            return examine();
        } catch (DiskException e) {
            log.atWarn().addKeyValue("path", path).setCause(e).log("not recovered");
            return new Finding.Edited(path);
        }
    }

    private Finding examine() throws IOException {
        Found found = root.stat(path);
        if (isInIndex(found)) {
            return new Finding.Edited(path);
        }
        boolean isTornLater = false;
        for (Attempt attempt : attempts.reversed()) {
            Finding finding = examine(attempt, found, isTornLater);
            if (finding != null) {
                return finding;
            }
            isTornLater |= mayLeaveTorn(attempt);
        }
        if (found == null) {
            return new Finding.Nothing(path);
        }
        return isTornLater && found.kind() == Kind.FILE && !isHeld(found)
                ? replaceTorn()
                : new Finding.Edited(path);
    }

    /** What the last of the steps was to make, or something later. */
    private boolean isInIndex(@Nullable Found found) throws IOException {
        if (held == null) {
            return false;
        }
        Entry last = attempts.getLast().intent().step().entry();
        int order = Entry.ORDER.compare(held.entry(), last);
        // No step of such a batch needs to be durable, whatever it does.
        return attempts.stream().anyMatch(Attempt::mayBeTorn)
                ? order > 0 && isHeld(found)
                : order >= 0;
    }

    private boolean isHeld(@Nullable Found found) throws IOException {
        return held != null && isThere(held.entry(), found);
    }

    /** Null if this step says nothing of what is there. */
    private @Nullable Finding examine(Attempt attempt, @Nullable Found found, boolean isTornLater)
            throws IOException {
        Entry entry = attempt.intent().step().entry();
        if (isUntouched(attempt, found) || isThere(entry, found)) {
            return found == null
                    ? new Finding.Holds(new Held(entry, null))
                    : restored(attempt.intent(), found);
        }
        if (!isTornLater && (attempt.placed() != null || wasRemoved(attempt, found))) {
            return new Finding.HeldBefore(new Held(entry, attempt.placed()));
        }
        Held before = attempt.intent().step().expected();
        if (before == null || !isThere(before.entry(), found)) {
            return null;
        }
        if (found != null && Looks.isLike(found, before)) {
            return new Finding.Holds(new Held(before.entry(), found.stat()));
        }
        return isMade(before.entry())
                ? null // Whoever made it so sets again what was not durable.
                : new Finding.Holds(before); // What a user has set since, the scan is to find.
    }

    /** By a step that may not be durable. */
    private boolean isMade(Entry entry) {
        return attempts.stream()
                .anyMatch(it -> it.mayBeTorn() && it.intent().step().entry().equals(entry));
    }

    private boolean wasRemoved(Attempt attempt, @Nullable Found found) throws IOException {
        Intent intent = attempt.intent();
        if (intent.step().entry().isLive()) {
            return false;
        }
        Held expected = intent.expected();
        VersionName name = intent.versionName();
        return attempt.wasRenamed()
                || (name != null
                        && (expected == null || !Looks.isInode(found, expected))
                        && root.stat(Place.VERSIONS, name.toString()) != null);
    }

    /** A content may be torn by who put it in place, or when it was displaced. */
    private boolean mayLeaveTorn(Attempt attempt) {
        boolean isPlaced = attempt.intent().step() instanceof Step.PlaceFile;
        return attempt.mayBeTorn() && (isPlaced || cameBack);
    }

    /** Whether it is the very file that was put there: no need to read it if nothing is torn. */
    private static boolean isUntouched(Attempt attempt, @Nullable Found found) {
        Found prepared = attempt.intent().prepared();
        return !attempt.mayBeTorn() && prepared != null && Looks.isAsPrepared(found, prepared);
    }

    /** Whether {@code entry} is what is there, whatever its mode and times. */
    private boolean isThere(Entry entry, @Nullable Found found) throws IOException {
        if (found == null || !entry.isLive()) {
            return found == null && !entry.isLive();
        }
        if (found.kind() != Looks.kindOf(entry)) {
            return false;
        }
        return switch (entry) {
            case Entry.File file ->
                    found.stat().sizeBytes() == file.sizeBytes() && hasContent(file);
            case Entry.Symlink link -> root.readLink(path).equals(link.target());
            case Entry.Directory _ -> true;
            case Entry.Tombstone _ -> false;
        };
    }

    private boolean hasContent(Entry.File file) throws IOException {
        if (contentFound == null) {
            try (Content content = root.read(path)) {
                contentFound = Contents.hash(content);
            }
        }
        return contentFound.equals(file.content());
    }

    /**
     * The step did its work on the content of {@code examined}: its mode and mtime are set again,
     * to be sure. A user may put something else in its place meanwhile, which is an edit.
     */
    private Finding restored(Intent intent, Found examined) throws IOException {
        Entry entry = intent.step().entry();
        Instant mtime =
                entry instanceof Entry.File file ? mtimeToSet(intent, file, examined) : null;
        Found found =
                switch (entry) {
                    case Entry.File file -> OwnMode.set(root, path, file.mode(), mtime);
                    case Entry.Directory directory ->
                            OwnMode.set(root, path, directory.mode(), null);
                    case Entry.Symlink _, Entry.Tombstone _ -> root.stat(path); // They have none.
                };
        contentFound = null;
        boolean isSame =
                mtime == null
                        ? Looks.isAsPrepared(found, examined)
                        : isThere(entry, found); // What was written before hides behind our mtime.
        return found != null && isSame
                ? new Finding.Holds(new Held(entry, found.stat()))
                : new Finding.Edited(path);
    }

    /** Null if the file has the one that the file system made of it when it was prepared. */
    private static @Nullable Instant mtimeToSet(Intent intent, Entry.File file, Found examined) {
        Found prepared = intent.prepared();
        boolean isSet = prepared != null && prepared.stat().mtime().equals(examined.stat().mtime());
        return isSet ? null : file.mtime();
    }

    private Finding replaceTorn() throws IOException {
        VersionName name = versions.nameFor(path, Keep.UNCLEAN);
        root.take(path, name.stagedName());
        // From here on nothing is at the path, and no user made it so: that must be the finding.
        try {
            Versions.archiveUnknown(root, name.stagedName(), name, path);
            for (Attempt attempt : attempts.reversed()) {
                Held old = putBack(attempt.intent());
                if (old != null) {
                    return new Finding.Holds(old);
                }
            }
        } catch (DiskException e) {
            log.atWarn().addKeyValue("path", path).setCause(e).log("nothing put back");
        }
        return new Finding.Nothing(path);
    }

    /** Copies back what the step displaced, if it is in versions in full. */
    private @Nullable Held putBack(Intent intent) throws IOException {
        Held expected = intent.expected();
        VersionName name = intent.versionName();
        if (expected == null || name == null || !(expected.entry() instanceof Entry.File file)) {
            return null;
        }
        Found kept = root.stat(Place.VERSIONS, name.toString());
        if (kept == null || kept.kind() != Kind.FILE || !isWhole(name, file)) {
            return null;
        }
        FileStat stat = kept.stat();
        String staged = "n-" + versions.nameFor(path, Keep.UNCLEAN);
        root.copy(Place.VERSIONS, name.toString(), stat.sizeBytes(), staged);
        root.setAttributes(staged, stat.mode(), stat.mtime(), null);
        Found copied = root.stat(Place.STAGING, staged);
        root.place(staged, path);
        if (copied == null) {
            return null;
        }
        Found placed = root.stat(path);
        if (placed == null || !Looks.isAsPrepared(placed, copied)) {
            placed = copied; // What a user put in its place at once does not look like it: an edit.
        }
        return new Held(expected.entry(), placed.stat());
    }

    private boolean isWhole(VersionName name, Entry.File file) throws IOException {
        try (Content content = root.read(Place.VERSIONS, name.toString())) {
            return Contents.hash(content).equals(file.content());
        }
    }
}
