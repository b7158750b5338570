package dev.lanyard.node.io.apply;

import dev.lanyard.node.core.engine.Event;
import dev.lanyard.node.core.plan.Outcome;
import dev.lanyard.node.core.plan.Outcome.Done;
import dev.lanyard.node.io.disk.Disk;
import dev.lanyard.node.io.disk.DiskException;
import dev.lanyard.node.io.disk.DiskException.Fault;
import dev.lanyard.node.io.disk.Root;
import dev.lanyard.node.io.disk.Root.Place;
import dev.lanyard.protocol.Entry;
import dev.lanyard.protocol.RelativePath;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Makes groups of batches durable, on the calling thread. */
final class Flusher {
    /** Up to here a flush per file is cheaper than one of the whole file system. */
    private static final int SINGLE_FLUSHES_MAX = 4;

    private static final Logger log = LoggerFactory.getLogger(Flusher.class);

    private final Disk disk;
    private final Journal journal;

    /** Batches whose displaced contents could not be moved to versions: their record stays. */
    private final List<AppliedBatch> unsettled = new ArrayList<>();

    /** Batches that are durable, and not known to be in the index. */
    private final Set<Long> durable = new HashSet<>();

    /** Batches that are in the index, and not known to be durable with all that they displaced. */
    private final Set<Long> noted = new HashSet<>();

    Flusher(Disk disk, Journal journal) {
        this.disk = disk;
        this.journal = journal;
    }

    /**
     * Flushes {@code group}. Its records stay until {@link #clear}: a node that is killed before
     * the index has it would know nothing of what it has done.
     *
     * @return which batches are durable, or that they may not be
     */
    List<Event> flush(List<AppliedBatch> group) {
        List<Long> batches = group.stream().map(AppliedBatch::batch).toList();
        if (group.stream().noneMatch(AppliedBatch::isJournaled)) {
            durable.addAll(batches);
            return flushed(batches); // Nothing was changed.
        }
        // Logged here and not by the worker, which somebody waits for.
        group.forEach(batch -> batch.logTo(log));
        try (Root root = disk.open()) {
            List<AppliedBatch> settled = settle(root, group);
            flushContents(root, group, settled);
            root.flush(Place.VERSIONS);
            List<Long> numbers = settled.stream().map(AppliedBatch::batch).toList();
            durable.addAll(numbers);
            journal.durable(numbers);
            return flushed(batches);
        } catch (IOException e) {
            doubt(group, e);
            return List.of(new Event.FlushFailed(batches, String.valueOf(e.getMessage())));
        }
    }

    private static List<Event> flushed(List<Long> batches) {
        return batches.stream().<Event>map(Event.Flushed::new).toList();
    }

    /** Clears the records of these batches and of those before, as far as all is durable. */
    void clear(Collection<Long> batches) {
        noted.addAll(batches);
        Set<Long> cleared = new HashSet<>(noted);
        cleared.retainAll(durable);
        if (cleared.isEmpty()) {
            return;
        }
        try {
            journal.clear(cleared);
            noted.removeAll(cleared);
            durable.removeAll(cleared);
        } catch (IOException e) {
            log.atWarn().setCause(e).log("journal not written: tried again with the next batch");
        }
    }

    /** Makes durable what the journal says of all that: nobody waits for this. */
    void forget() {
        try {
            journal.force();
        } catch (IOException e) {
            log.atWarn().setCause(e).log("journal not flushed");
        }
    }

    /** Describes what was displaced; the batches for which that is complete may be cleared. */
    private List<AppliedBatch> settle(Root root, List<AppliedBatch> group) {
        unsettled.addAll(group);
        List<AppliedBatch> settled = new ArrayList<>();
        unsettled.removeIf(
                batch -> {
                    try {
                        batch.displaced().settle(root);
                    } catch (IOException e) {
                        log.atWarn()
                                .addKeyValue("batch", batch.batch())
                                .setCause(e)
                                .log("displaced contents are not in versions yet");
                        return false;
                    }
                    settled.add(batch);
                    return true;
                });
        return settled;
    }

    private static void flushContents(
            Root root, List<AppliedBatch> group, List<AppliedBatch> settled) throws IOException {
        List<Entry> done = doneEntries(group);
        boolean isEachFlushed =
                done.size() <= SINGLE_FLUSHES_MAX
                        && done.stream().allMatch(entry -> flushable(entry).isPresent());
        if (isEachFlushed || !root.flushAll()) {
            flushEach(root, done);
            for (AppliedBatch batch : settled) {
                batch.displaced().flush(root);
            }
        }
    }

    private static List<Entry> doneEntries(List<AppliedBatch> group) {
        List<Entry> done = new ArrayList<>();
        for (AppliedBatch batch : group) {
            for (Outcome outcome : batch.outcomes()) {
                if (outcome instanceof Done one) {
                    done.add(one.held().entry());
                } else if (outcome instanceof Outcome.Renamed renamed) {
                    done.add(renamed.held().entry());
                    done.add(renamed.gone());
                } else if (outcome instanceof Outcome.RenamedDirectory renamed) {
                    done.add(renamed.directory().held().entry());
                    done.add(renamed.directory().gone());
                    // Those of earlier batches may not be flushed yet, and were looked for in vain.
                    renamed.children().forEach(child -> done.add(child.held().entry()));
                }
            }
        }
        return done;
    }

    private static void flushEach(Root root, List<Entry> entries) throws IOException {
        for (Entry entry : entries) {
            Optional<RelativePath> path = flushable(entry);
            if (path.isPresent()) {
                flushIfThere(root, path.get());
            }
        }
    }

    /** What was removed is durable with its directory; empty if that is the root itself. */
    private static Optional<RelativePath> flushable(Entry entry) {
        return entry.isLive() ? Optional.of(entry.path()) : entry.path().parent();
    }

    static void flushIfThere(Root root, RelativePath path) throws IOException {
        try {
            root.flush(path);
        } catch (DiskException e) {
            if (e.fault() != Fault.NO_SUCH_FILE && e.fault() != Fault.NOT_A_DIRECTORY) {
                throw e;
            } // A user has deleted or moved it since: the scan will tell.
        }
    }

    private void doubt(List<AppliedBatch> group, IOException why) {
        List<Long> batches = group.stream().map(AppliedBatch::batch).toList();
        log.atError()
                .addKeyValue("batches", batches)
                .setCause(why)
                .log("contents are not durable: looked at again at the next start");
        unsettled.removeAll(group);
        try {
            journal.doubt(batches);
        } catch (IOException e) {
            log.atError().setCause(e).log("journal not written");
        }
    }
}
