package dev.lanyard.node.io.mirror;

import dev.lanyard.node.core.mirror.Deleting;
import dev.lanyard.node.core.mirror.Renames;
import dev.lanyard.node.core.mirror.Row;
import dev.lanyard.node.core.mirror.Sight;
import dev.lanyard.node.io.disk.DiskException;
import dev.lanyard.node.io.disk.DiskException.Fault;
import dev.lanyard.node.io.disk.Root;
import dev.lanyard.node.io.disk.Root.Found;
import dev.lanyard.node.io.disk.Root.Kind;
import dev.lanyard.node.io.disk.Root.Seen;
import dev.lanyard.node.io.mirror.Copier.Staged;
import dev.lanyard.node.io.mirror.MirrorRecord.Named;
import dev.lanyard.protocol.RelativePath;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * What a walk found that waits for its end: new files, and what the source does not have. Filled by
 * all threads of the walk, then used by one.
 */
final class Changes {
    private static final int FILES_MAX = 32;

    private final Pass pass;
    private final Map<RelativePath, Found> made = new ConcurrentHashMap<>();

    /** What the record may forget with all that was in it. */
    private final Set<RelativePath> removedDirectories = new HashSet<>();

    /** What would be renamed in a dry run. */
    private final Set<RelativePath> movedAway = ConcurrentHashMap.newKeySet();

    private final Collection<Gone> gone = new ConcurrentLinkedQueue<>();

    /** What is to go, a directory before what is in it. */
    private final Map<RelativePath, Gone> all = new LinkedHashMap<>();

    private final Map<Optional<RelativePath>, Map<byte[], Optional<Row>>> rows = new HashMap<>();

    private long deletedCount;

    Changes(Pass pass) {
        this.pass = pass;
    }

    private record Gone(RelativePath path, Found copy, @Nullable Row row) {
        boolean isDirectory() {
            return copy.kind() == Kind.DIRECTORY;
        }
    }

    /** The source has what the destination has not. */
    void make(RelativePath path, Found source) {
        made.put(path, source);
    }

    /** The destination has what the source has not. */
    void remove(RelativePath path, @Nullable Found copy, @Nullable Row row) {
        if (copy != null) {
            gone.add(new Gone(path, copy, row));
        }
    }

    // ---------------------------------------------------------------- renames

    /**
     * Renames the copy of a directory that has another path in the source now.
     *
     * @return whether there was one
     */
    boolean renameDirectory(Hands hands, RelativePath path, Found source) throws IOException {
        if (!hands.source.keepsInodes()) {
            return false; // A new directory may have the number of any that is gone.
        }
        RelativePath from = pass.record.ofSourceInode(source.stat().inode());
        if (from == null || from.equals(path) || path.isBelow(from)) {
            return false;
        }
        try {
            if (isDirectory(hands.source.stat(from))
                    || !isDirectory(hands.copy.stat(from))
                    || !resembles(hands.source, path, from)) {
                return false;
            }
            if (pass.choice.dry()) {
                movedAway.add(from);
            } else {
                Pass.open(hands.copy, from.parent().orElse(null));
                hands.copy.rename(from, path);
                pass.record.rename(from, path);
                pass.touch(from.parent().orElse(null));
                pass.touch(path);
            }
        } catch (DiskException e) {
            return false; // Then file by file.
        }
        pass.report.did(Report.Verb.RENAMED, path, from, 0);
        return true;
    }

    private static boolean isDirectory(@Nullable Found found) {
        return found != null && found.kind() == Kind.DIRECTORY;
    }

    /** A new directory may have the inode of one that was deleted: something in it must agree. */
    private boolean resembles(Root source, RelativePath path, RelativePath from)
            throws IOException {
        Map<byte[], Row> known = new TreeMap<>(Arrays::compareUnsigned);
        pass.record.rows(from).forEach(each -> known.put(each.name(), each.row()));
        List<Seen> seen = source.survey(path);
        for (Seen each : seen) {
            Row row = known.get(each.name());
            RelativePath former = pass.record.ofSourceInode(each.found().stat().inode());
            boolean agrees =
                    row != null
                            ? row.isSource(Copier.sight(each.found()))
                            : former != null && former.equals(from.child(each.name()));
            if (agrees) {
                return true;
            }
        }
        return false;
    }

