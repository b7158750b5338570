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
    final Batch batch;
    final ByteBuffer piece = ByteBuffer.allocateDirect(PIECE_BYTES);
    final ByteBuffer other = ByteBuffer.allocateDirect(PIECE_BYTES);

    /**
     * Opens both.
     *
     * @param isOrdered whether contents are written out before they get their places
     */
    Hands(Disk source, Disk copy, boolean isOrdered) throws IOException {
        this.source = source.open();
        try {
            this.copy = copy.open();
        } catch (IOException | RuntimeException e) {
            this.source.close();
            throw e;
        }
        this.batch = new Batch(this.copy, isOrdered);
    }

    @Override
    public void close() {
        source.close();
        copy.close();
    }
}
