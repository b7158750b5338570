package dev.lanyard.node.core.engine;

import dev.lanyard.node.core.index.Held;
import dev.lanyard.node.core.index.Row;
import dev.lanyard.node.core.index.Row.Pending;
import dev.lanyard.protocol.Entry;
import dev.lanyard.protocol.Entry.Tombstone;
import dev.lanyard.protocol.NodeId;
import dev.lanyard.protocol.Relation;
import dev.lanyard.protocol.Stamp;
import dev.lanyard.protocol.VersionVector;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Whether this replica was away for longer than tombstones are kept, and what it keeps from others
 * until it has heard what they have.
 *
 * <p>What it does about it is told in the description of this package.
 */
final class Absence {
    private static final String EXCHANGED = "exchanged";
    private static final int MET_MAX = 1_000;

    private final Replica replica;

    /** The day of the last complete exchange with anybody; 0 for never. */
    private int lastDay;

    /** All that was ever seen here, at the last moment at which others had heard of all of it. */
    private VersionVector told = VersionVector.empty();

    private boolean changed;
    private boolean away;

    /** Whether a peer lacked something in this absence. */
    private boolean lacking;

    /** Sessions that have nothing left to compare. */
    private final Set<SessionId> current = new HashSet<>();

    private final Map<NodeId, Meeting> met = new HashMap<>();

    /** On which day a node was first met in this absence, and what it had seen by then. */
    private record Meeting(int day, VersionVector seen) {}

    Absence(Replica replica) {
        this.replica = replica;
        String text = replica.index.text(EXCHANGED);
        if (text != null) {
            int space = text.indexOf(' ');
            lastDay = Integer.parseInt(text.substring(0, space));
            told = VectorText.parse(text.substring(space + 1));
        }
    }

    /** The day of the last complete exchange, or 0. */
    int lastDay() {
        return lastDay;
    }

    /** Whether others may have forgotten what they deleted, and were not heard since. */
    boolean isAway() {
        return away;
    }

    /** Whether this was made, or heard of, since others were last told of all that was here. */
    boolean isUntold(Entry entry) {
        return entry.version().counter(entry.author()) > told.counter(entry.author());
    }

    /** Looks whether it was too long; true if that was not known before. */
    boolean look() {
        int today = replica.horizon.today();
        boolean before = away;
        if (today > 0 && lastDay > 0) {
            // A clock that was set back says nothing of how long it was.
            away |=
                    today - lastDay > replica.policy.keepDays()
                            || lastDay - today > Horizon.GRACE_DAYS;
        }
        if (away && !before) {
            met.clear();
            replica.peers.values().stream()
                    .filter(peer -> current.contains(peer.session))
                    .forEach(peer -> meet(peer, told)); // Since it greeted.
        }
        return away && !before;
    }

    void opened(Peer peer) {
        look();
        if (away) {
            meet(peer, peer.greeting.seen());
        }
    }

    /** Greetings of who has heard ours name all that we had seen: the first one counts. */
    private Meeting meet(Peer peer, VersionVector seen) {
        Meeting meeting = new Meeting(replica.horizon.today(), seen);
        if (met.size() >= MET_MAX) {
            return met.getOrDefault(peer.greeting.node(), meeting);
        }
        return met.computeIfAbsent(peer.greeting.node(), _ -> meeting);
    }

    void closed(SessionId session) {
        current.remove(session);
    }

    // ---------------------------------------------------------------- exchanges

    /** States are compared with this peer from the beginning. */
    void comparing(SessionId session) {
        current.remove(session);
    }

    /** Whether this peer, if it lacks {@code entry}, may have deleted it and forgotten that. */
    boolean withholds(SessionId from, Entry entry) {
        Peer peer = away ? replica.peers.get(from) : null;
        return peer != null
                && entry.isLive()
                && !isUntold(entry)
                && meet(peer, peer.greeting.seen()).seen().counter(entry.author())
                        >= entry.version().counter(entry.author());
    }