    /** Looks what is to go with the directories that the source has not. */
    void expand(Hands hands) {
        for (Gone each : gone) {
            try {
                expand(hands.copy, each);
            } catch (IOException e) {
                pass.failed(each.path, e);
            }
        }
    }

    private void expand(Root copy, Gone top) throws IOException {
        if (copy.stat(top.path) == null || movedAway.contains(top.path)) {
            forget(top);
            return; // It was renamed meanwhile.
        }
        all.put(top.path, top);
        Deque<RelativePath> left = new ArrayDeque<>();
        if (top.isDirectory()) {
            left.add(top.path);
        }
        for (RelativePath at = left.poll(); at != null; at = left.poll()) {
            Map<byte[], Row> known = new TreeMap<>(Arrays::compareUnsigned);
            pass.record.rows(at).forEach(each -> known.put(each.name(), each.row()));
            for (Seen each : copy.survey(at)) {
                RelativePath path = at.child(each.name());
                Gone found = new Gone(path, each.found(), known.get(each.name()));
                if (pass.choice.rules().ignores(path, found.isDirectory())) {
                    continue; // Its directory stays for it.
                }
                all.put(path, found);
                if (found.isDirectory()) {
                    left.add(path);
                }
            }
        }
    }

    /** Gives what is gone the path that it has in the source now. */
    void rename(Hands hands) {
        List<Renames.Gone> old = new ArrayList<>();
        for (Gone each : all.values()) {
            if (each.row != null && each.row.isCopy(Copier.sight(each.copy))) {
                old.add(new Renames.Gone(each.path, each.row));
            }
        }
        if (old.isEmpty() || made.isEmpty()) {
            return;
        }
        List<Renames.New> fresh = new ArrayList<>();
        new TreeMap<>(made)
                .forEach((path, source) -> fresh.add(new Renames.New(path, Copier.sight(source))));
        for (Renames.Pair pair : Renames.pair(old, fresh)) {
            try {
                if (rename(hands, pair)) {
                    made.remove(pair.to().path());
                    all.remove(pair.from().path());
                }
            } catch (IOException e) {
                pass.failed(pair.to().path(), e); // The next step copies it.
            }
        }
    }

    private boolean rename(Hands hands, Renames.Pair pair) throws IOException {
        RelativePath from = pair.from().path();
        RelativePath to = pair.to().path();
        Found source = made.get(to);
        if (source == null || !pass.copier.isEqual(hands, to, from, pair.from().row().kind())) {
            return false; // An inode is used again, and a program may put an old mtime back.
        }
        if (!pass.choice.dry()) {
            Pass.open(hands.copy, from.parent().orElse(null));
            try {
                hands.copy.rename(from, to);
            } catch (DiskException e) {
                return false; // Then by a copy.
            }
            pass.touch(from.parent().orElse(null));
            Sight now = pair.to().source();
            if (now.stat().mode() != pair.from().row().source().mode()) {
                pass.copier.modes.set(hands.copy, to, now.stat().mode(), now.stat().mtime());
            }
            Found there = hands.copy.stat(to);
            if (there != null) {
                put(to, Copier.row(hands, source, there));
            }
            put(from, null);
        }
        pass.report.did(Report.Verb.RENAMED, to, from, 0);
        return true;
    }

    // ---------------------------------------------------------------- new files

    /** Leaves what is new and was not renamed as pieces of work. */
    void makeRest() {
        List<RelativePath> piece = new ArrayList<>();
        for (RelativePath each : new TreeMap<>(made).keySet()) {
            piece.add(each);
            if (piece.size() == FILES_MAX) {
                addWork(piece);
                piece = new ArrayList<>();
            }
        }
        if (!piece.isEmpty()) {
            addWork(piece);
        }
    }

    private void addWork(List<RelativePath> piece) {
        pass.work.add(
                hands -> {
                    for (RelativePath path : piece) {
                        if (!pass.isStopped()) {
                            make(hands, path);
                        }
                    }
                    hands.batch.settleIfFull();
                });
    }

