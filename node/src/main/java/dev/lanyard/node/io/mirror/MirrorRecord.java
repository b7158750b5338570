package dev.lanyard.node.io.mirror;

import dev.lanyard.node.core.index.FileStat;
import dev.lanyard.node.core.mirror.Row;
import dev.lanyard.node.core.mirror.Sight.Kind;
import dev.lanyard.protocol.RelativePath;

import org.jspecify.annotations.Nullable;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.ObjLongConsumer;
import java.util.function.Predicate;
import java.util.zip.CRC32C;

/**
 * All rows of one destination, by directory. Thread-safe.
 *
 * <p>In memory a directory is a slice of bytes that is taken apart when it is asked for: what did
 * not change costs no object.
 */
/*
 *   file      magic 4, version 4, settled 1, source inode 8, boot: length 2 and text,
 *             directories 4, then each; CRC-32C of all of it 4
 *   directory path: length 4 and bytes (0 for the root), inode in the source 8, rows 4,
 *             length of the rows 4, then each
 *   row       kind 1, name: length 2 and bytes, source 42, copy 42
 *   stat      size 8, mtime 8 and 4, ctime 8 and 4, mode 2, inode 8
 */
final class MirrorRecord {
    private static final int MAGIC = 0x4c594d52;
    private static final int VERSION = 1;
    private static final int STAT_BYTES = 42;
    private static final int MTIME_AT = 8;
    private static final int CTIME_AT = 20;

    /** Years that no file system reaches, and that an {@code Instant} has. */
    private static final long SECONDS_MAX = 1L << 54;

    private static final byte[] ROOT = {};

    /** One name in a directory. */
    @SuppressWarnings("ArrayRecordComponent") // Handed over, never compared.
    record Named(byte[] name, Row row) {}

    private record Block(long sourceInode, int count, ByteBuffer rows) {}

    private final Map<Optional<RelativePath>, Block> blocks = new HashMap<>();
    private final Map<Long, RelativePath> bySourceInode = new HashMap<>();
    private long count;
    private boolean changed;
    private boolean settled = true;
    private long sourceInode;
    private String boot = "";

    /** Reads what {@link #encode} wrote; an empty record if these bytes are something else. */
    static MirrorRecord decode(ByteBuffer bytes) {
        MirrorRecord record = new MirrorRecord();
        try {
            if (bytes.remaining() > 8 && isWhole(bytes)) {
                record.read(bytes.duplicate());
                return record;
            }
        } catch (BufferUnderflowException | IllegalArgumentException notOurs) {
            return new MirrorRecord(); // Then all is compared.
        }
        return record;
    }

    private static boolean isWhole(ByteBuffer bytes) {
        CRC32C sum = new CRC32C();
        sum.update(bytes.duplicate().limit(bytes.limit() - 4));
        return bytes.getInt(0) == MAGIC
                && bytes.getInt(4) == VERSION
                && bytes.getInt(bytes.limit() - 4) == (int) sum.getValue();
    }

    private void read(ByteBuffer bytes) {
        bytes.position(8);
        settled = bytes.get() == 1;
        sourceInode = bytes.getLong();
        boot = new String(take(bytes, bytes.getShort()), StandardCharsets.UTF_8);
        for (int left = bytes.getInt(); left > 0; left--) {
            byte[] path = take(bytes, bytes.getInt());
            long source = bytes.getLong();
            int rows = bytes.getInt();
            int length = bytes.getInt();
            checkLength(bytes, length);
            ByteBuffer slice = bytes.slice(bytes.position(), length);
            checkRows(path.length, rows, slice.duplicate());
            bytes.position(bytes.position() + length);
            put(path.length == 0 ? null : RelativePath.of(path), new Block(source, rows, slice));
        }
        changed = false;
    }

    /**
     * What is on a drive was perhaps written by somebody else, and is taken apart later.
     *
     * @throws IllegalArgumentException if these are not so many rows and nothing more
     */
    private static void checkRows(int pathLength, int count, ByteBuffer rows) {
        for (int left = count; left > 0; left--) {
            rows.get();
            byte[] name = take(rows, Short.toUnsignedInt(rows.getShort()));
            if (!isName(name) || pathLength + 1 + name.length > RelativePath.PATH_BYTES_MAX) {
                throw new IllegalArgumentException("a name of %d bytes".formatted(name.length));
            }
            checkStat(rows);
            checkStat(rows);
        }
        if (count < 0 || rows.hasRemaining()) {
            throw new IllegalArgumentException("%d bytes behind rows".formatted(rows.remaining()));
        }
    }

    /** A name may stand anywhere: what is reserved at the top only is a name elsewhere. */
    private static boolean isName(byte[] name) {
        byte[] below = new byte[2 + name.length];
        below[0] = 'd';
        below[1] = '/';
        System.arraycopy(name, 0, below, 2, name.length);
        for (byte b : name) {
            if (b == '/') {
                return false;
            }
        }
        return RelativePath.fault(below).isEmpty();
    }

