package dev.lanyard.node.core.engine;

import dev.lanyard.node.core.ignore.IgnoreRules;
import dev.lanyard.node.core.index.Held;
import dev.lanyard.node.core.index.Row;
import dev.lanyard.node.core.reconcile.Action;
import dev.lanyard.node.core.reconcile.Action.Adopt;
import dev.lanyard.node.core.reconcile.Action.AdoptAndKeep;
import dev.lanyard.node.core.reconcile.Action.Ignore;
import dev.lanyard.node.core.reconcile.Action.Refuse;
import dev.lanyard.node.core.reconcile.Reconciler;
import dev.lanyard.protocol.Entry;
import dev.lanyard.protocol.Entry.Tombstone;
import dev.lanyard.protocol.EntryDigest;
import dev.lanyard.protocol.RelativePath;
import dev.lanyard.protocol.message.Message;
import dev.lanyard.protocol.message.Message.Announce;
import dev.lanyard.protocol.message.Message.EntryAsk;
import dev.lanyard.protocol.message.Message.Have;
import dev.lanyard.protocol.message.Message.Mode;
import dev.lanyard.protocol.message.Message.PathVersion;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What replicas tell each other of single entries: new versions, and who holds them. */
final class Gossip {
    /*
     * The author of a version announces it to all its sessions. Whoever has adopted it and holds it durably says so to all its
     * sessions ("have"), which acknowledges it to the author and tells of it whoever the author did not reach. Such a one asks for the
     * entry, but not at once: the announcement of the author is probably on its way, and would then have come twice.
     */
    private static final Duration ASK_DELAY = Duration.ofMillis(200);
    private static final int ENTRIES_PER_MESSAGE = 1_000;
    private static final int ASKS_MAX = 100_000;

    private final Replica replica;
    private final CatchUp catchUp;
    private final List<PathVersion> haves = new ArrayList<>();
    private final Map<RelativePath, Ask> asks = new LinkedHashMap<>();

    private record Ask(SessionId session, EntryDigest digest, Instant at) {}

    Gossip(Replica replica, CatchUp catchUp) {
        this.replica = replica;
        this.catchUp = catchUp;
        replica.movedEdits.adopting(this::adoptOwn);
    }

    /** A peer says that this is a version of a path. */
    void hear(SessionId from, Entry said) {
        if (!replica.canSee(said.version())) {
            atFault(from, said, "it names more replicas than a share can have");
            return;
        }
        if (isAgainstItsMode(from, said)) {
            atFault(from, said, "it said that it only receives, and made a version");
            return;
        }
        replica.see(said.version());
        if (replica.ignoring.ignores(said)) {
            return; // Its rules are others than ours, for now.
        }
        Entry entry = replica.horizon.news(replica.row(said.path()), said);
        if (entry == null) {
            return; // A deletion that is over.
        }
        replica.renewal.hearing(entry);
        Row row = replica.heldBack.hearing(replica.row(entry.path()), entry);
        Entry known = row == null ? null : row.known();
        Action action = Reconciler.reconcile(known, entry);
        replica.decisions.heard(from, known, entry, action);
        if (Renewal.tellsOfDuplicate(known, entry)) {
            String detail = "%s: two versions of one number".formatted(entry.path());
            replica.problems.add(Problem.Kind.DUPLICATE_IDENTITY, name(from), replica.now, detail);
        }
        switch (action) {
            case Ignore _ -> {}
            case Adopt _, AdoptAndKeep _ -> adopt(from, entry);
            case Refuse refuse -> atFault(from, entry, refuse.reason());
        }
        replica.movedEdits.heard(known, entry);
    }

    /**
     * Whether a peer that gives nothing gives what it made since it greeted. What it made before,
     * when it gave, it tells as all do.
     */
    private boolean isAgainstItsMode(SessionId from, Entry said) {
        Peer peer = replica.peers.get(from);
        return peer != null
                && peer.greeting.mode() == Mode.RECEIVE_ONLY
                && said.author().equals(peer.greeting.replica())
                && said.version().counter(said.author())
                        > peer.greeting.seen().counter(said.author());
    }

    private void atFault(SessionId from, Entry entry, String reason) {
        String detail = "%s: %s".formatted(entry.path(), reason);
        replica.problems.add(Problem.Kind.PEER_AT_FAULT, name(from), replica.now, detail);
    }

    /** {@code follower} was made here, where another version was made elsewhere. */
    private void adoptOwn(Entry follower) {
        Entry made = replica.horizon.dated(follower);
        replica.see(made.version());
        replica.minted.add(made);
        adopt(null, made);
    }

    private String name(SessionId session) {
        Peer peer = replica.peers.get(session);
        return peer == null ? session.toString() : peer.greeting.name();
    }

    private void adopt(@Nullable SessionId from, Entry entry) {
        Row row = replica.row(entry.path());
        Held held = row == null ? null : row.held();
        if (!replica.ignoring.isUnfound(entry.path(), held)) {
            replica.ignoring.outgrown(entry);
        }
        Row adopted = new Row(entry.path(), entry, held);
        boolean undecided =
                catchUp.isInFlight(entry.path())
                        || (!entry.isLive() && replica.heldBack.mayFind(entry.path(), held));
        Held settled = undecided ? null : settledWith(entry, held);
        if (settled != null) {
            catchUp.settled(entry, settled);
            return;
        }
        replica.index.put(adopted);
        catchUp.wanted(entry, from);
    }

