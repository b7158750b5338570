package dev.lanyard.delta.checksum;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.function.Consumer;

/**
 * The hash that names a content: SHA-256 over the SHA-256 of each 1 MiB chunk. Not thread-safe; one
 * use each.
 *
 * <p>Give it the bytes in order with {@link #update}, or, when chunks are hashed elsewhere, their
 * hashes in order with {@link #addChunk}; then {@link #finish}.
 */
public final class TreeHash {
    /*
     * chunk = SHA-256(0x00 | bytes)            each CHUNK_BYTES, the last one shorter; none if empty
     * root  = SHA-256(0x01 | chunk ... | length u64 big-endian)
     *
     * A tree of depth one, after Merkle (1987), so that all cores hash one large file, a partial
     * download is checked chunk by chunk, and an aligned chunk that did not change is not hashed
     * again. The first byte keeps chunks and roots apart, as in RFC 6962; the length makes no two
     * contents end in one list of chunks.
     */

    /** How many bytes a chunk has, but the last. */
    public static final int CHUNK_BYTES = 1 << 20;

    /** How many bytes a hash has. */
    public static final int HASH_BYTES = 32;

    private static final byte CHUNK_DOMAIN = 0;
    private static final byte ROOT_DOMAIN = 1;

    private final Consumer<byte[]> chunks;
    private final MessageDigest root = sha256();
    private final MessageDigest chunk = sha256();
    private int chunkBytes;
    private long lengthBytes;

    /** A hash of nothing yet. */
    public TreeHash() {
        this(_ -> {});
    }

    /**
     * The same; {@code chunks} is given the hash of each chunk, in order, as soon as it is known.
     */
    public TreeHash(Consumer<byte[]> chunks) {
        this.chunks = chunks;
        root.update(ROOT_DOMAIN);
    }

    /** Takes the remaining bytes of {@code bytes}, which directly follow those before. */
    public void update(ByteBuffer bytes) {
        while (bytes.hasRemaining()) {
            if (chunkBytes == 0) {
                chunk.update(CHUNK_DOMAIN);
            }
            int taken = Math.min(bytes.remaining(), CHUNK_BYTES - chunkBytes);
            ByteBuffer part = bytes.slice(bytes.position(), taken);
            chunk.update(part);
            bytes.position(bytes.position() + taken);
            chunkBytes += taken;
            lengthBytes += taken;
            if (chunkBytes == CHUNK_BYTES) {
                endChunk();
            }
        }
    }

    /** Takes {@code length} bytes of {@code bytes} from {@code offset}. */
    public void update(byte[] bytes, int offset, int length) {
        update(ByteBuffer.wrap(bytes, offset, length));
    }

    /**
     * Takes the next chunk by its hash.
     *
     * @param length how many bytes the chunk has: {@link #CHUNK_BYTES}, or fewer for the last
     * @throws IllegalStateException if the bytes before do not end with a whole chunk
     */
    public void addChunk(byte[] hash, int length) {
        if (chunkBytes != 0 || lengthBytes % CHUNK_BYTES != 0) {
            throw new IllegalStateException(
                    "a chunk at byte %d (expected a multiple of %d)"
                            .formatted(lengthBytes, CHUNK_BYTES));
        }
        if (hash.length != HASH_BYTES || length <= 0 || length > CHUNK_BYTES) {
            throw new IllegalArgumentException(
                    "chunk hash of %d bytes for %d bytes".formatted(hash.length, length));
        }
        root.update(hash);
        chunks.accept(hash);
        lengthBytes += length;
    }

    /** How many bytes it has taken. */
    public long lengthBytes() {
        return lengthBytes;
    }

    /** The hash of all that it has taken, 32 bytes. Nothing may be given to it afterwards. */
    public byte[] finish() {
        if (chunkBytes > 0) {
            endChunk();
        }
        root.update(ByteBuffer.allocate(Long.BYTES).putLong(lengthBytes).flip());
        return root.digest();
    }

    private void endChunk() {
        byte[] hash = chunk.digest();
        root.update(hash);
        chunks.accept(hash);
        chunkBytes = 0;
    }

    /**
     * The hash of one chunk, for {@link #addChunk}; takes the remaining bytes, of which there are
     * at most {@link #CHUNK_BYTES}.
     */
    public static byte[] chunkHash(ByteBuffer bytes) {
        if (bytes.remaining() > CHUNK_BYTES) {
            throw new IllegalArgumentException(
                    "chunk of %d bytes (expected at most %d)"
                            .formatted(bytes.remaining(), CHUNK_BYTES));
        }
        MessageDigest digest = sha256();
        digest.update(CHUNK_DOMAIN);
        digest.update(bytes);
        return digest.digest();
    }

    /** The hash of a content that is in memory. */
    public static byte[] of(byte[] content) {
        TreeHash hash = new TreeHash();
        hash.update(content, 0, content.length);
        return hash.finish();
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }
}
