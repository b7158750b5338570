package dev.lanyard.node.io.apply;

import dev.lanyard.node.core.engine.Effect;
import dev.lanyard.node.core.plan.Keep;
import dev.lanyard.node.core.plan.Outcome;
import dev.lanyard.node.core.plan.Outcome.Blocked;
import dev.lanyard.node.core.plan.Outcome.Done;
import dev.lanyard.node.core.plan.Outcome.Obstacle;
import dev.lanyard.node.core.plan.Step;
import dev.lanyard.node.core.plan.Step.MakeDirectory;
import dev.lanyard.node.core.plan.Step.PlaceFile;
import dev.lanyard.node.core.plan.Step.PlaceLink;
import dev.lanyard.node.core.plan.Step.Remove;
import dev.lanyard.node.core.plan.Step.Rename;
import dev.lanyard.node.core.plan.Step.RenameDirectory;
import dev.lanyard.node.core.plan.Step.SetAttributes;
import dev.lanyard.node.io.disk.Disk;
import dev.lanyard.node.io.disk.DiskException;
import dev.lanyard.node.io.disk.DiskException.Fault;
import dev.lanyard.node.io.disk.Root;
import dev.lanyard.node.io.disk.Root.Found;
import dev.lanyard.node.io.disk.Root.Kind;
import dev.lanyard.node.io.disk.RootLostException;
import dev.lanyard.protocol.Entry;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;

/** Carries out batches, one after the other, on the calling thread: prepare, journal, rename. */
final class BatchRun {
    /** Without these bits only root may move a directory or make a file in it. */
    static final int OWNER_MODE = 0700;

    private static final Logger log = LoggerFactory.getLogger(BatchRun.class);

    private final Disk disk;
    private final Journal journal;
    private final Versions versions;

    BatchRun(Disk disk, Journal journal, Versions versions) {
        this.disk = disk;
        this.journal = journal;
        this.versions = versions;
    }

    /** Carries out {@code batch}; what it did is visible on return, and not durable. */
    AppliedBatch run(Effect.Apply batch) {
        try (Root root = disk.open()) {
            return run(root, batch);
        } catch (RootLostException lost) {
            return allBlocked(batch, step -> blocked(step, Obstacle.ROOT_LOST, lost));
        } catch (IOException e) {
            return allBlocked(batch, step -> blocked(step, e));
        }
    }

    /** What it throws, it throws before anything was changed. */
    private AppliedBatch run(Root root, Effect.Apply batch) throws IOException {
        List<Step> steps = batch.steps();
        @Nullable Outcome[] outcomes = new Outcome[steps.size()];
        @Nullable Intent[] intents = new Intent[steps.size()];
        for (int i = 0; i < intents.length; i++) {
            try {
                intents[i] = prepare(root, steps.get(i));
            } catch (IOException e) {
                outcomes[i] = unprepared(steps.get(i), e);
            }
        }
        List<Intent> journaled = new ArrayList<>(intents.length);
        for (Intent intent : intents) {
            if (intent != null) {
                journaled.add(intent);
            }
        }
        Displaced displaced = new Displaced();
        if (journaled.isEmpty()) {
            return new AppliedBatch(batch.batch(), outcomesOf(outcomes), List.of(), displaced);
        }
        journal.begin(batch.batch(), journaled);
        int index = 0;
        for (int i = 0; i < intents.length; i++) {
            Intent intent = intents[i];
            if (intent != null) {
                Outcome outcome = carryOut(root, intent, displaced);
                if (!isDone(outcome)) {
                    giveUp(root, intent, batch.batch(), index);
                }
                outcomes[i] = outcome;
                index++;
            }
        }
        return new AppliedBatch(batch.batch(), outcomesOf(outcomes), journaled, displaced);
    }

    private Intent prepare(Root root, Step step) throws IOException {
        VersionName versionName = Intent.displaces(step) ? versions.nameOfDisplaced(step) : null;
        return switch (step) {
            case PlaceFile place -> prepareFile(root, place, versionName);
            case PlaceLink place -> {
                String staged = ownName(step);
                root.createLink(staged, place.entry().target());
                yield new Intent(step, staged, root.statStaged(staged), versionName);
            }
            case MakeDirectory make -> {
                String staged = ownName(step);
                root.createDirectory(staged, make.entry().mode() | OWNER_MODE);
                yield new Intent(step, staged, root.statStaged(staged), versionName);
            }
            case Rename rename ->
                    new Intent(step, RenameOver.stagedName(versions, rename), null, versionName);
            case SetAttributes _, Remove _, RenameDirectory _ ->
                    new Intent(step, null, null, versionName);
        };
    }

