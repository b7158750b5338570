package dev.lanyard.node.io.transfer;

import dev.lanyard.delta.Instruction;
import dev.lanyard.delta.MalformedException;
import dev.lanyard.delta.checksum.TreeHash;
import dev.lanyard.delta.form.DeltaReader;
import dev.lanyard.delta.form.Form;
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

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.EnumSet;

/**
 * A content that is put together in staging from a file of the tree and a delta, and is hashed
 * meanwhile. For one thread, which closes it; others hash for it.
 */
final class Patch implements AutoCloseable {
    /*
     * Chunks are hashed as soon as they are complete, from the staged file or from the memory that
     * it was written from: what is put in place is what was hashed. A chunk need not be if one run
     * of copies gives all of it, from a chunk of the basis whose hash is known, and nothing has
     * touched the basis since it was hashed, which cannot be told while it is young; that is asked
     * again at the end, and if there is any doubt then, everything is hashed.
     *
     * Copies are done in pieces, so that what was copied is hashed while more is copied. What was
     * moved by other than whole blocks of the file system shares nothing with the basis, and must be
     * hashed: then the kernel's copy, and to read that, costs more than to read and write.
     */
    private static final long PIECE_BYTES = 4L << 20;

    private static final long BLOCK_BYTES = 4 << 10;

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
    private final StagedHash hash;
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
        this.hash = new StagedHash(staged, name, size, deltas);
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
                long from = basisOffset + done;
                long at = targetOffset + done;
                long piece = pieceBytes(from, at, lengthBytes - done);
                long copied = piece;
                if (isReadAnyway(from, at, piece)) {
                    hash.takeFrom(basis.content(), from, sink);
                    spent.copied(from, from - at + hash.hashedBytes());
                } else {
                    copied = sink.copy(basis.content(), from, at, piece);
                    spent.copied(from, from + copied);
                    sumTo(at + copied);
                }
                done += copied;
                if (copied < piece) {
                    break;
                }
            }
            return done;
        }
    }

    private static boolean mayShare(long from, long at) {
        return (from - at) % BLOCK_BYTES == 0;
    }

    private long pieceBytes(long from, long at, long leftBytes) {
        return Math.min(leftBytes, mayShare(from, at) ? PIECE_BYTES : hash.nextEnd() - at);
    }

    /**
     * Whether a piece is a chunk to be hashed of which the kernel's copy would leave nothing out.
     */
    private boolean isReadAnyway(long from, long at, long piece) throws IOException {
        return !mayShare(from, at)
                && at == hash.takenBytes()
                && piece == CHUNK_BYTES
                && basis.content().nextData(from) < from + piece;
    }

    /** Begins to hash all chunks that are complete when the target is up to {@code end}. */
    private void sumTo(long end) throws IOException {
        while (hash.takenBytes() < end && hash.nextEnd() <= end) {
            byte[] already = knownHash(hash.takenBytes(), hash.nextEnd());
            if (already == null) {
                hash.takeStaged();
            } else {
                usedKnown = true;
                hash.take(already);
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
        ContentHash found = hash.finish();
        sink.close();
        boolean isRight = found.equals(wanted.content());
        if (isRight && usedKnown && !basis.isUntouched(root.statStaged(name).stat())) {
            isRight = hash.allRead().equals(wanted.content());
        }
        return isRight ? name : null;
    }

    /** The hashes of all chunks, one after the other, once it has ended. */
    byte[] chunkHashes() {
        return hash.chunkHashes();
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
        hash.abandon();
        staged.close();
        basis.close();
        sink.close();
    }
}
