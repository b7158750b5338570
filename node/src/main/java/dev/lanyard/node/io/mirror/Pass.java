package dev.lanyard.node.io.mirror;

import dev.lanyard.node.core.mirror.Decision;
import dev.lanyard.node.core.mirror.Exclusions;
import dev.lanyard.node.core.mirror.Guard;
import dev.lanyard.node.core.mirror.Row;
import dev.lanyard.node.io.disk.Disk;
import dev.lanyard.node.io.disk.DiskException;
import dev.lanyard.node.io.disk.DiskException.Fault;
import dev.lanyard.node.io.disk.Root;
import dev.lanyard.node.io.disk.Root.Found;
import dev.lanyard.node.io.disk.Root.Kind;
import dev.lanyard.node.io.disk.RootLostException;
import dev.lanyard.node.io.mirror.Copier.Staged;
import dev.lanyard.protocol.RelativePath;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;

/** Makes a destination once what the source is now, or a part of it. One use. */
public final class Pass {
    final MirrorRecord record;
    final Choice choice;
    final Report report;
    final Copier copier;
    final Work work;
    final Changes changes;

    /** Before the walk: without a past nothing can have been renamed. */
    final boolean hasPast;

    /** Whether there are rules for more than what a file system keeps at its top. */
    final boolean hasRules;

    private final Disk source;
    private final Disk copy;
    private final BooleanSupplier stop;
    private final Set<RelativePath> touched = ConcurrentHashMap.newKeySet();
    private final Map<RelativePath, String> restless = new ConcurrentHashMap<>();
    private final Map<Optional<RelativePath>, String> failed = new ConcurrentHashMap<>();

    /** What the destination takes for something that was there; and what it says about it. */
    private final Map<RelativePath, String> clashing = new ConcurrentHashMap<>();

    private volatile boolean skippedAny;
    private volatile boolean full;
    private volatile @Nullable RootLostException lost;

    /**
     * A pass over folders that were adopted.
     *
     * @param stop asked between files; what was begun is finished
     */
    public Pass(
            Disk source,
            Disk copy,
            Memory memory,
            Choice choice,
            Keepsafe keepsafe,
            Report report,
            InstantSource wallClock,
            BooleanSupplier stop) {
        this.source = source;
        this.copy = copy;
        this.record = memory.record();
        this.choice = choice;
        this.report = report;
        this.stop = stop;
        this.copier = new Copier(keepsafe, report, wallClock, choice.patient(), new Twins(record));
        this.work = new Work(source, copy, choice.ordered(), choice.threads());
        this.changes = new Changes(this);
        this.hasPast = !record.isEmpty();
        this.hasRules = !choice.rules().equals(Exclusions.NONE);
    }

    /**
     * A place that may have changed.
     *
     * @param deep whether all below it may have changed too
     */
    public record Spot(RelativePath path, boolean deep) {}

    /**
     * How a pass ended.
     *
     * @param verdict why deletions were held back
     * @param missingCount how many files and links the source lacked
     * @param deletedCount how many files and links were deleted
     * @param restless what was left for later, and why: somebody is writing to it, or what was in
     *     the way of its name has gone since
     * @param skippedAny whether anything else was not looked at, or could not be made
     * @param failed why something failed that may go well another time, by path; nothing for all
     * @param unstoredModes how many files and directories the destination gave another mode
     */
    public record Result(
            Guard.Verdict verdict,
            long missingCount,
            long deletedCount,
            Map<RelativePath, String> restless,
            boolean skippedAny,
            Map<Optional<RelativePath>, String> failed,
            long unstoredModes) {}

    /**
     * Goes over everything.
     *
     * @param sameSource whether the source is the folder that the record was made from
     * @throws RootLostException if one of the folders is not what it was any more
     */
    public Result overAll(boolean sameSource) throws IOException {
        work.add(hands -> new Visit(this, hands, null).all(record.inodeOf(null), false));
        return run(sameSource);
    }

