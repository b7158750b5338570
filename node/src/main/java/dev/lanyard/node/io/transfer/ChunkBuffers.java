package dev.lanyard.node.io.transfer;

import dev.lanyard.delta.checksum.TreeHash;

import java.nio.ByteBuffer;
import java.util.concurrent.LinkedBlockingDeque;

/**
 * Buffers for whole chunks, outside the heap: files are read into them and written from them
 * without another copy. Thread-safe.
 */
final class ChunkBuffers {
    /** The one that came back last goes first: it is still near the processor. */
    private final LinkedBlockingDeque<ByteBuffer> idle;

    /** Keeps so many that nobody uses: what is made beyond that takes long to be freed. */
    ChunkBuffers(int idleMax) {
        this.idle = new LinkedBlockingDeque<>(idleMax);
    }

    /** An empty one, to be given back. */
    ByteBuffer borrow() {
        ByteBuffer buffer = idle.poll();
        return buffer == null ? ByteBuffer.allocateDirect(TreeHash.CHUNK_BYTES) : buffer.clear();
    }

    /** Takes one that nobody uses any more. */
    void giveBack(ByteBuffer buffer) {
        boolean kept = idle.offerFirst(buffer);
        if (!kept) {
            return; // More were in use at once than are worth keeping.
        }
    }
}
