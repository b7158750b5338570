package dev.lanyard.node.io.disk;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.lanyard.node.io.disk.Root.Kind;

import org.jspecify.annotations.Nullable;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Sets modes and times, and carries over what is not synced. Never follows a link. */
final class Attributes {
    private static final long UTIME_OMIT = (1L << 30) - 2;
    private static final int SPECIAL_BITS = 07000;
    private static final int STICKY_BIT = 01000;

    /** What speaks for the bytes of a file must not be inherited by other bytes. */
    private static final Set<String> OF_CONTENT =
            Set.of("security.capability", "security.ima", "security.evm");

    private Attributes() {}

    /**
     * Sets mode and, unless null, mtime; 0 or a negated errno. {@code specialBits} come with the
     * mode. A link has only times.
     */
    static int set(
            Scratch s,
            int directory,
            byte[] name,
            Kind kind,
            int modeWithSpecialBits,
            @Nullable Instant mtime) {
        if (kind != Kind.SYMLINK) {
            int result = Libc.fchmodat(s, directory, s.name(name), modeWithSpecialBits);
            if (result < 0) {
                return result;
            }
        }
        return mtime == null ? 0 : setMtime(s, directory, name, mtime);
    }

    private static int setMtime(Scratch s, int directory, byte[] name, Instant mtime) {
        MemorySegment times = s.struct();
        times.set(JAVA_LONG, 8, UTIME_OMIT);
        times.set(JAVA_LONG, 16, mtime.getEpochSecond());
        times.set(JAVA_LONG, 24, mtime.getNano());
        return Libc.utimensat(s, directory, s.name(name), times);
    }

    /** Sets mode and mtime of what is there already, which keeps its special bits. */
    static int change(Scratch s, int directory, byte[] name, int mode, @Nullable Instant mtime) {
        int result = Statx.ofName(s, directory, name);
        if (result < 0) {
            return result;
        }
        int special = Statx.modeWithSpecialBits(s) & SPECIAL_BITS;
        return set(s, directory, name, Statx.found(s).kind(), mode | special, mtime);
    }

    /**
     * Gives {@code name} the owner, ACL and extended attributes of {@code like}, an open descriptor
     * on something of the same kind, as far as this process may; what it may not is left. The
     * special bits that its mode shall have.
     *
     * <p>Of a file the set-user-ID and set-group-ID bits are not carried over, nor capabilities:
     * the kernel takes them from a file that is written to, and what a peer sends must not run with
     * more rights than its reader has.
     */
    static int carryOver(Scratch s, int like, int directory, byte[] name) {
        if (Statx.ofDescriptor(s, like) < 0) {
            return 0;
        }
        Kind kind = Statx.found(s).kind();
        int owner = Statx.owner(s);
        int group = Statx.group(s);
        int special = Statx.modeWithSpecialBits(s) & SPECIAL_BITS;
        if (Statx.ofName(s, directory, name) < 0 || Statx.found(s).kind() != kind) {
            return 0;
        }
        if (owner != Statx.owner(s) || group != Statx.group(s)) {
            if (Libc.fchownat(s, directory, s.name(name), owner, group) < 0) {
                Libc.fchownat(s, directory, s.name(name), -1, group);
            }
        }
        return switch (kind) {
            case FILE -> {
                copyExtended(s, like, directory, name);
                yield special & STICKY_BIT;
            }
            case DIRECTORY -> {
                copyExtended(s, like, directory, name);
                yield special;
            }
            case SYMLINK, FIFO, SOCKET, DEVICE -> 0;
        };
    }

    /** Goes through {@code /proc}, where also what may not be opened for reading has a name. */
    private static void copyExtended(Scratch s, int like, int directory, byte[] name) {
        byte[] from = ascii("/proc/self/fd/" + like);
        byte[] to = ascii("/proc/self/fd/" + directory + "/" + Places.name(name));
        for (String attribute : names(s, from)) {
            byte[] attributeName = ascii(attribute);
            MemorySegment room = s.data();
            long length = Libc.getxattr(s, s.name(from), s.otherName(attributeName), room);
            if (length >= 0 && !OF_CONTENT.contains(attribute)) {
                MemorySegment value = room.asSlice(0, length);
                Libc.setxattr(s, s.name(to), s.otherName(attributeName), value);
            }
        }
    }

    private static List<String> names(Scratch s, byte[] path) {
        List<String> names = new ArrayList<>();
        long length = Libc.listxattr(s, s.name(path), s.data());
        for (long at = 0; at < length; ) {
            long end = at;
            while (s.data().get(JAVA_BYTE, end) != 0) {
                end++;
            }
            names.add(Places.name(s.data().asSlice(at, end - at).toArray(JAVA_BYTE)));
            at = end + 1;
        }
        return names;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
