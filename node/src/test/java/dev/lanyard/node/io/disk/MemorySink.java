package dev.lanyard.node.io.disk;

import dev.lanyard.node.io.disk.Root.Content;
import dev.lanyard.node.io.disk.Root.Sink;

import java.nio.ByteBuffer;

/** A staged file of a {@link MemoryDisk} that is open for writing. */
final class MemorySink implements Sink {
    private final MemoryMount mount;
    private final MemoryCalls calls;
    private final MemoryInode file;
    private final String subject;
    private boolean open = true;

    MemorySink(MemoryMount mount, MemoryCalls calls, MemoryInode file, String subject) {
        this.mount = mount;
        this.calls = calls;
        this.file = file;
        this.subject = subject;
        calls.volume().openForWriting(file);
    }

    @Override
    public void write(ByteBuffer from, long offset) throws DiskException {
        check("write");
        if (from.hasRemaining()) {
            calls.write(subject, file, from, offset);
        }
    }

    @Override
    public long copy(Content from, long fromOffset, long offset, long lengthBytes)
            throws DiskException {
        check("copy");
        if (!(from instanceof MemoryContent source)) {
            return 0;
        }
        MemoryBytes bytes = source.file().bytes;
        if (fromOffset + lengthBytes > bytes.size()) {
            throw new DiskException("copy", subject, DiskException.Fault.SHRANK, 0);
        }
        ByteBuffer part = ByteBuffer.allocate(Math.toIntExact(lengthBytes));
        bytes.read(part, fromOffset);
        calls.write(subject, file, part.flip(), offset);
        return lengthBytes;
    }

    @Override
    public boolean share(Content from) throws DiskException {
        check("share");
        if (!(from instanceof MemoryContent source)) {
            return false;
        }
        calls.share(subject, file, source.file());
        return true;
    }

    @Override
    public void size(long sizeBytes) throws DiskException {
        check("truncate");
        calls.size(subject, file, sizeBytes);
    }

    @Override
    public void flush() throws DiskException {
        check("flush");
        calls.volume().flush(file);
    }

    private void check(String call) throws DiskException {
        if (!open) {
            throw new IllegalStateException("%s is closed".formatted(subject));
        }
        mount.check(call, subject);
    }

    @Override
    public void close() {
        if (open && mount.isCurrent()) {
            calls.volume().closeForWriting(file);
        }
        open = false;
    }
}