    private static Intent prepareFile(Root root, PlaceFile place, @Nullable VersionName versionName)
            throws IOException {
        Entry.File entry = place.entry();
        String staged = place.staged().name();
        boolean replacesFile =
                place.expected() != null && place.expected().entry() instanceof Entry.File;
        root.setAttributes(staged, entry.mode(), entry.mtime(), replacesFile ? place.path() : null);
        Found prepared = root.statStaged(staged);
        if (prepared.kind() != Kind.FILE || prepared.stat().sizeBytes() != entry.sizeBytes()) {
            throw new DiskException("stat staged", staged, Fault.SHRANK, 0);
        }
        return new Intent(place, staged, prepared, versionName);
    }

    /** A name in staging for something that this makes itself: no transfer uses such names. */
    private String ownName(Step step) {
        return "n-" + versions.nameFor(step.path(), Keep.REPLACED);
    }

    private Outcome carryOut(Root root, Intent intent, Displaced displaced) {
        Outcome outcome;
        try {
            outcome = new StepRun(root, versions, intent, displaced).run();
        } catch (IOException e) {
            outcome = blocked(intent.step(), e);
        }
        if (!isDone(outcome)) {
            log.atDebug().addKeyValue("path", intent.path()).log("step not done: {}", outcome);
        }
        return outcome;
    }

    private static boolean isDone(Outcome outcome) {
        return outcome instanceof Done
                || outcome instanceof Outcome.Renamed
                || outcome instanceof Outcome.RenamedDirectory;
    }

    /** Of a batch that may be torn nothing is concluded from what is not in staging any more. */
    private void doubt(long batch, IOException why) {
        log.atWarn().addKeyValue("batch", batch).setCause(why).log("step not journaled as undone");
        try {
            journal.doubt(List.of(batch));
        } catch (IOException e) {
            log.atError().addKeyValue("batch", batch).setCause(e).log("journal not written");
        }
    }

    /** What is in staging is dropped by whoever hears of it, or here: this comes before. */
    private void giveUp(Root root, Intent intent, long batch, int index) {
        try {
            journal.undone(batch, index);
        } catch (IOException e) {
            doubt(batch, e);
        }
        discardOwn(root, intent);
    }

    /**
     * Drops a link or directory that was made here and is not needed. A file is the transfer's, or
     * a user's that was to be renamed.
     */
    private static void discardOwn(Root root, Intent intent) {
        String staged = intent.stagedName();
        if (staged == null
                || intent.step() instanceof PlaceFile
                || intent.step() instanceof Rename) {
            return;
        }
        try {
            Found found = root.stat(Root.Place.STAGING, staged);
            if (Looks.isAsPrepared(found, intent.preparedOrThrow())) {
                root.delete(Root.Place.STAGING, staged);
            }
        } catch (IOException e) {
            log.atDebug()
                    .addKeyValue("staged", staged)
                    .setCause(e)
                    .log("left in staging until the next start");
        }
    }

    private static Outcome unprepared(Step step, IOException e) {
        boolean isGone =
                e instanceof DiskException fault
                        && (fault.fault() == Fault.NO_SUCH_FILE || fault.fault() == Fault.SHRANK);
        return isGone ? blocked(step, Obstacle.CONTENT_GONE, e) : blocked(step, e);
    }

    private static Outcome blocked(Step step, IOException e) {
        return blocked(
                step,
                e instanceof DiskException disk ? disk.fault().obstacle() : Obstacle.IO_ERROR,
                e);
    }

    private static Outcome blocked(Step step, Obstacle obstacle, IOException e) {
        return new Blocked(step.path(), obstacle, String.valueOf(e.getMessage()));
    }

    private static AppliedBatch allBlocked(Effect.Apply batch, Function<Step, Outcome> outcome) {
        return new AppliedBatch(
                batch.batch(),
                batch.steps().stream().map(outcome).toList(),
                List.of(),
                new Displaced());
    }

    /** Every step has one by now. */
    private static List<Outcome> outcomesOf(@Nullable Outcome[] outcomes) {
        List<Outcome> all = new ArrayList<>(outcomes.length);
        for (Outcome outcome : outcomes) {
            all.add(Objects.requireNonNull(outcome));
        }
        return all;
    }
}
