package dev.lanyard.node.io.disk;

import dev.lanyard.node.core.index.FileStat;
import dev.lanyard.node.io.disk.Root.Found;
import dev.lanyard.node.io.disk.Root.Kind;

import java.nio.ByteBuffer;
import java.time.Instant;

/** Reads the {@code struct statx} that {@link Libc#statx} left in {@link Scratch#struct}. */
final class Statx {
    private static final byte[] ITSELF = {};

    private static final int LINK_COUNT = 16;
    private static final int OWNER = 20;
    private static final int GROUP = 24;
    private static final int MODE = 28;
    private static final int INODE = 32;
    private static final int SIZE = 40;
    private static final int CTIME = 96;
    private static final int MTIME = 112;
    private static final int DEVICE_MAJOR = 136;
    private static final int DEVICE_MINOR = 140;

    private static final int TYPE_BITS = 0170000;

    private Statx() {}

    /** Asks about an open descriptor. */
    static int ofDescriptor(Scratch s, int descriptor) {
        return Libc.statx(s, descriptor, s.name(ITSELF), Libc.AT_EMPTY_PATH);
    }

    /** Asks about a name in a directory: the link itself, if it is one. */
    static int ofName(Scratch s, int directory, byte[] name) {
        return Libc.statx(s, directory, s.name(name), Libc.AT_SYMLINK_NOFOLLOW);
    }

    /** What the answer says. */
    static Found found(Scratch s) {
        ByteBuffer answer = s.answer();
        Kind kind = kind(answer.getShort(MODE));
        FileStat stat =
                new FileStat(
                        kind == Kind.FILE || kind == Kind.SYMLINK ? answer.getLong(SIZE) : 0,
                        instant(answer, MTIME),
                        instant(answer, CTIME),
                        answer.getShort(MODE) & 0777,
                        answer.getLong(INODE),
                        device(s));
        return new Found(kind, stat, answer.getInt(LINK_COUNT));
    }

    /** The device, with the numbers that {@code stat} shows. */
    static long device(Scratch s) {
        long major = Integer.toUnsignedLong(s.answer().getInt(DEVICE_MAJOR));
        long minor = Integer.toUnsignedLong(s.answer().getInt(DEVICE_MINOR));
        return (minor & 0xff)
                | (major & 0xfff) << 8
                | (minor & ~0xffL) << 12
                | (major & ~0xfffL) << 32;
    }

    static long inode(Scratch s) {
        return s.answer().getLong(INODE);
    }

    static int owner(Scratch s) {
        return s.answer().getInt(OWNER);
    }

    static int group(Scratch s) {
        return s.answer().getInt(GROUP);
    }

    /** All of 07777, with the bits that are not synced. */
    static int modeWithSpecialBits(Scratch s) {
        return s.answer().getShort(MODE) & 07777;
    }

    /** Some file systems hold times that {@link Instant} does not: they become its bounds. */
    private static Instant instant(ByteBuffer answer, int offset) {
        long second = answer.getLong(offset);
        int nano = answer.getInt(offset + 8);
        if (second < Instant.MIN.getEpochSecond()) {
            return Instant.MIN;
        }
        return second > Instant.MAX.getEpochSecond()
                ? Instant.MAX
                : Instant.ofEpochSecond(second, nano);
    }

    private static Kind kind(int mode) {
        return switch (mode & TYPE_BITS) {
            case 0100000 -> Kind.FILE;
            case 0040000 -> Kind.DIRECTORY;
            case 0120000 -> Kind.SYMLINK;
            case 0010000 -> Kind.FIFO;
            case 0140000 -> Kind.SOCKET;
            default -> Kind.DEVICE;
        };
    }
}
