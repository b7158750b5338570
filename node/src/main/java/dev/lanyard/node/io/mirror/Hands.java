package dev.lanyard.node.io.mirror;

import dev.lanyard.node.io.disk.Disk;
import dev.lanyard.node.io.disk.Root;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Both ends of a mirror, open for one thread, with room for pieces of two files. */
final class Hands implements AutoCloseable {
    static final int PIECE_BYTES = 256 * 1024;

    final Root source;
    final Root copy;
    final ByteBuffer piece = ByteBuffer.allocateDirect(PIECE_BYTES);
    final ByteBuffer other = ByteBuffer.allocateDirect(PIECE_BYTES);

    Hands(Disk source, Disk copy) throws IOException {
        this.source = source.open();
        try {
            this.copy = copy.open();
        } catch (IOException | RuntimeException e) {
            this.source.close();
            throw e;
        }
    }

    @Override
    public void close() {
        source.close();
        copy.close();
    }
}
