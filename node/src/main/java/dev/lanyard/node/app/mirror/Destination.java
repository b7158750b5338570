package dev.lanyard.node.app.mirror;

import dev.lanyard.node.app.config.MachineIds;
import dev.lanyard.node.app.config.MirrorFolder;
import dev.lanyard.node.app.config.MirrorLock;
import dev.lanyard.node.core.mirror.Deleting;
import dev.lanyard.node.core.mirror.Guard;
import dev.lanyard.node.core.plan.Keep;
import dev.lanyard.node.io.apply.Keeping;
import dev.lanyard.node.io.disk.Disk;
import dev.lanyard.node.io.disk.Disks;
import dev.lanyard.node.io.disk.ReadingDisk;
import dev.lanyard.node.io.disk.Root;
import dev.lanyard.node.io.disk.RootIdentity;
import dev.lanyard.node.io.disk.RootLostException;
import dev.lanyard.node.io.mirror.Choice;
import dev.lanyard.node.io.mirror.Keepsafe;
import dev.lanyard.node.io.mirror.Memory;
import dev.lanyard.node.io.mirror.Pass;
import dev.lanyard.node.io.mirror.Pass.Result;
import dev.lanyard.node.io.mirror.Pass.Spot;
import dev.lanyard.node.io.mirror.Report;
import dev.lanyard.protocol.RelativePath;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** A destination that is there: its disk, and what is remembered of it. Owned by one thread. */
final class Destination {
    private final MirrorSettings settings;
    private final MirrorFolder folder;
    private final Disk source;
    private final RootIdentity sourceIdentity;
    private final Disk copy;
    private final Memory memory;
    private final Keepsafe keepsafe;
    private final boolean flushes;

    /** Whether it can go away without the source: a drive. */
    private final boolean isDrive;

    private boolean saved;

    /** The source may be another one than it was, and nobody said that this is meant. */
    private boolean isSourceInDoubt;

    /** Contents were to be compared, and not all of them were. */
    private boolean isHalfCompared;

    private Destination(
            MirrorSettings settings,
            MirrorFolder folder,
            Disk source,
            RootIdentity sourceIdentity,
            Disk copy,
            Memory memory,
            boolean isDrive) {
        this.settings = settings;
        this.folder = folder;
        this.source = source;
        this.sourceIdentity = sourceIdentity;
        this.copy = copy;
        this.memory = memory;
        this.isDrive = isDrive;
        // Who pulls a drive out after the last line expects that all is on it.
        this.flushes = !settings.dry() && (isDrive || !settings.isOnce());
        this.keepsafe = keepsafe(copy);
    }

    /** The destination must not be mirrored to. */
    static final class RefusedException extends Exception {
        private static final long serialVersionUID = 1;
        private final Teller.Refusal why;

        RefusedException(Teller.Refusal why) {
            this.why = why;
        }

        Teller.Refusal why() {
            return why;
        }
    }

    /**
     * Opens a destination, and makes it if it is new.
     *
     * @param isAgain whether it was open before: then it is no new drive, whatever the user said
     * @throws RootLostException if it is not the folder that it was: its drive is not there
     */
    static Destination open(MirrorSettings settings, MirrorFolder folder, boolean isAgain)
            throws IOException, RefusedException {
        ReadingDisk source = new ReadingDisk(settings.source());
        RootIdentity sourceIdentity = source.adopt(null);
        Optional<RootIdentity> recalled =
                settings.anew() && !isAgain ? Optional.empty() : folder.recalled();
        check(settings, folder, recalled.isPresent());
        String boot = MachineIds.boot();
        if (settings.dry()) {
            Disk copy = new ReadingDisk(folder.path());
            return new Destination(
                    settings, folder, source, sourceIdentity, copy, load(copy, boot), false);
        }
        Disk copy = Disks.holding(folder.path(), () -> new SecureRandom().nextLong());
        RootIdentity identity = copy.adopt(recalled.orElse(null));
        try (MirrorLock lock =
                        MirrorLock.take(folder.path())
                                .orElseThrow(() -> new RefusedException(Teller.Refusal.BUSY));
                Root root = copy.open()) {
            if (!Memory.isIn(root)) {
                Memory.mark(root);
            }
            if (lock.isHeld()) { // Else it may be what another mirror is making.
                keeping(copy).sweep(root);
            }
        }
        if (!recalled.equals(Optional.of(identity))) {
            folder.remember(identity);
        }
        boolean isDrive = identity.device() != sourceIdentity.device();
        return new Destination(
                settings, folder, source, sourceIdentity, copy, load(copy, boot), isDrive);
    }

