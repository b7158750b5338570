package dev.lanyard.node.core.engine;

import dev.lanyard.node.core.index.FileStat;
import dev.lanyard.node.core.index.Held;
import dev.lanyard.node.core.index.Row;
import dev.lanyard.protocol.ContentHash;
import dev.lanyard.protocol.Entry;
import dev.lanyard.protocol.Entry.File;
import dev.lanyard.protocol.Entry.Tombstone;
import dev.lanyard.protocol.Relation;
import dev.lanyard.protocol.RelativePath;
import dev.lanyard.protocol.ReplicaId;
import dev.lanyard.protocol.Stamp;
import dev.lanyard.protocol.VersionVector;

import org.jspecify.annotations.Nullable;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;

/** Lets an edit follow a file that somebody else renamed at the same time. */
final class MovedEdits {
    /*
     * An edit beats a concurrent rename at the old path, since a rename is a deletion there. Left alone that gives two files, the old
     * content under the new name and the edit under the old one. So the edited content is made at the new name, and a tombstone at
     * the old one that has seen the edit. Only the author of the edit and the author of the rename do so: either may be the only one that
     * hears of both, since what lost is not told on. What they make is equal but for their counters, so the greater key stays and
     * nothing is in conflict.
     *
     * Who does so holds the edit: its author by having made it, whoever renamed once it is in place there. Before that, its author may
     * delete or overwrite it, and what was made of it would be a version whose content is nowhere.
     *
     * It is not done when the new name has something else by now: then both files are what their users meant. Nor when whoever edited had
     * not seen what was renamed, because that was edited too before: nobody has seen both, and there are two files. Nor when the edit had seen
     * what a third one made there: that may have been a deletion, and then it is no edit of the file, but another one. (What somebody
     * makes where he himself has deleted looks like an edit, and follows.) And it follows what
     * users rename, not what is made here: where a file was renamed to and fro, one node would make the edit follow there and another
     * one back, for ever. So what is made here does not say which content was renamed. A third machine that edits the file, and hears of
     * this before it hears of what the user renamed, keeps its edit at the old name: there are two files then.
     *
     * At the new name the edit may lose against something whose author had not seen it. It is listed as a conflict where it is held, at the
     * old name: when it is removed there, and also when somebody has made another file there, knowing no more of the edit than that
     * it has gone. That is not remembered over a restart.
     *
     * What is found with another content and another inode is an edit, for all that a version can say: an editor that saves makes a new
     * file. But the user may have renamed the old one, perhaps to where somebody else renames it to at the same time, and have made
     * something new in its place. That follows, too, and takes the place of what its author had not touched. Only his own machine can
     * know, by the inode; so it is listed there as a conflict. That is not remembered over a restart either.
     *
     * The user may overwrite the edit before it was copied to the new name. Then nobody has that content, and what was made of it is
     * taken back: what is held at the new name stays there, under a version that all can have. What was made to follow is known after a
     * restart too, until its content is there.
     */
    private static final String FOLLOWED = "edits.followed";

    private static final String FIELD = "\t";

    private static final int RENAMES_FOLLOWED = 8;

    private static final int FOLLOWED_MAX = 10_000;

    private final Replica replica;

    /** Where edits of this replica were made to follow, until their content is there. */
    private final Map<RelativePath, ContentHash> followed = new HashMap<>();

    /** Renames that an edit has beaten, by the old path, until that edit is here. */
    private final Map<RelativePath, Tombstone> beaten = new HashMap<>();

    /** By the old path, tombstones of edits that follow, where something else was made since. */
    private final Map<RelativePath, Tombstone> overtaken = new HashMap<>();

    /** Paths of {@link #beaten} where something is in place now. */
    private final Set<RelativePath> due = new LinkedHashSet<>();

    /** Files whose names others were found to have: they may have been renamed before. */
    private final LinkedHashMap<Inode, File> displaced = new LinkedHashMap<>();

    private Consumer<Entry> adopter = _ -> {};
    private boolean changed;

    /** What a file is on a disk, whatever its name. */
    private record Inode(long device, long number) {
        static Inode of(FileStat stat) {
            return new Inode(stat.device(), stat.inode());
        }
    }

    MovedEdits(Replica replica) {
        this.replica = replica;
        String stored = replica.index.text(FOLLOWED);
        if (stored != null) {
            stored.lines().forEach(this::read);
        }
    }

