package dev.lanyard.node.core.engine;

import dev.lanyard.delta.checksum.TreeHash;
import dev.lanyard.node.core.engine.Event.Dirt;
import dev.lanyard.node.core.ignore.IgnoreRules;
import dev.lanyard.node.core.index.FileStat;
import dev.lanyard.node.core.index.Held;
import dev.lanyard.node.core.index.IndexReader;
import dev.lanyard.node.core.index.Row;
import dev.lanyard.node.core.names.Naming;
import dev.lanyard.node.core.plan.Keep;
import dev.lanyard.node.core.plan.Outcome;
import dev.lanyard.node.core.plan.Outcome.Obstacle;
import dev.lanyard.node.core.plan.Step;
import dev.lanyard.protocol.ContentHash;
import dev.lanyard.protocol.Entry;
import dev.lanyard.protocol.Entry.LinkTarget;
import dev.lanyard.protocol.RelativePath;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** A tree in memory with what a scan and an apply do to it; contents are short texts. */
final class FakeTree {
    /** One thing at a path. */
    record Node(Kind kind, String content, int mode, Instant mtime, long inode, long ctime) {
        Node touched(long ctime) {
            return new Node(kind, content, mode, mtime, inode, ctime);
        }
    }

    enum Kind {
        FILE,
        DIRECTORY,
        LINK
    }

    final TreeMap<RelativePath, Node> nodes = new TreeMap<>();
    final List<String> versions = new ArrayList<>();

    /** What of it is listed for somebody to deal with. */
    final List<String> conflicts = new ArrayList<>();

    final Map<String, String> staging = new HashMap<>();

    /** What a watch would report, in order. */
    final List<Dirt> dirt = new ArrayList<>();

    private long ticks;

    /** Which names are one here. */
    private final Naming naming;

    FakeTree() {
        this(Naming.EXACT);
    }

    FakeTree(Naming naming) {
        this.naming = naming;
    }

    /** How many renames were applied. */
    int renames;

    /** How many of them replaced a file. */
    int renamesOver;

    /** How many renames of whole directories were applied. */
    int directoryRenames;

    static ContentHash hash(String content) {
        return ContentHash.of(TreeHash.of(content.getBytes(StandardCharsets.UTF_8)));
    }

    /** Sometimes wrong: what is remembered of versions may be. */
    boolean isKept(ContentHash content) {
        return versions.stream().anyMatch(each -> hash(each).equals(content))
                || content.bytes()[0] % 8 == 0;
    }

    // ---------------------------------------------------------------- names

    /** What {@code path} names here: what is there by another name that is one with it, if any. */
    RelativePath named(RelativePath path) {
        if (naming.isExact()) {
            return path;
        }
        RelativePath directory = path.parent().map(this::named).orElse(null);
        RelativePath clash = clash(directory, path.name());
        if (clash != null) {
            return clash;
        }
        return directory == null ? RelativePath.of(path.name()) : directory.child(path.name());
    }

    /** What is in {@code directory} by another name that is one with {@code name}, or null. */
    private @Nullable RelativePath clash(@Nullable RelativePath directory, byte[] name) {
        return nodes.keySet().stream()
                .filter(at -> Objects.equals(at.parent().orElse(null), directory))
                .filter(at -> naming.clash(at.name(), name))
                .findFirst()
                .orElse(null);
    }

    private @Nullable RelativePath clash(RelativePath path) {
        return clash(path.parent().orElse(null), path.name());
    }

    /** Has what {@code other} has, to the last inode. */
    void become(FakeTree other) {
        nodes.clear();
        nodes.putAll(other.nodes);
        versions.clear();
        versions.addAll(other.versions);
        conflicts.clear();
        conflicts.addAll(other.conflicts);
        ticks = other.ticks;
    }

    // ---------------------------------------------------------------- users

    void write(RelativePath path, String content, Instant mtime) {
        Node before = nodes.get(path);
        if (before != null && before.kind() != Kind.FILE) {
            removeAll(path);
        }
        makeParents(path);
        long inode = before != null && before.kind() == Kind.FILE ? before.inode() : ++ticks;
        int mode = before != null && before.kind() == Kind.FILE ? before.mode() : 0644;
        put(path, new Node(Kind.FILE, content, mode, mtime, inode, ++ticks));
    }

