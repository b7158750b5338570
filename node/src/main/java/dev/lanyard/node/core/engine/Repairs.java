package dev.lanyard.node.core.engine;

import dev.lanyard.node.core.engine.Effect.Reply;
import dev.lanyard.node.core.index.FileStat;
import dev.lanyard.node.core.index.Held;
import dev.lanyard.node.core.index.Row;
import dev.lanyard.protocol.ContentHash;
import dev.lanyard.protocol.Entry.File;
import dev.lanyard.protocol.RelativePath;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Has what is known take the place of a file that has decayed, when a user asks for it. */
final class Repairs {
    private static final Duration ALONE_AFTER = Duration.ofSeconds(3);

    private final Replica replica;
    private final CatchUp catchUp;

    /** Since when there has been no session with anybody. */
    private @Nullable Instant aloneSince;

    /** Who is to be answered, by request. */
    private final Map<Long, Asked> asked = new LinkedHashMap<>();

    private record Asked(RelativePath path, ContentHash content) {}

    Repairs(Replica replica, CatchUp catchUp) {
        this.replica = replica;
        this.catchUp = catchUp;
    }

    /** A user asks to have {@code path} repaired; {@code request} is answered when that ended. */
    void begin(long request, RelativePath path) {
        Row row = replica.row(path);
        String obstacle = obstacle(path, row);
        if (obstacle != null) {
            replica.emit(new Effect.Answer(request, new Reply.Impossible(obstacle)));
            return;
        }
        Row decayed = Objects.requireNonNull(row);
        Held held = Objects.requireNonNull(decayed.held());
        File known = (File) Objects.requireNonNull(decayed.known());
        if (!held.isDecayed()) { // Else it was asked for before, and goes on.
            ContentHash found = Objects.requireNonNull(replica.decay.found(path));
            FileStat stat = Objects.requireNonNull(held.stat());
            replica.index.put(new Row(path, known, Held.decayed(known, found, stat)));
        }
        asked.put(request, new Asked(path, known.content()));
        catchUp.held(path);
    }

    /** Why it cannot be repaired now, or null if it can. */
    private @Nullable String obstacle(RelativePath path, @Nullable Row row) {
        if (replica.decay.found(path) == null || row == null || row.held() == null) {
            return "no decay is known there; see: lanyard scrub";
        }
        if (!replica.oneWay.takes()) {
            return "this node is send-only and takes nothing; start it two-way for that";
        }
        if (catchUp.isInFlight(path)) {
            return "something is being done there just now; try again";
        }
        return switch (row.pending()) {
            case NOTHING -> outage(replica.peers.isEmpty());
            case PLACE ->
                    row.held().isDecayed() && row.known() instanceof File
                            ? outage(replica.peers.isEmpty())
                            : "another version takes its place as soon as it is here";
            case REMOVE, NOTE -> "it was deleted elsewhere";
            case HELD_BACK, CHANGED, ADDED -> "no other machine has what was here";
        };
    }

    private @Nullable String outage(boolean isAlone) {
        if (replica.rootLost != null) {
            return "the folder is not there: " + replica.rootLost;
        }
        if (replica.paused) {
            return "this node is paused; go on with: lanyard resume";
        }
        return isAlone ? "no machine is connected that could have its content" : null;
    }

    /** Not while one session with a peer takes the place of another. */
    private boolean isAlone() {
        return aloneSince != null && !replica.now.isBefore(aloneSince.plus(ALONE_AFTER));
    }

    /** Answers what has ended. */
    void pump() {
        if (!replica.peers.isEmpty()) {
            aloneSince = null;
        } else if (aloneSince == null) {
            aloneSince = replica.now;
        }
        Iterator<Map.Entry<Long, Asked>> each = asked.entrySet().iterator();
        while (each.hasNext()) {
            Map.Entry<Long, Asked> next = each.next();
            Reply reply = reply(next.getValue());
            if (reply != null) {
                each.remove();
                replica.emit(new Effect.Answer(next.getKey(), reply));
            }
        }
    }

    Optional<Instant> nextTimeout() {
        return asked.isEmpty()
                ? Optional.empty()
                : Optional.ofNullable(aloneSince)
                        .map(since -> since.plus(ALONE_AFTER))
                        .filter(at -> at.isAfter(replica.now));
    }

    /** How it ended, or null while it goes on. */
    private @Nullable Reply reply(Asked repair) {
        Row row = replica.row(repair.path());
        Held held = row == null ? null : row.held();
        if (held == null || !held.isDecayed()) {
            boolean isRepaired =
                    held != null
                            && held.entry() instanceof File file
                            && file.content().equals(repair.content())
                            && replica.decay.found(repair.path()) == null;
            return isRepaired ? new Reply.Done() : new Reply.Impossible("it was changed meanwhile");
        }
        if (catchUp.isInFlight(repair.path())) {
            return null;
        }
        return catchUp.block(repair.path())
                .map(block -> block.detail() + "; it is tried again")
                .or(() -> Optional.ofNullable(outage(isAlone())))
                .map(Reply.Impossible::new)
                .orElse(null);
    }
}
