package dev.lanyard.node.io.apply;

import dev.lanyard.node.core.index.FileStat;
import dev.lanyard.node.core.index.Held;
import dev.lanyard.node.core.plan.Outcome.Obstacle;
import dev.lanyard.node.core.plan.Step;
import dev.lanyard.node.io.apply.Journal.Unfinished;
import dev.lanyard.node.io.disk.Disk;
import dev.lanyard.node.io.disk.DiskException;
import dev.lanyard.node.io.disk.DiskException.Fault;
import dev.lanyard.node.io.disk.Root;
import dev.lanyard.node.io.disk.Root.Found;
import dev.lanyard.node.io.disk.Root.Place;
import dev.lanyard.protocol.RelativePath;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Puts right what an unclean stop left behind. Runs once, after the root was adopted and before the
 * first scan, fetch and step.
 */
public final class Recovery {
    /** What the names of partial downloads begin with: the transfer takes them up again. */
    static final String PARTIAL_PREFIX = "p-";

    private static final Duration PARTIAL_KEPT = Duration.ofDays(7);

    private static final Logger log = LoggerFactory.getLogger(Recovery.class);

    private final Disk disk;
    private final Journal journal;
    private final Versions versions;
    private final Function<RelativePath, @Nullable Held> held;
    private final InstantSource wallClock;

    /**
     * Recovers what {@code journal} remembers of {@code disk}.
     *
     * @param held what is held at a path, as far as it was written down; null for nothing
     */
    public Recovery(
            Disk disk,
            Journal journal,
            Versions versions,
            Function<RelativePath, @Nullable Held> held,
            InstantSource wallClock) {
        this.disk = disk;
        this.journal = journal;
        this.versions = versions;
        this.held = held;
        this.wallClock = wallClock;
    }

    /**
     * Recovers. Afterwards staging holds nothing but partial downloads.
     *
     * @return what was found out, at most one finding for each path; each is to be written into the
     *     index, and each path to be scanned; {@link #finish} follows
     * @throws dev.lanyard.node.io.disk.RootLostException if the folder is not there: to be run
     *     again when it is
     * @throws IOException if reading or writing failed: nothing is forgotten, to be run again
     */
    public List<Finding> run() throws IOException {
        try (Root root = disk.open()) {
            List<Finding> findings = new ArrayList<>();
            for (Unfinished batch : journal.unfinished()) {
                for (Intent intent : batch.intents()) {
                    RenameOver.recover(root, versions, intent);
                }
            }
            for (Map.Entry<RelativePath, List<Attempt>> each : attemptsByPath(root).entrySet()) {
                Held last = held.apply(each.getKey());
                findings.add(new PathRecovery(root, versions, each.getValue(), last).recover());
            }
            clean(root);
            if (!findings.isEmpty() && !root.flushAll()) {
                flush(root, findings);
            }
            root.flush(Place.VERSIONS);
            log.atInfo().addKeyValue("paths", findings.size()).log("recovered");
            return findings;
        }
    }

    /** Forgets what was recovered, once the findings are durable in the index. */
    public void finish() throws IOException {
        journal.reset();
    }

    /**
     * One step that may or may not have been carried out.
     *
     * @param placed what it had put in place before the node stopped, beyond doubt; null for
     *     nothing, or if that is not known
     * @param wasRenamed whether it is a part of a rename that was carried out, beyond doubt
     */
    record Attempt(
            Intent intent, boolean mayBeTorn, @Nullable FileStat placed, boolean wasRenamed) {}

    /** Several batches may have changed one path, one after the other. */
    private Map<RelativePath, List<Attempt>> attemptsByPath(Root root) throws IOException {
        Map<RelativePath, List<Attempt>> byPath = new LinkedHashMap<>();
        for (Unfinished batch : journal.unfinished()) {
            for (int index = 0; index < batch.intents().size(); index++) {
                Intent whole = batch.intents().get(index);
                boolean wasPlaced = wasPlaced(root, batch, index);
                boolean wasRenamed = wasRenamed(root, whole.step());
                for (Intent.Part part : whole.byPath()) {
                    FileStat placed = null;
                    if (wasPlaced) {
                        placed = whole.preparedOrThrow().stat();
                    } else if (wasRenamed && !batch.mayBeTorn() && part.moved() != null) {
                        placed = Intent.statOf(part.moved());
                    }
                    byPath.computeIfAbsent(part.intent().path(), _ -> new ArrayList<>())
                            .add(new Attempt(part.intent(), batch.mayBeTorn(), placed, wasRenamed));
                }
            }
        }
        return byPath;
    }

