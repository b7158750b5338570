package dev.lanyard.node.core.content;

import dev.lanyard.delta.Signature;
import dev.lanyard.delta.checksum.TreeHash;
import dev.lanyard.protocol.ContentHash;

import java.util.Arrays;

/**
 * What is remembered of a content so that it need not be read again: the sums of its blocks, and
 * the hashes of its chunks of 1 MiB.
 *
 * @param chunkHashes one after the other, 32 bytes each; nobody changes them
 */
@SuppressWarnings("ArrayRecordComponent") // Handed over, never compared.
public record Signed(ContentHash content, Signature signature, byte[] chunkHashes) {
    /** Contents up to this size have no signature: they travel whole with their announcement. */
    public static final long UNSIGNED_BYTES_MAX = 64 << 10;

    /** How many bytes the content has. */
    public long sizeBytes() {
        return signature.lengthBytes();
    }

    /** The hash of the chunk {@code index}. */
    public byte[] chunkHash(int index) {
        int from = index * TreeHash.HASH_BYTES;
        return Arrays.copyOfRange(chunkHashes, from, from + TreeHash.HASH_BYTES);
    }

    /** How many chunks there are. */
    public int chunkCount() {
        return chunkHashes.length / TreeHash.HASH_BYTES;
    }

    /** Whether the hashes of the chunks give the hash of the content: else they are damaged. */
    public boolean isWhole() {
        long size = sizeBytes();
        long chunks = size / TreeHash.CHUNK_BYTES + (size % TreeHash.CHUNK_BYTES == 0 ? 0 : 1);
        if (chunkHashes.length != chunks * TreeHash.HASH_BYTES) {
            return false;
        }
        TreeHash hash = new TreeHash();
        for (int i = 0; i < chunks; i++) {
            long left = size - (long) i * TreeHash.CHUNK_BYTES;
            hash.addChunk(chunkHash(i), (int) Math.min(left, TreeHash.CHUNK_BYTES));
        }
        return ContentHash.of(hash.finish()).equals(content);
    }
}
