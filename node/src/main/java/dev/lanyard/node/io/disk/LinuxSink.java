package dev.lanyard.node.io.disk;

import dev.lanyard.node.io.disk.DiskException.Fault;
import dev.lanyard.node.io.disk.Root.Content;
import dev.lanyard.node.io.disk.Root.Sink;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/** A private file that is open for writing. */
final class LinuxSink implements Sink {
    private final Scratch.Pool scratches;
    private final String subject;
    private int file;

    /** Takes {@code file}, an open descriptor, which {@link #close} closes. */
    LinuxSink(Scratch.Pool scratches, int file, String subject) {
        this.scratches = scratches;
        this.file = file;
        this.subject = subject;
    }

    @Override
    public void write(ByteBuffer from, long offset) throws DiskException {
        Scratch s = scratches.borrow();
        try {
            while (from.hasRemaining()) {
                MemorySegment bytes =
                        from.isDirect() ? MemorySegment.ofBuffer(from) : bounced(s, from);
                long count = Libc.pwrite(s, file, bytes, offset);
                if (count < 0) {
                    throw Errno.failure("write", subject, count);
                }
                if (count == 0) {
                    throw new DiskException("write", subject, Fault.IO, 0);
                }
                Holes.make(s, file, bytes.asSlice(0, count), offset);
                from.position(from.position() + Math.toIntExact(count));
                offset += count;
            }
        } finally {
            scratches.giveBack(s);
        }
    }

    /** The collector may move a heap array, so the kernel reads from native memory. */
    private static MemorySegment bounced(Scratch s, ByteBuffer from) {
        int length = Math.min(from.remaining(), Scratch.DATA_BYTES);
        MemorySegment room = s.data().asSlice(0, length);
        room.asByteBuffer().put(0, from, from.position(), length);
        return room;
    }

    @Override
    public long copy(Content from, long fromOffset, long offset, long lengthBytes)
            throws DiskException {
        if (!(from instanceof LinuxContent source)) {
            return 0;
        }
        Scratch s = scratches.borrow();
        try {
            Copying.copyRange(
                    s, source.descriptor(), fromOffset, file, offset, lengthBytes, subject);
            return lengthBytes;
        } finally {
            scratches.giveBack(s);
        }
    }

    @Override
    public boolean share(Content from) {
        if (!(from instanceof LinuxContent source)) {
            return false;
        }
        Scratch s = scratches.borrow();
        try {
            return Libc.reflink(s, source.descriptor(), file) >= 0;
        } finally {
            scratches.giveBack(s);
        }
    }

    @Override
    public void size(long sizeBytes) throws DiskException {
        Scratch s = scratches.borrow();
        try {
            long result = Libc.ftruncate(s, file, sizeBytes);
            if (result < 0) {
                throw Errno.failure("truncate", subject, result);
            }
        } finally {
            scratches.giveBack(s);
        }
    }

    @Override
    public void flush() throws DiskException {
        Scratch s = scratches.borrow();
        try {
            long result = SlowCall.run(() -> Libc.fsync(s, file));
            if (result < 0) {
                throw Errno.failure("flush", subject, result);
            }
        } finally {
            scratches.giveBack(s);
        }
    }

    /** A late write error is told here by some file systems, NFS among them. */
    @Override
    public void close() throws DiskException {
        if (file < 0) {
            return;
        }
        Scratch s = scratches.borrow();
        try {
            int result = Libc.close(s, file);
            file = -1;
            if (result < 0) {
                throw Errno.failure("close", subject, result);
            }
        } finally {
            scratches.giveBack(s);
        }
    }
}
