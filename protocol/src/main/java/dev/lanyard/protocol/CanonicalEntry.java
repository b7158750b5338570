package dev.lanyard.protocol;

import dev.lanyard.protocol.Entry.Directory;
import dev.lanyard.protocol.Entry.File;
import dev.lanyard.protocol.Entry.LinkTarget;
import dev.lanyard.protocol.Entry.Symlink;
import dev.lanyard.protocol.Entry.Tombstone;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.time.DateTimeException;
import java.time.Instant;

/**
 * The one byte form of an {@link Entry}: on the wire, in the index and under the digest.
 * Big-endian; equal entries have equal bytes.
 *
 * <pre>
 * kind u8 | path u16 + bytes | stamp i64 s, u32 ns | author u64
 *         | vector u16 n, n x (replica u64, counter u64) | body
 *
 * body of 0 Tombstone: flags u8 (1 movedTo, 2 content, 4 day, 8 former) | [u16 + path] | [32 bytes] | [i32] | [u64]
 *         1 Directory: mode u16
 *         2 Symlink:   u16 + target
 *         3 File:      size u64 | mtime i64 s, u32 ns | mode u16 | content 32 bytes
 * </pre>
 */
public final class CanonicalEntry {
    /** No entry has more bytes: a bound for decoders. */
    public static final int BYTES_MAX =
            1
                    + 2 * (2 + RelativePath.PATH_BYTES_MAX)
                    + 12
                    + 8
                    + (2 + 16 * VersionVector.REPLICAS_MAX)
                    + (1 + ContentHash.LENGTH + 4);

    private static final int HAS_MOVED_TO = 1;
    private static final int HAS_CONTENT = 2;
    private static final int HAS_DAY = 4;
    private static final int HAS_FORMER = 8;

    private CanonicalEntry() {}

    /** The canonical bytes of {@code entry}, in an array of their own. */
    public static byte[] encode(Entry entry) {
        ByteBuffer out = ByteBuffer.allocate(lengthBytes(entry));
        out.put((byte) kind(entry));
        putPath(out, entry.path());
        putTime(out, entry.stamp().time());
        out.putLong(entry.author().value());
        putVersion(out, entry.version());
        switch (entry) {
            case Tombstone tombstone -> putTombstone(out, tombstone);
            case Directory directory -> out.putShort((short) directory.mode());
            case Symlink link -> {
                byte[] target = link.target().bytes();
                out.putShort((short) target.length).put(target);
            }
            case File file -> {
                out.putLong(file.sizeBytes());
                putTime(out, file.mtime());
                out.putShort((short) file.mode()).put(file.content().bytes());
            }
        }
        return out.array();
    }

    /**
     * Reads one entry that fills {@code bytes} exactly.
     *
     * @throws IllegalArgumentException if they are not the canonical form of any entry
     */
    public static Entry decode(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        try {
            Entry entry = decode(in);
            if (in.hasRemaining()) {
                throw new IllegalArgumentException(
                        "%d bytes behind an entry".formatted(in.remaining()));
            }
            return entry;
        } catch (BufferUnderflowException | DateTimeException malformed) {
            throw new IllegalArgumentException(
                    "entry of %d bytes is cut or out of range".formatted(bytes.length), malformed);
        }
    }

    private static Entry decode(ByteBuffer in) {
        int kind = in.get();
        RelativePath path = path(in);
        Stamp stamp = stamp(in);
        ReplicaId author = new ReplicaId(in.getLong());
        VersionVector version = version(in);
        return switch (kind) {
            case 0 -> tombstone(in, path, version, stamp, author);
            case 1 -> new Directory(path, in.getShort(), version, stamp, author);
            case 2 -> new Symlink(path, new LinkTarget(bytes(in)), version, stamp, author);
            case 3 ->
                    new File(
                            path,
                            in.getLong(),
                            time(in),
                            in.getShort(),
                            content(in),
                            version,
                            stamp,
                            author);
            default ->
                    throw new IllegalArgumentException(
                            "entry of kind %d (expected 0-3)".formatted(kind));
        };
    }

    private static int kind(Entry entry) {
        return switch (entry) {
            case Tombstone _ -> 0;
            case Directory _ -> 1;
            case Symlink _ -> 2;
            case File _ -> 3;
        };
    }

    /** How many bytes the canonical form of {@code entry} has; nothing is encoded to know it. */
    public static int lengthBytes(Entry entry) {
        int head = 1 + 2 + entry.path().lengthBytes() + 12 + 8 + 2 + 16 * entry.version().size();
        return head
                + switch (entry) {
                    case Tombstone tombstone ->
                            1
                                    + (tombstone.movedTo() == null
                                            ? 0
                                            : 2 + tombstone.movedTo().lengthBytes())
                                    + (tombstone.content() == null ? 0 : ContentHash.LENGTH)
                                    + (tombstone.day() == Tombstone.NO_DAY ? 0 : 4)
                                    + (tombstone.formerCounter() == 0 ? 0 : 8);
                    case Directory _ -> 2;
                    case Symlink link -> 2 + link.target().bytes().length;
                    case File _ -> 8 + 12 + 2 + ContentHash.LENGTH;
                };
    }

