package dev.lanyard.node.io.apply;

import dev.lanyard.node.core.index.Held;
import dev.lanyard.node.core.plan.Keep;
import dev.lanyard.node.core.plan.Outcome;
import dev.lanyard.node.core.plan.Outcome.Unexpected;
import dev.lanyard.node.core.plan.Step.MakeDirectory;
import dev.lanyard.node.io.disk.DiskException;
import dev.lanyard.node.io.disk.DiskException.Fault;
import dev.lanyard.node.io.disk.Root;
import dev.lanyard.node.io.disk.Root.Found;
import dev.lanyard.node.io.disk.Root.Kind;
import dev.lanyard.node.io.disk.Root.Place;
import dev.lanyard.protocol.RelativePath;

import java.io.IOException;

/**
 * Replaces a file or link where the file system cannot exchange two names: the old one gets a
 * second name in staging (or is copied there, where there are no links), the new one is renamed
 * over it, and the old one is looked at.
 */
final class Substitution {
    private final Root root;
    private final Versions versions;
    private final Intent intent;
    private final RelativePath path;
    private final String old;

    Substitution(Root root, Versions versions, Intent intent) {
        this.root = root;
        this.versions = versions;
        this.intent = intent;
        this.path = intent.path();
        this.old = intent.versionNameOrThrow().stagedName();
    }

    /** {@code step} ends what this began. */
    Outcome run(Held expected, StepRun step) throws IOException {
        return intent.step() instanceof MakeDirectory
                ? takeAndPlace(expected, step)
                : linkAndReplace(expected, step);
    }

    /** No rename puts a directory over a file: the name is absent between two of them. */
    private Outcome takeAndPlace(Held expected, StepRun step) throws IOException {
        root.take(path, old);
        if (!isStillExpected(expected)) {
            placeOrKeep(old, step);
            return new Unexpected(path);
        }
        try {
            root.place(intent.stagedNameOrThrow(), path);
        } catch (DiskException e) {
            placeOrKeep(old, step);
            if (e.fault() == Fault.EXISTS) {
                return new Unexpected(path);
            }
            throw e;
        }
        return step.archive(expected, old);
    }

    private Outcome linkAndReplace(Held expected, StepRun step) throws IOException {
        root.link(path, old);
        Found linked = root.statStaged(old);
        boolean isCopy = linked.stat().inode() != Intent.statOf(expected).inode();
        if (isCopy
                ? !Looks.isUntouched(root.stat(path), expected)
                : !Looks.isLike(linked, expected)) {
            forget(linked, step);
            return new Unexpected(path);
        }
        try {
            root.replace(intent.stagedNameOrThrow(), path);
        } catch (DiskException e) {
            root.delete(Place.STAGING, old); // Still in its place: this was its second name.
            throw e;
        }
        // What was written to the old file after it was copied is lost with its last name. There is
        // no way to exclude that on a file system without exchange and links.
        return isCopy || isStillExpected(expected) ? step.archive(expected, old) : putBack(step);
    }

    /** Drops the second name of something that is in its place, and keeps it otherwise. */
    private void forget(Found linked, StepRun step) throws IOException {
        Found there = root.stat(path);
        if (there != null && there.stat().inode() == linked.stat().inode()) {
            root.delete(Place.STAGING, old);
        } else {
            step.keepConflict(old);
        }
    }

    private boolean isStillExpected(Held expected) throws IOException {
        Found found = root.statStaged(old);
        return Looks.isLike(found, expected)
                && (found.kind() != Kind.FILE || root.isQuietStaged(old));
    }

    /**
     * The old one was edited in between: it goes back. Two renames, since one that replaces could
     * destroy what somebody put there meanwhile; the name is absent between them.
     */
    private Outcome putBack(StepRun step) throws IOException {
        String taken = versions.nameFor(path, Keep.CONFLICT).stagedName();
        root.take(path, taken);
        Found found = root.statStaged(taken);
        boolean isOurs =
                Looks.isAsPrepared(found, intent.preparedOrThrow())
                        && (found.kind() != Kind.FILE || root.isQuietStaged(taken));
        if (isOurs) {
            placeOrKeep(old, step);
            root.delete(Place.STAGING, taken);
        } else {
            placeOrKeep(taken, step); // The latest that a user did here.
            step.keepConflict(old);
        }
        return new Unexpected(path);
    }

    private void placeOrKeep(String staged, StepRun step) throws IOException {
        try {
            root.place(staged, path);
        } catch (DiskException e) {
            if (e.fault() != Fault.EXISTS) {
                throw e;
            }
            step.keepConflict(staged);
        }
    }
}
