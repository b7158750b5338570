package dev.lanyard.node.io.transfer;

import dev.lanyard.delta.Instruction;
import dev.lanyard.delta.MalformedException;
import dev.lanyard.delta.checksum.TreeHash;
import dev.lanyard.delta.form.DeltaReader;
import dev.lanyard.delta.form.Form;
import dev.lanyard.delta.parallel.InOrder;
import dev.lanyard.delta.patch.Patched;
import dev.lanyard.delta.patch.Patcher;
import dev.lanyard.node.core.content.Signed;
import dev.lanyard.node.core.index.FileStat;
import dev.lanyard.node.io.disk.DiskException;
import dev.lanyard.node.io.disk.Root;
import dev.lanyard.node.io.disk.Root.Content;
import dev.lanyard.node.io.disk.Root.Place;
import dev.lanyard.node.io.disk.Root.Sink;
import dev.lanyard.protocol.ContentHash;

import org.jspecify.annotations.Nullable;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.EnumSet;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutorService;

/**
 * A content that is put together in staging from a file of the tree and a delta, and is hashed
 * meanwhile. For one thread, which closes it; others hash for it.
 */
final class Patch implements AutoCloseable {
    /*
     * Chunks are hashed as soon as they are complete, from the staged file: what is put in place is
     * what was hashed. A chunk need not be if one run of copies gives all of it, from a chunk of
     * the basis whose hash is known, and nothing has touched the basis since it was hashed, which
     * cannot be told while it is young; that is asked again at the end, and if there is any doubt
     * then, everything is hashed.
     *
     * Copies are done in pieces, so that what was copied is hashed while more is copied.
     */
    private static final long PIECE_BYTES = 4L << 20;

    private static final long CHUNK_BYTES = TreeHash.CHUNK_BYTES;

    private final Wanted wanted;
    private final BasisFile basis;
    private final Spent spent;
    private final @Nullable Signed known;
    private final String name;
    private final Sink sink;
    private final Content staged;
    private final Patcher patcher;
    private final DeltaReader reader;
    private final InOrder<byte[]> hashes;
    private final ArrayBlockingQueue<ByteBuffer> buffers;
    private final ByteArrayOutputStream chunkHashes = new ByteArrayOutputStream();
    private final TreeHash hash = new TreeHash(chunkHashes::writeBytes);
    private long summedBytes;
    private long hashedBytes;
    private boolean copying;
    private long copiedFrom;
    private long copiedShift;
    private boolean usedKnown;

    private Patch(
            Wanted wanted,
            BasisFile basis,
            @Nullable Signed known,
            Deltas deltas,
            String name,
            Sink sink,
            Content staged) {
        this.wanted = wanted;
        this.basis = basis;
        boolean isDisplaced = basis.holding().path().equals(wanted.entry().path());
        this.spent = new Spent(basis.content(), isDisplaced);
        this.name = name;
        this.sink = sink;
        this.staged = staged;
        this.known = known;
        long size = wanted.sizeBytes();
        this.patcher =
                new Patcher(basis.content()::read, basis.holding().sizeBytes(), size, new Staged());
        this.reader = new DeltaReader(EnumSet.of(Form.LANYARD), this::take);
        ExecutorService hashing = deltas.hashing();
        int atOnce = 2 * deltas.threads();
        this.hashes = new InOrder<>(hashing, atOnce);
        this.buffers = new ArrayBlockingQueue<>(atOnce);
    }

    /** Null also for a basis so young that there would be doubt at the end, and all to hash. */
    private static @Nullable Signed knownOf(BasisFile basis, FileStat staged, Deltas deltas)
            throws IOException {
        return basis.isUntouched(staged)
                ? deltas.signatures().find(basis.holding().content())
                : null;
    }

    /**
     * Makes staging ready, under the new name {@code name}.
     *
     * @param basis what the delta is carried out on; closed with this, also if this fails
     */
    static Patch open(Root root, Wanted wanted, BasisFile basis, Deltas deltas, String name)
            throws IOException {
        Sink sink = null;
        try {
            if (root.freeBytes() < wanted.sizeBytes()) {
                throw new DiskException("receive", name, DiskException.Fault.DISK_FULL, 0);
            }
            sink = root.create(name);
            sink.size(wanted.sizeBytes());
            Signed known = knownOf(basis, root.statStaged(name).stat(), deltas);
            return new Patch(
                    wanted, basis, known, deltas, name, sink, root.read(Place.STAGING, name));
        } catch (IOException | RuntimeException e) {
            try (basis;
                    Sink opened = sink) {
                if (opened != null) {
                    root.delete(Place.STAGING, name);
                }
            } catch (IOException closing) {
                e.addSuppressed(closing);
            }
            throw e;
        }
    }

    /**
     * Carries out what is there of the delta.
     *
     * @throws MalformedException if it cannot be right
     */
    void take(ByteBuffer delta) throws IOException {
        reader.update(delta);
    }