    /** Whether a content can be put at {@code path} without doing away with a directory or link. */
    boolean canRestore(RelativePath path) {
        Node there = nodes.get(path);
        if (there != null && there.kind() != Kind.FILE) {
            return false;
        }
        for (var parent = path.parent(); parent.isPresent(); parent = parent.get().parent()) {
            Node above = nodes.get(parent.get());
            if (above != null) {
                return above.kind() == Kind.DIRECTORY;
            }
        }
        return true;
    }

    /** Puts {@code content} at {@code path} in a new file; what is there goes to versions. */
    Node restore(RelativePath path, String content, Instant mtime) {
        Node before = nodes.get(path);
        if (before != null) {
            versions.add(before.content());
        }
        makeParents(path);
        Node made = new Node(Kind.FILE, content, 0644, mtime, ++ticks, ++ticks);
        put(path, made);
        return made;
    }

    /** Its bytes become others, and nothing shows it: no time of the file, and no event. */
    void rot(RelativePath path, String content) {
        Node node = Objects.requireNonNull(nodes.get(path));
        if (node.content().length() != content.length()) {
            throw new IllegalArgumentException("rot keeps the length");
        }
        nodes.put(
                path,
                new Node(
                        node.kind(),
                        content,
                        node.mode(),
                        node.mtime(),
                        node.inode(),
                        node.ctime()));
    }

    /** The file system shows another mtime than was set. */
    void round(RelativePath path, Instant mtime) {
        Node node = Objects.requireNonNull(nodes.get(path));
        nodes.put(
                path,
                new Node(
                        node.kind(),
                        node.content(),
                        node.mode(),
                        mtime,
                        node.inode(),
                        node.ctime()));
    }

    /** Only its ctime changes, as when it is moved away and back. */
    void stir(RelativePath path) {
        put(path, Objects.requireNonNull(nodes.get(path)).touched(++ticks));
    }

    void makeDirectory(RelativePath path) {
        Node before = nodes.get(path);
        if (before != null && before.kind() == Kind.DIRECTORY) {
            return;
        }
        if (before != null) {
            remove(path);
        }
        makeParents(path);
        put(path, directory(path, 0755));
    }

    void link(RelativePath path, String target, Instant mtime) {
        removeAll(path);
        makeParents(path);
        put(path, new Node(Kind.LINK, target, 0777, mtime, ++ticks, ++ticks));
    }

    void chmod(RelativePath path, int mode) {
        Node node = nodes.get(path);
        if (node != null && node.kind() != Kind.LINK) {
            put(
                    path,
                    new Node(
                            node.kind(),
                            node.content(),
                            mode,
                            node.mtime(),
                            node.inode(),
                            ++ticks));
        }
    }

    void rename(RelativePath from, RelativePath to) {
        Node node = nodes.get(from);
        if (node == null || from.equals(to) || to.isBelow(from) || from.isBelow(to)) {
            return;
        }
        removeAll(to);
        makeParents(to);
        List<RelativePath> below = below(from);
        put(to, node.touched(++ticks));
        for (RelativePath path : below) {
            String suffix = path.toString().substring(from.toString().length());
            nodes.put(
                    RelativePath.of(to + suffix),
                    Objects.requireNonNull(nodes.get(path)).touched(++ticks));
            nodes.remove(path);
        }
        nodes.remove(from);
        dirt.add(new Dirt(from, true));
        dirt.add(new Dirt(to, true, node.kind() == Kind.DIRECTORY ? from : null));
    }

    void removeAll(RelativePath path) {
        below(path).reversed().forEach(this::remove);
        remove(path);
    }

    /** The text of all files at or below {@code path}. */
    List<String> contentsAt(RelativePath path) {
        List<String> contents = new ArrayList<>();
        nodes.forEach(
                (at, node) -> {
                    if ((at.equals(path) || at.isBelow(path)) && node.kind() == Kind.FILE) {
                        contents.add(node.content());
                    }
                });
        return contents;
    }

    private void makeParents(RelativePath path) {
        path.parent().ifPresent(this::makeDirectory);
    }

