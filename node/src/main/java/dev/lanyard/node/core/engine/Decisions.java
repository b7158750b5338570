package dev.lanyard.node.core.engine;

import dev.lanyard.node.core.engine.Event.Command.Restored;
import dev.lanyard.node.core.engine.Event.Restoration;
import dev.lanyard.node.core.engine.Event.Seen;
import dev.lanyard.node.core.engine.Observation.Absent;
import dev.lanyard.node.core.engine.Observation.SeenDirectory;
import dev.lanyard.node.core.engine.Observation.SeenFile;
import dev.lanyard.node.core.engine.Observation.SeenLink;
import dev.lanyard.node.core.engine.Observation.Unreadable;
import dev.lanyard.node.core.engine.Observation.Unsettled;
import dev.lanyard.node.core.engine.Observation.Unsupported;
import dev.lanyard.node.core.index.FileStat;
import dev.lanyard.node.core.index.Held;
import dev.lanyard.node.core.index.Row;
import dev.lanyard.protocol.Entry.File;
import dev.lanyard.protocol.Entry.Symlink;
import dev.lanyard.protocol.RelativePath;
import dev.lanyard.protocol.ReplicaId;
import dev.lanyard.protocol.Stamp;
import dev.lanyard.protocol.VersionVector;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What users decide: a content put back, a conflict resolved. Each makes a version that is stamped
 * with the time of the decision, whatever the mtime of the content, and that has seen both what it
 * replaces and what it was decided about.
 */
final class Decisions {
    /*
     * A path with a step in flight waits for the outcome of the step. If the step came first, what
     * it placed is what the decision replaced on this disk; if it came later, it found something
     * that it did not expect, and did nothing. Either way the disk shows what was decided.
     *
     * Somebody may have written to the path since: it is dirty after each decision, and the scan
     * makes an edit of what it finds.
     */
    private final Replica replica;
    private final CatchUp catchUp;
    private final LocalChanges local;
    private final Map<RelativePath, Decision> waiting = new LinkedHashMap<>();

    /** {@code put}: null for keeping what is held. */
    private record Decision(@Nullable Observation put, Seen seen, Instant at) {}

    Decisions(Replica replica, CatchUp catchUp, LocalChanges local) {
        this.replica = replica;
        this.catchUp = catchUp;
        this.local = local;
    }

    /** Versions were put back at {@code at}. */
    void restored(Restored restored, Instant at) {
        for (Restoration each : restored.restorations()) {
            Observation put = each.observation();
            await(put.path(), new Decision(put, each.seen(), at));
        }
        restored.begun().forEach(this::end);
    }

    /** No scan gets ahead of a decision that waits. */
    private void await(RelativePath path, Decision decision) {
        if (waiting.put(path, decision) == null) {
            replica.putBacks.begin(path);
        }
    }

    private void end(RelativePath path) {
        replica.putBacks.end(path);
        if (!replica.putBacks.contains(path)) {
            local.landed(path);
        }
    }

    /** What is held at {@code path} stays, by somebody who has seen {@code seen} too. */
    void kept(RelativePath path, Seen seen, Instant at) {
        Decision before = waiting.get(path);
        Seen joined = before == null ? seen : before.seen().join(seen);
        await(path, new Decision(before == null ? null : before.put(), joined, at));
    }

    /** Makes the versions that need not wait. */
    void pump() {
        Iterator<Map.Entry<RelativePath, Decision>> each = waiting.entrySet().iterator();
        while (each.hasNext()) {
            Map.Entry<RelativePath, Decision> next = each.next();
            if (!catchUp.isInFlight(next.getKey())) {
                each.remove();
                end(next.getKey());
                decide(next.getKey(), next.getValue());
            }
        }
    }

    private void decide(RelativePath path, Decision decision) {
        Row row = replica.row(path);
        Held held = row == null ? null : row.held();
        Observation put = decision.put();
        Seen seen = decision.seen();
        Seen replaced =
                held == null ? seen : seen.join(new Seen(seen.version(), held.entry().stamp()));
        Stamp stamp = Stamp.ofDecision(decision.at(), replaced.stamp());
        VersionVector version = replica.nextVersion(held).join(seen.version());
        ReplicaId author = replica.author.replica();
        if (put != null) {
            local.putBack(put);
        }
        if (isIgnored(put, held)) {
            return; // It stays here, and nobody hears of it.
        }
        if (put != null) {
            mint(row, held, put, version, stamp, author);
        } else if (held != null) {
            replica.mint(row, Remade.of(held.entry(), version, stamp, author), held.stat());
        } // Else there is nothing that could stay.
        local.dirty(path, false);
        catchUp.held(path);
    }

    private boolean isIgnored(@Nullable Observation put, @Nullable Held held) {
        return put != null
                ? replica.ignoring.covers(put)
                : held != null && replica.ignoring.ignores(held.entry());
    }

    private void mint(
            @Nullable Row row,
            @Nullable Held held,
            Observation put,
            VersionVector version,
            Stamp stamp,
            ReplicaId author) {
        switch (put) {
            case SeenFile it -> {
                FileStat stat = it.stat();
                File made =
                        new File(
                                it.path(),
                                stat.sizeBytes(),
                                stat.mtime(),
                                stat.mode(),
                                it.content(),
                                version,
                                stamp,
                                author);
                replica.mint(row, made, stat);
            }
            case SeenLink it ->
                    replica.mint(
                            row,
                            new Symlink(it.path(), it.target(), version, stamp, author),
                            it.stat());
            case SeenDirectory _,
                    Absent _,
                    Unsupported _,
                    Unreadable _,
                    Observation.Ignored _,
                    Unsettled _ ->
                    throw new IllegalArgumentException(
                            "%s was put back over %s".formatted(put, held));
        }
    }
}