    private static void checkStat(ByteBuffer rows) {
        checkLength(rows, STAT_BYTES);
        int at = rows.position();
        checkTime(rows.getLong(at + MTIME_AT));
        checkTime(rows.getLong(at + CTIME_AT));
        rows.position(at + STAT_BYTES);
    }

    private static void checkTime(long seconds) {
        if (seconds < -SECONDS_MAX || seconds > SECONDS_MAX) {
            throw new IllegalArgumentException("%d s after 1970".formatted(seconds));
        }
    }

    private static void checkLength(ByteBuffer from, int length) {
        if (length < 0 || length > from.remaining()) {
            throw new IllegalArgumentException(
                    "%d bytes of %d".formatted(length, from.remaining()));
        }
    }

    private static byte[] take(ByteBuffer from, int length) {
        checkLength(from, length);
        byte[] bytes = new byte[length];
        from.get(bytes);
        return bytes;
    }

    /** How many files and links it remembers. */
    synchronized long count() {
        return count;
    }

    /** Whether it remembers nothing. */
    synchronized boolean isEmpty() {
        return blocks.isEmpty();
    }

    /** Whether something was put or removed since it was read or encoded. */
    synchronized boolean isChanged() {
        return changed;
    }

    /** The inode of the source that it was made from; 0 where nothing was. */
    synchronized long sourceInode() {
        return sourceInode;
    }

    /**
     * Whether all that it speaks of had reached the disk when it was written, or still is in the
     * memory of the machine that wrote it.
     */
    synchronized boolean isReliable(String bootNow) {
        return settled || boot.equals(bootNow);
    }

    /** Whether it was written before all that it speaks of had reached the disk. */
    synchronized boolean isSettled() {
        return settled;
    }

    /** The inode that {@code directory} had in the source; 0 if it is not known. */
    synchronized long inodeOf(@Nullable RelativePath directory) {
        Block block = blocks.get(Optional.ofNullable(directory));
        return block == null ? 0 : block.sourceInode;
    }

    /** Whether {@code directory} is known. */
    synchronized boolean has(@Nullable RelativePath directory) {
        return blocks.containsKey(Optional.ofNullable(directory));
    }

    /** The directory that had this inode in the source, or null. */
    synchronized @Nullable RelativePath ofSourceInode(long inode) {
        return bySourceInode.get(inode);
    }

    /** The rows of {@code directory}, by name as unsigned bytes. */
    List<Named> rows(@Nullable RelativePath directory) {
        Block block;
        synchronized (this) {
            block = blocks.get(Optional.ofNullable(directory));
        }
        if (block == null) {
            return List.of();
        }
        List<Named> rows = new ArrayList<>(block.count);
        ByteBuffer from = block.rows.duplicate();
        for (int i = 0; i < block.count; i++) {
            Kind kind = kind(from.get());
            byte[] name = take(from, Short.toUnsignedInt(from.getShort()));
            rows.add(new Named(name, new Row(kind, stat(from), stat(from))));
        }
        return rows;
    }

    /** Tells of all files of {@code sizeBytesMin} bytes and more, in no order. */
    void eachFile(long sizeBytesMin, ObjLongConsumer<RelativePath> to) {
        Map<Optional<RelativePath>, Block> all;
        synchronized (this) {
            all = new HashMap<>(blocks);
        }
        all.forEach((directory, block) -> eachFile(directory, block, sizeBytesMin, to));
    }

    /** What is too small costs no object. */
    private static void eachFile(
            Optional<RelativePath> directory,
            Block block,
            long sizeBytesMin,
            ObjLongConsumer<RelativePath> to) {
        ByteBuffer from = block.rows.duplicate();
        for (int i = 0; i < block.count; i++) {
            Kind kind = kind(from.get());
            int nameLength = Short.toUnsignedInt(from.getShort());
            int nameAt = from.position();
            long sizeBytes = from.getLong(nameAt + nameLength);
            if (kind == Kind.FILE && sizeBytes >= sizeBytesMin) {
                byte[] name = take(from, nameLength);
                to.accept(
                        directory.map(at -> at.child(name)).orElseGet(() -> RelativePath.of(name)),
                        sizeBytes);
            }
            from.position(nameAt + nameLength + 2 * STAT_BYTES);
        }
    }

    private static FileStat stat(ByteBuffer from) {
        return new FileStat(
                from.getLong(),
                Instant.ofEpochSecond(from.getLong(), from.getInt()),
                Instant.ofEpochSecond(from.getLong(), from.getInt()),
                from.getShort(),
                from.getLong(),
                0);
    }

