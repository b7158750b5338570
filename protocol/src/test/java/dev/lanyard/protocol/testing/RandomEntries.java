package dev.lanyard.protocol.testing;

import dev.lanyard.protocol.ContentHash;
import dev.lanyard.protocol.Entry;
import dev.lanyard.protocol.Entry.Directory;
import dev.lanyard.protocol.Entry.File;
import dev.lanyard.protocol.Entry.LinkTarget;
import dev.lanyard.protocol.Entry.Symlink;
import dev.lanyard.protocol.Entry.Tombstone;
import dev.lanyard.protocol.RelativePath;
import dev.lanyard.protocol.ReplicaId;
import dev.lanyard.protocol.Stamp;
import dev.lanyard.protocol.VersionVector;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.random.RandomGenerator;

/**
 * Entries of every kind, drawn at random. Values come from small sets as often as from large ones,
 * so that equal ones meet.
 */
public final class RandomEntries {
    private static final int REPLICAS = 4;

    private final RandomGenerator random;

    /** Entries that {@code random} decides. */
    public RandomEntries(RandomGenerator random) {
        this.random = random;
    }

    /** Any entry at any path. */
    public Entry entry() {
        return entry(path());
    }

    /** Any entry at {@code path}. */
    public Entry entry(RelativePath path) {
        ReplicaId author = replica();
        VersionVector version = version(author);
        Stamp stamp = new Stamp(time());
        int mode = random.nextInt(Entry.MODE_BITS + 1);
        return switch (random.nextInt(4)) {
            case 0 ->
                    new Tombstone(
                            path,
                            orNull(path()),
                            orNull(content()),
                            version,
                            stamp,
                            author,
                            random.nextInt(Tombstone.PAST, 30_000),
                            random.nextLong(version.counter(author)));
            case 1 -> new Directory(path, mode, version, stamp, author);
            case 2 -> new Symlink(path, new LinkTarget(name(20)), version, stamp, author);
            default ->
                    new File(
                            path,
                            random.nextLong(1L << 40),
                            time(),
                            mode,
                            content(),
                            version,
                            stamp,
                            author);
        };
    }

    /** A path of one to four components of any bytes that a path may have. */
    public RelativePath path() {
        RelativePath path = RelativePath.of(component());
        for (int i = random.nextInt(4); i > 0; i--) {
            path = path.child(component());
        }
        return path;
    }

    private byte[] component() {
        return name(random.nextInt(8) == 0 ? 255 : 3);
    }

    /** One of a few replicas. */
    public ReplicaId replica() {
        long number = random.nextInt(REPLICAS);
        return new ReplicaId(number % 2 == 0 ? number : -number);
    }

    /** A vector that has a counter of {@code author}. */
    public VersionVector version(ReplicaId author) {
        VersionVector version = VersionVector.empty().with(author, random.nextLong(1, 4));
        for (int i = random.nextInt(3); i > 0; i--) {
            ReplicaId other = replica();
            version = version.with(other, version.counter(other) + random.nextLong(1, 3));
        }
        return version;
    }

    /** One of a few contents, or any. */
    public ContentHash content() {
        return random.nextBoolean()
                ? new ContentHash(random.nextInt(2), 0, 0, random.nextInt(2))
                : new ContentHash(
                        random.nextLong(), random.nextLong(), random.nextLong(), random.nextLong());
    }

    private Instant time() {
        return random.nextBoolean()
                ? Instant.ofEpochSecond(random.nextInt(2), random.nextInt(2))
                : Instant.ofEpochSecond(random.nextLong(4_000_000_000L), random.nextInt(1 << 29));
    }

    /** Bytes that a component may have: no slash, no zero, nothing that reads as a dot name. */
    private byte[] name(int lengthMax) {
        byte[] name = new byte[random.nextInt(1, lengthMax + 1)];
        for (int i = 0; i < name.length; i++) {
            byte b = (byte) random.nextInt(256);
            name[i] = b == 0 || b == '/' || b == '.' ? (byte) 'x' : b;
        }
        return name;
    }

    private <T> @Nullable T orNull(T value) {
        return random.nextBoolean() ? value : null;
    }
}
