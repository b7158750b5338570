package dev.lanyard.node.io.mirror;

import dev.lanyard.node.core.index.FileStat;
import dev.lanyard.node.core.mirror.Row;
import dev.lanyard.node.core.mirror.Sight;
import dev.lanyard.node.core.mirror.Sight.Kind;
import dev.lanyard.node.core.plan.Keep;
import dev.lanyard.node.io.disk.DiskException;
import dev.lanyard.node.io.disk.DiskException.Fault;
import dev.lanyard.node.io.disk.Root;
import dev.lanyard.node.io.disk.Root.Content;
import dev.lanyard.node.io.disk.Root.Found;
import dev.lanyard.node.io.disk.Root.Place;
import dev.lanyard.node.io.disk.Root.Sink;
import dev.lanyard.protocol.Entry.LinkTarget;
import dev.lanyard.protocol.RelativePath;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;

/** Copies, compares and displaces single files and links. Thread-safe; hands are the caller's. */
final class Copier {
    /** What was written to within this time may still be in the hands of its writer. */
    private static final Duration FRESH = Duration.ofSeconds(2);

    /** File systems tell times in steps of at most this... */
    private static final Duration TICK = Duration.ofMillis(20);

    /** ...or in whole seconds, FAT in two. */
    private static final Duration SECONDS_TICK = Duration.ofSeconds(2);

    private final Keepsafe keepsafe;
    private final Report report;
    private final InstantSource wallClock;
    private final boolean patient;
    private final Twins twins;
    private final Patcher patcher = new Patcher();
    final Modes modes = new Modes();
    private final OwnNames names = new OwnNames();

    /**
     * Copies and tells.
     *
     * @param patient whether what somebody is writing to is left for later
     * @param twins where the destination may have a new file already
     */
    Copier(
            Keepsafe keepsafe,
            Report report,
            InstantSource wallClock,
            boolean patient,
            Twins twins) {
        this.keepsafe = keepsafe;
        this.report = report;
        this.wallClock = wallClock;
        this.patient = patient;
        this.twins = twins;
    }

    /** The file was changed while it was read, or somebody writes to it: later. */
    static final class RestlessException extends IOException {
        RestlessException() {
            super("it is being written to");
        }
    }

    /** Remembers both ends as they are now. */
    static Row row(Hands hands, Found source, Found copy) {
        return new Row(
                kind(source),
                lasting(hands.source, source.stat()),
                lasting(hands.copy, copy.stat()));
    }

    /** The number of a device may change with each mount; and that of a file, on some. */
    private static FileStat lasting(Root root, FileStat stat) {
        return new FileStat(
                stat.sizeBytes(),
                stat.mtime(),
                stat.ctime(),
                stat.mode(),
                root.keepsInodes() ? stat.inode() : 0,
                0);
    }

    static Sight sight(Found found) {
        return new Sight(kind(found), found.stat());
    }

    private static Kind kind(Found found) {
        return switch (found.kind()) {
            case FILE -> Kind.FILE;
            case DIRECTORY -> Kind.DIRECTORY;
            case SYMLINK -> Kind.LINK;
            case FIFO, SOCKET, DEVICE -> Kind.SPECIAL;
        };
    }

    // ---------------------------------------------------------------- copy

    /** Copies to where nothing is; what is there nevertheless is kept first. */
    Row make(Hands hands, RelativePath path) throws IOException {
        return placeNew(hands, path, stage(hands, path, false));
    }

    /** Copies over what is there, as {@link #placeOver} does it. */
    Row replace(Hands hands, RelativePath path, @Nullable Row ours) throws IOException {
        return placeOver(hands, path, stage(hands, path, true), ours);
    }

    /** Puts what is staged where nothing is; what is there nevertheless is kept first. */
    Row placeNew(Hands hands, RelativePath path, Staged now) throws IOException {
        try {
            hands.copy.place(now.name(), path);
        } catch (DiskException e) {
            hands.copy.delete(Place.STAGING, now.name());
            if (e.fault() == Fault.NAME_IMPOSSIBLE) {
                hands.checkName(path); // What it clashes with was placed since the last look.
            }
            if (e.fault() != Fault.EXISTS) {
                throw e;
            }
            return replace(hands, path, null);
        }
        report.did(Report.Verb.CREATED, path, null, now.writtenBytes());
        return finished(hands, path, now);
    }

