package dev.lanyard.node.core.index;

import dev.lanyard.protocol.ContentHash;
import dev.lanyard.protocol.Entry;
import dev.lanyard.protocol.RelativePath;
import dev.lanyard.protocol.ReplicaId;
import dev.lanyard.protocol.Stamp;
import dev.lanyard.protocol.VersionVector;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.SplittableRandom;

/** Entries and rows for tests of an index: fixed ones, and random ones of every shape. */
public final class SampleRows {
    private static final ReplicaId ANN = new ReplicaId(0xA);
    private static final Instant TEN = Instant.parse("2026-11-20T10:00:00.123456789Z");

    private SampleRows() {}

    public static RelativePath path(String text) {
        return RelativePath.of(text);
    }

    /** A file of {@code sizeBytes} bytes whose content is named {@code content}. */
    public static Entry.File file(String path, long sizeBytes, long content) {
        return new Entry.File(
                path(path), sizeBytes, TEN, 0644, hash(content), version(1), new Stamp(TEN), ANN);
    }

    public static Entry.Tombstone tombstone(String path) {
        return new Entry.Tombstone(
                path(path), null, null, version(2), new Stamp(TEN.plusSeconds(1)), ANN);
    }

    /** Made on {@code day}, and held. */
    public static Row deleted(String path, int day) {
        return settled(tombstone(path).on(day));
    }

    public static Entry.Directory directory(String path) {
        return new Entry.Directory(path(path), 0755, version(1), Stamp.ZERO, ANN);
    }

    public static Entry.Symlink link(String path, String target) {
        Entry.LinkTarget bytes = new Entry.LinkTarget(target.getBytes(StandardCharsets.ISO_8859_1));
        return new Entry.Symlink(path(path), bytes, version(1), new Stamp(TEN), ANN);
    }

    /** Held as it is known. */
    public static Row settled(Entry entry) {
        return new Row(entry.path(), entry, held(entry));
    }

    /** Heard of, and nothing was ever here. */
    public static Row heard(Entry known) {
        return new Row(known.path(), known, null);
    }

    /** Deleted by others, and held back here. */
    public static Row heldBack(Entry held) {
        Entry.Tombstone known =
                new Entry.Tombstone(held.path(), null, null, version(2), Stamp.ZERO, ANN);
        return new Row(held.path(), known, held(held));
    }

    /** Heard of something else than what is here. */
    public static Row behind(Entry known, Entry held) {
        return new Row(known.path(), later(known), held(held));
    }

    /** Greater than all other samples. */
    private static Entry later(Entry entry) {
        Stamp stamp = new Stamp(Instant.parse("2100-01-01T00:00:00Z"));
        return switch (entry) {
            case Entry.File it ->
                    new Entry.File(
                            it.path(),
                            it.sizeBytes(),
                            it.mtime(),
                            it.mode(),
                            it.content(),
                            it.version(),
                            stamp,
                            it.author());
            case Entry.Directory it ->
                    new Entry.Directory(it.path(), it.mode(), it.version(), stamp, it.author());
            case Entry.Symlink it ->
                    new Entry.Symlink(it.path(), it.target(), it.version(), stamp, it.author());
            case Entry.Tombstone it ->
                    new Entry.Tombstone(
                            it.path(),
                            it.movedTo(),
                            it.content(),
                            it.version(),
                            stamp,
                            it.author());
        };
    }

    /** Changed here, and not shared. */
    public static Row changed(Entry known, Entry held) {
        return new Row(known.path(), known, held(later(held)));
    }

    /** Here only, and not shared. */
    public static Row unshared(Entry held) {
        return new Row(held.path(), null, held(held));
    }

    public static Held held(Entry entry) {
        long size = entry instanceof Entry.File file ? file.sizeBytes() : 0;
        return new Held(
                entry,
                entry.isLive()
                        ? new FileStat(size, TEN, TEN.plusNanos(5), 0644, 4711, 0x801)
                        : null);
    }

    public static ContentHash hash(long content) {
        return new ContentHash(content, ~content, content * 31, 7);
    }

    private static VersionVector version(long counter) {
        return VersionVector.empty().with(ANN, counter);
    }

    /**
     * A row of any shape at {@code path}. Contents are few, so that several paths have the same;
     * some of them differ in their last quarters only.
     */
    public static Row random(SplittableRandom random, RelativePath path) {
        Entry known = randomEntry(random, path);
        Entry held = randomEntry(random, path);
        return switch (random.nextInt(4)) {
            case 0 -> new Row(path, known, null);
            case 1 -> new Row(path, null, randomHeld(random, held));
            case 2 -> new Row(path, known, randomHeld(random, known));
            default -> new Row(path, known, randomHeld(random, held));
        };
    }

    private static Held randomHeld(SplittableRandom random, Entry entry) {
        FileStat stat =
                new FileStat(
                        random.nextLong() >>> 1,
                        randomTime(random),
                        randomTime(random),
                        random.nextInt(01000),
                        random.nextLong(),
                        random.nextLong());
        return new Held(entry, entry.isLive() ? stat : null);
    }

    private static Entry randomEntry(SplittableRandom random, RelativePath path) {
        ReplicaId author = new ReplicaId(random.nextLong());
        VersionVector version = VersionVector.empty().with(author, random.nextLong() >>> 1 | 1);
        for (int i = random.nextInt(3); i > 0; i--) {
            version = version.with(new ReplicaId(random.nextLong()), 1 + random.nextInt(1_000));
        }
        Stamp stamp = new Stamp(randomTime(random));
        ContentHash content = new ContentHash(random.nextInt(3), 0, 0, random.nextInt(2));
        int mode = random.nextInt(01000);
        return switch (random.nextInt(6)) {
            case 0 -> new Entry.Directory(path, mode, version, stamp, author);
            case 1 -> {
                byte[] target = new byte[1 + random.nextInt(40)];
                java.util.Arrays.fill(target, (byte) (1 + random.nextInt(255)));
                yield new Entry.Symlink(path, new Entry.LinkTarget(target), version, stamp, author);
            }
            case 2 ->
                    new Entry.Tombstone(path, null, content, version, stamp, author)
                            .on(random.nextInt(-1, 4));
            case 3 -> new Entry.Tombstone(path, path("else/where"), null, version, stamp, author);
            default ->
                    new Entry.File(
                            path,
                            random.nextLong(1L << 40),
                            randomTime(random),
                            mode,
                            content,
                            version,
                            stamp,
                            author);
        };
    }

    /** From years before the epoch to years that no count of nanoseconds reaches. */
    private static Instant randomTime(SplittableRandom random) {
        return Instant.ofEpochSecond(
                random.nextLong(-(1L << 33), 1L << 36), random.nextInt(1_000_000_000));
    }

    /** A path of one to four components out of few names, so that they meet. */
    public static RelativePath randomPath(SplittableRandom random) {
        String[] names = {"a", "a.b", "a-", "b", "\u00e9t\u00e9", "~", "aa", "x y", "\u0001"};
        StringBuilder path = new StringBuilder();
        for (int i = random.nextInt(4); i >= 0; i--) {
            path.append(names[random.nextInt(names.length)]).append(i == 0 ? "" : "/");
        }
        return path(path.toString());
    }
}
