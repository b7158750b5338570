package dev.lanyard.node.io.disk;

import dev.lanyard.node.io.disk.Root.Content;
import dev.lanyard.node.io.disk.Root.Found;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/** A regular file that is open for reading. */
final class LinuxContent implements Content {
    private final Scratch.Pool scratches;
    private final String subject;
    private int file;

    /** Takes {@code file}, an open descriptor, which {@link #close} closes. */
    LinuxContent(Scratch.Pool scratches, int file, String subject) {
        this.scratches = scratches;
        this.file = file;
        this.subject = subject;
    }

    /** The open file, for a copy by the kernel. */
    int descriptor() {
        return file;
    }

    @Override
    public Found stat() throws DiskException {
        Scratch s = scratches.borrow();
        try {
            int result = Statx.ofDescriptor(s, file);
            if (result < 0) {
                throw Errno.failure("stat", subject, result);
            }
            return Statx.found(s);
        } finally {
            scratches.giveBack(s);
        }
    }

    @Override
    public int read(ByteBuffer to, long offset) throws DiskException {
        if (!to.hasRemaining()) {
            return 0;
        }
        Scratch s = scratches.borrow();
        try {
            int total = 0;
            while (to.hasRemaining()) {
                int count = to.isDirect() ? direct(s, to, offset) : bounced(s, to, offset);
                if (count == 0) {
                    break;
                }
                offset += count;
                total += count;
            }
            return total == 0 ? -1 : total;
        } finally {
            scratches.giveBack(s);
        }
    }

    @Override
    public long nextData(long offset) throws DiskException {
        Scratch s = scratches.borrow();
        try {
            long found = Libc.lseek(s, file, offset, Libc.SEEK_DATA);
            if (found == -Errno.ENXIO) {
                return Math.max(offset, stat().stat().sizeBytes());
            }
            return found < 0 ? offset : found; // A file system that knows no holes.
        } finally {
            scratches.giveBack(s);
        }
    }

    @Override
    public void forget() {
        forget(0, Libc.TO_END);
    }

    @Override
    public void forget(long offset, long lengthBytes) {
        Scratch s = scratches.borrow();
        try {
            Libc.forget(s, file, offset, lengthBytes);
        } finally {
            scratches.giveBack(s);
        }
    }

    private int direct(Scratch s, ByteBuffer to, long offset) throws DiskException {
        int count = checked(Libc.pread(s, file, MemorySegment.ofBuffer(to), offset));
        to.position(to.position() + count);
        return count;
    }

    /** The collector may move a heap array, so the kernel writes to native memory first. */
    private int bounced(Scratch s, ByteBuffer to, long offset) throws DiskException {
        MemorySegment room = s.data().asSlice(0, Math.min(to.remaining(), Scratch.DATA_BYTES));
        int count = checked(Libc.pread(s, file, room, offset));
        to.put(room.asSlice(0, count).asByteBuffer());
        return count;
    }

    private int checked(long result) throws DiskException {
        if (result < 0) {
            throw Errno.failure("read", subject, result);
        }
        return Math.toIntExact(result);
    }

    @Override
    public void close() {
        if (file >= 0) {
            Scratch s = scratches.borrow();
            Libc.close(s, file); // What was only read from loses nothing when closing fails.
            scratches.giveBack(s);
            file = -1;
        }
    }
}