    private List<RelativePath> below(RelativePath path) {
        return nodes.tailMap(path, false).keySet().stream()
                .takeWhile(each -> each.isBelow(path))
                .toList();
    }

    private void put(RelativePath path, Node node) {
        nodes.put(path, node);
        dirt.add(new Dirt(path, node.kind() == Kind.DIRECTORY));
    }

    private void remove(RelativePath path) {
        if (nodes.remove(path) != null) {
            dirt.add(new Dirt(path, false));
        }
    }

    // ---------------------------------------------------------------- scan

    /** As file systems may do it: one that is made again looks as the one that was there. */
    private static Node directory(RelativePath path, int mode) {
        return new Node(Kind.DIRECTORY, "", mode, Instant.EPOCH, -1L - path.hashCode(), 0);
    }

    /** Whether what is at a path is ignored. */
    boolean isIgnored(RelativePath path, IgnoreRules rules) {
        return rules.ignores(path, isDirectory(path));
    }

    /** What the rules file says. */
    IgnoreRules rules() {
        Node node = nodes.get(IgnoreRules.FILE);
        return node == null || node.kind() != Kind.FILE
                ? IgnoreRules.DEFAULT
                : IgnoreRules.parse(node.content().getBytes(StandardCharsets.UTF_8));
    }

    /** What the rules file looks like, or null. */
    @Nullable FileStat rulesStat() {
        Node node = nodes.get(IgnoreRules.FILE);
        return node == null ? null : stat(node);
    }

    /**
     * Whether a scan tells last what is gone, as real ones do, and directories after their content.
     */
    boolean tellsAbsencesLast;

    /** A directory that cannot be listed, or null. */
    @Nullable RelativePath unreadable;

    /** How many more looks at a file find that it changed while it was read. */
    final Map<RelativePath, Integer> restless = new HashMap<>();

    List<Observation> scan(List<Dirt> dirt, IgnoreRules rules, IndexReader reader) {
        List<Observation> seen = new ArrayList<>();
        for (Dirt each : dirt) {
            RelativePath path = each.path();
            Map<RelativePath, Boolean> paths = new TreeMap<>();
            if (path != null) {
                paths.put(path, true);
            }
            boolean isNewDirectory =
                    path != null && isDirectory(path) && !isHeldDirectory(reader.row(path));
            if (each.deep() || isNewDirectory || (path != null && nodes.get(path) == null)) {
                nodes.keySet().stream()
                        .filter(at -> path == null || at.isBelow(path))
                        .forEach(at -> paths.put(at, true));
                reader.pageBelow(path, null, 10_000).forEach(row -> paths.put(row.path(), true));
            }
            paths.keySet().forEach(at -> observe(at, rules, reader.row(at), seen));
        }
        if (tellsAbsencesLast) {
            List<Observation> absences =
                    seen.stream().filter(each -> each instanceof Observation.Absent).toList();
            seen.removeAll(absences);
            seen.addAll(absences.reversed());
        }
        return seen;
    }

    boolean isDirectory(RelativePath path) {
        Node node = nodes.get(path);
        return node != null && node.kind() == Kind.DIRECTORY;
    }

    private static boolean isHeldDirectory(@Nullable Row row) {
        return row != null && row.held() != null && row.held().entry() instanceof Entry.Directory;
    }

    private void observe(
            RelativePath path, IgnoreRules rules, @Nullable Row row, List<Observation> seen) {
        Held basis = row == null ? null : row.held();
        if (unreadable != null && path.isBelow(unreadable)) {
            return;
        }
        Node node = nodes.get(path);
        boolean heldIgnored =
                basis != null && rules.ignores(path, basis.entry() instanceof Entry.Directory);
        if (node != null && isIgnored(path, rules)) {
            if (basis != null && basis.entry().isLive() && !heldIgnored) {
                seen.add(new Observation.Ignored(path, basis));
            }
            return;
        }
        if (node == null) {
            if (basis != null && basis.entry().isLive() && !heldIgnored) {
                seen.add(new Observation.Absent(path, basis));
            }
            return;
        }
        FileStat stat = stat(node);
        if (basis == null || !stat.equals(basis.stat())) {
            boolean isRestless = restless.merge(path, -1, Integer::sum) >= 0;
            seen.add(
                    isRestless
                            ? new Observation.Unsettled(path, basis)
                            : seen(path, node, stat, basis));
        }
        if (Objects.equals(path, unreadable)) {
            seen.add(new Observation.Unreadable(path, "for a test", basis));
        }
    }