    private void make(Hands hands, RelativePath path) {
        try {
            if (pass.isFull()) {
                throw new DiskException("copy", path.toString(), Fault.DISK_FULL, 0);
            }
            Found source = made.get(path);
            if (pass.choice.dry()) {
                hands.checkName(path);
                long bytes = source == null ? 0 : source.stat().sizeBytes();
                pass.report.did(Report.Verb.CREATED, path, null, bytes);
                return;
            }
            Staged now = pass.copier.stage(hands, path, false);
            hands.batch.add(
                    now.writtenBytes(),
                    failure -> {
                        Row row =
                                pass.placed(
                                        hands,
                                        path,
                                        now,
                                        failure,
                                        () -> pass.copier.placeNew(hands, path, now));
                        if (row != null) {
                            put(path, row);
                        }
                    });
        } catch (Copier.RestlessException e) {
            pass.later(path, e);
        } catch (IOException e) {
            pass.failed(path, e);
        }
    }

    // ---------------------------------------------------------------- deletions

    /** How many files and links are to go. */
    long missingCount() {
        return pass.choice.deleting() == Deleting.NO
                ? 0
                : all.values().stream().filter(each -> !each.isDirectory()).count();
    }

    /** Takes away what the source does not have: what is in a directory before the directory. */
    void remove(Hands hands) {
        if (pass.choice.deleting() == Deleting.NO) {
            return;
        }
        List<Gone> last = new ArrayList<>(all.values());
        for (Gone each : last.reversed()) {
            if (pass.isStopped()) {
                break;
            }
            try {
                remove(hands, each);
            } catch (IOException e) {
                pass.failed(each.path, e);
            }
        }
        pass.record.removeAll(removedDirectories); // Also what was gone from them already.
    }

    /** How many files and links were deleted since the source does not have them. */
    long deletedCount() {
        return deletedCount;
    }

    private void remove(Hands hands, Gone each) throws IOException {
        if (hands.source.stat(each.path) != null) {
            return; // It came back meanwhile: the next pass.
        }
        if (pass.choice.dry()) {
            pass.report.did(Report.Verb.DELETED, each.path, null, 0);
            return;
        }
        take(hands, each);
        put(each.path, null);
        if (each.isDirectory()) {
            removedDirectories.add(each.path);
        }
        deletedCount += each.isDirectory() ? 0 : 1;
    }

    private void take(Hands hands, Gone each) throws IOException {
        Pass.open(hands.copy, each.path.parent().orElse(null));
        pass.touch(each.path.parent().orElse(null));
        if (!each.isDirectory()) {
            boolean keeps = pass.choice.deleting().keeps(each.row, Copier.sight(each.copy));
            pass.copier.remove(hands.copy, each.path, keeps ? null : each.row);
            return;
        }
        try {
            hands.copy.removeDirectory(each.path);
        } catch (DiskException e) {
            if (e.fault() == Fault.NOT_EMPTY) {
                throw new IOException("it holds what is excluded, or could not be deleted", e);
            }
            throw e;
        }
        pass.report.did(Report.Verb.DELETED, each.path, null, 0);
    }

    /** Takes away a directory where something else belongs. */
    void clear(Hands hands, RelativePath directory) throws IOException {
        Changes only = new Changes(pass);
        Found there = hands.copy.stat(directory);
        if (there == null) {
            return;
        }
        only.expand(hands.copy, new Gone(directory, there, null));
        List<Gone> last = new ArrayList<>(only.all.values());
        for (Gone each : last.reversed()) {
            only.take(hands, each);
        }
        pass.record.remove(directory);
    }

    private void forget(Gone each) {
        put(each.path, null);
        if (each.isDirectory()) {
            pass.record.remove(each.path);
        }
    }

    // ---------------------------------------------------------------- rows

    private synchronized void put(RelativePath path, @Nullable Row row) {
        rows.computeIfAbsent(path.parent(), _ -> new TreeMap<>(Arrays::compareUnsigned))
                .put(path.name(), Optional.ofNullable(row));
    }

    /** Writes into the record what was done after the walk. */
    synchronized void remember() {
        rows.forEach(
                (directory, changes) -> {
                    RelativePath path = directory.orElse(null);
                    if (!pass.record.has(path)) {
                        return;
                    }
                    Map<byte[], Row> merged = new TreeMap<>(Arrays::compareUnsigned);
                    pass.record.rows(path).forEach(each -> merged.put(each.name(), each.row()));
                    changes.forEach(
                            (name, row) ->
                                    row.ifPresentOrElse(
                                            now -> merged.put(name, now),
                                            () -> merged.remove(name)));
                    List<Named> named = new ArrayList<>(merged.size());
                    merged.forEach((name, row) -> named.add(new Named(name, row)));
                    pass.record.put(path, pass.record.inodeOf(path), named);
                });
        rows.clear();
    }
}
