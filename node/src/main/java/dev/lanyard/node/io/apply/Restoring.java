package dev.lanyard.node.io.apply;

import dev.lanyard.node.core.engine.Observation;
import dev.lanyard.node.core.index.FileStat;
import dev.lanyard.node.core.plan.Keep;
import dev.lanyard.node.io.disk.DiskException;
import dev.lanyard.node.io.disk.DiskException.Fault;
import dev.lanyard.node.io.disk.Root;
import dev.lanyard.node.io.disk.Root.Content;
import dev.lanyard.node.io.disk.Root.Found;
import dev.lanyard.node.io.disk.Root.Kind;
import dev.lanyard.node.io.disk.Root.Place;
import dev.lanyard.protocol.ContentHash;
import dev.lanyard.protocol.Entry.LinkTarget;
import dev.lanyard.protocol.RelativePath;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * Brings one kept content back to its path. Not in the journal: what is displaced is in staging for
 * a moment under a name that recovery knows by itself, with its sidecar written before.
 */
final class Restoring {
    private static final int DIRECTORY_MODE = 0755;

    private final Root root;
    private final Versions versions;
    private final RelativePath path;
    private boolean flushed = true;

    Restoring(Root root, Versions versions, RelativePath path) {
        this.root = root;
        this.versions = versions;
        this.path = path;
    }

    /** Leaves it to the caller to make what it does durable. */
    Restoring withoutFlush() {
        flushed = false;
        return this;
    }

    Observation restore(Kept kept) throws IOException {
        VersionName displaced = versions.nameFor(path, Keep.REPLACED);
        String staged = displaced.stagedName();
        try {
            if (kept.target() != null) {
                root.createLink(staged, kept.target());
            } else {
                root.copy(Place.VERSIONS, kept.name(), kept.sizeBytes(), staged);
            }
            return put(kept, staged, displaced);
        } catch (DiskException e) {
            discardCopy(staged, displaced);
            throw e;
        }
    }

    /** Puts a content that is in staging already, where it had another name, in place. */
    Observation put(Kept kept, String ready) throws IOException {
        VersionName displaced = versions.nameFor(path, Keep.REPLACED);
        String staged = displaced.stagedName();
        root.renameStaged(ready, staged);
        try {
            return put(kept, staged, displaced);
        } catch (DiskException e) {
            discardCopy(staged, displaced);
            throw e;
        }
    }

    private Observation put(Kept kept, String staged, VersionName displaced) throws IOException {
        LinkTarget target = kept.target();
        if (target != null) {
            Found prepared = root.statStaged(staged);
            makeParents();
            put(staged, displaced);
            return new Observation.SeenLink(path, finish(prepared), target, null);
        }
        root.setAttributes(staged, kept.mode(), kept.mtime(), null);
        Found prepared = root.statStaged(staged);
        ContentHash content = hash(staged);
        makeParents();
        put(staged, displaced);
        return new Observation.SeenFile(path, finish(prepared), content, null);
    }

    private ContentHash hash(String staged) throws IOException {
        try (Content content = root.read(Place.STAGING, staged)) {
            return Contents.hash(content);
        }
    }

    private void makeParents() throws IOException {
        Deque<RelativePath> missing = new ArrayDeque<>();
        for (Optional<RelativePath> parent = path.parent();
                parent.isPresent() && root.stat(parent.get()) == null;
                parent = parent.get().parent()) {
            missing.push(parent.get());
        }
        for (RelativePath parent : missing) {
            String staged = versions.nameFor(parent, Keep.REPLACED).stagedName();
            root.createDirectory(staged, DIRECTORY_MODE);
            try {
                root.place(staged, parent);
            } catch (DiskException e) {
                root.delete(Place.STAGING, staged);
                if (e.fault() != Fault.EXISTS) {
                    throw e;
                } // Somebody else made it in between.
            }
        }
    }

    private void put(String staged, VersionName displaced) throws IOException {
        Found there = root.stat(path);
        if (there == null) {
            root.place(staged, path);
            return;
        }
        switch (there.kind()) {
            case DIRECTORY -> {
                root.removeDirectory(path);
                root.place(staged, path);
            }
            case FILE, SYMLINK -> displace(there, staged, displaced);
            case FIFO, SOCKET, DEVICE -> throw Versions.failed(path, Fault.EXISTS);
        }
    }

    private void displace(Found there, String staged, VersionName displaced) throws IOException {
        if (there.kind() == Kind.FILE && !root.isQuiet(path)) {
            throw Versions.failed(path, Fault.BUSY);
        }
        LinkTarget target = there.kind() == Kind.SYMLINK ? root.readLink(path) : null;
        describe(Kept.unknown(displaced, path, target, there.stat(), null));
        try {
            root.exchange(staged, path);
        } catch (DiskException e) {
            root.delete(Place.VERSIONS, displaced.sidecarName()); // Nothing was exchanged.
            if (e.fault() != Fault.UNSUPPORTED) {
                throw e;
            }
            takeAndPlace(there, target, staged);
            return;
        }
        root.archive(staged, displaced.toString());
    }

    private void describe(Kept kept) throws IOException {
        if (flushed) {
            Versions.describeDurably(root, kept);
        } else {
            Versions.describe(root, kept);
        }
    }

    /** Where names cannot be exchanged: two renames, the name is absent between them. */
    private void takeAndPlace(Found there, @Nullable LinkTarget target, String staged)
            throws IOException {
        VersionName taken = versions.nameFor(path, Keep.REPLACED);
        describe(Kept.unknown(taken, path, target, there.stat(), null));
        root.take(path, taken.stagedName());
        try {
            root.place(staged, path);
        } finally {
            root.archive(taken.stagedName(), taken.toString());
        }
    }

    /**
     * What is in place; if somebody changed it since, what it would be without that, so that the
     * next scan finds the change.
     */
    private FileStat finish(Found prepared) throws IOException {
        if (flushed) {
            root.flush(Place.VERSIONS);
        }
        Found found = root.stat(path);
        if (found == null) {
            throw Versions.failed(path, Fault.NO_SUCH_FILE);
        }
        if (flushed && found.kind() == Kind.FILE) {
            root.flush(path);
        }
        return Looks.isAsPrepared(found, prepared) ? found.stat() : prepared.stat();
    }

    /**
     * Nothing was displaced if no sidecar was written for it: then only the copy can be in staging.
     * Otherwise it is left to recovery, which keeps it.
     */
    private void discardCopy(String staged, VersionName displaced) throws IOException {
        if (root.stat(Place.VERSIONS, displaced.sidecarName()) == null) {
            root.delete(Place.STAGING, staged);
        }
    }
}