    private static Observation seen(
            RelativePath path, Node node, FileStat stat, @Nullable Held basis) {
        return switch (node.kind()) {
            case FILE -> new Observation.SeenFile(path, stat, hash(node.content()), basis);
            case DIRECTORY -> new Observation.SeenDirectory(path, stat, basis);
            case LINK ->
                    new Observation.SeenLink(
                            path,
                            stat,
                            new LinkTarget(node.content().getBytes(StandardCharsets.UTF_8)),
                            basis);
        };
    }

    static FileStat stat(Node node) {
        long size = node.kind() == Kind.FILE ? node.content().length() : 0;
        return new FileStat(
                size,
                node.mtime(),
                Instant.ofEpochSecond(node.ctime()),
                node.mode(),
                node.inode(),
                1);
    }

    // ---------------------------------------------------------------- apply

    Outcome apply(Step step) {
        if (step instanceof Step.Rename rename) {
            return rename(rename);
        }
        if (step instanceof Step.RenameDirectory rename) {
            return rename(rename);
        }
        RelativePath path = step.path();
        Node there = nodes.get(path);
        Held expected = step.expected();
        if (!Objects.equals(
                there == null ? null : stat(there), expected == null ? null : expected.stat())) {
            return new Outcome.Unexpected(path);
        }
        if (path.parent().isPresent() && !isDirectory(path.parent().get())) {
            return new Outcome.Blocked(path, Obstacle.NO_PARENT, "no parent");
        }
        if (there == null && clash(path) != null) {
            return new Outcome.Blocked(path, Obstacle.NAME_IMPOSSIBLE, "it clashes");
        }
        boolean staysDirectory =
                step instanceof Step.SetAttributes || step instanceof Step.MakeDirectory;
        if (there != null
                && there.kind() == Kind.DIRECTORY
                && !staysDirectory
                && !below(path).isEmpty()) {
            return new Outcome.Blocked(path, Obstacle.NOT_EMPTY, "not empty");
        }
        if (there != null && there.kind() == Kind.FILE && !(step instanceof Step.SetAttributes)) {
            keep(there.content(), step);
        }
        Node made = made(step, there);
        dirt.add(new Dirt(path, false));
        if (made == null) {
            nodes.remove(path);
            return new Outcome.Done(path, new Held(step.entry(), null));
        }
        nodes.put(path, made);
        return new Outcome.Done(path, new Held(step.entry(), stat(made)));
    }

    private void keep(String content, Step step) {
        versions.add(content);
        Keep keep =
                switch (step) {
                    case Step.MakeDirectory it -> it.keep();
                    case Step.PlaceFile it -> it.keep();
                    case Step.PlaceLink it -> it.keep();
                    case Step.Rename it -> it.keep();
                    case Step.Remove it -> it.keep();
                    case Step.SetAttributes _, Step.RenameDirectory _ ->
                            throw new AssertionError(step);
                };
        if (keep == Keep.CONFLICT) {
            conflicts.add(content);
        }
    }

    private @Nullable Node made(Step step, @Nullable Node there) {
        return switch (step) {
            case Step.MakeDirectory it -> directory(it.path(), it.entry().mode());
            case Step.PlaceFile it -> {
                String content = Objects.requireNonNull(staging.remove(it.staged().name()));
                yield new Node(
                        Kind.FILE,
                        content,
                        it.entry().mode(),
                        it.entry().mtime(),
                        ++ticks,
                        ++ticks);
            }
            case Step.PlaceLink it ->
                    new Node(
                            Kind.LINK,
                            new String(it.entry().target().bytes(), StandardCharsets.UTF_8),
                            0777,
                            Instant.EPOCH,
                            ++ticks,
                            ++ticks);
            case Step.SetAttributes it -> {
                Node before = Objects.requireNonNull(there);
                yield switch (it.entry()) {
                    case Entry.File file ->
                            new Node(
                                    Kind.FILE,
                                    before.content(),
                                    file.mode(),
                                    file.mtime(),
                                    before.inode(),
                                    ++ticks);
                    case Entry.Directory directory ->
                            new Node(
                                    Kind.DIRECTORY,
                                    "",
                                    directory.mode(),
                                    before.mtime(),
                                    before.inode(),
                                    ++ticks);
                    case Entry.Symlink _, Entry.Tombstone _ -> throw new AssertionError(it);
                };
            }
            case Step.Remove _ -> null;
            case Step.Rename _, Step.RenameDirectory _ -> throw new AssertionError("done before");
        };
    }

