package dev.lanyard.node.io.apply;

import dev.lanyard.node.core.index.FileStat;
import dev.lanyard.node.core.index.Held;
import dev.lanyard.node.core.plan.Keep;
import dev.lanyard.node.core.plan.Outcome;
import dev.lanyard.node.core.plan.Outcome.Blocked;
import dev.lanyard.node.core.plan.Outcome.Done;
import dev.lanyard.node.core.plan.Outcome.Obstacle;
import dev.lanyard.node.core.plan.Outcome.Renamed;
import dev.lanyard.node.core.plan.Outcome.RenamedDirectory;
import dev.lanyard.node.core.plan.Outcome.Unexpected;
import dev.lanyard.node.core.plan.Step;
import dev.lanyard.node.core.plan.Step.MakeDirectory;
import dev.lanyard.node.core.plan.Step.PlaceFile;
import dev.lanyard.node.core.plan.Step.PlaceLink;
import dev.lanyard.node.core.plan.Step.Remove;
import dev.lanyard.node.core.plan.Step.Rename;
import dev.lanyard.node.core.plan.Step.RenameDirectory;
import dev.lanyard.node.core.plan.Step.SetAttributes;
import dev.lanyard.node.io.disk.DiskException;
import dev.lanyard.node.io.disk.DiskException.Fault;
import dev.lanyard.node.io.disk.Root;
import dev.lanyard.node.io.disk.Root.Found;
import dev.lanyard.node.io.disk.Root.Kind;
import dev.lanyard.protocol.Entry;
import dev.lanyard.protocol.RelativePath;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Carries out one prepared and journaled step. One use. */
final class StepRun {
    /*
     * What holds for every step: the path is changed by one rename, and what that rename moved out
     * of the way is looked at afterwards, in staging, where nobody else comes. A look before the
     * rename alone would not do:
     *
     *   1. we look: the file is what was expected;
     *   2. an editor saves, by writing or by renaming its own file over the name;
     *   3. we rename: the edit would be gone.
     *
     * With the exchange the edit is in our hands at 3, is recognised (inode, size, mtime, or
     * somebody who still writes), and is exchanged back.
     */

    private static final Logger log = LoggerFactory.getLogger(StepRun.class);

    private final Root root;
    private final Versions versions;
    private final Intent intent;
    private final RelativePath path;
    private final Displaced displaced;

    /** {@code displaced} takes what this step moves out of its place. */
    StepRun(Root root, Versions versions, Intent intent, Displaced displaced) {
        this.root = root;
        this.versions = versions;
        this.intent = intent;
        this.path = intent.path();
        this.displaced = displaced;
    }

    Outcome run() throws IOException {
        return switch (intent.step()) {
            case MakeDirectory make -> {
                Held expected = intent.expected();
                yield expected != null && expected.entry() instanceof Entry.Directory
                        ? setAttributes(make.entry(), expected)
                        : put();
            }
            case PlaceFile _, PlaceLink _ -> put();
            case SetAttributes set -> setAttributes(set.entry(), set.expected());
            case Remove remove -> remove(remove);
            case Rename rename -> rename(rename);
            case RenameDirectory rename -> rename(rename);
        };
    }

    private Outcome put() throws IOException {
        Held expected = intent.expected();
        if (expected == null) {
            return placeNew();
        }
        Outcome obstacle = look(expected);
        if (obstacle != null) {
            return obstacle;
        }
        return expected.entry() instanceof Entry.Directory
                ? replaceDirectory(expected)
                : replace(expected);
    }

    /** No look is needed: the rename itself refuses when something is there. */
    private Outcome placeNew() throws IOException {
        try {
            root.place(intent.stagedNameOrThrow(), path);
        } catch (DiskException e) {
            if (e.fault() == Fault.EXISTS) {
                return new Unexpected(path);
            }
            throw e;
        }
        return done();
    }

    /** Null if {@code expected} is there, untouched and quiet. */
    private @Nullable Outcome look(Held expected) throws IOException {
        Found found;
        try {
            found = root.stat(path);
        } catch (DiskException e) {
            if (e.fault().obstacle() == Obstacle.NO_PARENT) {
                return new Unexpected(path); // Its parent is something else by now.
            }
            throw e;
        }
        if (!Looks.isUntouched(found, expected)) {
            return new Unexpected(path);
        }
        return expected.entry() instanceof Entry.File && !root.isQuiet(path) ? inUse() : null;
    }

