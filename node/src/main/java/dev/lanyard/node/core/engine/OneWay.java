package dev.lanyard.node.core.engine;

import dev.lanyard.node.core.index.Held;
import dev.lanyard.node.core.index.Row;
import dev.lanyard.node.core.index.Row.Pending;
import dev.lanyard.protocol.Entry;
import dev.lanyard.protocol.Entry.Directory;
import dev.lanyard.protocol.Entry.File;
import dev.lanyard.protocol.Entry.Tombstone;
import dev.lanyard.protocol.Relation;
import dev.lanyard.protocol.RelativePath;
import dev.lanyard.protocol.Stamp;
import dev.lanyard.protocol.VersionVector;
import dev.lanyard.protocol.message.Message.Mode;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What a replica has that only gives, or only takes, and that others have otherwise.
 *
 * <p>What it does about it is told in the description of this package.
 */
final class OneWay {
    private static final int PAGE = 512;
    private static final int LISTED_MAX = 100;
    private static final List<Pending> NOT_TAKEN = List.of(Pending.PLACE, Pending.REMOVE);
    private static final List<Pending> NOT_GIVEN =
            List.of(Pending.CHANGED, Pending.HELD_BACK, Pending.ADDED);

    private final Replica replica;
    private final Mode mode;
    private boolean begun;
    private long listed = -1;

    OneWay(Replica replica) {
        this.replica = replica;
        this.mode = replica.policy.mode();
    }

    /** Whether others hear of what is changed here. */
    boolean gives() {
        return mode != Mode.RECEIVE_ONLY;
    }

    /** Whether what others change is done here. */
    boolean takes() {
        return mode != Mode.SEND_ONLY;
    }

    // ---------------------------------------------------------------- changes that are not given

    /** Takes {@code made}, which a user made of what {@code row} has, as held and nothing else. */
    void keep(@Nullable Row row, Held made) {
        RelativePath path = made.entry().path();
        Entry known = row == null ? null : row.known();
        if (known == null && !made.entry().isLive()) {
            replica.index.remove(path); // It was never anywhere else.
        } else {
            replica.index.put(new Row(path, known, made));
        }
        replica.decisions.kept(made.entry());
    }

    /** What was changed here while it was for this replica alone is told once it is not. */
    void begin() {
        if (begun) {
            return;
        }
        begun = true;
        if (gives()) {
            for (Pending kind : List.of(Pending.CHANGED, Pending.ADDED)) {
                each(kind, this::give);
            }
        }
    }

    private void give(Row row) {
        Held held = Objects.requireNonNull(row.held());
        replica.index.put(new Row(row.path(), held.entry(), held));
        replica.minted.add(held.entry());
    }

    /**
     * Keeps a directory that was deleted or replaced elsewhere and has something in it that only
     * this replica has.
     */
    void keepDirectory(Row row) {
        Held held = row.held();
        Entry known = row.known();
        if (gives() || known == null || held == null || !holdsOwn(row.path())) {
            return;
        }
        Entry kept =
                Remade.of(
                        held.entry(),
                        replica.nextVersion(held),
                        known.stamp().next(),
                        replica.author.replica());
        replica.see(kept.version());
        replica.index.put(new Row(row.path(), known, new Held(kept, held.stat())));
    }

    private boolean holdsOwn(RelativePath directory) {
        Iterator<Row> children = new Children(replica.index, directory);
        while (children.hasNext()) {
            if (NOT_GIVEN.contains(children.next().pending())) {
                return true;
            }
        }
        return false;
    }

    /**
     * Gives up what was changed at {@code parent} if it is in the way of something in it that
     * others have; true if so.
     */
    boolean clearsTheWay(RelativePath parent) {
        Row row = replica.row(parent);
        if (gives()
                || row == null
                || row.pending() != Pending.CHANGED
                || !(row.known() instanceof Directory)) {
            return false;
        }
        giveUp(row);
        return true;
    }

    /** What is known takes the place of what is held, which is kept in versions. */
    private void giveUp(Row row) {
        Held held = Objects.requireNonNull(row.held());
        Held less =
                held.entry().isLive() ? new Held(HeldBack.least(held.entry()), held.stat()) : null;
        replica.index.put(new Row(row.path(), row.known(), less));
    }

    // ---------------------------------------------------------------- people

    /**
     * Ends what differs, where others have something in its place: in favour of theirs on a replica
     * that only takes, of what is here on one that only gives.
     *
     * @return the paths
     */
    List<RelativePath> level() {
        List<RelativePath> paths = new ArrayList<>();
        if (!gives()) {
            for (Pending kind : List.of(Pending.CHANGED, Pending.HELD_BACK)) {
                each(kind, row -> paths.add(row.path()));
            }
            paths.forEach(path -> giveUp(Objects.requireNonNull(replica.row(path))));
        } else if (!takes()) {
            for (Pending kind : NOT_TAKEN) {
                each(kind, row -> paths.add(row.path()));
            }
            paths.forEach(path -> insist(Objects.requireNonNull(replica.row(path))));
        }
        return paths;
    }

