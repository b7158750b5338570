package dev.lanyard.node.io.apply;

import dev.lanyard.node.core.index.Held;
import dev.lanyard.node.core.plan.Keep;
import dev.lanyard.node.core.plan.Outcome;
import dev.lanyard.node.core.plan.Outcome.Unexpected;
import dev.lanyard.node.core.plan.Staged;
import dev.lanyard.node.core.plan.Step.PlaceFile;
import dev.lanyard.node.core.plan.Step.Remove;
import dev.lanyard.node.core.plan.Step.Rename;
import dev.lanyard.node.io.disk.DiskException;
import dev.lanyard.node.io.disk.DiskException.Fault;
import dev.lanyard.node.io.disk.Root;
import dev.lanyard.node.io.disk.Root.Found;
import dev.lanyard.node.io.disk.Root.Place;
import dev.lanyard.protocol.RelativePath;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.List;

/** Renames a file over another one, which goes to versions. One use. */
final class RenameOver {
    /*
     * The rename that replaces would be one system call. It would also destroy what an editor saved at the new path since we looked.
     * So the file goes by way of staging:
     *
     *   1. Both files are what was expected, and nobody writes to either.
     *   2. The file is taken from its old path into staging, and looked at there.
     *   3. It is exchanged with the file at the new path, where a name is at every moment.
     *   4. What was there is in staging now, is looked at, and goes to versions.
     *
     * What turns out to be something else is put back the same way, and the step was not done: then the content is copied. After a stop
     * the inode tells which of the two is in staging. The name there is one of displaced contents, which nobody ever deletes.
     */
    private final Root root;
    private final Versions versions;
    private final Intent intent;
    private final Rename rename;
    private final Displaced displaced;
    private final RelativePath from;
    private final RelativePath path;
    private final String staged;

    RenameOver(Root root, Versions versions, Intent intent, Rename rename, Displaced displaced) {
        this.root = root;
        this.versions = versions;
        this.intent = intent;
        this.rename = rename;
        this.displaced = displaced;
        this.from = rename.gone().path();
        this.path = rename.path();
        this.staged = intent.stagedNameOrThrow();
    }

    /**
     * By the way of which name in staging {@code rename} goes; null if nothing is to be replaced.
     */
    static @Nullable String stagedName(Versions versions, Rename rename) {
        return rename.expected() == null
                ? null
                : versions.nameFor(rename.gone().path(), Keep.CONFLICT).stagedName();
    }

    /** {@code step} says what the renamed file looks like. */
    Outcome run(Held expected, StepRun step) throws IOException {
        boolean isOneFile = Looks.isInode(root.stat(path), rename.moved());
        if (isOneFile || !isReady(from, rename.moved()) || !isReady(path, expected)) {
            return new Unexpected(path);
        }
        try {
            root.take(from, staged);
        } catch (DiskException e) {
            if (e.fault() == Fault.NO_SUCH_FILE) {
                return new Unexpected(path);
            }
            throw e;
        }
        return exchange() ? afterExchange(expected, step) : new Unexpected(path);
    }

    private boolean isReady(RelativePath at, Held held) throws IOException {
        return Looks.isUntouched(root.stat(at), held) && root.isQuiet(at);
    }

    /** Nothing is thrown any more: there is a file of a user in staging. */
    private boolean exchange() {
        boolean begun = false;
        try {
            if (Looks.isLike(root.statStaged(staged), rename.moved())) {
                begun = true;
                root.exchange(staged, path);
                return true;
            }
        } catch (IOException e) {
            if (begun && !isOurs()) {
                displaced.owe(staged, versions.nameFor(path, Keep.CONFLICT), path, e);
                return false;
            }
        }
        giveBack();
        return false;
    }

    private boolean isOurs() {
        try {
            return Looks.isInode(root.statStaged(staged), rename.moved());
        } catch (IOException e) {
            return false;
        }
    }

    /** What was taken from the old path gets it again, or is kept if something else has it. */
    private void giveBack() {
        try {
            root.place(staged, from);
        } catch (IOException e) {
            displaced.keepConflict(root, staged, versions.nameFor(from, Keep.CONFLICT), from);
        }
    }

    private Outcome afterExchange(Held expected, StepRun step) {
        try {
            if (!Looks.isLike(root.statStaged(staged), expected) || !root.isQuietStaged(staged)) {
                return exchangeBack();
            }
        } catch (IOException e) {
            displaced.owe(staged, versions.nameFor(path, Keep.CONFLICT), path, e);
            return isInPlace() ? step.renamed(rename) : new Unexpected(path);
        }
        VersionName name = intent.versionNameOrThrow();
        Kept kept = Kept.held(name, expected, rename.entry().author());
        displaced.archive(root, staged, name, path, kept);
        versions.remember(name);
        return step.renamed(rename);
    }

    private boolean isInPlace() {
        try {
            return Looks.isInode(root.stat(path), rename.moved());
        } catch (IOException e) {
            return false; // The scan that follows tells.
        }
    }

    private Outcome exchangeBack() throws IOException {
        root.exchange(staged, path);
        if (Looks.isLike(root.statStaged(staged), rename.moved()) && root.isQuietStaged(staged)) {
            giveBack();
            return new Unexpected(path);
        }
        // While the file was in its new place somebody wrote to it or put another one there. That
        // is the latest that a user did there: it stays in place, and the other one is kept.
        root.exchange(staged, path);
        displaced.keepConflict(root, staged, versions.nameFor(path, Keep.CONFLICT), path);
        return new Unexpected(path);
    }

    // ---------------------------------------------------------------- after a stop

    /** What it means for each path; what is in staging is a matter of {@link #recover}. */
    static List<Intent.Part> byPath(Rename rename, @Nullable VersionName versionName) {
        PlaceFile come =
                new PlaceFile(
                        rename.entry(), new Staged("renamed"), rename.expected(), rename.keep());
        Remove go = new Remove(rename.gone(), rename.moved(), Keep.REPLACED);
        return Intent.parts(go, come, versionName);
    }

    /**
     * Puts what {@code intent}, if it is such a rename, left in staging back to its old path or to
     * versions, before its paths are looked at.
     */
    static void recover(Root root, Versions versions, Intent intent) throws IOException {
        String staged = intent.stagedName();
        if (!(intent.step() instanceof Rename rename) || staged == null) {
            return;
        }
        Found found = root.stat(Place.STAGING, staged);
        Held expected = rename.expected();
        VersionName name = intent.versionName();
        if (found == null) {
            return;
        }
        RelativePath from = rename.gone().path();
        if (Looks.isInode(found, rename.moved())) {
            if (!isPlaced(root, staged, from)) {
                VersionName kept = versions.nameFor(from, Keep.CONFLICT);
                Versions.archiveUnknown(root, staged, kept, from);
            }
        } else if (name != null && expected != null && Looks.isLike(found, expected)) {
            root.archive(staged, name.toString()); // Described with those that were before.
        } else {
            RelativePath path = rename.path();
            Versions.archiveUnknown(root, staged, versions.nameFor(path, Keep.CONFLICT), path);
        }
    }

    private static boolean isPlaced(Root root, String staged, RelativePath path)
            throws IOException {
        try {
            root.place(staged, path);
            return true;
        } catch (DiskException e) {
            return false; // Its parent is gone, or something came there: then it is kept.
        }
    }
}