    private Outcome rename(Step.RenameDirectory rename) {
        RelativePath to = rename.path();
        RelativePath from = rename.gone().path();
        if (!isDirectory(from) || nodes.get(to) != null) {
            return new Outcome.Unexpected(to);
        }
        if (to.parent().isPresent() && !isDirectory(to.parent().get())) {
            return new Outcome.Blocked(to, Obstacle.NO_PARENT, "no parent");
        }
        if (clash(to) != null) {
            return new Outcome.Unexpected(to);
        }
        for (RelativePath path : below(from)) {
            nodes.put(
                    path.rebased(from, to).orElseThrow(),
                    Objects.requireNonNull(nodes.remove(path)));
        }
        nodes.remove(from);
        nodes.put(to, directory(to, rename.entry().mode()));
        dirt.add(new Dirt(from, true));
        dirt.add(new Dirt(to, true, from));
        directoryRenames++;
        return new Outcome.RenamedDirectory(
                new Outcome.Renamed(
                        new Held(rename.entry(), stat(Objects.requireNonNull(nodes.get(to)))),
                        rename.gone()),
                rename.children().stream().map(this::movedAlong).toList());
    }

    /** What a user did to it since it was looked at stays, and is found by the next scan. */
    private Outcome.Renamed movedAlong(Step.Moved child) {
        Node there = nodes.get(child.entry().path());
        Held before = child.held();
        if (there == null || !stat(there).equals(before.stat())) {
            return new Outcome.Renamed(new Held(child.entry(), before.stat()), child.gone());
        }
        Node made =
                switch (child.entry()) {
                    case Entry.File file ->
                            new Node(
                                    Kind.FILE,
                                    there.content(),
                                    file.mode(),
                                    file.mtime(),
                                    there.inode(),
                                    ++ticks);
                    case Entry.Directory it -> directory(it.path(), it.mode());
                    case Entry.Symlink _ -> there;
                    case Entry.Tombstone it -> throw new AssertionError(it);
                };
        nodes.put(child.entry().path(), made);
        return new Outcome.Renamed(new Held(child.entry(), stat(made)), child.gone());
    }

    private Outcome rename(Step.Rename rename) {
        RelativePath to = rename.path();
        RelativePath from = rename.gone().path();
        Node moved = nodes.get(from);
        Node there = nodes.get(to);
        Held expected = rename.expected();
        if (moved == null
                || !stat(moved).equals(rename.moved().stat())
                || !Objects.equals(
                        there == null ? null : stat(there),
                        expected == null ? null : expected.stat())) {
            return new Outcome.Unexpected(to);
        }
        if (to.parent().isPresent() && !isDirectory(to.parent().get())) {
            return new Outcome.Blocked(to, Obstacle.NO_PARENT, "no parent");
        }
        RelativePath clash = clash(to);
        if (clash != null && !clash.equals(from)) {
            return new Outcome.Blocked(to, Obstacle.NAME_IMPOSSIBLE, "it clashes");
        }
        if (there != null) {
            keep(there.content(), rename);
            renamesOver++;
        }
        Entry.File entry = rename.entry();
        Node made =
                new Node(
                        Kind.FILE,
                        moved.content(),
                        entry.mode(),
                        entry.mtime(),
                        moved.inode(),
                        ++ticks);
        nodes.remove(from);
        nodes.put(to, made);
        dirt.add(new Dirt(from, false));
        dirt.add(new Dirt(to, false));
        renames++;
        return new Outcome.Renamed(new Held(entry, stat(made)), rename.gone());
    }
}