    /** What is held when {@code known} needs no change of this disk, or null when it does. */
    static @Nullable Held settledWith(Entry known, @Nullable Held held) {
        if (held == null || !held.entry().isLive()) {
            return known.isLive() ? null : new Held(known, null);
        }
        return known.looksLike(held.entry()) ? new Held(known, held.stat()) : null;
    }

    /** {@code entry} is held, and durable when this step is committed. */
    void have(Entry entry) {
        if (replica.horizon.isOver(entry)) {
            return; // Who does not know of it need not.
        }
        haves.add(new PathVersion(entry.path(), EntryDigest.of(entry)));
    }

    /** A peer holds these versions. */
    void heardHave(SessionId from, List<PathVersion> versions) {
        for (PathVersion version : versions) {
            Row row = replica.row(version.path());
            Entry known = row == null ? null : row.known();
            if (known != null && EntryDigest.of(known).equals(version.digest())) {
                catchUp.available(version.path());
            } else if (asks.size() < ASKS_MAX && !replica.ignoring.ignoresAnyKind(version.path())) {
                asks.put(
                        version.path(),
                        new Ask(from, version.digest(), replica.now.plus(ASK_DELAY)));
            }
        }
    }

    /** Tells a new peer of the rules before anything else, and what they say along with it. */
    void greet(SessionId to) {
        Row row = replica.row(IgnoreRules.FILE);
        Entry known = row == null ? null : row.known();
        if (known != null && mayBeTold(to, known)) {
            replica.emit(new Effect.Announce(List.of(to), List.of(known)));
        }
    }

    private boolean mayBeTold(SessionId peer, Entry known) {
        return !replica.horizon.isOver(known) && !replica.absence.withholds(peer, known);
    }

    /** A peer asks what is known of these paths. */
    void asked(SessionId from, List<RelativePath> paths) {
        List<Entry> entries = new ArrayList<>();
        for (RelativePath path : new LinkedHashSet<>(paths)) {
            Row row = replica.row(path);
            Entry known = row == null ? null : row.known();
            if (known != null && mayBeTold(from, known) && !replica.heldBack.isListening()) {
                entries.add(known);
            }
        }
        for (List<Entry> part : parts(entries, ENTRIES_PER_MESSAGE)) {
            replica.emit(new Effect.Send(from, new Announce(part)));
        }
    }

    /**
     * Tells all peers of what was made and what is held since the last call; before the commit, as
     * effects run after it.
     */
    void pump() {
        if (replica.heldBack.isListening()) {
            replica.minted.clear(); // An exchange tells of them once that is over.
        }
        replica.minted.removeIf(
                made ->
                        replica.ignoring.ignores(made)
                                || (made instanceof Tombstone it && it.isPast()));
        if (!replica.minted.isEmpty() && !replica.paused) {
            List<SessionId> sessions = List.copyOf(replica.peers.keySet());
            if (!sessions.isEmpty()) {
                replica.emit(new Effect.Announce(sessions, List.copyOf(replica.minted)));
            }
            replica.minted.clear();
        }
        for (List<PathVersion> part : parts(haves, Message.ITEMS_MAX)) {
            for (SessionId session : replica.peers.keySet()) {
                replica.emit(new Effect.Send(session, new Have(part)));
            }
        }
        haves.clear();
    }

    void tick() {
        Map<SessionId, List<RelativePath>> due = new LinkedHashMap<>();
        var each = asks.entrySet().iterator();
        while (each.hasNext()) {
            var next = each.next();
            Ask ask = next.getValue();
            if (ask.at().isAfter(replica.now)) {
                break; // In the order of their deadlines, since all wait equally long.
            }
            each.remove();
            if (replica.peers.containsKey(ask.session()) && !isKnown(next.getKey(), ask.digest())) {
                due.computeIfAbsent(ask.session(), _ -> new ArrayList<>()).add(next.getKey());
            }
        }
        due.forEach(
                (session, paths) ->
                        parts(paths, ENTRIES_PER_MESSAGE)
                                .forEach(
                                        part ->
                                                replica.emit(
                                                        new Effect.Send(
                                                                session, new EntryAsk(part)))));
    }

    private boolean isKnown(RelativePath path, EntryDigest digest) {
        Row row = replica.row(path);
        Entry known = row == null ? null : row.known();
        return known != null && EntryDigest.of(known).equals(digest);
    }

    Optional<Instant> nextTimeout() {
        return asks.values().stream().findFirst().map(Ask::at);
    }

    /** {@code all} in lists of at most {@code size}. */
    static <T> List<List<T>> parts(List<T> all, int size) {
        List<List<T>> parts = new ArrayList<>();
        for (int i = 0; i < all.size(); i += size) {
            parts.add(List.copyOf(all.subList(i, Math.min(all.size(), i + size))));
        }
        return parts;
    }
}
