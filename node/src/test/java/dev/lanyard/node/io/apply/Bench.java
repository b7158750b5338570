package dev.lanyard.node.io.apply;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.lanyard.delta.checksum.TreeHash;
import dev.lanyard.node.core.engine.Effect;
import dev.lanyard.node.core.index.Held;
import dev.lanyard.node.core.plan.Keep;
import dev.lanyard.node.core.plan.Outcome;
import dev.lanyard.node.core.plan.Staged;
import dev.lanyard.node.core.plan.Step;
import dev.lanyard.node.io.disk.DiskException;
import dev.lanyard.node.io.disk.DiskException.Fault;
import dev.lanyard.node.io.disk.Disks;
import dev.lanyard.node.io.disk.Root;
import dev.lanyard.node.io.disk.Root.Found;
import dev.lanyard.node.io.disk.Root.Place;
import dev.lanyard.protocol.ContentHash;
import dev.lanyard.protocol.Entry;
import dev.lanyard.protocol.Entry.LinkTarget;
import dev.lanyard.protocol.RelativePath;
import dev.lanyard.protocol.ReplicaId;
import dev.lanyard.protocol.Stamp;
import dev.lanyard.protocol.VersionVector;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.Serial;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;

/** A folder on the real disk, and the parts of an applier, for the thread of a test. */
final class Bench {
    static final ReplicaId ANN = new ReplicaId(0xa);
    static final ReplicaId BOB = new ReplicaId(0xb);
    static final Instant MTIME = Instant.parse("2024-02-29T12:34:56.123456789Z");
    static final String BOOT = "boot-1";

    final Path folder;
    final Path journalFile;
    final HookedDisk disk;
    final Versions versions;

    /** What is held, as far as the index would know it at the next start. */
    final Map<RelativePath, Held> index = new HashMap<>();

    Journal journal;
    BatchRun batchRun;
    Flusher flusher;

    private long counter;
    private long batch;

    Bench(Path home) throws IOException {
        this.folder = Files.createDirectory(home.resolve("share"));
        this.journalFile = home.resolve("journal");
        this.disk = new HookedDisk(Disks.holding(folder, new Random(1)));
        disk.adopt(null);
        this.versions = new Versions(disk, InstantSource.system(), new Random(1));
        this.journal = Journal.open(journalFile, BOOT, InstantSource.system());
        this.batchRun = new BatchRun(disk, journal, versions);
        this.flusher = new Flusher(disk, journal);
    }

    /** Applies a step, and dies before its nth operation; false when there are not as many. */
    boolean isKilled(Step step, int nth) {
        int[] left = {nth};
        HookedDisk.Hook deadly =
                (_, _) -> {
                    if (--left[0] <= 0) {
                        throw new Death(); // Whatever it tries to do afterwards fails as well.
                    }
                };
        disk.addFirst(deadly);
        try {
            apply(step);
            return false;
        } catch (Death died) {
            return true;
        } finally {
            disk.remove(deadly);
        }
    }

    /** The end of a node; nothing in it expects that. */
    private static final class Death extends Error {
        @Serial private static final long serialVersionUID = 1;
    }

    /** As after a new start of the node. */
    void restart(String bootId) throws IOException {
        journal.close();
        journal = Journal.open(journalFile, bootId, InstantSource.system());
        batchRun = new BatchRun(disk, journal, versions);
        flusher = new Flusher(disk, journal);
    }

    Recovery recovery() {
        return new Recovery(disk, journal, versions, index::get, InstantSource.system());
    }

    static RelativePath path(String text) {
        return RelativePath.of(text.getBytes(UTF_8));
    }

    static ContentHash hash(String content) {
        return ContentHash.of(TreeHash.of(content.getBytes(UTF_8)));
    }

    private VersionVector version(ReplicaId author) {
        return VersionVector.empty().with(author, ++counter);
    }

    Entry.File file(String path, String content) {
        return file(path, content, 0644);
    }

    Entry.File file(String path, String content, int mode) {
        return new Entry.File(
                path(path),
                content.getBytes(UTF_8).length,
                MTIME,
                mode,
                hash(content),
                version(BOB),
                new Stamp(MTIME),
                BOB);
    }

    Entry.Directory directory(String path, int mode) {
        return new Entry.Directory(path(path), mode, version(BOB), Stamp.ZERO, BOB);
    }

    Entry.Symlink link(String path, String target) {
        return new Entry.Symlink(
                path(path),
                new LinkTarget(target.getBytes(UTF_8)),
                version(BOB),
                new Stamp(MTIME),
                BOB);
    }

    Entry.Tombstone tombstone(String path) {
        return new Entry.Tombstone(path(path), null, null, version(BOB), new Stamp(MTIME), BOB);
    }

