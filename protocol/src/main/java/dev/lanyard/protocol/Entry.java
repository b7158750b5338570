package dev.lanyard.protocol;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;

/**
 * What is held at a path, in one version. Immutable and checked when built.
 *
 * <p>{@link #ORDER} alone decides which of two entries of a path wins; the version vector only
 * tells whether the author of the winner had seen the other.
 */
public sealed interface Entry {
    /** The permission bits that are synced; owner, ACLs and special bits are not. */
    int MODE_BITS = 0777;

    /**
     * The total order of the entries of one path: stamp, live before tombstone (live is greater),
     * kind, content, mode, mtime, vector, day, former counter. The greater one wins everywhere, in
     * whatever order they arrive.
     */
    Comparator<Entry> ORDER =
            Comparator.comparing(Entry::stamp)
                    .thenComparing(Entry::isLive)
                    .thenComparingInt(Entry::rank)
                    .thenComparing(Entry::compareContent)
                    .thenComparingInt(Entry::modeOrZero)
                    .thenComparing(Entry::mtimeOrEpoch)
                    .thenComparing(Entry::version)
                    .thenComparingLong(Entry::dayOrZero)
                    .thenComparingLong(Entry::formerOrZero);

    /** Where it is. */
    RelativePath path();

    /** What its author had seen, with the author's own counter for it. */
    VersionVector version();

    /** When it was made, for choosing between concurrent entries. */
    Stamp stamp();

    /** The replica that made it. */
    ReplicaId author();

    /** A regular file: {@code sizeBytes} 0 or more, mode within 0777. */
    record File(
            RelativePath path,
            long sizeBytes,
            Instant mtime,
            int mode,
            ContentHash content,
            VersionVector version,
            Stamp stamp,
            ReplicaId author)
            implements Entry {
        /**
         * @throws IllegalArgumentException if a value is out of its range
         */
        public File {
            checkMode(path, mode);
            checkVersion(path, version, author);
            if (sizeBytes < 0) {
                throw new IllegalArgumentException(
                        "%s: size %d (expected 0 or more)".formatted(path, sizeBytes));
            }
        }
    }

    /** A directory: only that it is there and its mode, never its times. */
    record Directory(
            RelativePath path, int mode, VersionVector version, Stamp stamp, ReplicaId author)
            implements Entry {
        /**
         * @throws IllegalArgumentException if a value is out of its range
         */
        public Directory {
            checkMode(path, mode);
            checkVersion(path, version, author);
        }
    }

    /** A symbolic link and the bytes of its target, which is never followed. */
    record Symlink(
            RelativePath path,
            LinkTarget target,
            VersionVector version,
            Stamp stamp,
            ReplicaId author)
            implements Entry {
        /**
         * @throws IllegalArgumentException if a value is out of its range
         */
        public Symlink {
            checkVersion(path, version, author);
        }
    }

    /**
     * Nothing is here any more: it was deleted, or moved to {@code movedTo}. The content that was
     * here is named beside that; not where there was no file, and not where a node has made an edit
     * follow a file that was moved, so that no other edit follows that one.
     *
     * <p>Its stamp says nothing of its age, since the deletion of an old file has an old stamp; its
     * day does.
     *
     * @param day on which it was made by the clock of its author, counted from 1970-01-01 UTC;
     *     {@link #NO_DAY}: nobody can say, and it is kept for ever; {@link #PAST}: it is older than
     *     tombstones are kept, and in no digest or message
     * @param formerCounter the counter of its author in the version of what was moved, or 0
     */
    record Tombstone(
            RelativePath path,
            @Nullable RelativePath movedTo,
            @Nullable ContentHash content,
            VersionVector version,
            Stamp stamp,
            ReplicaId author,
            int day,
            long formerCounter)
            implements Entry {
        /** The day of a tombstone whose age nobody knows. */
        public static final int NO_DAY = 0;

        /** The day of all tombstones that are older than they are kept. */
        public static final int PAST = -1;

        /**
         * @throws IllegalArgumentException if a value is out of its range
         */
        public Tombstone {
            checkVersion(path, version, author);
            if (day < PAST) {
                throw new IllegalArgumentException(
                        "%s: deleted on day %d (expected %d or more)".formatted(path, day, PAST));
            }
            if (formerCounter < 0 || formerCounter >= version.counter(author)) {
                throw new IllegalArgumentException(
                        "%s: former counter %d (expected 0 to below that of %s)"
                                .formatted(path, formerCounter, version));
            }
        }

        /** A tombstone of no day; whoever makes it known dates it. */
        public Tombstone(
                RelativePath path,
                @Nullable RelativePath movedTo,
                @Nullable ContentHash content,
                VersionVector version,
                Stamp stamp,
                ReplicaId author) {
            this(path, movedTo, content, version, stamp, author, NO_DAY, 0);
        }

        /** The same, made on {@code day}. */
        public Tombstone on(int day) {
            return new Tombstone(
                    path, movedTo, content, version, stamp, author, day, formerCounter);
        }

        /** The same, of a file that had {@code former} as its version. */
        public Tombstone of(VersionVector former) {
            return new Tombstone(
                    path, movedTo, content, version, stamp, author, day, former.counter(author));
        }

        /** The version of what was moved: who has not seen that has edited something else. */
        public VersionVector former() {
            VersionVector others = version.without(author);
            return formerCounter == 0 ? others : others.with(author, formerCounter);
        }

        /** Whether it is older than tombstones are kept. */
        public boolean isPast() {
            return day == PAST;
        }
    }

