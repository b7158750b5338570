package dev.lanyard.node.io.scan;

import dev.lanyard.node.core.engine.Observation;
import dev.lanyard.node.core.engine.Observation.SeenDirectory;
import dev.lanyard.node.core.engine.Observation.SeenFile;
import dev.lanyard.node.core.engine.Observation.SeenLink;
import dev.lanyard.node.core.engine.Observation.Unreadable;
import dev.lanyard.node.core.engine.Observation.Unsettled;
import dev.lanyard.node.core.engine.Observation.Unsupported;
import dev.lanyard.node.core.ignore.IgnoreRules;
import dev.lanyard.node.core.index.Held;
import dev.lanyard.node.core.index.IndexReader;
import dev.lanyard.node.core.index.Row;
import dev.lanyard.node.io.disk.DiskException;
import dev.lanyard.node.io.disk.Root;
import dev.lanyard.node.io.disk.Root.Found;
import dev.lanyard.node.io.disk.Root.Kind;
import dev.lanyard.node.io.disk.Root.Name;
import dev.lanyard.protocol.ContentHash;
import dev.lanyard.protocol.Entry;
import dev.lanyard.protocol.Entry.LinkTarget;
import dev.lanyard.protocol.Entry.Symlink;
import dev.lanyard.protocol.RelativePath;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;

/**
 * Looks at paths and at whole directories, compares with the index, and passes on what differs.
 * Owned by the thread of a scan.
 */
final class TreeLook {
    private static final Logger log = LoggerFactory.getLogger(TreeLook.class);

    /*
     * A directory is walked in path order, without recursion, beside the rows below it in the same
     * order: a row that the walk has passed by has nothing on the disk. So a tree that did not
     * change costs one look per name and no query. Rows are read up to a page before their paths
     * are looked at; where the two differ and the index has changed since, the row is read once
     * more, and then the path looked at once more: what was applied meanwhile is no change.
     */
    /** What was found to be gone last; paths come in order, so what was in it comes next. */
    private @Nullable RelativePath gone;

    private final IndexReader reader;
    private final Ground ground;
    private final Restless restless;
    private final Suspects suspects;
    private final Pipeline pipeline;
    private final Missing missing;
    private final IgnoreRules rules;
    private final BooleanSupplier cancelled;
    private long ignoredCount;

    /** What was in a renamed directory that is being looked at. */
    private @Nullable MovedRows moved;

    /** Directories that the index holds, or that were told in this scan. */
    private final Set<RelativePath> knownDirectories = new HashSet<>();

    TreeLook(
            IndexReader reader,
            Ground ground,
            Restless restless,
            Suspects suspects,
            Pipeline pipeline,
            Missing missing,
            IgnoreRules rules,
            BooleanSupplier cancelled) {
        this.reader = reader;
        this.ground = ground;
        this.restless = restless;
        this.suspects = suspects;
        this.pipeline = pipeline;
        this.missing = missing;
        this.rules = rules;
        this.cancelled = cancelled;
    }

    /** How many ignored paths were passed by; none of what is in an ignored directory. */
    long ignoredCount() {
        return ignoredCount;
    }

    /**
     * Looks at one path, and at all below it if that is asked for, or if it is a directory whose
     * content is not known.
     *
     * @throws IOException if the root is lost, or the scan is cancelled
     */
    void at(RelativePath path, boolean deep) throws IOException {
        at(path, deep, null);
    }

    /** The same for a directory that was {@code movedFrom} before; null if it was not renamed. */
    void at(RelativePath path, boolean deep, @Nullable RelativePath movedFrom) throws IOException {
        moved = movedFrom == null ? null : new MovedRows(reader, movedFrom, path);
        try {
            lookAt(path, deep);
        } finally {
            moved = null;
        }
    }