    private static void putTombstone(ByteBuffer out, Tombstone tombstone) {
        RelativePath movedTo = tombstone.movedTo();
        ContentHash content = tombstone.content();
        out.put(
                (byte)
                        ((movedTo == null ? 0 : HAS_MOVED_TO)
                                | (content == null ? 0 : HAS_CONTENT)
                                | (tombstone.day() == Tombstone.NO_DAY ? 0 : HAS_DAY)
                                | (tombstone.formerCounter() == 0 ? 0 : HAS_FORMER)));
        if (movedTo != null) {
            putPath(out, movedTo);
        }
        if (content != null) {
            out.put(content.bytes());
        }
        if (tombstone.day() != Tombstone.NO_DAY) {
            out.putInt(tombstone.day());
        }
        if (tombstone.formerCounter() != 0) {
            out.putLong(tombstone.formerCounter());
        }
    }

    private static Tombstone tombstone(
            ByteBuffer in,
            RelativePath path,
            VersionVector version,
            Stamp stamp,
            ReplicaId author) {
        int flags = in.get();
        if ((flags & ~(HAS_MOVED_TO | HAS_CONTENT | HAS_DAY | HAS_FORMER)) != 0) {
            throw new IllegalArgumentException(
                    "tombstone flags %x (expected 0-f)".formatted(flags));
        }
        RelativePath movedTo = (flags & HAS_MOVED_TO) == 0 ? null : path(in);
        ContentHash content = (flags & HAS_CONTENT) == 0 ? null : content(in);
        int day = (flags & HAS_DAY) == 0 ? Tombstone.NO_DAY : in.getInt();
        if ((flags & HAS_DAY) != 0 && day == Tombstone.NO_DAY) {
            throw new IllegalArgumentException("%s: deleted on no day".formatted(path));
        }
        long formerCounter = (flags & HAS_FORMER) == 0 ? 0 : in.getLong();
        if ((flags & HAS_FORMER) != 0 && formerCounter == 0) {
            throw new IllegalArgumentException("%s: a former counter of 0".formatted(path));
        }
        return new Tombstone(path, movedTo, content, version, stamp, author, day, formerCounter);
    }

    private static void putPath(ByteBuffer out, RelativePath path) {
        out.putShort((short) path.lengthBytes()).put(path.bytes());
    }

    private static RelativePath path(ByteBuffer in) {
        return RelativePath.of(bytes(in));
    }

    private static byte[] bytes(ByteBuffer in) {
        byte[] bytes = new byte[Math.min(Short.toUnsignedInt(in.getShort()), in.remaining() + 1)];
        in.get(bytes); // One too many when the length lies: an underflow, and no allocation beyond
        // what arrived.
        return bytes;
    }

    private static ContentHash content(ByteBuffer in) {
        byte[] hash = new byte[ContentHash.LENGTH];
        in.get(hash);
        return ContentHash.of(hash);
    }

    private static void putTime(ByteBuffer out, Instant time) {
        out.putLong(time.getEpochSecond()).putInt(time.getNano());
    }

    private static Instant time(ByteBuffer in) {
        long seconds = in.getLong();
        int nanos = in.getInt();
        if (nanos < 0 || nanos > 999_999_999) {
            throw new IllegalArgumentException(
                    "nanoseconds %d (expected 0-999999999)".formatted(nanos));
        }
        return Instant.ofEpochSecond(seconds, nanos);
    }

    private static Stamp stamp(ByteBuffer in) {
        Instant time = time(in);
        if (time.isAfter(Stamp.LAST.time())) {
            throw new IllegalArgumentException(
                    "stamp %s (expected the year 9999 or before)".formatted(time));
        }
        return new Stamp(time);
    }

    private static void putVersion(ByteBuffer out, VersionVector version) {
        out.putShort((short) version.size());
        for (int i = 0; i < version.size(); i++) {
            out.putLong(version.replica(i).value()).putLong(version.counterAt(i));
        }
    }

    private static VersionVector version(ByteBuffer in) {
        int size = Short.toUnsignedInt(in.getShort());
        if (size > VersionVector.REPLICAS_MAX || size * 16 > in.remaining()) {
            throw new IllegalArgumentException("version vector of %d replicas".formatted(size));
        }
        long[] replicas = new long[size];
        long[] counters = new long[size];
        for (int i = 0; i < size; i++) {
            replicas[i] = in.getLong();
            counters[i] = in.getLong();
        }
        return VersionVector.ofSorted(replicas, counters);
    }
}