    /** The target of a symbolic link: 1 to 4095 bytes without a zero byte. */
    @SuppressWarnings("ArrayRecordComponent") // Copied both ways, compared by content.
    record LinkTarget(byte[] bytes) implements Comparable<LinkTarget> {
        /** What Linux accepts at most. */
        public static final int BYTES_MAX = 4_095;

        /** Copies the bytes. @throws IllegalArgumentException if no link can have them */
        public LinkTarget {
            if (bytes.length == 0 || bytes.length > BYTES_MAX) {
                throw new IllegalArgumentException(
                        "link target of %d bytes (expected 1-%d)"
                                .formatted(bytes.length, BYTES_MAX));
            }
            for (byte b : bytes) {
                if (b == 0) {
                    throw new IllegalArgumentException("link target holds a zero byte");
                }
            }
            bytes = bytes.clone();
        }

        @Override
        public byte[] bytes() {
            return bytes.clone();
        }

        @Override
        public int compareTo(LinkTarget other) {
            return Arrays.compareUnsigned(bytes, other.bytes);
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof LinkTarget target && Arrays.equals(bytes, target.bytes);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(bytes);
        }

        @Override
        public String toString() {
            return HexFormat.of().formatHex(bytes);
        }
    }

    /** Whether something is there: all kinds but a tombstone. */
    default boolean isLive() {
        return !(this instanceof Tombstone);
    }

    /**
     * Whether both are of one kind with equal content: bytes of a file, target of a link; modes and
     * times aside.
     */
    default boolean hasContentOf(Entry other) {
        return switch (this) {
            case File file -> other instanceof File that && file.content().equals(that.content());
            case Symlink link ->
                    other instanceof Symlink that && link.target().equals(that.target());
            case Directory _ -> other instanceof Directory;
            case Tombstone _ -> other instanceof Tombstone;
        };
    }

    /**
     * Whether both are live and nothing on a disk tells one from the other: the same content, mode
     * and mtime.
     */
    default boolean looksLike(Entry other) {
        return switch (this) {
            case File file ->
                    other instanceof File that
                            && file.content().equals(that.content())
                            && file.mtime().equals(that.mtime())
                            && file.mode() == that.mode();
            case Directory directory ->
                    other instanceof Directory that && directory.mode() == that.mode();
            case Symlink link -> link.hasContentOf(other);
            case Tombstone _ -> false;
        };
    }

    private int rank() {
        return switch (this) {
            case Tombstone _ -> 0;
            case Directory _ -> 1;
            case Symlink _ -> 2;
            case File _ -> 3;
        };
    }

    /** Compares what {@link #rank} found to be of one kind. */
    private static int compareContent(Entry one, Entry other) {
        return switch (one) {
            case File file -> file.content().compareTo(((File) other).content());
            case Symlink link -> link.target().compareTo(((Symlink) other).target());
            case Directory _, Tombstone _ -> 0;
        };
    }

    private int modeOrZero() {
        return switch (this) {
            case File file -> file.mode();
            case Directory directory -> directory.mode();
            case Symlink _, Tombstone _ -> 0;
        };
    }

    private Instant mtimeOrEpoch() {
        return this instanceof File file ? file.mtime() : Instant.EPOCH;
    }

    private long dayOrZero() {
        return this instanceof Tombstone tombstone ? tombstone.day() : 0;
    }

    private long formerOrZero() {
        return this instanceof Tombstone tombstone ? tombstone.formerCounter() : 0;
    }

    private static void checkMode(RelativePath path, int mode) {
        if ((mode & ~MODE_BITS) != 0) {
            throw new IllegalArgumentException(
                    "%s: mode %o (expected 0-777)".formatted(path, mode));
        }
    }

    private static void checkVersion(RelativePath path, VersionVector version, ReplicaId author) {
        if (version.counter(author) == 0) {
            throw new IllegalArgumentException(
                    "%s: version %s has no counter of its author %s"
                            .formatted(path, version, author));
        }
    }
}