    /** Goes over what may have changed. */
    public Result over(List<Spot> spots) throws IOException {
        Map<Optional<RelativePath>, Map<RelativePath, Boolean>> byDirectory = new LinkedHashMap<>();
        Set<RelativePath> deep = new HashSet<>();
        for (Spot spot : spots) {
            Spot known = known(spot);
            if (known.deep()) {
                deep.add(known.path());
            }
            byDirectory
                    .computeIfAbsent(known.path().parent(), _ -> new LinkedHashMap<>())
                    .merge(known.path(), known.deep(), Boolean::logicalOr);
        }
        byDirectory.values().forEach(names -> names.keySet().removeIf(each -> isBelow(each, deep)));
        byDirectory.forEach(
                (directory, names) ->
                        work.add(
                                hands ->
                                        new Visit(this, hands, directory.orElse(null))
                                                .some(names)));
        return run(true);
    }

    /** What is seen with a directory is not looked at twice. */
    private static boolean isBelow(RelativePath path, Set<RelativePath> directories) {
        for (Optional<RelativePath> at = path.parent(); at.isPresent(); at = at.get().parent()) {
            if (directories.contains(at.get())) {
                return true;
            }
        }
        return false;
    }

    /** What is in a directory that nobody has seen yet is seen with that directory. */
    private Spot known(Spot spot) {
        Spot known = spot;
        while (known.path().parent().isPresent()
                && !record.has(known.path().parent().orElseThrow())) {
            known = new Spot(known.path().parent().orElseThrow(), true);
        }
        return known;
    }

    private Result run(boolean sameSource) throws IOException {
        work.drain();
        checkLost();
        Guard.Verdict verdict = Guard.Verdict.FREE;
        long missing = 0;
        if (!isStopped()) {
            try (Hands hands = newHands()) {
                changes.expand(hands);
                changes.rename(hands);
            }
            changes.makeRest();
            work.drain();
            checkLost();
        }
        if (!isStopped()) {
            try (Hands hands = newHands()) {
                missing = changes.missingCount();
                verdict = verdict(hands, missing, sameSource);
                if (verdict == Guard.Verdict.FREE || choice.confirmed()) {
                    verdict = Guard.Verdict.FREE;
                    changes.remove(hands);
                }
            }
        }
        settleClashes();
        changes.remember();
        if (!choice.dry()) {
            finishDirectories();
        }
        checkLost();
        return new Result(
                verdict,
                missing,
                changes.deletedCount(),
                Map.copyOf(restless),
                skippedAny,
                Map.copyOf(failed),
                copier.modes.unstoredCount());
    }

    /** What had the other name may have another one by now, or be gone. */
    private void settleClashes() throws IOException {
        if (clashing.isEmpty()) {
            return;
        }
        try (Hands hands = newHands()) {
            for (Map.Entry<RelativePath, String> each : clashing.entrySet()) {
                settle(hands, each.getKey(), each.getValue());
            }
        }
    }

    private void settle(Hands hands, RelativePath path, String clash) {
        try {
            if (hands.copy.spelling(path) == null) {
                restless.put(path, clash);
                return;
            }
            skippedAny = true;
            failed.put(Optional.of(path), clash);
            report.skipped(path, clash);
        } catch (IOException e) {
            failed(path, e);
        }
    }

    /** For what is done after the work, one by one. */
    private Hands newHands() throws IOException {
        return new Hands(source, copy, false);
    }

    private Guard.Verdict verdict(Hands hands, long missing, boolean sameSource)
            throws IOException {
        return new Guard(
                        Math.max(record.count(), Math.max(work.seenCount(), missing)),
                        missing,
                        missing > 0 && isEmpty(hands.source),
                        sameSource,
                        choice.deletedLately())
                .verdict();
    }

    /** A drive that was made anew has only what belongs to every drive. */
    private boolean isEmpty(Root root) throws IOException {
        for (Root.Seen each : root.survey(null)) {
            boolean isDirectory = each.found().kind() == Kind.DIRECTORY;
            if (!choice.rules().ignores(RelativePath.of(each.name()), isDirectory)) {
                return false;
            }
        }
        return true;
    }

    // ---------------------------------------------------------------- what all parts share

    boolean isStopped() {
        return lost != null || stop.getAsBoolean();
    }

    /** Tells what would be done to a file or link. */
    void tellDry(Decision decision, RelativePath path, Found source) {
        Report.Verb verb =
                decision == Decision.MAKE
                        ? Report.Verb.CREATED
                        : decision == Decision.ADJUST ? Report.Verb.ADJUSTED : Report.Verb.UPDATED;
        long bytes = decision == Decision.ADJUST ? 0 : source.stat().sizeBytes();
        report.did(verb, path, null, bytes);
    }