    private void lookAt(RelativePath path, boolean deep) throws IOException {
        checkCancelled();
        if (gone != null && path.isBelow(gone)) {
            return; // Missing with what it was in: all that was held there has been noted.
        }
        RelativePath directory = path.parent().orElse(null);
        if (directory != null && rules.ignores(directory, true)) {
            return;
        }
        Held held = heldAt(path); // Before anything is looked at.
        boolean wasDirectory = isDirectory(held);
        boolean wasOther = held != null && held.entry().isLive() && !wasDirectory;
        boolean all = deep || !wasDirectory || restless.contains(path);
        tellParents(path);
        switch (look(path, held, all)) {
            case Sight.Directory seen -> {
                knownDirectories.add(path);
                if (seen.names != null) {
                    below(path, seen.names);
                }
            }
            case Sight.Other _ -> {
                if (!wasOther) {
                    missBelow(path);
                }
            }
            case Sight.Ignored _ -> {
                if (wasDirectory) {
                    missBelow(path);
                }
            }
            case Sight.Nothing _ -> {
                missing.add(path);
                if (!wasOther) {
                    missBelow(path);
                    gone = path;
                }
                lookAtOtherSpelling(path, deep);
            }
            case Sight.Failed _ -> {} // It was told, and nothing is said of what is below.
        }
    }

    /** Whoever changed it may have called it otherwise. */
    private void lookAtOtherSpelling(RelativePath path, boolean deep) throws IOException {
        RelativePath spelling = ground.root().spelling(path);
        if (spelling != null) {
            lookAt(spelling, deep);
        }
    }

    /**
     * Looks at the whole tree.
     *
     * @throws IOException if the root is lost or cannot be listed, or the scan is cancelled
     */
    void atEverything() throws IOException {
        below(null, sorted(ground.root().list(null)));
    }

    /** A directory that appeared together with what is in it is told before that. */
    private void tellParents(RelativePath path) throws IOException {
        ArrayDeque<RelativePath> unknown = new ArrayDeque<>();
        RelativePath above = path.parent().orElse(null);
        while (above != null && knownDirectories.add(above)) {
            if (isDirectory(heldAt(above))) {
                break;
            }
            unknown.push(above);
            above = above.parent().orElse(null);
        }
        for (RelativePath parent : unknown) {
            look(parent, heldAt(parent), false);
        }
    }

    /** All rows below {@code path}, which is no directory. */
    private void missBelow(RelativePath path) throws IOException {
        missRest(new RowCursor(reader, path));
        for (RelativePath left : restless.below(path)) {
            missing.add(left);
        }
    }

    private void missRest(RowCursor rows) throws IOException {
        for (Row row = rows.peek(); row != null; row = rows.peek()) {
            rows.take();
            miss(row);
        }
    }

    private void miss(Row row) throws IOException {
        Held held = row.held();
        if (held != null
                && held.entry().isLive()
                && !rules.ignores(row.path(), isDirectory(held))) {
            missing.add(row.path(), held);
        }
    }

    /** Looks at all below {@code directory}, of the whole tree for null; it was just listed. */
    private void below(@Nullable RelativePath directory, byte[][] names) throws IOException {
        Set<RelativePath> waiting = new HashSet<>(restless.below(directory));
        RowCursor rows = new RowCursor(reader, directory);
        ArrayDeque<Listing> listings = new ArrayDeque<>();
        listings.push(new Listing(directory, names));
        while (!listings.isEmpty()) {
            checkCancelled();
            Listing listing = listings.peek();
            if (!listing.hasNext()) {
                listings.pop();
                continue;
            }
            RelativePath path = listing.next();
            if (path == null) {
                continue;
            }
            waiting.remove(path);
            switch (walk(path, rows)) {
                case Sight.Directory seen -> {
                    if (seen.names != null) {
                        listings.push(new Listing(path, seen.names));
                    }
                }
                case Sight.Nothing _ -> missing.add(path);
                case Sight.Failed _ -> rows.skipBelow(path);
                case Sight.Other _, Sight.Ignored _ -> {} // Rows below it are passed by, and so are
                    // missing, but those that are ignored with it.
            }
        }
        missRest(rows);
        for (RelativePath left : waiting) {
            if (rules.ignoresAnyKind(left)) {
                pipeline.tell(new Observation.Ignored(left, heldAt(left)));
            } else {
                missing.add(left);
            }
        }
    }

