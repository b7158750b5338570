package dev.lanyard.node.io.transfer;

import dev.lanyard.delta.checksum.TreeHash;
import dev.lanyard.delta.parallel.InOrder;
import dev.lanyard.node.io.disk.DiskException;
import dev.lanyard.node.io.disk.Root.Content;
import dev.lanyard.node.io.disk.Root.Sink;
import dev.lanyard.protocol.ContentHash;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.Callable;

/**
 * The hash of a content that is being put together in staging. It takes chunks in order, as soon as
 * they are complete. For one thread; others hash for it.
 */
final class StagedHash {
    private static final int CHUNK_BYTES = TreeHash.CHUNK_BYTES;

    /**
     * What is written at once, as by the kernel's copies. For more the system looks for larger
     * pieces of memory than it is given back meanwhile, and takes those that nobody used for long.
     * Others who write to the same file also wait for less.
     */
    private static final int WRITTEN_BYTES = 64 << 10;

    private final Content staged;
    private final String name;
    private final long sizeBytes;
    private final ChunkBuffers buffers;
    private final InOrder<byte[]> hashes;
    private final ByteArrayOutputStream chunkHashes = new ByteArrayOutputStream();
    private final TreeHash hash = new TreeHash(chunkHashes::writeBytes);
    private long takenBytes;

    /** Of what is {@code staged} under {@code name}, and will have {@code sizeBytes}. */
    StagedHash(Content staged, String name, long sizeBytes, Deltas deltas) {
        this.staged = staged;
        this.name = name;
        this.sizeBytes = sizeBytes;
        this.buffers = deltas.buffers();
        this.hashes = new InOrder<>(deltas.hashing(), 2 * deltas.threads());
    }

    /** The length of all chunks that it has taken. */
    long takenBytes() {
        return takenBytes;
    }

    /** Up to where it has hashed: so much is staged, and nobody works on it. */
    long hashedBytes() {
        return hash.lengthBytes();
    }

    /** Where the next chunk ends. */
    long nextEnd() {
        return Math.min(takenBytes + CHUNK_BYTES, sizeBytes);
    }

    /** Takes the next chunk by its hash. */
    void take(byte[] hash) throws IOException {
        begin(() -> hash);
    }

    /** Takes the next chunk, which is staged already. */
    void takeStaged() throws IOException {
        long from = takenBytes;
        int length = (int) (nextEnd() - from);
        begin(() -> hashOf(from, length));
    }

    /** Takes the next chunk from {@code offset} of {@code source}, and has it staged. */
    void takeFrom(Content source, long offset, Sink sink) throws IOException {
        long at = takenBytes;
        int length = (int) (nextEnd() - at);
        begin(
                () -> {
                    ByteBuffer chunk = read(source, offset, length);
                    write(chunk, sink, at);
                    return hashOf(chunk); // Last: then the buffer is somebody else's.
                });
    }

    private static void write(ByteBuffer chunk, Sink sink, long at) throws IOException {
        for (int done = 0; done < chunk.limit(); done += WRITTEN_BYTES) {
            int length = Math.min(WRITTEN_BYTES, chunk.limit() - done);
            sink.write(chunk.slice(done, length), at + done);
        }
    }

    private void begin(Callable<byte[]> work) throws IOException {
        if (hashes.isFull()) {
            takeHash();
        }
        takenBytes = nextEnd();
        hashes.begin(work);
    }

    private void takeHash() throws IOException {
        int length = (int) Math.min(CHUNK_BYTES, sizeBytes - hash.lengthBytes());
        hash.addChunk(hashes.take(), length);
    }

    private byte[] hashOf(long from, int length) throws IOException {
        return hashOf(read(staged, from, length));
    }

    private ByteBuffer read(Content content, long from, int length) throws IOException {
        ByteBuffer chunk = buffers.borrow().limit(length);
        if (!Reading.fill(content, chunk, from)) {
            throw new DiskException("read", name, DiskException.Fault.SHRANK, 0);
        }
        return chunk.flip();
    }

    private byte[] hashOf(ByteBuffer chunk) {
        byte[] found = TreeHash.chunkHash(chunk);
        buffers.giveBack(chunk);
        return found;
    }

    /** The hash of all chunks, once they were taken. */
    ContentHash finish() throws IOException {
        while (!hashes.isEmpty()) {
            takeHash();
        }
        return ContentHash.of(hash.finish());
    }

    /** The same of what is in the file, whatever is known of any chunk. */
    ContentHash allRead() throws IOException {
        TreeHash all = new TreeHash();
        while (all.lengthBytes() < sizeBytes) {
            long from = all.lengthBytes();
            int length = (int) Math.min(CHUNK_BYTES, sizeBytes - from);
            all.addChunk(hashOf(from, length), length);
        }
        return ContentHash.of(all.finish());
    }

    /** The hashes of all chunks, one after the other, once it has ended. */
    byte[] chunkHashes() {
        return chunkHashes.toByteArray();
    }

    /** Ends early: nothing is read any more. */
    void abandon() {
        hashes.abandon();
    }
}