    /** What is here is a version that has seen what is known, and replaces it everywhere. */
    private void insist(Row row) {
        Entry known = Objects.requireNonNull(row.known());
        Held held = row.held();
        if (held != null && held.isDecayed()) {
            replica.decay.giveUpRepair(row, held);
            return;
        }
        Stamp stamp = known.stamp();
        if (held != null && held.entry().stamp().compareTo(stamp) > 0) {
            stamp = held.entry().stamp();
        }
        VersionVector version = replica.nextVersion(held).join(known.version());
        if (held != null && held.entry().isLive()) {
            replica.mint(
                    row,
                    Remade.of(held.entry(), version, stamp.next(), replica.author.replica()),
                    held.stat());
            return;
        }
        replica.mint(
                row,
                new Tombstone(
                        row.path(),
                        null,
                        known instanceof File file ? file.content() : null,
                        version,
                        stamp.next(),
                        replica.author.replica()),
                null);
    }

    /** How many paths are otherwise here than elsewhere. */
    long count() {
        return kinds().stream().mapToLong(kind -> replica.index.pendingAmount(kind).count()).sum();
    }

    private List<Pending> kinds() {
        return switch (mode) {
            case TWO_WAY -> List.of();
            case SEND_ONLY -> NOT_TAKEN;
            case RECEIVE_ONLY -> NOT_GIVEN;
        };
    }

    /** Lists what differs, the first of it path by path; before a step ends. */
    void tell() {
        long count = count();
        if (mode == Mode.TWO_WAY || (count == listed && count == 0)) {
            return;
        }
        listed = count;
        replica.problems.removeAll(Problem.Kind.ONE_WAY);
        long room = LISTED_MAX;
        for (Pending kind : kinds()) {
            for (Row row : replica.index.pending(kind, null, false, (int) Math.max(1, room))) {
                if (room-- > 0) {
                    list(row.path().toString(), detail(kind));
                }
            }
        }
        if (count > LISTED_MAX) {
            list("", "%d more differ".formatted(count - LISTED_MAX));
        }
    }

    private void list(String subject, String detail) {
        replica.problems.add(Problem.Kind.ONE_WAY, subject, replica.now, detail);
    }

    private static String detail(Pending kind) {
        return switch (kind) {
            case PLACE -> "others have another version of it, which this machine does not take";
            case REMOVE -> "others have deleted it, and this machine takes nothing from them";
            case CHANGED -> "it was changed or deleted here, and this machine gives nothing away";
            case HELD_BACK -> "others have deleted it; what was changed in it is here only";
            case ADDED -> "it was made here, and this machine gives nothing away";
            case NOTHING, NOTE -> throw new IllegalArgumentException("%s".formatted(kind));
        };
    }

    /** Why not all that was written here can come to others; empty when nothing speaks against. */
    Optional<String> keepsFromOthers() {
        long count = count();
        if (mode == Mode.RECEIVE_ONLY && count > 0) {
            return Optional.of(
                    "this node is receive-only, and %d changes made here go to nobody"
                            .formatted(count));
        }
        return mode == Mode.SEND_ONLY && hasLost()
                ? Optional.of(
                        "this node is send-only, and others have changed later what was changed here")
                : Optional.empty();
    }

    /** Whether anything that is held was not seen by whoever made what is known. */
    private boolean hasLost() {
        boolean[] lost = {false};
        each(
                Pending.PLACE,
                row ->
                        lost[0] |=
                                row.held() != null
                                        && Objects.requireNonNull(row.known())
                                                        .version()
                                                        .relationTo(row.held().entry().version())
                                                != Relation.AFTER);
        return lost[0];
    }

    /** Why not all that others have can come to be here; empty when nothing speaks against. */
    Optional<String> keepsFromHere() {
        return switch (mode) {
            case TWO_WAY -> Optional.empty();
            case SEND_ONLY ->
                    count() == 0
                            ? Optional.empty()
                            : Optional.of(
                                    "it is send-only, and %d entries differ there"
                                            .formatted(count()));
            case RECEIVE_ONLY -> {
                long changed = count() - replica.index.pendingAmount(Pending.ADDED).count();
                yield changed == 0
                        ? Optional.empty()
                        : Optional.of(
                                "it is receive-only, and %d entries were changed there"
                                        .formatted(changed));
            }
        };
    }

    private void each(Pending kind, Consumer<Row> taker) {
        List<Row> page = replica.index.pending(kind, null, false, PAGE);
        while (!page.isEmpty()) {
            page.forEach(taker);
            page = replica.index.pending(kind, page.getLast().path(), false, PAGE);
        }
    }
}
