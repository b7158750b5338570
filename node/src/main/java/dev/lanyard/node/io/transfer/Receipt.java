package dev.lanyard.node.io.transfer;

import dev.lanyard.delta.checksum.TreeHash;
import dev.lanyard.node.io.disk.DiskException;
import dev.lanyard.node.io.disk.Root;
import dev.lanyard.node.io.disk.Root.Content;
import dev.lanyard.node.io.disk.Root.Found;
import dev.lanyard.node.io.disk.Root.Place;
import dev.lanyard.node.io.disk.Root.Sink;
import dev.lanyard.protocol.ContentHash;

import org.jspecify.annotations.Nullable;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * One large content on its way into staging, in order. Opened on one thread, then owned by its
 * lane.
 */
final class Receipt {
    /*
     * Hashing goes on beside writing: each part is written first, then hashed by a thread of its
     * own behind the part before, and only then given back to the sender's credit. So what waits to
     * be hashed is bounded by the credit, and receiving is as fast as the slower of the two.
     *
     * A partial holds whatever arrived before an interruption; only its whole chunks are used, and
     * they are hashed again, since nothing tells that they were written out before a crash. The
     * last chunk is always fetched, so that there is something to ask for.
     */

    private static final Executor HASHING =
            task -> Thread.ofVirtual().name("hash received").start(task);

    private final Wanted wanted;
    private final StagedNames names;
    private final Consumer<byte[]> release;
    private final ByteArrayOutputStream chunkHashes = new ByteArrayOutputStream();
    private final TreeHash hash = new TreeHash(chunkHashes::writeBytes);
    private final boolean partial;
    private final String name;
    private CompletableFuture<Void> hashing = CompletableFuture.completedFuture(null);
    private @Nullable Sink sink;
    private boolean closed;

    /** Nothing of {@code wanted} yet; {@code release} takes back the bytes of parts. */
    Receipt(Wanted wanted, StagedNames names, Consumer<byte[]> release) {
        this.wanted = wanted;
        this.names = names;
        this.release = release;
        // Two wants of one content cannot share a partial: the second does without.
        this.partial =
                wanted.sizeBytes() >= SizeClass.RESUMED_BYTES_MIN && names.claim(wanted.content());
        this.name = partial ? StagedNames.partial(wanted.content()) : names.next();
    }

    Wanted wanted() {
        return wanted;
    }

    /**
     * Makes staging ready.
     *
     * @return how many bytes are there already
     */
    long open(Root root) throws IOException {
        long offset = partial && wanted.attempt() == 0 ? hashPartial(root) : 0;
        long missing = wanted.sizeBytes() - offset;
        if (root.freeBytes() < missing) {
            // Told before it fills the disk: small contents still find room.
            throw new DiskException("receive", name, DiskException.Fault.DISK_FULL, 0);
        }
        if (offset > 0) {
            sink = root.reopen(name, offset);
        } else {
            if (partial) {
                root.delete(Place.STAGING, name);
            }
            sink = root.create(name);
        }
        return offset;
    }

    private long hashPartial(Root root) throws IOException {
        Found found = root.stat(Place.STAGING, name);
        if (found == null) {
            return 0;
        }
        long there = Math.min(found.stat().sizeBytes(), wanted.sizeBytes() - 1);
        long usable = there / TreeHash.CHUNK_BYTES * TreeHash.CHUNK_BYTES;
        try (Content content = root.read(Place.STAGING, name)) {
            ByteBuffer chunk = ByteBuffer.allocate(TreeHash.CHUNK_BYTES);
            for (long offset = 0; offset < usable; offset += TreeHash.CHUNK_BYTES) {
                if (!Reading.fill(content, chunk.clear(), offset)) {
                    throw new DiskException("read", name, DiskException.Fault.SHRANK, 0);
                }
                hash.update(chunk.flip());
            }
        }
        return usable;
    }

    /** Writes the next bytes, which nobody else uses any more. */
    void write(byte[] bytes, long offset) throws IOException {
        if (closed || sink == null) {
            release.accept(bytes); // The rest of what was given up.
            return;
        }
        try {
            sink.write(ByteBuffer.wrap(bytes), offset);
        } catch (IOException e) {
            release.accept(bytes);
            throw e;
        }
        hashing =
                hashing.thenRunAsync(
                        () -> {
                            hash.update(bytes, 0, bytes.length);
                            release.accept(bytes);
                        },
                        HASHING);
    }

    /**
     * Ends after the last byte.
     *
     * @return the name in staging, or null if it is not what was asked for and is gone
     */
    @Nullable String finish(Root root) throws IOException {
        closeSink();
        hashing.join();
        if (!ContentHash.of(hash.finish()).equals(wanted.content())) {
            discard(root);
            return null;
        }
        if (!partial) {
            closed = true;
            return name;
        }
        String whole = names.next();
        root.renameStaged(name, whole);
        leave();
        return whole;
    }

    /** The hashes of all chunks, one after the other, once it has ended. */
    byte[] chunkHashes() {
        return chunkHashes.toByteArray();
    }

    /** Ends early, and leaves for a later fetch what can be gone on with. */
    void keep(Root root) throws IOException {
        if (partial) {
            abandon();
        } else {
            discard(root);
        }
    }

    /** Ends early, and touches nothing: the next start cleans up. */
    void abandon() throws IOException {
        try {
            closeSink();
        } finally {
            leave();
        }
    }

    /** Ends early, and leaves nothing. */
    void discard(Root root) throws IOException {
        if (closed) {
            return;
        }
        try {
            closeSink();
        } finally {
            try {
                root.delete(Place.STAGING, name);
            } finally {
                leave();
            }
        }
    }

    /** Whether it has ended. */
    boolean isClosed() {
        return closed;
    }

    private void closeSink() throws IOException {
        Sink open = sink;
        sink = null;
        if (open != null) {
            open.close();
        }
    }

    private void leave() {
        if (partial && !closed) {
            names.release(wanted.content());
        }
        closed = true;
    }
}