    private void read(String line) {
        int end = line.indexOf(FIELD);
        RelativePath path = RelativePath.parse(line.substring(0, end));
        ContentHash content = ContentHash.parse(line.substring(end + FIELD.length()));
        if (isAwaited(path, content)) {
            followed.put(path, content);
        }
    }

    /** Whether {@code content} is to be at {@code path}, and is not there yet. */
    private boolean isAwaited(RelativePath path, ContentHash content) {
        Row row = replica.row(path);
        Held held = row == null ? null : row.held();
        return row != null
                && row.known() instanceof File file
                && file.content().equals(content)
                && (held == null || !held.entry().hasContentOf(file));
    }

    /** Writes down what was made to follow if that has changed; called before each commit. */
    void save() {
        if (!changed) {
            return;
        }
        changed = false;
        StringBuilder text = new StringBuilder();
        followed.forEach(
                (path, content) -> text.append(path).append(FIELD).append(content).append('\n'));
        replica.index.putText(FOLLOWED, text.toString());
    }

    private void follow(RelativePath path, ContentHash content) {
        if (followed.size() < FOLLOWED_MAX || followed.containsKey(path)) {
            followed.put(path, content);
            changed = true;
        }
    }

    /** What was to be at {@code path}, which nobody has to wait for any more; null for nothing. */
    private @Nullable ContentHash forget(RelativePath path) {
        ContentHash content = followed.remove(path);
        changed |= content != null;
        return content;
    }

    /** Lets {@code adopting} take what is made. */
    void adopting(Consumer<Entry> adopting) {
        adopter = adopting;
    }

    /** {@code heard} arrived where {@code known} was known before. */
    void heard(@Nullable Entry known, Entry heard) {
        Relation relation =
                known == null ? Relation.AFTER : heard.version().relationTo(known.version());
        if (known instanceof Tombstone gone && relation == Relation.AFTER) {
            overtake(gone);
        }
        ContentHash follower = followed.get(heard.path());
        if (relation == Relation.AFTER
                && follower != null
                && !(heard instanceof File file && file.content().equals(follower))) {
            forget(heard.path());
        }
        if (relation != Relation.CONCURRENT || !replica.oneWay.gives()) {
            return;
        }
        ReplicaId self = replica.author.replica();
        if (known instanceof File edit && heard instanceof Tombstone rename) {
            if (edit.author().equals(self)) {
                repair(edit, rename);
            }
        } else if (known instanceof Tombstone rename
                && heard instanceof File
                && rename.author().equals(self)) {
            await(rename);
        }
    }

    private void overtake(Tombstone gone) {
        if (isOfFollower(gone)) {
            overtaken.put(gone.path(), gone);
        }
        if (overtaken.size() > FOLLOWED_MAX) {
            overtaken.values().removeIf(it -> !isBefore(replica.row(it.path()), it));
        }
        if (overtaken.size() > FOLLOWED_MAX) {
            overtaken.remove(gone.path());
        }
    }

    /** Whether what is held is something that whoever made {@code gone} had seen. */
    private static boolean isBefore(@Nullable Row row, Tombstone gone) {
        Held held = row == null ? null : row.held();
        return held != null
                && held.entry() instanceof File file
                && gone.version().relationTo(file.version()) == Relation.AFTER;
    }

    /** Whether it was made here, or elsewhere, for an edit to follow. */
    private static boolean isOfFollower(Tombstone gone) {
        return gone.movedTo() != null && gone.content() == null;
    }

    /** {@code made} was found here, and wins over what is known and was not held here. */
    void found(@Nullable Entry known, Entry made) {
        if (known instanceof Tombstone rename
                && made instanceof File
                && made.version().relationTo(known.version()) == Relation.CONCURRENT) {
            await(rename);
            arrived(made.path());
        }
    }

    /** A file was found here, with {@code stat} and not the content of {@code held}. */
    void edited(@Nullable Held held, FileStat stat) {
        FileStat before = held == null ? null : held.stat();
        if (held == null
                || before == null
                || !(held.entry() instanceof File file)
                || Inode.of(before).equals(Inode.of(stat))) {
            return;
        }
        displaced.putLast(Inode.of(before), file);
        if (displaced.size() > FOLLOWED_MAX) {
            displaced.pollFirstEntry();
        }
    }

