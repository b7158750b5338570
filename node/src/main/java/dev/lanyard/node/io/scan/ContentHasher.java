package dev.lanyard.node.io.scan;

import dev.lanyard.delta.checksum.TreeHash;
import dev.lanyard.node.core.content.Signed;
import dev.lanyard.node.core.index.Held;
import dev.lanyard.node.io.disk.Root.Content;
import dev.lanyard.protocol.ContentHash;
import dev.lanyard.protocol.Entry;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingDeque;

/** Hashes contents; large ones on several cores. Thread-safe, memory bounded. */
final class ContentHasher {
    /** From this size on, the chunks of a file are hashed beside each other. */
    static final long LARGE_BYTES = 8L * TreeHash.CHUNK_BYTES;

    private static final int IDLE_BUFFERS_MAX = 16;

    private final ExecutorService executor;
    private final int cores;
    private final Signing signing;

    /** The one that came back last goes first: it is still near the processor. */
    private final LinkedBlockingDeque<ByteBuffer> idle =
            new LinkedBlockingDeque<>(IDLE_BUFFERS_MAX);

    ContentHasher(ExecutorService executor, int cores, Signing signing) {
        this.executor = executor;
        this.cores = cores;
        this.signing = signing;
    }

    /** The way to hash what is in place of {@code held}; what is large enough is signed as well. */
    Looks.Hashing instead(@Nullable Held held, boolean together) {
        ContentHash before =
                held != null && held.entry() instanceof Entry.File file ? file.content() : null;
        return (content, sizeBytes) -> {
            if (signing.signs() && sizeBytes > Signed.UNSIGNED_BYTES_MAX) {
                return new OnePass(this, signing, together, content, sizeBytes, before).read();
            }
            return together ? hashTogether(content, sizeBytes) : hash(content, sizeBytes);
        };
    }

    /** How many threads hash. */
    int cores() {
        return cores;
    }

    /** Does work beside other hashing; it must not wait for more of it. */
    Executor executor() {
        return executor;
    }

    /** Runs work beside other hashing; it must not wait for more of it. */
    <T> Future<T> submit(Callable<T> work) {
        return executor.submit(work);
    }

    /** The hash of all bytes, or null if there are not exactly {@code sizeBytes}. */
    @Nullable ContentHash hash(Content content, long sizeBytes) throws IOException {
        TreeHash hash = new TreeHash();
        ByteBuffer buffer = borrow();
        try {
            while (hash.lengthBytes() <= sizeBytes) {
                // One byte more than expected is asked for: a file that grew shows itself.
                long left = sizeBytes - hash.lengthBytes() + 1;
                buffer.clear().limit((int) Math.min(left, buffer.capacity()));
                if (content.read(buffer, hash.lengthBytes()) < 0) {
                    break;
                }
                hash.update(buffer.flip());
            }
        } finally {
            giveBack(buffer);
        }
        return hash.lengthBytes() == sizeBytes ? ContentHash.of(hash.finish()) : null;
    }

    /**
     * The same, while others hash what this thread reads, in order. This thread may be none of the
     * executor's: it waits for them.
     */
    @Nullable ContentHash hashTogether(Content content, long sizeBytes) throws IOException {
        TreeHash hash = new TreeHash();
        ArrayDeque<Chunk> underWay = new ArrayDeque<>();
        try {
            long offset = 0;
            while (offset <= sizeBytes) {
                ByteBuffer buffer = borrow().clear();
                int length = readChunk(content, buffer, offset);
                if (length == 0) {
                    giveBack(buffer);
                    break;
                }
                offset += length;
                underWay.add(new Chunk(buffer, length, submit(() -> TreeHash.chunkHash(buffer))));
                if (underWay.size() > 2 * cores) {
                    take(underWay.remove(), hash);
                }
                if (length < TreeHash.CHUNK_BYTES) {
                    break;
                }
            }
            while (!underWay.isEmpty()) {
                take(underWay.remove(), hash);
            }
        } finally {
            underWay.forEach(chunk -> chunk.hash.cancel(false)); // Its buffer is not used again.
        }
        return hash.lengthBytes() == sizeBytes ? ContentHash.of(hash.finish()) : null;
    }

    /** Reads until the chunk is full or the file ends; how many bytes there are. */
    static int readChunk(Content content, ByteBuffer buffer, long offset) throws IOException {
        while (buffer.hasRemaining() && content.read(buffer, offset + buffer.position()) >= 0) {
            // Until the chunk is full or the file ends.
        }
        return buffer.flip().remaining();
    }

    private void take(Chunk chunk, TreeHash hash) throws IOException {
        hash.addChunk(await(chunk.hash), chunk.length);
        giveBack(chunk.buffer);
    }

    /** The result of work that was submitted; what it threw is thrown here. */
    static <T> T await(Future<T> work) throws IOException {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return work.get();
                } catch (InterruptedException e) {
                    interrupted = true; // Short work; who interrupted is told afterwards.
                } catch (ExecutionException e) {
                    if (e.getCause() instanceof IOException failure) {
                        throw failure;
                    }
                    throw new IllegalStateException("hashing failed", e.getCause());
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** A buffer for one chunk, to be given back. */
    ByteBuffer borrow() {
        ByteBuffer buffer = idle.poll();
        return buffer == null ? ByteBuffer.allocate(TreeHash.CHUNK_BYTES) : buffer;
    }

    /** Takes a buffer that nobody uses any more. */
    void giveBack(ByteBuffer buffer) {
        boolean kept = idle.offerFirst(buffer);
        if (!kept) {
            return; // More were in use at once than are worth keeping.
        }
    }

    private record Chunk(ByteBuffer buffer, int length, Future<byte[]> hash) {}
}
