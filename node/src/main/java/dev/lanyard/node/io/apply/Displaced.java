package dev.lanyard.node.io.apply;

import dev.lanyard.node.io.disk.DiskException;
import dev.lanyard.node.io.disk.DiskException.Fault;
import dev.lanyard.node.io.disk.Root;
import dev.lanyard.node.io.disk.Root.Place;
import dev.lanyard.protocol.RelativePath;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * What the steps of a batch moved out of its place. Filled by the worker, then handed to the
 * flusher, which describes what is archived and tries again what could not be.
 */
final class Displaced {
    private static final Logger log = LoggerFactory.getLogger(Displaced.class);

    private final List<Kept> undescribed = new ArrayList<>();
    private final List<Owed> owed = new ArrayList<>();

    /** In versions with their sidecars, and perhaps in memory only. */
    private final List<Kept> unflushed = new ArrayList<>();

    /** A content that is in staging and belongs to versions. */
    private record Owed(
            String stagedName, VersionName name, RelativePath path, @Nullable Kept kept) {}

    /** Moves {@code staged} to versions; its sidecar is written later. */
    void archive(Root root, String staged, VersionName name, RelativePath path, Kept kept) {
        try {
            root.archive(staged, name.toString());
        } catch (IOException e) {
            owe(new Owed(staged, name, path, kept), e);
            return;
        }
        undescribed.add(kept);
    }

    /**
     * Moves {@code staged}, which nobody expected, to versions as a conflict.
     *
     * @return whether nothing has that staged name any more: what still has it must not be
     *     discarded
     */
    boolean keepConflict(Root root, String staged, VersionName name, RelativePath path) {
        try {
            Versions.keepUnknown(root, staged, name, path);
            return true;
        } catch (IOException e) {
            return oweRenamed(root, staged, name, path, e);
        }
    }

    /** {@link #owe}s it under a name that nobody discards, if it can be given one. */
    boolean oweRenamed(
            Root root, String staged, VersionName name, RelativePath path, IOException why) {
        if (staged.startsWith(VersionName.DISPLACED_PREFIX)) {
            owe(staged, name, path, why);
            return true;
        }
        try {
            root.renameStaged(staged, name.stagedName());
        } catch (IOException e) {
            why.addSuppressed(e);
            owe(staged, name, path, why);
            return false;
        }
        owe(name.stagedName(), name, path, why);
        return true;
    }

    /** {@code staged} cannot be moved to versions now: it stays where it is until it can. */
    void owe(String staged, VersionName name, RelativePath path, IOException why) {
        owe(new Owed(staged, name, path, null), why);
    }

    private void owe(Owed content, IOException why) {
        log.atWarn()
                .addKeyValue("path", content.path())
                .addKeyValue("staged", content.stagedName())
                .setCause(why)
                .log("displaced content waits in staging");
        owed.add(content);
    }

    /** Writes sidecars, and moves what could not be moved before. */
    void settle(Root root) throws IOException {
        while (!owed.isEmpty()) {
            settle(root, owed.getLast());
            owed.removeLast();
        }
        while (!undescribed.isEmpty()) {
            Versions.describe(root, undescribed.getLast());
            unflushed.add(undescribed.removeLast());
        }
    }

    /**
     * Makes durable what was settled, where the file system is not flushed as a whole: also what
     * was displaced, which may have come only a moment before.
     */
    void flush(Root root) throws IOException {
        for (Kept kept : unflushed) {
            flushIfThere(root, kept.name());
            flushIfThere(root, kept.name() + VersionName.SIDECAR_SUFFIX);
        }
        unflushed.clear();
    }

    private static void flushIfThere(Root root, String name) throws IOException {
        try {
            root.flush(Place.VERSIONS, name);
        } catch (DiskException e) {
            if (e.fault() != Fault.NO_SUCH_FILE) {
                throw e;
            } // Somebody has removed it since.
        }
    }

    private void settle(Root root, Owed content) throws IOException {
        if (content.kept() == null) {
            Versions.keepUnknown(root, content.stagedName(), content.name(), content.path());
        } else {
            root.archive(content.stagedName(), content.name().toString());
            undescribed.add(content.kept());
        }
    }
}
