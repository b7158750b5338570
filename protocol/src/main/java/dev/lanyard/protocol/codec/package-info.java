/**
 * Messages as bytes and back: one message per frame, an 8-byte header before each. Start at {@link
 * dev.lanyard.protocol.codec.FrameEncoder} and {@link dev.lanyard.protocol.codec.FrameDecoder}; the
 * layouts are drawn in {@code PROTOCOL.md}.
 *
 * <p>Control messages are CBOR arrays, written and read field by field: a list that lies about its
 * length, a value out of range or a byte too many ends the connection, and nothing is allocated on
 * the word of a length alone. Content is raw bytes behind a small fixed head, so that a part is
 * copied once between the socket and its array.
 *
 * <p>Never does IO and keeps nothing from one frame to the next; a frame is compressed or not by
 * itself.
 */
@NullMarked
package dev.lanyard.protocol.codec;

import org.jspecify.annotations.NullMarked;