    private void await(Tombstone rename) {
        if (rename.movedTo() != null && beaten.size() < FOLLOWED_MAX) {
            beaten.put(rename.path(), rename);
        }
    }

    /** Something is in place at {@code path}: what was to come there, or what kept it away. */
    void arrived(RelativePath path) {
        forgetFollower(path);
        overtaken.computeIfPresent(
                path, (_, gone) -> isBefore(replica.row(path), gone) ? gone : null);
        forgetFollowed(path);
        if (beaten.containsKey(path)) {
            due.add(path);
        }
    }

    /** Nobody asks again about what was to follow to {@code path} and is there or known no more. */
    private void forgetFollower(RelativePath path) {
        ContentHash content = followed.get(path);
        if (content != null && !isAwaited(path, content)) {
            forget(path);
        }
    }

    /** The same of what was to follow from {@code path}. */
    private void forgetFollowed(RelativePath path) {
        Row row = followed.isEmpty() ? null : replica.row(path);
        RelativePath target =
                row != null && row.known() instanceof Tombstone gone ? gone.movedTo() : null;
        if (target != null) {
            forgetFollower(target);
        }
    }

    /** Lets edits follow that have arrived. */
    void pump() {
        if (due.isEmpty() || !replica.oneWay.gives()) {
            return;
        }
        for (RelativePath path : List.copyOf(due)) {
            Tombstone rename = beaten.remove(path);
            Row row = replica.row(path);
            if (rename != null
                    && row != null
                    && row.known() instanceof File edit
                    && row.held() != null
                    && row.held().entry().equals(edit)
                    && edit.version().relationTo(rename.version()) == Relation.CONCURRENT) {
                repair(edit, rename);
            }
        }
        due.clear();
    }

    /**
     * Makes another version where an edit of this replica was to follow its file, whose content is
     * nowhere any more.
     *
     * @return whether it did; not where the edit was made elsewhere, since its author may have it
     */
    boolean takeBack(File nowhere) {
        ReplicaId self = replica.author.replica();
        Row row = replica.row(nowhere.path());
        Held held = row == null ? null : row.held();
        if (row == null
                || (held != null && held.isDecayed()) // Nobody is told of that.
                || !nowhere.author().equals(self)
                || !nowhere.content().equals(forget(nowhere.path()))) {
            return false;
        }
        VersionVector version = replica.nextVersion(held).join(nowhere.version());
        Stamp stamp = nowhere.stamp().next();
        if (held != null && held.entry().isLive()) {
            replica.mint(row, Remade.of(held.entry(), version, stamp, self), held.stat());
        } else {
            replica.mint(
                    row, new Tombstone(nowhere.path(), null, null, version, stamp, self), null);
        }
        return true;
    }

    /**
     * Whether {@code held}, whose place {@code next} is to take here, is a conflict although its
     * version was seen, and nobody else lists it as one.
     */
    boolean isNowhereElse(@Nullable Held held, Entry next) {
        return isLostAsFollower(held, next) || isLostToFollower(held, next);
    }

    /**
     * Whether {@code held} is what a user renamed here, and {@code next} takes its place because
     * what that user made at the old name was taken for an edit of it.
     */
    private boolean isLostToFollower(@Nullable Held held, Entry next) {
        FileStat stat = held == null ? null : held.stat();
        File before = stat == null ? null : displaced.get(Inode.of(stat));
        if (held == null
                || before == null
                || held.isDecayed()
                || !before.hasContentOf(held.entry())) {
            return false;
        }
        Row row = replica.row(before.path());
        Tombstone gone =
                row != null && row.known() instanceof Tombstone known && isOfFollower(known)
                        ? known
                        : overtaken.get(before.path());
        return gone != null
                && Objects.equals(gone.movedTo(), next.path())
                && !next.hasContentOf(held.entry());
    }

