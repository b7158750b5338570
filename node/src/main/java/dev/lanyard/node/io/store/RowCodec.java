package dev.lanyard.node.io.store;

import static dev.lanyard.protocol.Entry.Tombstone.NO_DAY;

import dev.lanyard.node.core.index.FileStat;
import dev.lanyard.node.core.index.Held;
import dev.lanyard.node.core.index.Row;
import dev.lanyard.protocol.CanonicalEntry;
import dev.lanyard.protocol.Entry;
import dev.lanyard.protocol.RelativePath;

import org.jspecify.annotations.Nullable;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;

/**
 * Rows as the columns of the store.
 *
 * <pre>
 * entry  the canonical bytes without the path, which is the key of the row: kind u8 | rest
 * held   null: nothing is held | "=": the same as known | entry
 * pending null: nothing | 1 PLACE | 2 REMOVE | 3 NOTE | 4 HELD_BACK | 5 CHANGED | 6 ADDED
 * day    of the tombstone that is known: null: nothing of the kind, or of no day | -1: past
 * stat   varints: size, mtime s, ns, ctime s, ns, mode, inode, device (zigzag: small either side
 *        of zero is short)
 * </pre>
 *
 * All that is read may be damaged: decoding throws {@code IllegalArgumentException} then.
 */
final class RowCodec {
    private static final byte[] AS_KNOWN = {'='}; // No entry is so short.
    private static final int PATH_LENGTH_BYTES = 2;
    private static final int VARINT_BYTES_MAX = 10;
    private static final int STAT_VALUES = 8;

    private RowCodec() {}

    static byte @Nullable [] held(Row row) {
        Held held = row.held();
        if (held == null) {
            return null;
        }
        return held.entry().equals(row.known()) ? AS_KNOWN : encode(held.entry());
    }

    static byte @Nullable [] stat(Row row) {
        Held held = row.held();
        return held == null || held.stat() == null ? null : encode(held.stat());
    }

    /** The number of {@code kind} in the file, null for nothing. */
    static @Nullable Integer pendingCode(Row.Pending kind) {
        return switch (kind) {
            case NOTHING -> null;
            case PLACE -> 1;
            case REMOVE -> 2;
            case NOTE -> 3;
            case HELD_BACK -> 4;
            case CHANGED -> 5;
            case ADDED -> 6;
        };
    }

    /** The day of the tombstone that {@code row} knows of, or null. */
    static @Nullable Integer day(Row row) {
        return row.known() instanceof Entry.Tombstone known && known.day() != NO_DAY
                ? known.day()
                : null;
    }

    /** The row whose path has the sort key {@code key}. */
    static Row row(
            byte[] key, byte @Nullable [] known, byte @Nullable [] held, byte @Nullable [] stat) {
        Entry knownEntry = known == null ? null : decode(key, known);
        if (held == null) {
            if (knownEntry == null || stat != null) {
                throw new IllegalArgumentException("a row without known and held");
            }
            return new Row(knownEntry.path(), knownEntry, null);
        }
        Entry heldEntry = Arrays.equals(held, AS_KNOWN) ? knownEntry : decode(key, held);
        if (heldEntry == null) {
            throw new IllegalArgumentException("a row that holds what it does not know");
        }
        FileStat heldStat = stat == null ? null : decodeStat(stat);
        return new Row(heldEntry.path(), knownEntry, new Held(heldEntry, heldStat));
    }

    /** {@code entry} as it is stored. */
    static byte[] encode(Entry entry) {
        return withoutPath(CanonicalEntry.encode(entry), entry.path());
    }

    /** An entry at {@code path} as it is stored, from its canonical bytes. */
    static byte[] withoutPath(byte[] canonical, RelativePath path) {
        int restAt = 1 + PATH_LENGTH_BYTES + path.lengthBytes();
        byte[] stored = new byte[1 + canonical.length - restAt];
        stored[0] = canonical[0];
        System.arraycopy(canonical, restAt, stored, 1, stored.length - 1);
        return stored;
    }

    private static Entry decode(byte[] key, byte[] stored) {
        if (stored.length == 0) {
            throw new IllegalArgumentException("an entry of 0 bytes");
        }
        ByteBuffer canonical =
                ByteBuffer.allocate(stored.length + PATH_LENGTH_BYTES + key.length)
                        .put(stored[0])
                        .putShort((short) key.length);
        for (byte b : key) {
            canonical.put(b == 0 ? (byte) '/' : b);
        }
        return CanonicalEntry.decode(canonical.put(stored, 1, stored.length - 1).array());
    }

    private static byte[] encode(FileStat stat) {
        ByteBuffer out = ByteBuffer.allocate(STAT_VALUES * VARINT_BYTES_MAX);
        putVarint(out, stat.sizeBytes());
        putTime(out, stat.mtime());
        putTime(out, stat.ctime());
        putVarint(out, stat.mode());
        putVarint(out, stat.inode());
        putVarint(out, stat.device());
        return Arrays.copyOf(out.array(), out.position());
    }

    private static FileStat decodeStat(byte[] stored) {
        ByteBuffer in = ByteBuffer.wrap(stored);
        try {
            FileStat stat =
                    new FileStat(
                            varint(in),
                            time(in),
                            time(in),
                            Math.toIntExact(varint(in)),
                            varint(in),
                            varint(in));
            if (in.hasRemaining()) {
                throw new IllegalArgumentException(
                        "%d bytes behind a stat".formatted(in.remaining()));
            }
            return stat;
        } catch (BufferUnderflowException | ArithmeticException | DateTimeException malformed) {
            throw new IllegalArgumentException(
                    "stat of %d bytes is cut or out of range".formatted(stored.length), malformed);
        }
    }

    private static void putTime(ByteBuffer out, Instant time) {
        putVarint(out, time.getEpochSecond());
        putVarint(out, time.getNano());
    }

    private static Instant time(ByteBuffer in) {
        long seconds = varint(in);
        return Instant.ofEpochSecond(seconds, varint(in));
    }

    private static void putVarint(ByteBuffer out, long value) {
        long zigzag = (value << 1) ^ (value >> 63);
        while ((zigzag & ~0x7FL) != 0) {
            out.put((byte) (zigzag | 0x80));
            zigzag >>>= 7;
        }
        out.put((byte) zigzag);
    }

    private static long varint(ByteBuffer in) {
        long zigzag = 0;
        for (int shift = 0; shift < 7 * VARINT_BYTES_MAX; shift += 7) {
            byte b = in.get();
            zigzag |= (b & 0x7FL) << shift;
            if (b >= 0) {
                return (zigzag >>> 1) ^ -(zigzag & 1);
            }
        }
        throw new IllegalArgumentException("a number of more than 10 bytes");
    }
}