    private void take(Instruction instruction) throws IOException {
        switch (instruction) {
            case Instruction.Copy copy -> {
                long shift = copy.basisOffset() - patcher.targetBytes();
                if (!copying || shift != copiedShift) {
                    copiedFrom = patcher.targetBytes();
                    copiedShift = shift;
                }
                copying = true;
            }
            case Instruction.Literal _ -> copying = false;
        }
        patcher.take(instruction);
    }

    /** Where the patcher puts bytes. */
    private final class Staged implements Patched {
        @Override
        public void write(ByteBuffer bytes, long offset) throws IOException {
            long end = offset + bytes.remaining();
            sink.write(bytes, offset);
            sumTo(end);
        }

        @Override
        public long copy(long basisOffset, long targetOffset, long lengthBytes) throws IOException {
            long done = 0;
            while (done < lengthBytes) {
                long piece = Math.min(PIECE_BYTES, lengthBytes - done);
                long copied =
                        sink.copy(basis.content(), basisOffset + done, targetOffset + done, piece);
                spent.copied(basisOffset + done, copied);
                done += copied;
                sumTo(targetOffset + done);
                if (copied < piece) {
                    break;
                }
            }
            return done;
        }
    }

    /** Begins to hash all chunks that are complete when the target is up to {@code end}. */
    private void sumTo(long end) throws IOException {
        while (summedBytes < end) {
            long from = summedBytes;
            long to = Math.min(from + CHUNK_BYTES, wanted.sizeBytes());
            if (to > end) {
                return;
            }
            summedBytes = to;
            if (hashes.isFull()) {
                takeHash();
            }
            byte[] already = knownHash(from, to);
            if (already == null) {
                hashes.begin(() -> hashOf(from, (int) (to - from)));
            } else {
                usedKnown = true;
                hashes.begin(() -> already);
            }
        }
    }

    private byte @Nullable [] knownHash(long from, long to) {
        long basisFrom = from + copiedShift;
        if (known == null
                || !copying
                || copiedFrom > from
                || basisFrom % CHUNK_BYTES != 0
                || Math.min(basisFrom + CHUNK_BYTES, known.sizeBytes()) - basisFrom != to - from) {
            return null;
        }
        return known.chunkHash((int) (basisFrom / CHUNK_BYTES));
    }

    private byte[] hashOf(long from, int length) throws IOException {
        ByteBuffer idle = buffers.poll();
        ByteBuffer buffer = idle == null ? ByteBuffer.allocate((int) CHUNK_BYTES) : idle;
        if (!Reading.fill(staged, buffer.clear().limit(length), from)) {
            throw new DiskException("read", name, DiskException.Fault.SHRANK, 0);
        }
        byte[] found = TreeHash.chunkHash(buffer.flip());
        giveBack(buffer);
        return found;
    }

    private void giveBack(ByteBuffer buffer) {
        boolean kept = buffers.offer(buffer);
        if (!kept) {
            return; // There are as many places as pieces of work: none is left out.
        }
    }

    private void takeHash() throws IOException {
        long left = wanted.sizeBytes() - hashedBytes;
        int length = (int) Math.min(CHUNK_BYTES, left);
        hash.addChunk(hashes.take(), length);
        hashedBytes += length;
    }

    /**
     * Ends after the last byte of the delta.
     *
     * @return the name in staging, or null if the result is not what is wanted
     * @throws MalformedException if the delta is cut off
     */
    @Nullable String finish(Root root) throws IOException {
        long made = reader.finish();
        if (made != wanted.sizeBytes()) {
            return null;
        }
        while (!hashes.isEmpty()) {
            takeHash();
        }
        sink.close();
        boolean isRight = ContentHash.of(hash.finish()).equals(wanted.content());
        if (isRight && usedKnown && !basis.isUntouched(root.statStaged(name).stat())) {
            isRight = allHashed().equals(wanted.content());
        }
        return isRight ? name : null;
    }

    /** The hashes of all chunks, one after the other, once it has ended. */
    byte[] chunkHashes() {
        return chunkHashes.toByteArray();
    }

    private ContentHash allHashed() throws IOException {
        TreeHash all = new TreeHash();
        while (all.lengthBytes() < wanted.sizeBytes()) {
            long from = all.lengthBytes();
            int length = (int) Math.min(CHUNK_BYTES, wanted.sizeBytes() - from);
            all.addChunk(hashOf(from, length), length);
        }
        return ContentHash.of(all.finish());
    }

    /** Ends early, and leaves nothing. */
    void discard(Root root) throws IOException {
        try {
            close();
        } finally {
            root.delete(Place.STAGING, name);
        }
    }

    /** Lets go of all files; what was staged stays. */
    @Override
    public void close() throws IOException {
        hashes.abandon();
        staged.close();
        basis.close();
        sink.close();
    }
}