    /** Whether what was to be renamed is at its new path, and not at the old one too. */
    private static boolean wasRenamed(Root root, Step step) throws IOException {
        return switch (step) {
            case Step.Rename rename ->
                    wasRenamed(root, rename.gone().path(), rename.path(), rename.moved());
            case Step.RenameDirectory rename ->
                    wasRenamed(root, rename.gone().path(), rename.path(), rename.moved());
            case Step.MakeDirectory _,
                    Step.PlaceFile _,
                    Step.PlaceLink _,
                    Step.SetAttributes _,
                    Step.Remove _ ->
                    false;
        };
    }

    /** Where one of the two cannot be looked at that says nothing; the scan tells why it cannot. */
    private static boolean wasRenamed(Root root, RelativePath from, RelativePath to, Held moved)
            throws IOException {
        try {
            return isAt(root, to, moved) && !isAt(root, from, moved);
        } catch (DiskException e) {
            return false;
        }
    }

    private static boolean isAt(Root root, RelativePath path, Held moved) throws IOException {
        try {
            return Looks.isInode(root.stat(path), moved);
        } catch (DiskException e) {
            if (e.fault().obstacle() == Obstacle.NO_PARENT) {
                return false;
            }
            throw e;
        }
    }

    /**
     * Whatever was prepared leaves staging by being put in place, or after it was written down that
     * it was not. What is there still is about to be dropped, so that is written down now: a
     * recovery that is itself interrupted is run again.
     */
    private boolean wasPlaced(Root root, Unfinished batch, int index) throws IOException {
        Intent intent = batch.intents().get(index);
        Found prepared = intent.prepared();
        if (batch.mayBeTorn() || prepared == null || batch.undone().contains(index)) {
            return false;
        }
        Found staged = root.stat(Place.STAGING, intent.stagedNameOrThrow());
        boolean isThere =
                staged != null
                        && (intent.expected() == null
                                || staged.stat().inode() == prepared.stat().inode());
        if (isThere) {
            journal.undone(batch.batch(), index);
        }
        return !isThere;
    }

    private void clean(Root root) throws IOException {
        for (String name : root.names(Place.STAGING)) {
            Optional<VersionName> displaced = VersionName.ofStaged(name);
            if (displaced.isPresent()) {
                keep(root, name, displaced.get());
            } else if (!isFreshPartial(root, name)) {
                delete(root, name);
            }
        }
    }

    /** Was displaced, and no record tells of it: by a restore, or the journal is gone. */
    private static void keep(Root root, String staged, VersionName name) throws IOException {
        if (root.stat(Place.VERSIONS, name.sidecarName()) == null) {
            Versions.keepUnknown(root, staged, name, null);
        } else {
            root.archive(staged, name.toString());
        }
    }

    private boolean isFreshPartial(Root root, String name) throws IOException {
        if (!name.startsWith(PARTIAL_PREFIX)) {
            return false;
        }
        Found found = root.stat(Place.STAGING, name);
        Instant oldest = wallClock.instant().minus(PARTIAL_KEPT);
        return found != null && found.stat().mtime().isAfter(oldest);
    }

    private static void delete(Root root, String name) throws IOException {
        try {
            root.delete(Place.STAGING, name);
        } catch (DiskException e) {
            if (e.fault() != Fault.NOT_EMPTY) {
                throw e;
            }
            log.atWarn()
                    .addKeyValue("staged", name)
                    .log("a directory in staging is not empty: it stays");
        }
    }

    private static void flush(Root root, List<Finding> findings) throws IOException {
        for (Finding finding : findings) {
            Flusher.flushIfThere(root, finding.path());
        }
    }
}