    /**
     * Whether {@code held} is an edit that was made to follow its file, and something else came to
     * be there, whose author had not seen it. Whoever made {@code next} had seen no more of it than
     * that it follows.
     */
    private boolean isLostAsFollower(@Nullable Held held, Entry next) {
        Tombstone gone =
                next instanceof Tombstone told && isOfFollower(told) ? told : overtaken(held, next);
        RelativePath target = gone == null ? null : gone.movedTo();
        if (gone == null
                || target == null
                || held == null
                || held.isDecayed()
                || !(held.entry() instanceof File edit)) {
            return false;
        }
        Row row = replica.row(target);
        Entry known = row == null ? null : row.known();
        Held there = row == null ? null : row.held();
        if (there != null && there.entry().hasContentOf(edit)) {
            return false;
        }
        // The edit got the counter before that of the tombstone, at its new name.
        return known == null
                || known instanceof Entry.Directory
                || known instanceof Entry.Symlink
                || known.hasContentOf(edit) // Its directory is no more, or it cannot be had here.
                || isOvertaken(edit, known)
                || known.version().counter(gone.author())
                        < gone.version().counter(gone.author()) - 1;
    }

    /**
     * The tombstone of {@code held} that whoever made {@code next} had seen, if that is an edit
     * that was made to follow its file and something else is to take its place; null if not.
     */
    @Nullable Tombstone overtaken(@Nullable Held held, Entry next) {
        Tombstone gone = overtaken.get(next.path());
        return gone != null
                        && held != null
                        && held.entry() instanceof File edit
                        && gone.version().relationTo(edit.version()) == Relation.AFTER
                        && next.version().relationTo(gone.version()) == Relation.AFTER
                        && !next.hasContentOf(edit)
                ? gone
                : null;
    }

    /**
     * Whether {@code known} was made here before {@code edit} came to be there. Its counter is
     * greater all the same: one replica has only one.
     */
    private boolean isOvertaken(File edit, Entry known) {
        return known.author().equals(replica.author.replica())
                && edit.content().equals(followed.get(known.path()));
    }

    private void repair(File edit, Tombstone rename) {
        File target =
                Entry.ORDER.compare(edit, rename) > 0 && isOfRenamed(edit, rename)
                        ? target(rename)
                        : null;
        if (target == null) {
            return;
        }
        ReplicaId self = replica.author.replica();
        follow(target.path(), edit.content());
        Stamp next = target.stamp().next();
        File moved =
                new File(
                        target.path(),
                        edit.sizeBytes(),
                        edit.mtime(),
                        edit.mode(),
                        edit.content(),
                        target.version().with(self, replica.author.next()),
                        edit.stamp().compareTo(next) > 0 ? edit.stamp() : next,
                        self);
        Tombstone gone =
                new Tombstone(
                        edit.path(),
                        target.path(),
                        null, // No edit follows this one: see above.
                        edit.version().join(rename.version()).with(self, replica.author.next()),
                        edit.stamp().next(),
                        self);
        adopter.accept(moved);
        adopter.accept(gone);
    }

    /** Whether it was what was renamed that was edited, by one replica alone. */
    private static boolean isOfRenamed(File edit, Tombstone rename) {
        VersionVector version = edit.version();
        VersionVector former = rename.former();
        for (int i = 0; i < version.size(); i++) {
            ReplicaId replica = version.replica(i);
            if (!replica.equals(edit.author())
                    && version.counter(replica) > former.counter(replica)) {
                return false;
            }
        }
        return version.relationTo(former) == Relation.AFTER;
    }

    /**
     * Whether something else is here at its path, which whoever made what is known had not seen: a
     * version of ours would seem to have seen it.
     */
    private static boolean isContested(File known, @Nullable Row row) {
        Held held = row == null ? null : row.held();
        return held != null
                && known.version().relationTo(held.entry().version()) == Relation.CONCURRENT;
    }

    /** What is known at the end of the renames, if it is still what was renamed. */
    private @Nullable File target(Tombstone rename) {
        Entry at = rename;
        for (int i = 0; i < RENAMES_FOLLOWED; i++) {
            RelativePath next = at instanceof Tombstone tombstone ? tombstone.movedTo() : null;
            Row row = next == null ? null : replica.row(next);
            Entry known = row == null ? null : row.known();
            if (known == null) {
                return null;
            }
            at = known;
            if (replica.ignoring.ignores(at)) {
                return null; // The new name is not synced: the edit stays where it was made.
            }
            if (at instanceof File file) {
                return file.content().equals(rename.content()) && !isContested(file, row)
                        ? file
                        : null;
            }
        }
        return null;
    }
}