    /** Passes the rows before {@code path}, and takes its own; what that one holds, or null. */
    private @Nullable Held advance(RowCursor rows, RelativePath path) throws IOException {
        for (Row row = rows.peek(); row != null; row = rows.peek()) {
            int order = row.path().compareTo(path);
            if (order > 0) {
                return null;
            }
            rows.take();
            if (order == 0) {
                return row.held();
            }
            miss(row);
        }
        return null;
    }

    private Sight walk(RelativePath path, RowCursor rows) throws IOException {
        Held perhapsHeld = advance(rows, path);
        boolean isFresh = rows.isFresh(); // Before anything is looked at.
        Root root = ground.root();
        try {
            Found found = root.stat(path);
            if (found != null && (isFresh || isUnchanged(path, found, perhapsHeld))) {
                return seen(root, path, found, perhapsHeld, true);
            }
        } catch (DiskException failure) {
            return unreadable(path, failure, heldAt(path));
        }
        if (!isFresh) {
            rows.freshen(path);
        }
        return look(path, heldAt(path), true);
    }

    private boolean isUnchanged(RelativePath path, Found found, @Nullable Held held) {
        return Looks.isHeld(found, held)
                && !restless.contains(path)
                && !suspects.contains(path, held);
    }

    /**
     * Looks at a path and passes on what differs from {@code held}, which was read before.
     *
     * @param list whether a directory is to be listed
     */
    private Sight look(RelativePath path, @Nullable Held held, boolean list) throws IOException {
        Root root = ground.root();
        try {
            Found found = root.stat(path);
            return found == null ? new Sight.Nothing() : seen(root, path, found, held, list);
        } catch (DiskException failure) {
            return Looks.leadsNowhere(failure)
                    ? new Sight.Nothing()
                    : unreadable(path, failure, held);
        }
    }

    private Sight seen(Root root, RelativePath path, Found found, @Nullable Held held, boolean list)
            throws IOException {
        if (rules.ignoresInside(path, found.kind() == Kind.DIRECTORY)) {
            return ignored(path, held);
        }
        if (found.stat().device() != root.device()) {
            pipeline.tell(new Unreadable(path, Looks.OTHER_DEVICE, held));
            return new Sight.Failed();
        }
        return switch (found.kind()) {
            case DIRECTORY -> directory(root, path, found, held, list);
            case FILE -> {
                file(path, found, held);
                yield new Sight.Other();
            }
            case SYMLINK -> {
                link(root, path, found, held);
                yield new Sight.Other();
            }
            case FIFO, SOCKET, DEVICE -> {
                pipeline.tell(new Unsupported(path, Looks.word(found.kind()), held));
                yield new Sight.Other();
            }
        };
    }

    /** Told only if something else was held there, or somebody waits to hear of a trouble's end. */
    private Sight ignored(RelativePath path, @Nullable Held held) throws IOException {
        ignoredCount++;
        boolean heldOther =
                held != null
                        && held.entry().isLive()
                        && !rules.ignoresInside(path, isDirectory(held));
        if (heldOther || restless.contains(path)) {
            pipeline.tell(new Observation.Ignored(path, held));
        }
        return new Sight.Ignored();
    }

    /** Lists before it tells: of a directory that cannot be listed, only that is said. */
    private Sight directory(
            Root root, RelativePath path, Found found, @Nullable Held held, boolean list)
            throws IOException {
        byte[][] names = null;
        if (list) {
            try {
                names = sorted(root.list(path));
            } catch (DiskException failure) {
                return unreadable(path, failure, held);
            }
        }
        if (!Looks.isHeld(found, held) || restless.contains(path)) {
            pipeline.tell(new SeenDirectory(path, found.stat(), held));
        }
        return new Sight.Directory(names);
    }

    private void file(RelativePath path, Found found, @Nullable Held held) throws IOException {
        boolean isHeld = Looks.isHeld(found, held);
        if (isHeld && suspects.isDue(path, found.stat())) {
            pipeline.hash(path, found.stat(), held);
            return;
        }
        if (isHeld && !restless.contains(path)) {
            return;
        }
        Held before = moved == null ? null : moved.before(path);
        if (before != null && suspects.contains(before.entry().path(), before)) {
            before = null; // It was to be looked at once more, and nobody does so at its old path.
        }
        ContentHash content =
                suspects.contains(path, held)
                        ? null
                        : Looks.contentWithoutReading(found, before == null ? held : before);
        if (content != null) {
            pipeline.tell(new SeenFile(path, found.stat(), content, held));
        } else {
            pipeline.hash(path, found.stat(), held);
        }
    }