    /** A peer that has seen {@code entry} lacks it: what is here of it stays here only. */
    void lacks(Entry entry, CatchUp catchUp) {
        Row row = replica.row(entry.path());
        if (row == null || !entry.equals(row.known())) {
            return;
        }
        lacking = true;
        Held held = row.held();
        if (held != null && held.entry().isLive()) {
            Tombstone gone = forgotten(held.entry());
            replica.index.put(new Row(entry.path(), gone, held));
            replica.decisions.lacked(entry.path());
            catchUp.wanted(gone, null);
            return;
        }
        catchUp.ignored(entry.path());
        if (catchUp.isInFlight(entry.path())) {
            replica.index.put(new Row(entry.path(), forgotten(entry), null)); // It may still come.
            replica.horizon.sweepAgain();
        } else {
            replica.index.remove(entry.path());
        }
    }

    /** Stands for a deletion that nobody remembers: the least that loses to nothing but this. */
    private static Tombstone forgotten(Entry entry) {
        Stamp before = new Stamp(entry.stamp().time().minusNanos(1));
        return new Tombstone(entry.path(), null, null, entry.version(), before, entry.author())
                .on(Tombstone.PAST);
    }

    /** Whether what is here is held back since others lack it. */
    static boolean isLacked(Row row) {
        return row.pending() == Pending.HELD_BACK
                && row.known() instanceof Tombstone gone
                && gone.isPast()
                && row.held() != null
                && gone.version().equals(row.held().entry().version());
    }

    /**
     * What becomes of {@code row} when {@code heard} is heard: whoever tells of the path remembers
     * it, and that decides.
     */
    @Nullable Row hearing(@Nullable Row row, Entry heard) {
        if (row == null || row.held() == null || !isLacked(row)) {
            return row;
        }
        Entry held = row.held().entry();
        if (!heard.isLive() && Entry.ORDER.compare(heard, held) <= 0) {
            return row;
        }
        Row back = new Row(row.path(), held, row.held());
        replica.index.put(back);
        return back;
    }

    /**
     * All that {@code session} knows was heard, and it has heard all that it may.
     *
     * @return with whom states have to be compared again, since an absence is over by that
     */
    List<SessionId> completed(SessionId session) {
        Peer peer = replica.peers.get(session);
        boolean over = false;
        if (away && peer != null) {
            over = speaksForAll(meet(peer, peer.greeting.seen()));
        }
        if (over) {
            away = false;
            replica.heldBack.restoreUsed();
        }
        current.add(session);
        note();
        if (!over) {
            return List.of();
        }
        List<SessionId> again = new ArrayList<>(replica.peers.keySet());
        if (!lacking) {
            again.remove(session); // It has heard all, and what was heard from it met the same.
        }
        lacking = false;
        return again;
    }

    /**
     * Whether an exchange with one who was met so ends the absence: it had heard of all that we had
     * heard of, or nobody who had has come for a day.
     */
    private boolean speaksForAll(Meeting meeting) {
        Relation relation = meeting.seen().relationTo(told);
        return relation == Relation.AFTER
                || relation == Relation.SAME
                || meeting.day() < replica.horizon.today();
    }

    /** All that is here was told to somebody, or is so at the end of this step. */
    private void note() {
        int today = replica.horizon.today();
        if (!away && today > 0 && !replica.paused && !replica.heldBack.isListening()) {
            changed |= lastDay != today || !told.equals(replica.seen());
            lastDay = today;
            told = replica.seen();
            replica.horizon.told();
        }
    }

    /** Writes down what changed; called before each commit. */
    void save(boolean seenChanged) {
        if (seenChanged && !current.isEmpty()) {
            note();
        }
        if (changed) {
            changed = false;
            replica.index.putText(EXCHANGED, lastDay + " " + VectorText.write(told));
        }
    }
}
