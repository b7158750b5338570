package dev.lanyard.node.app.runtime;

import dev.lanyard.node.app.control.NodeControl.Decision;
import dev.lanyard.node.app.control.NodeControl.Known;
import dev.lanyard.node.app.control.NodeControl.Why;
import dev.lanyard.node.core.engine.Effect.Reply.Explanation;
import dev.lanyard.node.core.index.Held;
import dev.lanyard.node.core.index.Row;
import dev.lanyard.node.io.store.DecisionJournal;
import dev.lanyard.node.io.store.RecordedDecision;
import dev.lanyard.protocol.Entry;
import dev.lanyard.protocol.RelativePath;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.List;

/** What was decided, in the words of {@code app.control}. */
final class Explaining {
    /** Of a path that changes every second the last hours are enough. */
    private static final int HISTORY_MAX = 10_000;

    private Explaining() {}

    static List<Decision> log(DecisionJournal journal, int count, long after)
            throws IOException, InterruptedException {
        return decisions(journal.last(count, after));
    }

    private static List<Decision> decisions(List<RecordedDecision> recorded) {
        return recorded.stream().map(Explaining::decision).toList();
    }

    private static Decision decision(RecordedDecision it) {
        return new Decision(
                it.number(),
                it.time(),
                it.path(),
                it.what(),
                it.peer(),
                it.via(),
                it.version(),
                it.detail());
    }

    static Why why(RelativePath path, Explanation now, DecisionJournal journal)
            throws IOException, InterruptedException {
        Row row = now.row();
        Entry known = row == null ? null : row.known();
        Held held = row == null ? null : row.held();
        return new Why(
                path,
                decisions(journal.about(path, HISTORY_MAX)),
                known(known, now.knownBy()),
                known(held == null ? null : held.entry(), now.heldBy()),
                row == null ? Row.Pending.NOTHING : row.pending(),
                now.inFlight(),
                now.problems());
    }

    private static @Nullable Known known(@Nullable Entry entry, String author) {
        if (entry == null) {
            return null;
        }
        return new Known(
                kind(entry),
                entry instanceof Entry.File file ? file.sizeBytes() : 0,
                entry.stamp().time(),
                author,
                entry.version().toString());
    }

    private static String kind(Entry entry) {
        return switch (entry) {
            case Entry.File _ -> "file";
            case Entry.Directory _ -> "directory";
            case Entry.Symlink _ -> "link";
            case Entry.Tombstone _ -> "deleted";
        };
    }
}