    /** Replaces what is known of {@code directory}; {@code rows} are in the order of names. */
    void put(@Nullable RelativePath directory, long inode, List<Named> rows) {
        int length = 0;
        for (Named each : rows) {
            length += 3 + each.name.length + 2 * STAT_BYTES;
        }
        ByteBuffer to = ByteBuffer.allocate(length);
        for (Named each : rows) {
            to.put(code(each.row.kind()));
            to.putShort((short) each.name.length).put(each.name);
            write(each.row.source(), to);
            write(each.row.copy(), to);
        }
        put(directory, new Block(inode, rows.size(), to.flip()));
    }

    private static byte code(Kind kind) {
        return switch (kind) {
            case FILE -> 0;
            case LINK -> 1;
            case DIRECTORY, SPECIAL -> throw new IllegalArgumentException("a row of a " + kind);
        };
    }

    private static Kind kind(byte code) {
        return code == 0 ? Kind.FILE : Kind.LINK;
    }

    private static void write(Instant time, ByteBuffer to) {
        to.putLong(time.getEpochSecond()).putInt(time.getNano());
    }

    private static void write(FileStat stat, ByteBuffer to) {
        to.putLong(stat.sizeBytes());
        write(stat.mtime(), to);
        write(stat.ctime(), to);
        to.putShort((short) stat.mode()).putLong(stat.inode());
    }

    private synchronized void put(@Nullable RelativePath directory, Block block) {
        Block old = blocks.put(Optional.ofNullable(directory), block);
        count += block.count - (old == null ? 0 : old.count);
        if (directory != null) {
            bySourceInode.put(block.sourceInode, directory);
        }
        changed = true;
    }

    /**
     * Forgets {@code directories} and all below them, which takes one look at all that is known.
     */
    synchronized void removeAll(Set<RelativePath> directories) {
        if (!directories.isEmpty()) {
            removeIf(path -> isAtOrBelow(path, directories));
        }
    }

    private static boolean isAtOrBelow(RelativePath path, Set<RelativePath> directories) {
        Optional<RelativePath> at = Optional.of(path);
        while (at.isPresent() && !directories.contains(at.get())) {
            at = at.get().parent();
        }
        return at.isPresent();
    }

    /** Forgets {@code directory} and all below it. */
    synchronized void remove(RelativePath directory) {
        removeIf(path -> path.equals(directory) || path.isBelow(directory));
    }

    private void removeIf(Predicate<RelativePath> isGone) {
        blocks.entrySet()
                .removeIf(
                        each -> {
                            RelativePath path = each.getKey().orElse(null);
                            boolean gone = path != null && isGone.test(path);
                            if (gone) {
                                count -= each.getValue().count;
                                bySourceInode.remove(each.getValue().sourceInode, path);
                                changed = true;
                            }
                            return gone;
                        });
    }

    /** The directory {@code from}, with all below it, is {@code to} now. */
    synchronized void rename(RelativePath from, RelativePath to) {
        Map<RelativePath, Block> moved = new HashMap<>();
        blocks.forEach(
                (key, block) -> {
                    RelativePath path = key.orElse(null);
                    if (path != null && path.equals(from)) {
                        moved.put(to, block);
                    } else if (path != null && path.isBelow(from)) {
                        path.rebased(from, to).ifPresent(at -> moved.put(at, block));
                    }
                });
        remove(from);
        moved.forEach(this::put);
    }

    /**
     * All of it as bytes.
     *
     * @param isSettled whether all that it speaks of has reached the disk
     * @param bootNow names the run of the machine
     */
    synchronized ByteBuffer encode(boolean isSettled, long inodeOfSource, String bootNow) {
        settled = isSettled;
        sourceInode = inodeOfSource;
        boot = bootNow;
        byte[] bootBytes = bootNow.getBytes(StandardCharsets.UTF_8);
        TreeMap<RelativePath, Block> ordered = new TreeMap<>();
        long length = 4L + 4 + 1 + 8 + 2 + bootBytes.length + 4 + 4;
        for (var each : blocks.entrySet()) {
            byte[] path = each.getKey().map(RelativePath::bytes).orElse(ROOT);
            length += 4L + path.length + 8 + 4 + 4 + each.getValue().rows.limit();
            each.getKey().ifPresent(at -> ordered.put(at, each.getValue()));
        }
        ByteBuffer to = ByteBuffer.allocate(Math.toIntExact(length));
        to.putInt(MAGIC).putInt(VERSION).put((byte) (settled ? 1 : 0)).putLong(sourceInode);
        to.putShort((short) bootBytes.length).put(bootBytes).putInt(blocks.size());
        Block root = blocks.get(Optional.<RelativePath>empty());
        if (root != null) {
            write(ROOT, root, to);
        }
        ordered.forEach((path, block) -> write(path.bytes(), block, to));
        CRC32C sum = new CRC32C();
        sum.update(to.duplicate().flip());
        changed = false;
        return to.putInt((int) sum.getValue()).flip();
    }

    private static void write(byte[] path, Block block, ByteBuffer to) {
        to.putInt(path.length).put(path).putLong(block.sourceInode);
        to.putInt(block.count).putInt(block.rows.limit()).put(block.rows.duplicate());
    }
}
