package dev.lanyard.node.io.disk;

import dev.lanyard.node.io.disk.DiskException.Fault;

import java.lang.foreign.MemorySegment;

/** Copies one open file to another, empty one, without its bytes passing through the heap. */
/*
 * A reflink shares the blocks and is done. Else only the parts that hold bytes are copied, by the
 * kernel where it can, and the length is set first, so that what is left out reads as zeros and
 * takes no space. The length of the source is checked at the end: it may be changed at any moment.
 */
final class Copying {
    private Copying() {}

    /**
     * Copies {@code sizeBytes} bytes, which is all; {@code SHRANK} if that is not its length. What
     * was copied.
     */
    static long copy(Scratch s, int from, int to, long sizeBytes, String subject)
            throws DiskException {
        checkSize(s, from, sizeBytes, subject);
        if (Libc.reflink(s, from, to) < 0) {
            check("truncate", subject, Libc.ftruncate(s, to, sizeBytes));
            copyParts(s, from, to, sizeBytes, subject);
            checkSize(s, from, sizeBytes, subject);
        } else {
            checkSize(s, to, sizeBytes, subject);
        }
        return sizeBytes;
    }

    private static void copyParts(Scratch s, int from, int to, long sizeBytes, String subject)
            throws DiskException {
        copyRange(s, from, 0, to, 0, sizeBytes, subject);
    }

    /**
     * Copies a part of one file to a place in another, which is as long already as to reach its
     * end; {@code SHRANK} if there is less.
     */
    static void copyRange(
            Scratch s,
            int from,
            long fromOffset,
            int to,
            long toOffset,
            long lengthBytes,
            String subject)
            throws DiskException {
        long sizeBytes = fromOffset + lengthBytes;
        long shift = toOffset - fromOffset;
        for (long at = fromOffset; at < sizeBytes; ) {
            long start = Libc.lseek(s, from, at, Libc.SEEK_DATA);
            if (start == -Errno.ENXIO) {
                checkReaches(s, from, sizeBytes, subject);
                return; // There is only a hole up to the end.
            }
            long end = start < 0 ? start : Libc.lseek(s, from, start, Libc.SEEK_HOLE);
            if (end < 0) { // A file system that knows no holes.
                start = at;
                end = sizeBytes;
            }
            end = Math.min(end, sizeBytes);
            copyPart(s, from, to, Math.min(start, end), end, shift, subject);
            at = end;
        }
    }

    private static void checkReaches(Scratch s, int file, long sizeBytes, String subject)
            throws DiskException {
        check("stat", subject, Statx.ofDescriptor(s, file));
        if (Statx.found(s).stat().sizeBytes() < sizeBytes) {
            throw new DiskException("copy", subject, Fault.SHRANK, 0);
        }
    }

    private static void copyPart(
            Scratch s, int from, int to, long start, long end, long shift, String subject)
            throws DiskException {
        long at = start;
        while (at < end) {
            long count = Libc.copyFileRange(s, from, at, to, at + shift, end - at);
            if (count <= 0) {
                // Not between these two files, or not on this kernel; or the file became shorter,
                // and then there is nothing to read either.
                count = copyThroughMemory(s, from, to, at, end, shift, subject);
            }
            at += count;
        }
    }

    private static long copyThroughMemory(
            Scratch s, int from, int to, long start, long end, long shift, String subject)
            throws DiskException {
        MemorySegment room = s.data();
        long length = Math.min(room.byteSize(), end - start);
        long count = check("read", subject, Libc.pread(s, from, room.asSlice(0, length), start));
        if (count == 0) {
            throw new DiskException("copy", subject, Fault.SHRANK, 0);
        }
        for (long done = 0; done < count; ) {
            MemorySegment rest = room.asSlice(done, count - done);
            done += check("write", subject, Libc.pwrite(s, to, rest, start + shift + done));
        }
        return count;
    }

    private static void checkSize(Scratch s, int file, long sizeBytes, String subject)
            throws DiskException {
        check("stat", subject, Statx.ofDescriptor(s, file));
        if (Statx.found(s).stat().sizeBytes() != sizeBytes) {
            throw new DiskException("copy", subject, Fault.SHRANK, 0);
        }
    }

    private static long check(String call, String subject, long result) throws DiskException {
        if (result < 0) {
            throw Errno.failure(call, subject, result);
        }
        return result;
    }
}
