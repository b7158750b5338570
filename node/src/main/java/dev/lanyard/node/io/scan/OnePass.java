package dev.lanyard.node.io.scan;

import dev.lanyard.delta.Signature;
import dev.lanyard.delta.checksum.TreeHash;
import dev.lanyard.delta.form.DeltaWriter;
import dev.lanyard.delta.form.Form;
import dev.lanyard.delta.match.InPlace;
import dev.lanyard.delta.match.Matcher;
import dev.lanyard.delta.parallel.InOrder;
import dev.lanyard.delta.sign.Part;
import dev.lanyard.delta.sign.SignatureBuilder;
import dev.lanyard.node.core.content.Delta;
import dev.lanyard.node.core.content.Signed;
import dev.lanyard.node.io.disk.Root.Content;
import dev.lanyard.protocol.ContentHash;

import org.jspecify.annotations.Nullable;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.Executor;

/**
 * Reads one content, each byte once: hashes it, signs it, and finds in it what was held in its
 * place before. One use each; for one thread, which may let others work for it.
 */
final class OnePass {
    /*
     * Others read the content chunk by chunk, beside each other; each hashes and signs its chunk
     * while that is near its processor (or this thread does, if nobody else works for it). The
     * results are taken in order, and the matcher draws the chunks one after the other as a stream.
     * When it gives up, or there is nothing to match with, the rest is drawn all the same.
     *
     * The new signature is made with the seed of the old one. So one strong sum of a block serves
     * both, and tells whether the block is where it was: then the matcher does not look at it, and
     * an edit in place costs no more than to hash and to sign. Where the old one has blocks of
     * another size that is of no use, and a new seed is drawn.
     *
     * A seed that lives that long may become known, since peers are sent signatures. With it a peer
     * can write two blocks into a file that have one sum, and a copy of one is taken for the other.
     * It could do that before, with the one signature that it was sent. All that comes of it is a
     * delta that makes a wrong content, which the hash of the content tells wherever the delta is
     * carried out, and the content then goes whole. What chooses slots of tables is another secret,
     * drawn anew each time, so nothing can be written that is slow to sign or to match. The old
     * signature is always one that was made here: those that peers send are used once, and not kept.
     */
    private static final double LITERAL_SHARE = 0.5;

    private final ContentHasher hasher;
    private final Signing signing;
    private final boolean together;
    private final Content content;
    private final long sizeBytes;
    private final @Nullable ContentHash before;
    private final @Nullable Signature basis;
    private final boolean isComparable;
    private final SignatureBuilder signature;
    private final TreeHash hash = new TreeHash();
    private final ByteArrayOutputStream chunkHashes = new ByteArrayOutputStream();
    private final InOrder<Chunk> underWay;
    private @Nullable Chunk current;
    private long begunBytes;
    private boolean shrank;

    /**
     * For one content.
     *
     * @param together other threads read, hash and sign, of which this one is none
     * @param before what was held in its place, or null
     */
    OnePass(
            ContentHasher hasher,
            Signing signing,
            boolean together,
            Content content,
            long sizeBytes,
            @Nullable ContentHash before) {
        this.hasher = hasher;
        this.signing = signing;
        this.together = together;
        this.content = content;
        this.sizeBytes = sizeBytes;
        this.before = before;
        Signed held = before == null ? null : signing.signatures().find(before);
        this.basis = held == null ? null : held.signature();
        this.isComparable =
                basis != null && basis.blockBytes() == Signature.blockBytesFor(sizeBytes);
        byte[] seed = basis != null && isComparable ? basis.seed() : newSeed();
        this.signature = new SignatureBuilder(sizeBytes, seed, signing.random().nextLong());
        Executor here = Runnable::run;
        this.underWay =
                together
                        ? new InOrder<>(hasher.executor(), 2 * hasher.cores())
                        : new InOrder<>(here, 1);
    }

    private byte[] newSeed() {
        byte[] seed = new byte[Signature.SEED_BYTES];
        signing.random().nextBytes(seed);
        return seed;
    }

    /** What was read from {@code offset} on, and its sums; fewer bytes than expected at an end. */
    @SuppressWarnings("ArrayRecordComponent") // Handed over, never compared.
    private record Chunk(ByteBuffer bytes, long offset, byte[] hash, Part part) {}

