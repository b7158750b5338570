package dev.lanyard.node.core.engine;

import dev.lanyard.node.core.engine.Event.Dirt;
import dev.lanyard.node.core.engine.Observation.SeenDirectory;
import dev.lanyard.node.core.engine.Observation.SeenFile;
import dev.lanyard.node.core.index.FileStat;
import dev.lanyard.node.core.index.Held;
import dev.lanyard.node.core.index.Row;
import dev.lanyard.protocol.ContentHash;
import dev.lanyard.protocol.Entry;
import dev.lanyard.protocol.RelativePath;
import dev.lanyard.protocol.message.Message.Renaming;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds out which new file is an old one under another name, where nothing was or another file: the
 * same inode with the same content.
 */
final class Renames {
    /*
     * A file that was renamed shows as two things: a new file, and an absence, which scans tell last. A new file whose inode is held
     * under another name is kept waiting until its scan ends; an absence that comes before makes both a rename. Whoever made the
     * change does not matter (an editor, mv, or somebody while the node did not run): only what is there now.
     *
     * What waits is bounded; beyond that a rename is a new file and a deletion, which costs receivers a local copy.
     */
    private static final int WAITING_MAX = 20_000;
    private static final int HOLDERS_TRIED = 4;
    private static final int DIRECTORIES_MAX = 10_000;

    private final Replica replica;
    private final Map<RelativePath, Waiting> byOldPath = new LinkedHashMap<>();

    /** Directories whose rename was seen, by the new path, until they are looked at. */
    private final Map<RelativePath, Source> directories = new HashMap<>();

    /** The same directories from then on, until the scan that looks at them ends. */
    private final Map<RelativePath, Source> announced = new HashMap<>();

    /**
     * What a directory was before.
     *
     * @param scan which scan looks at it, 0 while none does
     */
    private record Source(RelativePath from, long scan) {}

    /** Where paths went that were found absent just now, until their tombstones are made. */
    private final Map<RelativePath, RelativePath> movedTo = new HashMap<>();

    /** A new file that may be the one at an old path. */
    record Waiting(long scan, SeenFile seen, Instant wallClock) {}

    Renames(Replica replica) {
        this.replica = replica;
    }

    /** Keeps {@code observation} until its scan ends, if it may be a renamed file. */
    boolean keeps(long scan, Observation observation, Instant wallClock) {
        if (!(observation instanceof SeenFile seen)
                || byOldPath.size() >= WAITING_MAX
                || !isNew(seen)) {
            return false;
        }
        RelativePath holder = holder(seen);
        return holder != null
                && byOldPath.putIfAbsent(holder, new Waiting(scan, seen, wallClock)) == null;
    }

    /** Where the same file is held under another name, or null. */
    private @Nullable RelativePath holder(SeenFile seen) {
        RelativePath along = placeBefore(seen.path());
        if (along != null && isInode(along, seen.stat()) && holds(along, seen.content())) {
            return along;
        }
        for (RelativePath holder : replica.index.holders(seen.content(), HOLDERS_TRIED)) {
            if (!holder.equals(seen.path()) && isInode(holder, seen.stat())) {
                return holder;
            }
        }
        return null;
    }

    /** Where {@code path} was, if it came with a directory that was renamed; or null. */
    private @Nullable RelativePath placeBefore(RelativePath path) {
        RelativePath above = path.parent().orElse(null);
        while (above != null && !announced.isEmpty()) {
            Source source = announced.get(above);
            if (source != null) {
                return path.rebased(above, source.from()).orElse(null);
            }
            above = above.parent().orElse(null);
        }
        return null;
    }

    private boolean holds(RelativePath path, ContentHash content) {
        Row row = replica.row(path);
        return row != null
                && row.held() != null
                && row.held().entry() instanceof Entry.File file
                && file.content().equals(content);
    }