    private static void check(MirrorSettings settings, MirrorFolder folder, boolean isKnown)
            throws IOException, RefusedException {
        switch (folder.look()) {
            case ABSENT -> {
                if (isKnown) {
                    throw new RootLostException("it is not there");
                }
                if (!settings.dry()) {
                    folder.make();
                }
            }
            case NOWHERE -> {
                if (isKnown) {
                    throw new RootLostException("it is not there");
                }
                throw new RefusedException(Teller.Refusal.NOWHERE);
            }
            case NO_FOLDER -> throw new RefusedException(Teller.Refusal.NO_FOLDER);
            case SHARE -> throw new RefusedException(Teller.Refusal.SHARE);
            case EMPTY -> {
                if (isKnown) {
                    throw new RootLostException("it is empty");
                }
            }
            case FOREIGN -> {
                if (isKnown) {
                    throw new RootLostException("it is not the folder that it was");
                }
                if (settings.deleting() == null
                        && folder.hasMoreThan(settings.source(), settings.rules())) {
                    throw new RefusedException(Teller.Refusal.FOREIGN);
                }
            }
            case MIRROR -> {}
        }
    }

    private static Memory load(Disk copy, String boot) throws IOException {
        try (Root root = copy.open()) {
            return Memory.load(root, boot);
        } catch (dev.lanyard.node.io.disk.DiskException e) {
            return Memory.none(boot); // A dry run where there is no .lanyard yet.
        }
    }

    private static Keeping keeping(Disk copy) {
        return new Keeping(copy, InstantSource.system(), new SecureRandom());
    }

    private static Keepsafe keepsafe(Disk copy) {
        Keeping keeping = keeping(copy);
        return new Keepsafe() {
            @Override
            public String stagedName(RelativePath path, Keep reason) {
                return keeping.stagedName(path, reason);
            }

            @Override
            public void keep(Root root, String stagedName, RelativePath path) throws IOException {
                keeping.keep(root, stagedName, path);
            }
        };
    }

    /**
     * Makes the copy what the source is; of everything, or where it may have changed.
     *
     * @param deletedLately how many files and links were deleted a short time ago
     */
    Result pass(
            @Nullable List<Spot> spots,
            boolean patient,
            long deletedLately,
            Report report,
            BooleanSupplier stop)
            throws IOException {
        Choice choice =
                new Choice(
                        settings.rules(),
                        settings.deleting() == null ? Deleting.KEEP : settings.deleting(),
                        settings.confirmed(),
                        settings.dry(),
                        spots == null && (settings.verify() || memory.isDoubtful()),
                        patient,
                        isDrive,
                        deletedLately,
                        spots == null ? settings.threads() : 1);
        Pass pass =
                new Pass(
                        source,
                        copy,
                        memory,
                        choice,
                        keepsafe,
                        report,
                        InstantSource.system(),
                        stop);
        try (MirrorLock _ = lock()) {
            return spots == null ? overAll(pass, choice.doubting(), stop) : pass.over(spots);
        }
    }

    private Result overAll(Pass pass, boolean isComparing, BooleanSupplier stop)
            throws IOException {
        boolean isSame = memory.isOf(sourceIdentity.markerInode());
        isSourceInDoubt = !isSame;
        isHalfCompared = isComparing;
        Result result = pass.overAll(isSame);
        isSourceInDoubt &= result.verdict() != Guard.Verdict.FREE;
        isHalfCompared &=
                stop.getAsBoolean() || result.skippedAny() || !result.restless().isEmpty();
        return result;
    }

    private MirrorLock lock() throws IOException {
        return settings.dry()
                ? MirrorLock.none()
                : MirrorLock.take(folder.path())
                        .orElseThrow(() -> new IOException("another mirror is writing to it"));
    }

    /** Whether there is something to {@link #save}. */
    boolean isChanged() {
        return !settings.dry()
                && (memory.isChanged() || (flushes && !saved && !memory.isSettled()));
    }

    /** Saves what is remembered. */
    void save() throws IOException {
        saved = true; // A file system that cannot be flushed as a whole is never settled.
        long source = isSourceInDoubt ? memory.sourceInode() : sourceIdentity.markerInode();
        try (MirrorLock _ = lock()) {
            memory.save(copy, source, flushes, isHalfCompared);
        }
    }
}