    /** The system removes a directory only when it is empty, and looks in the same moment. */
    private Outcome replaceDirectory(Held expected) throws IOException {
        root.removeDirectory(path);
        try {
            root.place(intent.stagedNameOrThrow(), path);
        } catch (DiskException e) {
            if (e.fault() == Fault.EXISTS) {
                return new Unexpected(path);
            }
            putDirectoryBack(Intent.statOf(expected).mode(), e);
            throw e;
        }
        return done();
    }

    private void putDirectoryBack(int mode, DiskException why) {
        String staged = versions.nameFor(path, Keep.REPLACED).stagedName();
        try {
            root.createDirectory(staged, mode | BatchRun.OWNER_MODE);
            root.place(staged, path);
            root.setAttributes(path, mode, null);
        } catch (IOException e) {
            why.addSuppressed(e);
        }
    }

    private Outcome replace(Held expected) throws IOException {
        String staged = intent.stagedNameOrThrow();
        try {
            root.exchange(staged, path);
        } catch (DiskException e) {
            if (e.fault() == Fault.UNSUPPORTED) {
                return new Substitution(root, versions, intent).run(expected, this);
            }
            if (e.fault() == Fault.NO_SUCH_FILE) {
                return new Unexpected(path);
            }
            throw e;
        }
        return afterExchange(expected, staged);
    }

    /** The new thing is in place; what was there is in staging. From here on nothing is thrown. */
    private Outcome afterExchange(Held expected, String staged) {
        try {
            Found found = root.statStaged(staged);
            if (!Looks.isLike(found, expected)) {
                return exchangeBack(staged, new Unexpected(path));
            }
            if (found.kind() == Kind.FILE && !root.isQuietStaged(staged)) {
                return exchangeBack(staged, inUse());
            }
            return archive(expected, staged);
        } catch (IOException e) {
            VersionName name = versions.nameFor(path, Keep.CONFLICT);
            if (isInPlace()) {
                displaced.owe(staged, name, path, e);
                return done();
            }
            return unexpected(displaced.oweRenamed(root, staged, name, path, e));
        }
    }

    /**
     * Whoever hears that a step was not done discards its staged content. If a user's content still
     * has that name the step is told to be done, and the next scan finds what is really there.
     */
    private Outcome unexpected(boolean stagedNameIsFree) {
        return stagedNameIsFree ? new Unexpected(path) : done();
    }

    private boolean isInPlace() {
        try {
            return Looks.isAsPrepared(root.stat(path), intent.preparedOrThrow());
        } catch (IOException e) {
            return false; // The scan that follows tells.
        }
    }

    /** Moves {@code staged}, which is what was expected, to versions: the step is done. */
    Outcome archive(Held expected, String staged) {
        VersionName name = intent.versionNameOrThrow();
        displaced.archive(
                root,
                staged,
                name,
                path,
                Kept.held(name, expected, intent.step().entry().author()));
        versions.remember(name);
        return done();
    }

    private Outcome exchangeBack(String staged, Outcome outcome) throws IOException {
        root.exchange(staged, path);
        if (isOurs(staged)) {
            return outcome;
        }
        // While the new thing was in place somebody wrote to it or put another one there. That is
        // the latest that a user did here: it stays in place, and the other one is kept.
        root.exchange(staged, path);
        return unexpected(
                displaced.keepConflict(root, staged, versions.nameFor(path, Keep.CONFLICT), path));
    }

    /** Whether what is in staging now is the new thing and nobody touched it or writes to it. */
    private boolean isOurs(String staged) throws IOException {
        Found found = root.statStaged(staged);
        return switch (found.kind()) {
            case FILE ->
                    Looks.isAsPrepared(found, intent.preparedOrThrow())
                            && root.isQuietStaged(staged);
            case DIRECTORY ->
                    Looks.isAsPrepared(found, intent.preparedOrThrow()) && isDeleted(staged);
            case SYMLINK, FIFO, SOCKET, DEVICE ->
                    Looks.isAsPrepared(found, intent.preparedOrThrow());
        };
    }

