package dev.lanyard.node.core.engine;

import dev.lanyard.node.core.engine.Event.PeerGreeting;
import dev.lanyard.node.core.index.Continuity;
import dev.lanyard.node.core.index.Held;
import dev.lanyard.node.core.index.Row;
import dev.lanyard.protocol.Entry;
import dev.lanyard.protocol.Entry.Tombstone;
import dev.lanyard.protocol.Relation;
import dev.lanyard.protocol.ReplicaId;
import dev.lanyard.protocol.Stamp;
import dev.lanyard.protocol.VersionVector;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Objects;

/**
 * Gives up an id that somebody else makes versions under too, an earlier or another run of this
 * replica, and makes anew what was made under it since.
 */
final class Renewal {
    /*
     * An old state that shows itself gets a new id at the start of the node. What does not show itself there (the folder was put back
     * with the state, or a whole machine was copied) shows itself as soon as somebody tells of a version that was made under our id and not
     * by this run: a counter that we have not come to yet, or a version of a path that we would know of had we made it.
     *
     * What this run made under the id may have the vector of something else elsewhere. It is made anew with the same content, stamped
     * just after itself, so that it replaces itself wherever it was told of. Its vector does not name the old id: of the versions under
     * that one it has seen some, and nobody can say which. So a version that it may not have seen is kept as a conflict.
     *
     * What an earlier run made before a restart stays as it is. Should that meet another version of the same vector, the greater key wins as
     * always, and the other one is kept.
     */
    private static final int PAGE = 1_000;

    private final Replica replica;

    Renewal(Replica replica) {
        this.replica = replica;
    }

    /** A peer tells which counters it has seen, and under which id it makes versions itself. */
    void greeted(PeerGreeting greeting) {
        if (greeting.replica().equals(replica.author.replica()) || isAhead(greeting.seen())) {
            renew();
        }
    }

    /** A peer tells of {@code heard}, which nobody has looked at yet. */
    void hearing(Entry heard) {
        if (isAhead(heard.version()) || isNotOurs(heard)) {
            renew();
        }
    }

    /** Whether these two can only be there if two replicas make versions under one id. */
    static boolean tellsOfDuplicate(@Nullable Entry known, Entry heard) {
        if (known == null || known.equals(heard) || isAnotherDay(known, heard)) {
            return false;
        }
        Relation relation = heard.version().relationTo(known.version());
        return relation == Relation.SAME
                || (relation == Relation.BEFORE && Entry.ORDER.compare(heard, known) > 0);
    }

    private boolean isAhead(VersionVector seen) {
        return switch (Continuity.atGreeting(
                replica.author.replica(), replica.author.last(), seen)) {
            case Continuity.Continue _ -> false;
            case Continuity.NewIdentity _ -> true;
        };
    }

    /** Whether it says to be made by this run, which would know of it, or of something greater. */
    private boolean isNotOurs(Entry heard) {
        ReplicaId self = replica.author.replica();
        if (!heard.author().equals(self)
                || heard.version().counter(self) <= replica.author.begun()
                || replica.index.former(heard.path()) != null) {
            return false;
        }
        Row row = replica.row(heard.path());
        Entry known = row == null ? null : row.known();
        if (heard instanceof Tombstone && (known == null || isAnotherDay(known, heard))) {
            return false; // It was forgotten here, or says another day: both cost a deletion
            // nothing.
        }
        return known == null || Entry.ORDER.compare(heard, known) > 0;
    }

    /** Whether both are the same deletion, but for the day that they tell. */
    private static boolean isAnotherDay(Entry known, Entry heard) {
        return known instanceof Tombstone one
                && heard instanceof Tombstone other
                && one.on(Tombstone.NO_DAY).equals(other.on(Tombstone.NO_DAY));
    }

    private void renew() {
        if (!replica.canRenew()) {
            return; // All reserved ids are used. Who made it do so is listed.
        }
        ReplicaId old = replica.author.replica();
        long begun = replica.author.begun();
        replica.author.renew();
        List<Row> page = replica.index.page(null, true, PAGE);
        while (!page.isEmpty()) {
            page.forEach(row -> makeAnew(row, old, begun));
            page = replica.index.page(page.getLast().path(), false, PAGE);
        }
    }

    private void makeAnew(Row row, ReplicaId old, long begun) {
        Entry known = row.known();
        Held held = row.held();
        Entry anew =
                known != null && isMadeSince(known, old, begun)
                        ? again(known, old, known.stamp().next())
                        : null;
        Entry newKnown = anew == null ? known : anew;
        Held newHeld = held;
        if (held != null && newKnown != null && held.entry().equals(known)) {
            newHeld = new Held(newKnown, held.stat());
        } else if (held != null && isMadeSince(held.entry(), old, begun)) {
            Entry again = again(held.entry(), old, held.entry().stamp());
            boolean stays =
                    known != null
                            && Entry.ORDER.compare(again, known) > 0
                                    != Entry.ORDER.compare(held.entry(), known) > 0;
            newHeld = stays ? held : new Held(again, held.stat());
        }
        if (Objects.equals(known, newKnown) && Objects.equals(held, newHeld)) {
            return;
        }
        replica.index.put(new Row(row.path(), newKnown, newHeld));
        if (anew != null) {
            replica.minted.removeIf(made -> made.path().equals(row.path())); // In this very step.
            replica.minted.add(anew);
        }
    }

    private static boolean isMadeSince(Entry entry, ReplicaId old, long begun) {
        return entry.author().equals(old) && entry.version().counter(old) > begun;
    }

    private Entry again(Entry entry, ReplicaId old, Stamp stamp) {
        ReplicaId self = replica.author.replica();
        VersionVector version = entry.version().without(old).with(self, replica.author.next());
        replica.see(version);
        return Remade.of(entry, version, stamp, self);
    }
}