    /**
     * Reads all, and keeps what was found.
     *
     * @return the hash, or null if there are not exactly as many bytes as expected
     */
    @Nullable ContentHash read() throws IOException {
        try {
            byte[] delta = basis == null ? null : match(basis);
            while (draw()) {
                // What the matcher did not need is hashed as well.
            }
            return hash.lengthBytes() == sizeBytes && !hasGrown() ? keep(delta) : null;
        } finally {
            underWay.abandon();
        }
    }

    private boolean hasGrown() throws IOException {
        return content.read(ByteBuffer.allocate(1), sizeBytes) >= 0;
    }

    private ContentHash keep(byte @Nullable [] delta) {
        ContentHash found = ContentHash.of(hash.finish());
        signing.signatures().keep(new Signed(found, signature.finish(), chunkHashes.toByteArray()));
        if (before != null && delta != null && !found.equals(before)) {
            signing.deltas().accept(new Delta(before, found, delta));
        }
        return found;
    }

    /** The delta, or null if it is too long. */
    private byte @Nullable [] match(Signature old) throws IOException {
        long literalBytesMax = Math.min((long) (LITERAL_SHARE * sizeBytes), Delta.BYTES_MAX);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DeltaWriter writer = new DeltaWriter(Form.LANYARD, part -> append(bytes, part));
        InPlace inPlace = isComparable ? block -> isInPlace(old, block) : InPlace.UNKNOWN;
        Matcher.Outcome outcome =
                new Matcher(old, signing.random().nextLong())
                        .match(this::stream, inPlace, literalBytesMax, writer);
        if (outcome instanceof Matcher.Outcome.Abandoned) {
            return null;
        }
        writer.finish();
        return bytes.size() <= Delta.BYTES_MAX ? bytes.toByteArray() : null;
    }

    private static void append(ByteArrayOutputStream to, ByteBuffer part) {
        byte[] bytes = new byte[part.remaining()];
        part.get(bytes);
        to.writeBytes(bytes);
    }

    private boolean isInPlace(Signature old, int block) throws IOException {
        return drawTo(old.offset(block)) && signature.hasBlockOf(old, block);
    }

    /** What is at {@code offset}, for the matcher, which asks for bytes in order. */
    private int stream(ByteBuffer to, long offset) throws IOException {
        Chunk from = drawTo(offset) ? current : null;
        if (from == null) {
            return -1;
        }
        int at = Math.toIntExact(offset - from.offset);
        int count = Math.min(to.remaining(), from.bytes.limit() - at);
        to.put(from.bytes.slice(at, count));
        return count;
    }

    /** Draws chunks until the byte at {@code offset} was in one; false if there is none. */
    private boolean drawTo(long offset) throws IOException {
        while (hash.lengthBytes() <= offset) {
            if (!draw()) {
                return false;
            }
        }
        return true;
    }

    /** Takes the next chunk in place of the current one; false at the end. */
    private boolean draw() throws IOException {
        Chunk done = current;
        current = null;
        if (done != null) {
            hasher.giveBack(done.bytes);
        }
        begin();
        if (shrank || underWay.isEmpty()) {
            return false;
        }
        Chunk next = underWay.take();
        if (together) {
            begin(); // Others go on while this one is matched.
        }
        long expectedBytes = Math.min(TreeHash.CHUNK_BYTES, sizeBytes - next.offset);
        shrank = next.bytes.limit() < expectedBytes;
        if (shrank) {
            return false;
        }
        hash.addChunk(next.hash, next.bytes.limit());
        chunkHashes.writeBytes(next.hash);
        signature.add(next.part);
        current = next;
        return true;
    }

    private void begin() {
        while (!shrank && begunBytes < sizeBytes && !underWay.isFull()) {
            long offset = begunBytes;
            int length = (int) Math.min(TreeHash.CHUNK_BYTES, sizeBytes - offset);
            begunBytes += length;
            underWay.begin(() -> chunk(offset, length));
        }
    }

    private Chunk chunk(long offset, int length) throws IOException {
        ByteBuffer bytes = hasher.borrow().clear().limit(length);
        ContentHasher.readChunk(content, bytes, offset);
        byte[] hash = TreeHash.chunkHash(bytes.duplicate());
        return new Chunk(bytes, offset, hash, signature.part(bytes.duplicate()));
    }
}