    /**
     * Puts what is staged in the place of what is there, which is kept first unless it is what
     * {@code ours} says and nobody writes to it.
     */
    Row placeOver(Hands hands, RelativePath path, Staged now, @Nullable Row ours)
            throws IOException {
        // What is displaced gets the name that the new content had: so it must say that it is kept.
        // Not before the content is complete: what has such a name is kept after a kill, too.
        String staged = keepsafe.stagedName(path, Keep.REPLACED);
        try {
            hands.copy.renameStaged(now.name(), staged);
        } catch (DiskException e) {
            hands.copy.delete(Place.STAGING, now.name());
            throw e;
        }
        substitute(hands.copy, staged, path, ours);
        report.did(Report.Verb.UPDATED, path, null, now.writtenBytes());
        return finished(hands, path, now);
    }

    private Row finished(Hands hands, RelativePath path, Staged now) throws IOException {
        twins.add(
                path, now.source().kind() == Root.Kind.FILE ? now.source().stat().sizeBytes() : 0);
        return row(hands, now.source(), there(hands.copy, path));
    }

    /** Puts what is staged in the place of what is there. */
    void substitute(Root copy, String staged, RelativePath path, @Nullable Row ours)
            throws IOException {
        try {
            copy.exchange(staged, path);
        } catch (DiskException e) {
            if (e.fault() == Fault.UNSUPPORTED) {
                substituteOtherwise(copy, staged, path, ours);
                return;
            }
            copy.delete(Place.STAGING, staged);
            throw e;
        }
        if (copy.statStaged(staged).kind() == Root.Kind.DIRECTORY) {
            copy.exchange(staged, path);
            copy.delete(Place.STAGING, staged);
            throw new DiskException("replace", path.toString(), Fault.IS_A_DIRECTORY, 0);
        }
        dispose(copy, staged, path, ours);
    }

    /** Where names cannot be exchanged: the old one gets a second name, then is renamed over. */
    private void substituteOtherwise(
            Root copy, String staged, RelativePath path, @Nullable Row ours) throws IOException {
        Found there = copy.stat(path);
        if (there != null && (ours == null || !ours.isCopy(sight(there)))) {
            String aside = keepsafe.stagedName(path, Keep.REPLACED);
            copy.link(path, aside);
            keepsafe.keep(copy, aside, path);
            report.did(Report.Verb.KEPT, path, null, 0);
        }
        copy.replace(staged, path);
    }

    /** Deletes what was displaced if it is ours, else keeps it. */
    void dispose(Root copy, String staged, RelativePath path, @Nullable Row ours)
            throws IOException {
        Found displaced = copy.statStaged(staged);
        boolean isOurs = ours != null && isSame(displaced, ours);
        if (isOurs && (displaced.kind() != Root.Kind.FILE || copy.isQuietStaged(staged))) {
            copy.delete(Place.STAGING, staged);
            return;
        }
        keepsafe.keep(copy, staged, path);
        if (!isOurs) {
            report.did(Report.Verb.KEPT, path, null, 0);
        }
    }

    /** The rename into staging has moved its ctime. */
    private static boolean isSame(Found displaced, Row ours) {
        return kind(displaced) == ours.kind()
                && Sight.isSameInode(displaced.stat(), ours.copy())
                && displaced.stat().sizeBytes() == ours.copy().sizeBytes()
                && displaced.stat().mtime().equals(ours.copy().mtime());
    }

    private static Found there(Root root, RelativePath path) throws IOException {
        Found found = root.stat(path);
        if (found == null) {
            throw new DiskException("stat", path.toString(), Fault.NO_SUCH_FILE, 0);
        }
        return found;
    }

    // ---------------------------------------------------------------- stage

    /** What is in staging under a name: what the source is like, and how much was written. */
    record Staged(String name, Found source, long writtenBytes) {}

    /** Takes back what was staged and cannot be put in place; it may be there no more. */
    static void abandon(Hands hands, Staged now) {
        try {
            hands.copy.delete(Place.STAGING, now.name());
        } catch (IOException e) {
            return; // What made it impossible is told; the next start sweeps.
        }
    }