    /** One step that puts something in its place. */
    interface Placing {
        Row run() throws IOException;
    }

    /**
     * Puts what is staged in its place, unless something failed since; null, and that is told, if
     * it is not there then.
     */
    @Nullable Row placed(
            Hands hands,
            RelativePath path,
            Staged now,
            @Nullable IOException failure,
            Placing placing) {
        if (failure != null) {
            Copier.abandon(hands, now);
            failed(path, failure);
            return null;
        }
        try {
            return placing.run();
        } catch (Copier.RestlessException e) {
            later(path, e);
        } catch (IOException e) {
            failed(path, e);
        }
        return null;
    }

    boolean isFull() {
        return full;
    }

    /** Its mode and mtime are set when nothing is done in it any more. */
    void touch(@Nullable RelativePath directory) {
        if (directory != null) {
            touched.add(directory);
        }
    }

    void later(RelativePath path, Copier.RestlessException why) {
        restless.put(path, String.valueOf(why.getMessage()));
    }

    /** Tells why nothing was done; ends the pass if a folder is not there any more. */
    void failed(@Nullable RelativePath path, IOException why) {
        if (why instanceof RootLostException e) {
            lost = e;
            return;
        }
        if (path != null && why instanceof Hands.ClashException) {
            clashing.put(path, String.valueOf(why.getMessage()));
            return;
        }
        String reason =
                why instanceof DiskException e
                        ? e.fault().text()
                        : String.valueOf(why.getMessage());
        if (why instanceof DiskException e) {
            full |= e.fault() == Fault.DISK_FULL;
            if (e.fault() == Fault.IO && isLost()) {
                return;
            }
        }
        skippedAny = true;
        if (why instanceof DiskException e && mayHeal(e.fault())) {
            failed.put(Optional.ofNullable(path), reason);
        }
        report.skipped(path, reason);
    }

    /** Whether it may go well another time, though nobody changes anything in the source. */
    private static boolean mayHeal(Fault fault) {
        return switch (fault) {
            case NOT_PERMITTED, READ_ONLY, DISK_FULL, BUSY, IO, SHRANK -> true;
            case NO_SUCH_FILE, EXISTS, NOT_A_DIRECTORY, NOT_EMPTY -> true; // Others were faster.
            case IS_A_DIRECTORY, CONFINED, NAME_IMPOSSIBLE, OTHER_DEVICE, UNSUPPORTED -> false;
        };
    }

    /** A medium that was pulled out answers every question with an error. */
    private boolean isLost() {
        try {
            source.open().close();
            copy.open().close();
            return false;
        } catch (RootLostException e) {
            lost = e;
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private void checkLost() throws RootLostException {
        RootLostException e = lost;
        if (e != null) {
            throw e;
        }
    }

    // ---------------------------------------------------------------- directories

    /** The deepest first: who may not enter a directory cannot change what is in it. */
    private void finishDirectories() throws IOException {
        List<RelativePath> directories = new ArrayList<>(touched);
        directories.sort(Comparator.<RelativePath>reverseOrder());
        try (Hands hands = newHands()) {
            for (RelativePath directory : directories) {
                try {
                    finish(hands, directory);
                } catch (DiskException e) {
                    failed(directory, e);
                }
            }
        }
    }

    private void finish(Hands hands, RelativePath directory) throws IOException {
        Found wanted = hands.source.stat(directory);
        Found there = hands.copy.stat(directory);
        if (wanted == null
                || there == null
                || wanted.kind() != Kind.DIRECTORY
                || there.kind() != Kind.DIRECTORY
                || isFinished(wanted, there)) {
            return;
        }
        copier.modes.finish(hands.copy, directory, wanted.stat().mode(), wanted.stat().mtime());
    }

    static boolean isFinished(Found wanted, Found there) {
        return wanted.stat().mode() == there.stat().mode()
                && wanted.stat().mtime().equals(there.stat().mtime());
    }

    /** Gives the owner what is needed to change what is in a directory. */
    static void open(Root copy, @Nullable RelativePath directory) throws IOException {
        if (directory == null) {
            return;
        }
        Found there = copy.stat(directory);
        if (there != null && (there.stat().mode() & Copier.OWNER_MODE) != Copier.OWNER_MODE) {
            copy.setAttributes(directory, there.stat().mode() | Copier.OWNER_MODE, null);
        }
    }
}