    /** What is at the path now, as ANN's version, exactly as a scan would have recorded it. */
    Held held(String path) throws IOException {
        try (Root root = disk.open()) {
            Found found = root.stat(path(path));
            if (found == null) {
                throw new IllegalStateException(path + " is not there");
            }
            Entry entry =
                    switch (found.kind()) {
                        case FILE ->
                                new Entry.File(
                                        path(path),
                                        found.stat().sizeBytes(),
                                        found.stat().mtime(),
                                        found.stat().mode(),
                                        hash(read(path)),
                                        version(ANN),
                                        new Stamp(found.stat().mtime()),
                                        ANN);
                        case DIRECTORY ->
                                new Entry.Directory(
                                        path(path),
                                        found.stat().mode(),
                                        version(ANN),
                                        Stamp.ZERO,
                                        ANN);
                        case SYMLINK ->
                                new Entry.Symlink(
                                        path(path),
                                        root.readLink(path(path)),
                                        version(ANN),
                                        new Stamp(found.stat().mtime()),
                                        ANN);
                        case FIFO, SOCKET, DEVICE -> throw new IllegalStateException(path);
                    };
            return new Held(entry, found.stat());
        }
    }

    Held write(String path, String content) throws IOException {
        Files.createDirectories(folder.resolve(path).getParent());
        Files.writeString(folder.resolve(path), content);
        return held(path);
    }

    String read(String path) throws IOException {
        return Files.readString(folder.resolve(path));
    }

    boolean isThere(String path) {
        return Files.exists(folder.resolve(path), LinkOption.NOFOLLOW_LINKS);
    }

    Staged stage(String content) throws IOException {
        String name = "t-" + ++counter;
        Files.writeString(folder.resolve(".lanyard/staging/" + name), content);
        return new Staged(name);
    }

    Step placeFile(String path, String content, @Nullable Held expected) throws IOException {
        return placeFile(path, content, expected, Keep.REPLACED);
    }

    Step placeFile(String path, String content, @Nullable Held expected, Keep keep)
            throws IOException {
        return new Step.PlaceFile(file(path, content), stage(content), expected, keep);
    }

    /** Drops what {@code step} did not put in place, as whoever hears of it does. */
    void discard(Step.PlaceFile step) throws IOException {
        try (Root root = disk.open()) {
            root.delete(Place.STAGING, step.staged().name());
        }
    }

    /** Applies and flushes, and all is noted. */
    List<Outcome> apply(Step... steps) {
        AppliedBatch applied = applyOnly(steps);
        flusher.flush(List.of(applied));
        flusher.clear(List.of(applied.batch()));
        flusher.forget();
        return applied.outcomes();
    }

    Outcome applyOne(Step step) {
        return apply(step).getFirst();
    }

    AppliedBatch applyOnly(Step... steps) {
        return batchRun.run(new Effect.Apply(++batch, List.of(steps)));
    }

    /** The index knows what became of {@code applied}. */
    void note(AppliedBatch applied) {
        for (Outcome outcome : applied.outcomes()) {
            switch (outcome) {
                case Outcome.Done it -> note(it.held());
                case Outcome.Renamed it -> {
                    note(it.held());
                    note(new Held(it.gone(), null));
                }
                case Outcome.RenamedDirectory _, Outcome.Unexpected _, Outcome.Blocked _ ->
                        throw new IllegalStateException(outcome.toString());
            }
        }
    }

    private void note(Held held) {
        index.put(held.entry().path(), held);
    }

    /** A user sets the mode of {@code path} once, just after the node has set it. */
    void chmodAtOnce(String path, int mode) {
        int[] calls = {0};
        disk.add(
                (operation, _) -> {
                    calls[0] += calls[0] > 0 || operation.equals("setAttributes") ? 1 : 0;
                    if (calls[0] == 2) {
                        Files.setAttribute(folder.resolve(path), "unix:mode", mode);
                    }
                });
    }

    /** Makes an operation fail whenever it is tried. */
    void failAlways(String operation, Fault fault) {
        disk.add(
                (name, _) -> {
                    if (name.equals(operation)) {
                        throw new DiskException(operation, "x", fault, 0);
                    }
                });
    }

    /** What is kept of a path, latest first, as text. */
    List<String> keptContents(String path) throws IOException {
        List<String> contents = new ArrayList<>();
        for (Kept kept : versions.list(path(path))) {
            Path file = folder.resolve(".lanyard/versions/" + kept.name());
            contents.add(
                    kept.target() == null
                            ? Files.readString(file)
                            : "-> " + Files.readSymbolicLink(file));
        }
        return contents;
    }

    List<String> staging() throws IOException {
        try (Root root = disk.open()) {
            return root.names(Place.STAGING);
        }
    }

    /** The contents of all files of the share, wherever they are; sidecars aside. */
    List<String> allContents() throws IOException {
        List<Path> files;
        try (Stream<Path> walk = Files.walk(folder)) {
            files =
                    walk.filter(Files::isRegularFile)
                            .filter(file -> !file.toString().endsWith(".json"))
                            .toList();
        }
        List<String> contents = new ArrayList<>();
        for (Path file : files) {
            contents.add(Files.readString(file));
        }
        return contents;
    }

    /** How many files and links are in versions, sidecars aside. */
    long versionCount() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve(".lanyard/versions"))) {
            return files.filter(file -> !file.toString().endsWith(".json")).count();
        }
    }
}
