package dev.lanyard.node.io.watch;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.MemorySegment;

/**
 * One event as inotify tells it.
 *
 * @param watch the watch of the directory in which, or to which, it happened
 * @param cookie joins the two halves of a rename
 * @param name the name in that directory; empty if it happened to the directory itself
 */
@SuppressWarnings("ArrayRecordComponent") // Handed over, never compared.
record FileEvent(int watch, int mask, int cookie, byte[] name) {
    static final int MODIFY = 0x2;
    static final int ATTRIB = 0x4;
    static final int CLOSE_WRITE = 0x8;
    static final int MOVED_FROM = 0x40;
    static final int MOVED_TO = 0x80;
    static final int CREATE = 0x100;
    static final int DELETE = 0x200;
    static final int DELETE_SELF = 0x400;
    static final int MOVE_SELF = 0x800;

    /** Told without being asked for. */
    static final int UNMOUNT = 0x2000;

    static final int OVERFLOW = 0x4000;
    static final int IGNORED = 0x8000;
    private static final int ISDIR = 0x40000000;

    /** Not told, but asked for. */
    static final int ONLYDIR = 0x01000000;

    static final int EXCL_UNLINK = 0x04000000;

    private static final int HEADER_BYTES = 16;

    /** The event that begins at {@code offset} of what was read. */
    static FileEvent in(MemorySegment read, long offset) {
        return new FileEvent(
                read.get(JAVA_INT, offset),
                read.get(JAVA_INT, offset + 4),
                read.get(JAVA_INT, offset + 8),
                LinuxCalls.name(read, offset + HEADER_BYTES, nameBytes(read, offset)));
    }

    /** How many bytes the event that begins at {@code offset} takes. */
    static int lengthIn(MemorySegment read, long offset) {
        return HEADER_BYTES + nameBytes(read, offset);
    }

    private static int nameBytes(MemorySegment read, long offset) {
        return read.get(JAVA_INT, offset + 12);
    }

    /** Whether one of these is what happened. */
    boolean is(int any) {
        return (mask & any) != 0;
    }

    /** Whether a file was written to, and nothing else. */
    boolean isOnlyWrite() {
        return mask == MODIFY;
    }

    /** Whether the name is one of a directory. */
    boolean isOfDirectory() {
        return is(ISDIR);
    }
}