    /** Deleting tells whether a directory is empty. */
    private boolean isDeleted(String staged) throws IOException {
        try {
            root.delete(Root.Place.STAGING, staged);
            return true;
        } catch (DiskException e) {
            if (e.fault() == Fault.NOT_EMPTY) {
                return false;
            }
            throw e;
        }
    }

    private Outcome setAttributes(Entry entry, Held expected) throws IOException {
        Outcome obstacle = look(expected);
        if (obstacle != null) {
            return obstacle;
        }
        // An edit that begins and ends between the look and here is hidden by the mtime we set. It
        // is on this disk and will be found by the scrubber; there is no system call to exclude it.
        Found found =
                switch (entry) {
                    case Entry.File file ->
                            OwnMode.set(root, path, file.mode(), newMtime(file, expected));
                    case Entry.Directory directory ->
                            OwnMode.set(root, path, directory.mode(), null);
                    case Entry.Symlink _ -> root.stat(path); // A link has neither.
                    case Entry.Tombstone _ ->
                            throw new IllegalArgumentException(
                                    "%s has no attributes".formatted(entry));
                };
        if (found == null || !isSameContent(found, expected, entry)) {
            return new Unexpected(path);
        }
        return new Done(path, new Held(entry, found.stat()));
    }

    /** Null when it stays as it is: what the file system made of it is left alone. */
    private static @Nullable Instant newMtime(Entry.File file, Held expected) {
        return expected.entry() instanceof Entry.File held && held.mtime().equals(file.mtime())
                ? null
                : file.mtime();
    }

    private static boolean isSameContent(Found found, Held expected, Entry entry) {
        FileStat before = Intent.statOf(expected);
        if (found.kind() != Looks.kindOf(entry) || found.stat().inode() != before.inode()) {
            return false;
        }
        return !(entry instanceof Entry.File file)
                || (found.stat().sizeBytes() == before.sizeBytes()
                        && (newMtime(file, expected) != null
                                || found.stat().mtime().equals(before.mtime())));
    }

    private Outcome remove(Remove remove) throws IOException {
        Held expected = remove.expected();
        if (!expected.entry().isLive()) {
            throw new IllegalArgumentException("%s: nothing to remove".formatted(path));
        }
        Outcome obstacle = look(expected);
        if (obstacle != null) {
            return obstacle;
        }
        if (expected.entry() instanceof Entry.Directory) {
            root.removeDirectory(path);
            return done();
        }
        String taken = intent.versionNameOrThrow().stagedName();
        try {
            root.take(path, taken);
        } catch (DiskException e) {
            if (e.fault() == Fault.NO_SUCH_FILE) {
                return new Unexpected(path);
            }
            throw e;
        }
        return afterTake(expected, taken);
    }

    /**
     * A writer may keep the file open: what it writes goes on at the new path, and is found there.
     */
    private Outcome rename(Rename rename) throws IOException {
        if (rename.expected() != null) {
            return new RenameOver(root, versions, intent, rename, displaced)
                    .run(rename.expected(), this);
        }
        RelativePath from = rename.gone().path();
        if (!Looks.isUntouched(root.stat(from), rename.moved())) {
            return new Unexpected(path);
        }
        try {
            root.rename(from, path);
        } catch (DiskException e) {
            return switch (e.fault()) {
                case EXISTS, NO_SUCH_FILE, UNSUPPORTED -> new Unexpected(path); // Then by a copy.
                default -> throw e;
            };
        }
        return renamed(rename);
    }

    /** The file is at its new path. */
    Renamed renamed(Rename rename) {
        FileStat stat = statOfRenamed(rename.entry(), rename.moved());
        return new Renamed(new Held(rename.entry(), stat), rename.gone());
    }