    /** Whether nothing was at the path, or a file that this one may have been renamed over. */
    private static boolean isNew(SeenFile seen) {
        Entry before = seen.basis() == null ? null : seen.basis().entry();
        return before == null
                || !before.isLive()
                || (before instanceof Entry.File file && !file.content().equals(seen.content()));
    }

    /**
     * Whether the file {@code moved} may be renamed to where {@code expected} is: to nothing, or
     * over a file that is not the same one by another name.
     */
    static boolean mayReplace(@Nullable Held moved, @Nullable Held expected) {
        if (expected == null) {
            return true;
        }
        FileStat one = moved == null ? null : moved.stat();
        FileStat other = expected.stat();
        return expected.entry() instanceof Entry.File
                && one != null
                && other != null
                && one.inode() != other.inode();
    }

    private boolean isInode(RelativePath path, FileStat stat) {
        Row row = replica.row(path);
        FileStat held = row == null || row.held() == null ? null : row.held().stat();
        return held != null && held.inode() == stat.inode() && held.device() == stat.device();
    }

    /**
     * The new file that waits for {@code old} to be absent, which it is now; null if there is none.
     */
    @Nullable Waiting take(RelativePath old) {
        Waiting waiting = byOldPath.remove(old);
        if (waiting != null) {
            movedTo.put(old, waiting.seen().path());
        }
        return waiting;
    }

    /** What waits for no absence any more, since {@code scan} has ended. */
    List<Waiting> takeAll(long scan) {
        List<Waiting> ended = new ArrayList<>();
        byOldPath.values().removeIf(waiting -> waiting.scan() == scan && ended.add(waiting));
        return ended;
    }

    /**
     * Where {@code old}, which was taken and is absent, has gone: the path that holds it now and is
     * known to all to do so; null if that has not become of it.
     */
    @Nullable RelativePath target(RelativePath old, Held held) {
        RelativePath target = movedTo.remove(old);
        Row row = target == null ? null : replica.row(target);
        return row != null
                        && row.held() != null
                        && row.held().entry().equals(row.known())
                        && held.entry() instanceof Entry.File
                        && held.entry().hasContentOf(row.held().entry())
                ? target
                : null;
    }

    /** The directory {@code to} was {@code from} before, if that is not null. */
    void directory(RelativePath to, @Nullable RelativePath from) {
        if (from != null
                && !from.isBelow(to)
                && !to.isBelow(from)
                && directories.size() < DIRECTORIES_MAX) {
            directories.put(to, new Source(from, 0));
        }
    }

    /** What the directory {@code to}, which has not been looked at since, was before; or null. */
    @Nullable RelativePath sourceOfDirectory(RelativePath to) {
        Source source = directories.get(to);
        return source == null ? null : source.from();
    }

    /** {@code scan} looks at {@code dirt}. */
    void looks(long scan, List<Dirt> dirt) {
        for (Dirt each : dirt) {
            if (each.path() != null && each.movedFrom() != null) {
                directories.put(each.path(), new Source(each.movedFrom(), scan));
            }
        }
    }

    /** {@code scan} has ended: it has found what is there. */
    void looked(long scan) {
        directories.values().removeIf(source -> source.scan() == scan);
        announced.values().removeIf(source -> source.scan() == scan || source.scan() == 0);
    }

    /**
     * Tells all peers that the directory that was found at a new path is a renamed one, if it is;
     * before they are told of anything in it.
     */
    void announce(SeenDirectory seen) {
        Source source = directories.remove(seen.path());
        if (source == null || !isInode(source.from(), seen.stat())) {
            return;
        }
        announced.put(seen.path(), source);
        if (replica.tells()) {
            Renaming renaming = new Renaming(source.from(), seen.path());
            replica.peers.keySet().forEach(peer -> replica.emit(new Effect.Send(peer, renaming)));
        }
    }

    /** Forgets all that waits. */
    void clear() {
        directories.clear();
        announced.clear();
        byOldPath.clear();
        movedTo.clear();
    }

    /** Whether a file waits. */
    boolean isEmpty() {
        return byOldPath.isEmpty();
    }
}
