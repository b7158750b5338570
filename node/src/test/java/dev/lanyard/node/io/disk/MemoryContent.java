package dev.lanyard.node.io.disk;

import dev.lanyard.node.io.disk.Root.Content;
import dev.lanyard.node.io.disk.Root.Found;

import java.nio.ByteBuffer;

/** A file of a {@link MemoryDisk} that is open for reading, whatever name it has meanwhile. */
final class MemoryContent implements Content {
    private final MemoryMount mount;
    private final MemoryInode file;
    private final String subject;
    private boolean open = true;

    MemoryContent(MemoryMount mount, MemoryInode file, Object subject) {
        this.mount = mount;
        this.file = file;
        this.subject = subject.toString();
    }

    MemoryInode file() {
        return file;
    }

    @Override
    public Found stat() throws DiskException {
        check("stat");
        return file.found();
    }

    @Override
    public int read(ByteBuffer to, long offset) throws DiskException {
        check("read");
        return file.bytes.read(to, offset);
    }

    @Override
    public long nextData(long offset) throws DiskException {
        check("seek");
        return file.bytes.nextData(offset);
    }

    private void check(String call) throws DiskException {
        if (!open) {
            throw new IllegalStateException("%s is closed".formatted(subject));
        }
        mount.check(call, subject);
    }

    @Override
    public void close() {
        open = false;
    }
}
