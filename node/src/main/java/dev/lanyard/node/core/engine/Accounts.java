package dev.lanyard.node.core.engine;

import dev.lanyard.node.core.engine.Decision.What;
import dev.lanyard.node.core.index.Held;
import dev.lanyard.node.core.index.Index;
import dev.lanyard.node.core.reconcile.Action;
import dev.lanyard.protocol.Entry;
import dev.lanyard.protocol.Entry.Tombstone;
import dev.lanyard.protocol.Relation;
import dev.lanyard.protocol.RelativePath;
import dev.lanyard.protocol.ReplicaId;

import org.jspecify.annotations.Nullable;

import java.util.Collection;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Tells what an engine decides about paths, in the words of {@link Decision}. It only listens:
 * nothing that the engine does depends on it.
 */
final class Accounts {
    private static final String NAME = "name ";
    private static final String REPLACED = "what it replaced is kept in versions";

    private final Replica replica;

    /** What people call the machines that make versions under these ids; also in the index. */
    private final Map<ReplicaId, String> names = new HashMap<>();

    Accounts(Replica replica) {
        this.replica = replica;
    }

    /** A peer has said its name, by which its versions are called from now on. */
    void greeted(Peer peer) {
        ReplicaId author = peer.greeting.replica();
        String name = peer.greeting.name();
        if (!name.isEmpty() && !name.equals(nameOf(author))) {
            names.put(author, name);
            replica.index.putText(NAME + author, name);
        }
    }

    /** What people call the machine that makes versions as {@code author}; empty for this one. */
    String nameOf(ReplicaId author) {
        return author.equals(replica.author.replica())
                ? ""
                : names.computeIfAbsent(author, id -> stored(replica.index, id));
    }

    private static String stored(Index index, ReplicaId author) {
        String name = index.text(NAME + author);
        return name == null ? author.toString() : name;
    }

    /** A version was made here, of which {@code before} was held. */
    void made(@Nullable Held before, Entry made, boolean wins) {
        String change = change(before == null ? null : before.entry(), made);
        note(
                made,
                made instanceof Tombstone gone && gone.movedTo() != null ? What.RENAMED : What.MADE,
                "",
                wins ? change : change + "; a version that was heard of meanwhile wins over it");
    }

    private static String change(@Nullable Entry before, Entry made) {
        if (made instanceof Tombstone tombstone) {
            return tombstone.movedTo() == null ? "deleted" : "to " + tombstone.movedTo();
        }
        if (before == null || !before.isLive()) {
            return "new";
        }
        return made.hasContentOf(before) ? "attributes changed" : "edited";
    }

    /** {@code session} told of {@code heard}, and this is what it means for what is known. */
    void heard(SessionId session, @Nullable Entry known, Entry heard, Action action) {
        String via = nameOf(session);
        switch (action) {
            case Action.Adopt it -> note(it.heard(), What.ADOPTED, via, "");
            case Action.AdoptAndKeep it ->
                    note(it.heard(), What.CONFLICT, via, won(it.heard(), it.known()));
            case Action.Refuse it -> note(it.heard(), What.REFUSED, via, it.reason());
            case Action.Ignore _ -> {
                if (known != null && isConflict(known, heard)) {
                    note(known, What.CONFLICT, via, won(known, heard));
                }
            }
        }
    }

    private static boolean isConflict(Entry known, Entry heard) {
        return heard.version().relationTo(known.version()) == Relation.CONCURRENT
                && !heard.hasContentOf(known);
    }

    private String nameOf(SessionId session) {
        Peer peer = replica.peers.get(session);
        return peer == null ? "" : peer.greeting.name();
    }

    private String won(Entry winner, Entry loser) {
        String against = nameOf(loser.author());
        return "wins over the one of %s: %s"
                .formatted(against.isEmpty() ? "this machine" : against, reason(winner, loser));
    }

    /** By which part of their keys {@code winner} is the greater one. */
    private static String reason(Entry winner, Entry loser) {
        if (!winner.stamp().equals(loser.stamp())) {
            return "it was modified later";
        }
        if (winner.isLive() != loser.isLive()) {
            return "what is there wins over a deletion";
        }
        return "both were modified at the same time, and every machine chooses the same";
    }

    /** What a step was to do to this disk is done. */
    void applied(@Nullable Held before, Entry now) {
        Entry old = before == null ? null : before.entry();
        if (now instanceof Tombstone tombstone) {
            boolean renamed = tombstone.movedTo() != null;
            note(now, renamed ? What.RENAMED : What.DELETED, "", appliedTo(old, tombstone));
        } else {
            note(now, What.APPLIED, "", old == null ? "new" : placed(old, now));
        }
    }

    /** A file has another path on this disk, where {@code replaced} was. */
    void renamed(Tombstone gone, Entry now, @Nullable Held replaced) {
        note(gone, What.RENAMED, "", "to " + now.path());
        String from = "renamed from " + gone.path();
        note(now, What.APPLIED, "", replaced == null ? from : from + "; " + REPLACED);
    }

    private static String appliedTo(@Nullable Entry old, Tombstone tombstone) {
        if (tombstone.movedTo() != null) {
            return "to " + tombstone.movedTo();
        }
        return old instanceof Entry.Directory ? "directory" : "it is kept in versions";
    }

    private static String placed(Entry old, Entry now) {
        if (now.hasContentOf(old)) {
            return "attributes changed";
        }
        return old instanceof Entry.Directory ? "in place of a directory" : REPLACED;
    }

    /** What is known of a path cannot be had on this disk now. */
    void blocked(RelativePath path, Problem.Kind kind, String detail) {
        var row = replica.row(path);
        String why = kind.name().toLowerCase(Locale.ROOT).replace('_', ' ');
        String all = detail.isEmpty() ? why : why + ": " + detail;
        if (row == null || row.known() == null) {
            own(path, What.BLOCKED, all);
        } else {
            note(row.known(), What.BLOCKED, "", all);
        }
    }

    /** It is gone here, and nobody is told before a user has confirmed it. */
    void heldBack(RelativePath path) {
        own(path, What.HELD_BACK, "it is gone here, with so much else that others are not told");
    }

    /** Others deleted it, and it stays here until a user says what becomes of it. */
    void keptHere(RelativePath path) {
        own(path, What.HELD_BACK, "others deleted it while this machine had no record of it");
    }

    /** Others have it no more, and it stays here until a user says what becomes of it. */
    void lacked(RelativePath path) {
        own(
                path,
                What.HELD_BACK,
                "others do not have it any more, and this machine was away for longer than deletions are remembered");
    }

    /** A user made this here, and nobody is told. */
    void kept(Entry made) {
        own(made.path(), What.HELD_BACK, "it was changed here, and this machine only receives");
    }

    /** What was held back was meant. */
    void confirmed(Collection<RelativePath> paths) {
        paths.forEach(
                path -> own(path, What.CONFIRMED, "a user has said that its deletion was meant"));
    }

    /** What was held back was not meant. */
    void takenBack(Collection<RelativePath> paths) {
        paths.forEach(
                path -> own(path, What.TAKEN_BACK, "a user has said that it shall come back"));
    }

    /** Something about a path of which there is no version. */
    private void own(RelativePath path, What what, String detail) {
        replica.emit(new Effect.Note(new Decision(path, what, "", "", null, detail)));
    }

    private void note(Entry entry, What what, String via, String detail) {
        replica.emit(
                new Effect.Note(
                        new Decision(
                                entry.path(),
                                what,
                                nameOf(entry.author()),
                                via,
                                entry.version(),
                                detail)));
    }
}