    /**
     * Completes content and attributes in staging. If it fails nothing of it is left there.
     *
     * @param replaces whether the destination has something at {@code path}
     */
    Staged stage(Hands hands, RelativePath path, boolean replaces) throws IOException {
        if (!replaces) {
            hands.checkName(path);
        }
        try {
            return stage(hands, path, names.next(), replaces);
        } catch (DiskException e) {
            if (e.fault() != Fault.DISK_FULL || hands.batch.isEmpty()) {
                throw e;
            }
            hands.batch.settle(); // What is replaced by that gives room.
            return stage(hands, path, names.next(), replaces);
        }
    }

    private Staged stage(Hands hands, RelativePath path, String staged, boolean replaces)
            throws IOException {
        try {
            return tryStage(hands, path, staged, replaces);
        } catch (IOException e) {
            boolean isOurs = !(e instanceof DiskException disk && disk.fault() == Fault.EXISTS);
            if (isOurs) {
                hands.copy.delete(Place.STAGING, staged);
            }
            throw e;
        }
    }

    private Staged tryStage(Hands hands, RelativePath path, String staged, boolean replaces)
            throws IOException {
        Found source = there(hands.source, path);
        Staged now;
        if (source.kind() == Root.Kind.SYMLINK) {
            createLink(hands.copy, staged, hands.source.readLink(path));
            now = new Staged(staged, source, source.stat().sizeBytes());
        } else {
            now = stageFile(hands, path, staged, replaces);
        }
        FileStat like = now.source().stat();
        modes.set(hands.copy, staged, like.mode(), like.mtime());
        return now;
    }

    /** A file system without links says that they are not permitted, which nobody can change. */
    private static void createLink(Root copy, String staged, LinkTarget target) throws IOException {
        try {
            copy.createLink(staged, target);
        } catch (DiskException e) {
            if (e.fault() == Fault.NOT_PERMITTED || e.fault() == Fault.UNSUPPORTED) {
                throw new IOException("the destination cannot have links", e);
            }
            throw e;
        }
    }

    private Staged stageFile(Hands hands, RelativePath path, String staged, boolean replaces)
            throws IOException {
        try (Content from = hands.source.read(path)) {
            Found before = from.stat();
            boolean isRacy = isRacy(before);
            if (isWrittenTo(hands, path, before)) {
                throw new RestlessException();
            }
            long writtenBytes;
            try (Sink to = hands.copy.create(staged)) {
                writtenBytes = fill(hands, from, before.stat(), path, to, staged, replaces);
            }
            if (!sight(from.stat()).isAsIn(before.stat())) {
                throw new RestlessException();
            }
            return new Staged(staged, isRacy ? inDoubt(before) : before, writtenBytes);
        } catch (DiskException e) {
            if (e.fault() == Fault.SHRANK) {
                throw new RestlessException();
            }
            throw e;
        }
    }

    private long fill(
            Hands hands,
            Content from,
            FileStat source,
            RelativePath path,
            Sink to,
            String staged,
            boolean replaces)
            throws IOException {
        long sizeBytes = source.sizeBytes();
        // On one file system the kernel shares the blocks of the source itself, if it can.
        if (patcher.isWorthwhile(sizeBytes) && source.device() != hands.copy.device()) {
            List<RelativePath> bases = replaces ? List.of(path) : twins.of(path, sizeBytes);
            long written = patcher.fill(hands, from, sizeBytes, to, staged, bases);
            if (written >= 0) {
                return written;
            }
        }
        copy(from, to, sizeBytes, hands.piece);
        return sizeBytes;
    }

    /** Whether a later write could leave the ctime as it is: both within one tick of the clock. */
    private boolean isRacy(Found file) {
        Instant ctime = file.stat().ctime();
        boolean isWhole = ctime.equals(ctime.truncatedTo(ChronoUnit.SECONDS));
        Duration tick = isWhole ? SECONDS_TICK : TICK;
        return ctime.plus(tick).isAfter(wallClock.instant());
    }

    /** As it is, but that it was never seen so: the next look at it compares. */
    private static Found inDoubt(Found file) {
        FileStat stat = file.stat();
        FileStat unseen =
                new FileStat(
                        stat.sizeBytes(),
                        stat.mtime(),
                        Instant.EPOCH,
                        stat.mode(),
                        stat.inode(),
                        stat.device());
        return new Found(file.kind(), unseen, file.linkCount());
    }

