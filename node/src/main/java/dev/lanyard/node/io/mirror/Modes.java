package dev.lanyard.node.io.mirror;

import dev.lanyard.node.io.disk.DiskException;
import dev.lanyard.node.io.disk.DiskException.Fault;
import dev.lanyard.node.io.disk.Root;
import dev.lanyard.protocol.RelativePath;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Sets modes and times at a destination that may not be able to store every mode: FAT refuses what
 * its mount options do not say, as if it were not permitted. Then the mode stays as it is, and the
 * rest is done. Thread-safe.
 */
final class Modes {
    private final AtomicLong unstored = new AtomicLong();

    /** How many files and directories have another mode than they should. */
    long unstoredCount() {
        return unstored.get();
    }

    /** Of something in staging. */
    void set(Root copy, String staged, int mode, Instant mtime) throws IOException {
        try {
            copy.setAttributes(staged, mode, mtime, null);
        } catch (DiskException e) {
            int own = ownMode(e, copy.statStaged(staged), mode);
            copy.setAttributes(staged, own, mtime, null);
            unstored.incrementAndGet();
        }
    }

    /** Of a file or link in the tree. */
    void set(Root copy, RelativePath path, int mode, Instant mtime) throws IOException {
        if (!trySet(copy, path, mode, mtime)) {
            unstored.incrementAndGet();
        }
    }

    /** Of a directory in the tree, at the end of each pass: it is not counted every time. */
    void finish(Root copy, RelativePath directory, int mode, Instant mtime) throws IOException {
        trySet(copy, directory, mode, mtime);
    }

    private static boolean trySet(Root copy, RelativePath path, int mode, Instant mtime)
            throws IOException {
        try {
            copy.setAttributes(path, mode, mtime);
            return true;
        } catch (DiskException e) {
            copy.setAttributes(path, ownMode(e, copy.stat(path), mode), mtime);
            return false;
        }
    }

    /** Makes an empty directory in staging. */
    void makeDirectory(Root copy, String staged, int mode) throws IOException {
        try {
            copy.createDirectory(staged, mode);
        } catch (DiskException e) {
            ownMode(
                    e,
                    copy.stat(Root.Place.STAGING, staged),
                    mode); // It is there, if that was all.
            unstored.incrementAndGet();
        }
    }

    /** The mode that something has; throws {@code refusal} if that was not the trouble. */
    private static int ownMode(DiskException refusal, Root.@Nullable Found there, int mode)
            throws DiskException {
        boolean isOfMode =
                refusal.fault() == Fault.NOT_PERMITTED || refusal.fault() == Fault.UNSUPPORTED;
        if (!isOfMode || there == null || there.stat().mode() == mode) {
            throw refusal;
        }
        return there.stat().mode();
    }
}
