package dev.lanyard.node.core.engine;

import dev.lanyard.node.core.engine.Event.Scrubbed;
import dev.lanyard.node.core.engine.Observation.SeenFile;
import dev.lanyard.node.core.engine.Observation.Unsettled;
import dev.lanyard.node.core.index.FileStat;
import dev.lanyard.node.core.index.Held;
import dev.lanyard.node.core.index.Row;
import dev.lanyard.protocol.ContentHash;
import dev.lanyard.protocol.Entry;
import dev.lanyard.protocol.Entry.File;
import dev.lanyard.protocol.RelativePath;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * The files whose bytes were found to be others than were written, though nobody has changed them.
 * Makes no version and tells nobody: it is a list for the user, who may have a file repaired.
 */
final class Decay {
    /*
     * A decayed file is held as before, and nothing follows from it but that no content is copied from it or made of it, until a user asks
     * for a repair. Then its row says what is on the disk: a content that is nobody's version and older than all (Held.decayed), so that
     * what is known takes its place as it does with anything that is older. A step that fails may leave the file with another ctime. Whoever
     * scans it then finds what the row says, and no edit; hence the row says so until the good content is there, also after a restart.
     *
     * A user who edits or deletes such a file meanwhile does that to the file that it was: the repair is off, and the next look finds it as
     * it would have without. Who only touches it has asked for the repair all the same.
     */
    private static final String TEXT = "decayed";
    private static final String FIELD = "\t";
    private static final int FIELDS = 5;
    private static final int LISTED_MAX = 100;
    private static final String OTHER_BYTES =
            "its bytes are not those that were written, though nothing shows that it was changed";
    private static final String NO_BYTES = "the disk cannot read it any more";

    private final Replica replica;
    private final Map<RelativePath, Rot> listed = new LinkedHashMap<>();

    /** The keys of {@code listed}, for other threads; made anew when there are others. */
    private Set<RelativePath> paths = Set.of();

    private boolean changed;

    /** What was found, when, and in which file. */
    private record Rot(ContentHash found, Instant since, long inode, Instant ctime) {
        static Rot of(ContentHash found, Instant since, FileStat stat) {
            return new Rot(found, since, stat.inode(), stat.ctime());
        }

        boolean isOf(Held held) {
            FileStat stat = held.stat();
            return held.isDecayed()
                    || (stat != null && stat.inode() == inode && stat.ctime().equals(ctime));
        }
    }

    Decay(Replica replica) {
        this.replica = replica;
        String stored = replica.index.text(TEXT);
        if (stored != null) {
            stored.lines().forEach(this::read);
        }
    }

    private void read(String line) {
        String[] fields = line.split(FIELD, FIELDS);
        Rot rot =
                new Rot(
                        ContentHash.parse(fields[1]),
                        Instant.parse(fields[2]),
                        Long.parseLong(fields[3]),
                        Instant.parse(fields[4]));
        list(RelativePath.parse(fields[0]), rot);
    }

    /** The paths of all that are listed. */
    Set<RelativePath> paths() {
        return paths;
    }

    /** What was found at {@code path}, or null if no decay is known there. */
    @Nullable ContentHash found(RelativePath path) {
        Rot rot = listed.get(path);
        return rot == null ? null : rot.found();
    }

    /** A file was read again. */
    void scrubbed(Held held, ContentHash found) {
        RelativePath path = held.entry().path();
        Row row = replica.row(path);
        FileStat stat = held.stat();
        if (row == null
                || !held.equals(row.held())
                || stat == null
                || !(held.entry() instanceof File file)) {
            return; // It was changed meanwhile.
        }
        if (found.equals(file.content())) {
            remove(path);
        } else if (listed.size() < LISTED_MAX || listed.containsKey(path)) {
            Rot before = listed.get(path);
            Instant since = before == null ? replica.now : before.since();
            list(path, Rot.of(found, since, stat));
            changed = true;
        } // Whoever sees a hundred of them looks at the disk; the log names all.
    }

