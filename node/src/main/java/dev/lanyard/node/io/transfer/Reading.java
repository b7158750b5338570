package dev.lanyard.node.io.transfer;

import dev.lanyard.node.io.disk.Root.Content;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Reads that do not stop half-way. */
final class Reading {
    private Reading() {}

    /** Fills {@code to} with the bytes from {@code offset} on; false if there are fewer. */
    static boolean fill(Content content, ByteBuffer to, long offset) throws IOException {
        long at = offset;
        while (to.hasRemaining()) {
            int count = content.read(to, at);
            if (count < 0) {
                return false;
            }
            at += count;
        }
        return true;
    }
}
