package dev.lanyard.node.io.apply;

import dev.lanyard.node.core.plan.Outcome;
import dev.lanyard.node.core.plan.Outcome.Done;
import dev.lanyard.node.core.plan.Step.MakeDirectory;
import dev.lanyard.node.core.plan.Step.PlaceFile;
import dev.lanyard.node.core.plan.Step.PlaceLink;
import dev.lanyard.node.core.plan.Step.Remove;
import dev.lanyard.node.core.plan.Step.Rename;
import dev.lanyard.node.core.plan.Step.RenameDirectory;
import dev.lanyard.node.core.plan.Step.SetAttributes;
import dev.lanyard.protocol.Entry;
import dev.lanyard.protocol.RelativePath;

import org.slf4j.Logger;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A batch that was carried out and is not durable yet.
 *
 * @param outcomes one for each step, in their order
 * @param journaled what the journal has a record of, to be cleared; empty if nothing was tried
 */
record AppliedBatch(
        long batch, List<Outcome> outcomes, List<Intent> journaled, Displaced displaced) {

    boolean isJournaled() {
        return !journaled.isEmpty();
    }

    /** One line for each step that was done. */
    void logTo(Logger log) {
        Set<RelativePath> done = new HashSet<>();
        for (Outcome outcome : outcomes) {
            if (outcome instanceof Done
                    || outcome instanceof Outcome.Renamed
                    || outcome instanceof Outcome.RenamedDirectory) {
                done.add(outcome.path());
            }
        }
        for (Intent intent : journaled) {
            if (done.contains(intent.path())) {
                log(log, intent);
            }
        }
    }

    private static void log(Logger log, Intent intent) {
        String message =
                switch (intent.step()) {
                    case MakeDirectory _ -> "directory applied";
                    case PlaceFile _ -> "file applied";
                    case PlaceLink _ -> "link applied";
                    case Rename _ -> "file renamed";
                    case RenameDirectory _ -> "directory renamed";
                    case SetAttributes _ -> "attributes applied";
                    case Remove remove ->
                            remove.expected().entry() instanceof Entry.Directory
                                    ? "directory deleted"
                                    : "file deleted";
                };
        Entry entry = intent.step().entry();
        log.atInfo()
                .addKeyValue("path", intent.path())
                .addKeyValue("bytes", entry instanceof Entry.File file ? file.sizeBytes() : 0)
                .addKeyValue("author", entry.author())
                .addKeyValue(
                        "reason", intent.expected() == null ? "NEW" : Intent.keep(intent.step()))
                .log(message);
    }
}