    private void list(RelativePath path, Rot rot) {
        if (listed.put(path, rot) == null) {
            paths = Set.copyOf(listed.keySet());
        }
        replica.problems.add(
                Problem.Kind.DECAYED,
                path.toString(),
                rot.since(),
                rot.found().equals(Scrubbed.UNREADABLE) ? NO_BYTES : OTHER_BYTES);
    }

    private void remove(RelativePath path) {
        if (listed.remove(path) != null) {
            paths = Set.copyOf(listed.keySet());
            changed = true;
        }
        replica.problems.remove(Problem.Kind.DECAYED, path);
    }

    /**
     * A scan has seen something where {@code held} is held.
     *
     * @return what is held by that; null if that is for others to say
     */
    @Nullable Held seen(Row row, Held held, Observation observation) {
        if (!held.isDecayed()) {
            return isListedAsSeen(held, observation)
                    ? relisted(new Held(held.entry(), ((SeenFile) observation).stat()))
                    : null;
        }
        Entry known = row.known();
        boolean isSame = known != null && known.version().equals(held.entry().version());
        if (observation instanceof SeenFile seen
                && (isUntouched(seen.stat(), held.stat()) || isContent(held, seen))) {
            if (isSame && known instanceof File file && file.content().equals(seen.content())) {
                remove(row.path());
                return new Held(file, seen.stat());
            }
            return Held.decayed((File) held.entry(), seen.content(), seen.stat());
        }
        if (known == null || observation instanceof Unsettled || !isSame) {
            return null;
        }
        return new Held(known, held.stat()); // A user has dealt with it: no repair.
    }

    /** Also if somebody has touched it: a repair was asked for. */
    private static boolean isContent(Held decayed, SeenFile seen) {
        return decayed.entry() instanceof File file && file.content().equals(seen.content());
    }

    /** Somebody has given a listed file another name or another owner: that is no edit. */
    private boolean isListedAsSeen(Held held, Observation observation) {
        Rot rot = listed.get(held.entry().path());
        return rot != null
                && observation instanceof SeenFile seen
                && rot.isOf(held)
                && seen.content().equals(rot.found())
                && isUntouched(seen.stat(), held.stat());
    }

    private Held relisted(Held held) {
        Rot rot = Objects.requireNonNull(listed.get(held.entry().path()));
        FileStat stat = Objects.requireNonNull(held.stat());
        listed.put(held.entry().path(), Rot.of(rot.found(), rot.since(), stat));
        changed = true;
        return held;
    }

    /** A repair that cannot come to its end is over: the file is listed, as before it. */
    void giveUpRepair(Row row, Held decayed) {
        Entry known = row.known();
        if (known instanceof File && known.version().equals(decayed.entry().version())) {
            Held held = new Held(known, decayed.stat());
            boolean isListed = listed.containsKey(row.path());
            replica.index.put(new Row(row.path(), known, isListed ? relisted(held) : held));
        }
    }

    /** By a user: steps that failed leave another ctime. */
    private static boolean isUntouched(FileStat now, @Nullable FileStat before) {
        return before != null
                && now.inode() == before.inode()
                && now.sizeBytes() == before.sizeBytes()
                && now.mode() == before.mode()
                && FileTimes.same(now.mtime(), before.mtime());
    }

    /** Lets go of what was changed, replaced or deleted. */
    void pump() {
        for (RelativePath path : paths) {
            Row row = replica.row(path);
            Held held = row == null ? null : row.held();
            if (held == null || !Objects.requireNonNull(listed.get(path)).isOf(held)) {
                remove(path);
            }
        }
    }

    /** Writes the list down if it has changed; called before each commit. */
    void save() {
        if (!changed) {
            return;
        }
        changed = false;
        StringBuilder text = new StringBuilder();
        listed.forEach((path, rot) -> text.append(line(path, rot)).append('\n'));
        replica.index.putText(TEXT, text.toString());
    }

    private static String line(RelativePath path, Rot rot) {
        return String.join(
                FIELD,
                path.toString(),
                rot.found().toString(),
                rot.since().toString(),
                Long.toString(rot.inode()),
                rot.ctime().toString());
    }
}