    /**
     * What is in the directory keeps its times, modes and inodes. What a user did there since the
     * last scan moves along, and the next one finds it.
     */
    private Outcome rename(RenameDirectory rename) throws IOException {
        RelativePath from = rename.gone().path();
        Found found = root.stat(from);
        if (found == null
                || !Looks.isLike(found, rename.moved())
                || found.stat().inode() != Intent.statOf(rename.moved()).inode()) {
            return new Unexpected(path);
        }
        try {
            root.rename(from, path);
        } catch (DiskException e) {
            return switch (e.fault()) {
                // Then file by file.
                case EXISTS, NO_SUCH_FILE, NOT_EMPTY, NOT_PERMITTED, OTHER_DEVICE, UNSUPPORTED ->
                        new Unexpected(path);
                default -> throw e;
            };
        }
        List<Renamed> children = new ArrayList<>(rename.children().size());
        for (Step.Moved child : rename.children()) {
            Held held = new Held(child.entry(), Intent.statOf(child.held()));
            children.add(new Renamed(held, child.gone()));
        }
        FileStat stat = statOfRenamed(rename.entry(), rename.moved());
        return new RenamedDirectory(
                new Renamed(new Held(rename.entry(), stat), rename.gone()), children);
    }

    /** What an edit in the last moment left is not taken for ours: the next scan must find it. */
    private FileStat statOfRenamed(Entry entry, Held moved) {
        RelativePath at = entry.path();
        FileStat before = Intent.statOf(moved);
        try {
            Found found = root.stat(at);
            if (found != null && Looks.isLike(found, moved)) {
                Found now =
                        entry instanceof Entry.File file
                                ? OwnMode.set(root, at, file.mode(), newMtime(file, moved))
                                : found; // A directory is renamed as it is.
                if (now != null && isSameContent(now, moved, entry)) {
                    return now.stat();
                }
            }
        } catch (IOException e) {
            log.atDebug().addKeyValue("path", at).setCause(e).log("renamed, not looked at again");
        }
        return before;
    }

    private Outcome afterTake(Held expected, String taken) {
        try {
            Found found = root.statStaged(taken);
            if (!Looks.isLike(found, expected)) {
                return putBack(taken, new Unexpected(path));
            }
            if (found.kind() == Kind.FILE && !root.isQuietStaged(taken)) {
                return putBack(taken, inUse());
            }
            return archive(expected, taken);
        } catch (IOException e) {
            displaced.owe(taken, versions.nameFor(path, Keep.CONFLICT), path, e);
            return done();
        }
    }

    private Outcome putBack(String taken, Outcome outcome) throws IOException {
        try {
            root.place(taken, path);
            return outcome;
        } catch (DiskException e) {
            if (e.fault() != Fault.EXISTS) {
                throw e;
            }
            displaced.keepConflict(root, taken, versions.nameFor(path, Keep.CONFLICT), path);
            return new Unexpected(path);
        }
    }

    /** Keeps a content that nobody expected, and that cannot stay where it was. */
    void keepConflict(String staged) {
        displaced.keepConflict(root, staged, versions.nameFor(path, Keep.CONFLICT), path);
    }

    private Outcome inUse() {
        return new Blocked(path, Obstacle.IN_USE, "somebody has it open for writing");
    }

    /** A directory is given its own mode only when it is in place. */
    private static boolean isModeOurs(Found now, Found prepared, Entry entry) {
        int mode = now.stat().mode();
        return mode == prepared.stat().mode()
                || (entry instanceof Entry.Directory directory && mode == directory.mode());
    }

    /**
     * The step is done. What is held is what was prepared; of the file in place only the ctime is
     * taken, which the rename has set, and only if nobody has changed anything else: otherwise the
     * next scan must find a difference.
     */
    private Outcome done() {
        Entry entry = intent.step().entry();
        if (!entry.isLive()) {
            return new Done(path, new Held(entry, null));
        }
        Found prepared = intent.preparedOrThrow();
        try {
            if (entry instanceof Entry.Directory directory
                    && directory.mode() != prepared.stat().mode()) {
                root.setAttributes(path, directory.mode(), null);
            }
            Found now = root.stat(path);
            return new Done(
                    path,
                    new Held(
                            entry,
                            now != null
                                            && Looks.isAsPrepared(now, prepared)
                                            && isModeOurs(now, prepared, entry)
                                    ? now.stat()
                                    : prepared.stat()));
        } catch (IOException e) {
            return new Done(path, new Held(entry, prepared.stat())); // The next scan looks again.
        }
    }
}
