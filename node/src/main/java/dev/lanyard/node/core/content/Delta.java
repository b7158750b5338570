package dev.lanyard.node.core.content;

import dev.lanyard.protocol.ContentHash;

/**
 * What makes one content of another.
 *
 * @param basis what it is carried out on
 * @param content what comes of it
 * @param bytes instructions in the form of Lanyard; nobody changes them
 */
@SuppressWarnings("ArrayRecordComponent") // Handed over, never compared.
public record Delta(ContentHash basis, ContentHash content, byte[] bytes) {
    /** A delta with more bytes is not kept in memory: it is found again when it is asked for. */
    public static final int BYTES_MAX = 8 << 20;
}
