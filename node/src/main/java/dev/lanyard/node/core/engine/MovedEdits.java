package dev.lanyard.node.core.engine;

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
import java.util.List;
import java.util.Map;

/** Lets an edit follow a file that somebody else renamed at the same time. */
final class MovedEdits {
    /*
     * An edit beats a concurrent rename at the old path, since a rename is a deletion there. Left alone that gives two files, the old
     * content under the new name and the edit under the old one. So the edited content is made at the new name, and a tombstone at
     * the old one that has seen the edit. Only the author of the edit does so: it has the content. Whoever renamed may hear of the
     * edit when its author has deleted or overwritten it already, and would make a version whose content is nowhere.
     *
     * It is not done when the new name has something else by now: then both files are what their users meant.
     *
     * The user may overwrite the edit before it was copied to the new name. Then nobody has that content, and what was made of it is
     * taken back: what is held at the new name stays there, under a version that all can have.
     */
    private static final int RENAMES_FOLLOWED = 8;

    private static final int FOLLOWED_MAX = 10_000;

    private final Replica replica;

    /** Where edits of this replica were made to follow, until their content is there. */
    private final Map<RelativePath, ContentHash> followed = new HashMap<>();

    MovedEdits(Replica replica) {
        this.replica = replica;
    }

    /** The content is here, or something else is: there is nothing to take back. */
    void arrived(RelativePath path) {
        followed.remove(path);
    }

    /** What has to be made when {@code heard} arrives where {@code known} was known before. */
    List<Entry> follow(@Nullable Entry known, Entry heard) {
        ReplicaId self = replica.author.replica();
        if (known == null || heard.version().relationTo(known.version()) != Relation.CONCURRENT) {
            return List.of();
        }
        return known instanceof File edit
                        && edit.author().equals(self)
                        && heard instanceof Tombstone rename
                ? repair(edit, rename)
                : List.of();
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
        if (row == null || !nowhere.content().equals(followed.remove(nowhere.path()))) {
            return false;
        }
        Held held = row.held();
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

    private List<Entry> repair(File edit, Tombstone rename) {
        File target = Entry.ORDER.compare(edit, rename) > 0 ? target(rename) : null;
        if (target == null) {
            return List.of();
        }
        ReplicaId self = replica.author.replica();
        if (followed.size() < FOLLOWED_MAX) {
            followed.put(target.path(), edit.content());
        }
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
                        edit.content(),
                        edit.version().join(rename.version()).with(self, replica.author.next()),
                        edit.stamp().next(),
                        self);
        return List.of(moved, gone);
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
                return file.content().equals(rename.content()) ? file : null;
            }
        }
        return null;
    }
}
