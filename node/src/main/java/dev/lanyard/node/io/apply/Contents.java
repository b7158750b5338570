package dev.lanyard.node.io.apply;

import dev.lanyard.delta.checksum.TreeHash;
import dev.lanyard.node.io.disk.Root;
import dev.lanyard.node.io.disk.Root.Content;
import dev.lanyard.node.io.disk.Root.Place;
import dev.lanyard.protocol.ContentHash;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Reads open contents from the first byte to the last. */
final class Contents {
    /** No sidecar is longer: more than a path of the greatest length with every byte escaped. */
    private static final int SMALL_BYTES_MAX = 1 << 19;

    private Contents() {}

    /** What the bytes are named by. */
    static ContentHash hash(Content content) throws IOException {
        TreeHash hash = new TreeHash();
        ByteBuffer buffer = ByteBuffer.allocateDirect(TreeHash.CHUNK_BYTES);
        while (content.read(buffer, hash.lengthBytes() + buffer.position()) >= 0) {
            if (!buffer.hasRemaining()) {
                hash.update(buffer.flip());
                buffer.clear();
            }
        }
        hash.update(buffer.flip());
        return ContentHash.of(hash.finish());
    }

    /** All bytes of a small private file. */
    static byte[] small(Root root, Place place, String name) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        byte[] piece = new byte[8192];
        ByteBuffer buffer = ByteBuffer.wrap(piece);
        try (Content content = root.read(place, name)) {
            while (content.read(buffer, bytes.size()) >= 0 && bytes.size() < SMALL_BYTES_MAX) {
                bytes.write(piece, 0, buffer.position());
                buffer.clear();
            }
        }
        return bytes.toByteArray();
    }
}