    private boolean isWrittenTo(Hands hands, RelativePath path, Found file) throws IOException {
        return patient
                && file.stat().mtime().isAfter(wallClock.instant().minus(FRESH))
                && !hands.source.isQuiet(path);
    }

    /** FAT ends at 4 GiB: it says so before anything is copied. */
    private static void size(Sink to, long sizeBytes) throws IOException {
        try {
            to.size(sizeBytes);
        } catch (DiskException e) {
            if (e.fault() == Fault.UNSUPPORTED) {
                throw new IOException("it is larger than the destination can store", e);
            }
            throw e;
        }
    }

    /** Small files go through memory in two calls; large ones not through memory at all. */
    private static void copy(Content from, Sink to, long sizeBytes, ByteBuffer piece)
            throws IOException {
        long done = 0;
        if (sizeBytes > piece.capacity()) {
            size(to, sizeBytes);
            done = to.copy(from, 0, 0, sizeBytes);
        }
        while (done < sizeBytes) {
            piece.clear().limit((int) Math.min(piece.capacity(), sizeBytes - done));
            int count = from.read(piece, done);
            if (count < 0) {
                throw new DiskException("copy", "file", Fault.SHRANK, 0);
            }
            to.write(piece.flip(), done);
            done += count;
        }
    }

    // ---------------------------------------------------------------- compare

    /** Whether both have the same content, or target. */
    boolean isEqual(Hands hands, RelativePath path, Kind kind) throws IOException {
        return isEqual(hands, path, path, kind);
    }

    /** The same of what is at another path of the copy. */
    boolean isEqual(Hands hands, RelativePath path, RelativePath copied, Kind kind)
            throws IOException {
        if (kind == Kind.LINK) {
            return hands.source.readLink(path).equals(hands.copy.readLink(copied));
        }
        try (Content one = hands.source.read(path);
                Content other = hands.copy.read(copied)) {
            for (long at = 0; ; ) {
                int count = one.read(hands.piece.clear(), at);
                int otherCount = other.read(hands.other.clear(), at);
                if (count != otherCount || !hands.piece.flip().equals(hands.other.flip())) {
                    return false;
                }
                if (count < hands.piece.capacity()) {
                    return true;
                }
                at += count;
                at = Math.min(one.nextData(at), other.nextData(at)); // Holes are not read.
            }
        }
    }

    /** Gives the copy, whose content is right, the attributes of the source. */
    Row adjust(Hands hands, RelativePath path, Found source, Found seen) throws IOException {
        if (!sight(there(hands.copy, path)).isAsIn(seen.stat())) {
            throw new RestlessException(); // Somebody changed it since it was compared.
        }
        modes.set(hands.copy, path, source.stat().mode(), source.stat().mtime());
        report.did(Report.Verb.ADJUSTED, path, null, 0);
        return row(hands, source, there(hands.copy, path));
    }

    /** Takes away what is there; whether it was there. */
    boolean remove(Root copy, RelativePath path, @Nullable Row ours) throws IOException {
        String staged = keepsafe.stagedName(path, Keep.DELETED);
        try {
            copy.take(path, staged);
        } catch (DiskException e) {
            if (e.fault() == Fault.NO_SUCH_FILE) {
                return false;
            }
            throw e;
        }
        if (ours == null) {
            keepsafe.keep(copy, staged, path);
        } else {
            dispose(copy, staged, path, ours);
        }
        report.did(Report.Verb.DELETED, path, null, 0);
        return true;
    }

    /** Makes a directory, which its owner may fill; what is there is kept first. */
    void makeDirectory(Root copy, RelativePath path, int mode, boolean inPlaceOfOther)
            throws IOException {
        String staged = inPlaceOfOther ? keepsafe.stagedName(path, Keep.REPLACED) : names.next();
        modes.makeDirectory(copy, staged, mode | OWNER_MODE);
        try {
            if (inPlaceOfOther) {
                substitute(copy, staged, path, null);
            } else {
                copy.place(staged, path);
            }
        } catch (DiskException e) {
            copy.delete(Place.STAGING, staged);
            throw e;
        }
        report.did(Report.Verb.CREATED, path, null, 0);
    }

    static final int OWNER_MODE = 0700;
}
