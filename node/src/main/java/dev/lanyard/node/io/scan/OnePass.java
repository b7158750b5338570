package dev.lanyard.node.io.scan;

import dev.lanyard.delta.Signature;
import dev.lanyard.delta.checksum.TreeHash;
import dev.lanyard.delta.form.DeltaWriter;
import dev.lanyard.delta.form.Form;
import dev.lanyard.delta.match.Matcher;
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
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;

/**
 * Reads one content, each byte once: hashes it, signs it, and finds in it what was held in its
 * place before. One use each; for one thread, which may let others work for it.
 */
final class OnePass {
    /*
     * The content is read chunk by chunk, in order. Each chunk is hashed and signed by another
     * thread (or at once, if nobody else works for this one), and passes through the matcher
     * meanwhile, which draws the chunks one after the other as a stream. When the matcher gives
     * up, or there is nothing to match with, the rest is drawn all the same.
     *
     * A chunk's buffer is used again when both are done with it: the matcher is when it asks for
     * the next chunk, and only chunks before the current one are waited for.
     */
    private static final double LITERAL_SHARE = 0.5;

    private final ContentHasher hasher;
    private final Signing signing;
    private final boolean together;
    private final Content content;
    private final long sizeBytes;
    private final SignatureBuilder signature;
    private final TreeHash hash = new TreeHash();
    private final ByteArrayOutputStream chunkHashes = new ByteArrayOutputStream();
    private final ArrayDeque<Chunk> underWay = new ArrayDeque<>();
    private @Nullable ByteBuffer current;
    private long drawnBytes;
    private boolean ended;

    /** {@code together}: other threads hash and sign, of which this one is none. */
    OnePass(
            ContentHasher hasher,
            Signing signing,
            boolean together,
            Content content,
            long sizeBytes) {
        this.hasher = hasher;
        this.signing = signing;
        this.together = together;
        this.content = content;
        this.sizeBytes = sizeBytes;
        byte[] seed = new byte[Signature.SEED_BYTES];
        signing.random().nextBytes(seed);
        this.signature = new SignatureBuilder(sizeBytes, seed);
    }

    private record Chunk(ByteBuffer buffer, int length, Future<Sums> sums) {}

    @SuppressWarnings("ArrayRecordComponent") // Handed over, never compared.
    private record Sums(byte[] hash, Part part) {}

    /**
     * Reads all, and keeps what was found.
     *
     * @param before what was held in its place, or null
     * @return the hash, or null if there are not exactly as many bytes as expected
     */
    @Nullable ContentHash read(@Nullable ContentHash before) throws IOException {
        try {
            Signed basis = before == null ? null : signing.signatures().find(before);
            byte[] delta = basis == null ? null : match(basis.signature());
            while (draw()) {
                // What the matcher did not need is hashed as well.
            }
            while (!underWay.isEmpty()) {
                take(underWay.remove());
            }
            return hash.lengthBytes() == sizeBytes ? keep(before, delta) : null;
        } finally {
            underWay.forEach(chunk -> chunk.sums.cancel(false)); // Its buffer is not used again.
        }
    }

    private ContentHash keep(@Nullable ContentHash before, byte @Nullable [] delta) {
        ContentHash found = ContentHash.of(hash.finish());
        signing.signatures().keep(new Signed(found, signature.finish(), chunkHashes.toByteArray()));
        if (before != null && delta != null && !found.equals(before)) {
            signing.deltas().accept(new Delta(before, found, delta));
        }
        return found;
    }

    /** The delta, or null if it is too long. */
    private byte @Nullable [] match(Signature basis) throws IOException {
        long literalBytesMax = Math.min((long) (LITERAL_SHARE * sizeBytes), Delta.BYTES_MAX);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DeltaWriter writer = new DeltaWriter(Form.LANYARD, part -> append(bytes, part));
        Matcher.Outcome outcome =
                new Matcher(basis).match((to, _) -> stream(to), literalBytesMax, writer);
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

    /** What comes next, for the matcher, which asks for all bytes in order. */
    private int stream(ByteBuffer to) throws IOException {
        ByteBuffer from = current;
        if (from == null || !from.hasRemaining()) {
            if (!draw()) {
                return -1;
            }
            from = current;
        }
        if (from == null) {
            return -1;
        }
        int count = Math.min(to.remaining(), from.remaining());
        to.put(from.slice(from.position(), count));
        from.position(from.position() + count);
        return count;
    }

    /** Reads the next chunk and lets it be summed; false at the end. */
    private boolean draw() throws IOException {
        current = null;
        if (ended || drawnBytes > sizeBytes) {
            return false;
        }
        ByteBuffer buffer = hasher.borrow().clear();
        int length = ContentHasher.readChunk(content, buffer, drawnBytes);
        ended = length < TreeHash.CHUNK_BYTES;
        if (length == 0) {
            hasher.giveBack(buffer);
            return false;
        }
        drawnBytes += length;
        ByteBuffer toSum = buffer.asReadOnlyBuffer();
        underWay.add(new Chunk(buffer, length, sums(buffer)));
        if (underWay.size() > 2 * hasher.cores()) {
            take(underWay.remove());
        }
        current = toSum;
        return true;
    }

    private Future<Sums> sums(ByteBuffer buffer) {
        ByteBuffer hashed = buffer.duplicate();
        ByteBuffer signed = buffer.duplicate();
        return together
                ? hasher.submit(() -> sums(hashed, signed))
                : CompletableFuture.completedFuture(sums(hashed, signed));
    }

    private Sums sums(ByteBuffer hashed, ByteBuffer signed) {
        return new Sums(TreeHash.chunkHash(hashed), signature.part(signed));
    }

    private void take(Chunk chunk) throws IOException {
        Sums sums = ContentHasher.await(chunk.sums);
        hash.addChunk(sums.hash, chunk.length);
        chunkHashes.writeBytes(sums.hash);
        signature.add(sums.part);
        hasher.giveBack(chunk.buffer);
    }
}
