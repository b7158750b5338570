package dev.lanyard.node.io.disk;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.lanyard.node.io.disk.Root.Kind;
import dev.lanyard.node.io.disk.Root.Name;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/** Reads the names in an open directory as the bytes that they are. */
final class Listing {
    // struct linux_dirent64: inode 8, offset 8, record length 2, type 1, name and a zero.
    private static final int RECORD_BYTES = 16;
    private static final int TYPE = 18;
    private static final int NAME = 19;

    private Listing() {}

    /**
     * All names but {@code .} and {@code ..}. A listing that fails half-way has no result at all:
     * what is missing in it would look deleted.
     */
    static List<Name> read(Scratch s, int directory, Object subject) throws DiskException {
        List<Name> names = new ArrayList<>();
        each(s, directory, subject, names::add);
        return names;
    }

    /** The same one by one, for a directory that may be too large for the memory. */
    static void each(Scratch s, int directory, Object subject, Consumer<Name> names)
            throws DiskException {
        MemorySegment records = s.data();
        while (true) {
            long bytes = Libc.getdents(s, directory, records);
            if (bytes < 0) {
                throw Errno.failure("list", subject, bytes);
            }
            if (bytes == 0) {
                return;
            }
            eachOf(records.asSlice(0, bytes).toArray(JAVA_BYTE), names);
        }
    }

    /** From an array, since each look into native memory takes many steps. */
    private static void eachOf(byte[] records, Consumer<Name> names) {
        ByteBuffer lengths = ByteBuffer.wrap(records).order(ByteOrder.nativeOrder());
        for (int at = 0; at < records.length; ) {
            int length = Short.toUnsignedInt(lengths.getShort(at + RECORD_BYTES));
            byte[] name = name(records, at + NAME, at + length);
            if (!isDots(name)) {
                names.accept(new Name(name, kind(records[at + TYPE])));
            }
            at += length;
        }
    }

    private static byte[] name(byte[] records, int from, int to) {
        int end = from;
        while (end < to && records[end] != 0) {
            end++;
        }
        return Arrays.copyOfRange(records, from, end);
    }

    private static boolean isDots(byte[] name) {
        return name[0] == '.' && (name.length == 1 || (name.length == 2 && name[1] == '.'));
    }

    private static @Nullable Kind kind(byte type) {
        return switch (type) {
            case 1 -> Kind.FIFO;
            case 2, 6 -> Kind.DEVICE;
            case 4 -> Kind.DIRECTORY;
            case 8 -> Kind.FILE;
            case 10 -> Kind.SYMLINK;
            case 12 -> Kind.SOCKET;
            default -> null;
        };
    }
}