    /** Reading a link costs as little as looking at it, and tells what times may not. */
    private void link(Root root, RelativePath path, Found found, @Nullable Held held)
            throws IOException {
        try {
            LinkTarget target = root.readLink(path);
            boolean isHeld =
                    Looks.isHeld(found, held)
                            && held != null
                            && held.entry() instanceof Symlink link
                            && link.target().equals(target);
            if (!isHeld || restless.contains(path)) {
                pipeline.tell(new SeenLink(path, found.stat(), target, held));
            }
        } catch (DiskException failure) {
            if (failure.fault() == DiskException.Fault.UNSUPPORTED || Looks.leadsNowhere(failure)) {
                pipeline.tell(new Unsettled(path, held)); // It is no link any more.
            } else {
                unreadable(path, failure, held);
            }
        }
    }

    private Sight unreadable(RelativePath path, DiskException failure, @Nullable Held held)
            throws IOException {
        if (Looks.mayBeLoss(failure)) {
            ground.confirm();
        }
        if (Looks.leadsNowhere(failure)) {
            pipeline.tell(new Unsettled(path, held)); // It was there a moment ago.
        } else {
            pipeline.tell(new Unreadable(path, Looks.reason(failure), held));
        }
        return new Sight.Failed();
    }

    private static byte[][] sorted(List<Name> names) {
        byte[][] sorted = new byte[names.size()][];
        for (int i = 0; i < sorted.length; i++) {
            sorted[i] = names.get(i).bytes();
        }
        Arrays.sort(sorted, Arrays::compareUnsigned);
        return sorted;
    }

    private void checkCancelled() throws IOException {
        if (cancelled.getAsBoolean()) {
            throw new ScanRun.CancelledException();
        }
    }

    private @Nullable Held heldAt(RelativePath path) {
        Row row = reader.row(path);
        return row == null ? null : row.held();
    }

    private static boolean isDirectory(@Nullable Held held) {
        return held != null && held.entry() instanceof Entry.Directory;
    }

    /** What a look showed. What differed was passed on. */
    private sealed interface Sight {
        /** A directory, with its names in order if they were asked for. */
        @SuppressWarnings("ArrayRecordComponent") // Never compared.
        record Directory(byte @Nullable [][] names) implements Sight {}

        /** Something that is no directory. */
        record Other() implements Sight {}

        /** Something that is passed by. */
        record Ignored() implements Sight {}

        /** Nothing. */
        record Nothing() implements Sight {}

        /** It could not be looked at, and that was passed on. */
        record Failed() implements Sight {}
    }

    /** The names of a directory that is being walked, in order. */
    private static final class Listing {
        private final @Nullable RelativePath directory;
        private final byte[][] names;
        private int next;
        private boolean toldTooLong;

        Listing(@Nullable RelativePath directory, byte[][] names) {
            this.directory = directory;
            this.names = names;
        }

        boolean hasNext() {
            return next < names.length;
        }

        /** The next path; null for one that is private, or longer than paths may be. */
        @Nullable RelativePath next() {
            byte[] name = names[next++];
            if (directory != null) {
                int length = directory.lengthBytes() + 1 + name.length;
                if (length > RelativePath.PATH_BYTES_MAX) {
                    tellTooLong(directory);
                    return null;
                }
                return directory.child(name);
            }
            return RelativePath.fault(name).isPresent() ? null : RelativePath.of(name);
        }

        private void tellTooLong(RelativePath in) {
            if (!toldTooLong) {
                toldTooLong = true;
                log.atWarn()
                        .addKeyValue("directory", in)
                        .addKeyValue("bytesMax", RelativePath.PATH_BYTES_MAX)
                        .log("what is in it has too long a path: it is not synced");
            }
        }
    }
}
