package dev.lanyard.protocol.codec;

import dev.lanyard.protocol.ContentHash;
import dev.lanyard.protocol.message.Message;
import dev.lanyard.protocol.message.Message.ContentAhead;
import dev.lanyard.protocol.message.Message.ContentBundle;
import dev.lanyard.protocol.message.Message.ContentPart;
import dev.lanyard.protocol.message.Message.DeltaAhead;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Content as raw bytes. Big-endian.
 *
 * <pre>
 * part    transfer i64 | want u31 | offset u63 | last u8 (0, 1) | bytes
 * bundle  transfer i64 | n u16 | n x (want u31, length u32) | bytes ...
 * ahead   n u16 | n x length u32 | bytes ...
 * delta   basis 32 bytes | content 32 bytes | length u63 | bytes (all or none)
 * </pre>
 */
final class ContentForm {
    static final int PART_HEAD_BYTES = 8 + 4 + 8 + 1;

    private static final int COUNT_MAX = 65_535;
    private static final int DELTA_HEAD_BYTES = 2 * ContentHash.LENGTH + Long.BYTES;

    private ContentForm() {}

    /** What stands before the bytes of a part, at {@code offset}. */
    static void writePartHead(ContentPart part, byte[] to, int offset) {
        checkLength("part", part.bytes().length, Message.PART_BYTES_MAX);
        ByteBuffer.wrap(to, offset, PART_HEAD_BYTES)
                .putLong(part.transfer())
                .putInt(part.want())
                .putLong(part.offset())
                .put((byte) (part.last() ? 1 : 0));
    }

    /** The body of a bundle, with room for a frame header before it. */
    static byte[] write(ContentBundle bundle) {
        int count = bundle.contents().size();
        if (bundle.wants().length != count) {
            throw new IllegalArgumentException(
                    "%d wants for %d contents".formatted(bundle.wants().length, count));
        }
        byte[] frame = new byte[frameBytes("bundle", 8 + 2, 8, bundle.contents())];
        ByteBuffer out = ByteBuffer.wrap(frame).position(Frame.HEADER_BYTES);
        out.putLong(bundle.transfer()).putShort((short) count);
        for (int i = 0; i < count; i++) {
            out.putInt(bundle.wants()[i]).putInt(bundle.contents().get(i).length);
        }
        bundle.contents().forEach(out::put);
        return frame;
    }

    /** The body of contents sent ahead, with room for a frame header before it. */
    static byte[] write(ContentAhead ahead) {
        byte[] frame = new byte[frameBytes("contents ahead", 2, 4, ahead.contents())];
        ByteBuffer out = ByteBuffer.wrap(frame).position(Frame.HEADER_BYTES);
        out.putShort((short) ahead.contents().size());
        ahead.contents().forEach(content -> out.putInt(content.length));
        ahead.contents().forEach(out::put);
        return frame;
    }

    /** The body of a delta sent ahead, with room for a frame header before it. */
    static byte[] write(DeltaAhead ahead) {
        int length = ahead.delta().length;
        checkLength("delta ahead", length, Message.DELTA_AHEAD_BYTES_MAX);
        byte[] frame = new byte[Frame.HEADER_BYTES + DELTA_HEAD_BYTES + length];
        ByteBuffer.wrap(frame)
                .position(Frame.HEADER_BYTES)
                .put(ahead.basis().bytes())
                .put(ahead.content().bytes())
                .putLong(ahead.deltaBytes())
                .put(ahead.delta());
        return frame;
    }

    static Message deltaAhead(byte[] body, int length) throws ProtocolViolation {
        ByteBuffer in = ByteBuffer.wrap(body, 0, length);
        require(in, DELTA_HEAD_BYTES);
        byte[] basis = new byte[ContentHash.LENGTH];
        byte[] content = new byte[ContentHash.LENGTH];
        in.get(basis).get(content);
        long deltaBytes = in.getLong();
        if (in.remaining() > Message.DELTA_AHEAD_BYTES_MAX) {
            throw new ProtocolViolation(
                    "delta ahead of %d bytes (expected at most %d)"
                            .formatted(in.remaining(), Message.DELTA_AHEAD_BYTES_MAX));
        }
        byte[] delta = new byte[in.remaining()];
        in.get(delta);
        return new DeltaAhead(ContentHash.of(basis), ContentHash.of(content), deltaBytes, delta);
    }

    private static int frameBytes(
            String what, int headBytes, int itemHeadBytes, List<byte[]> contents) {
        checkLength("number of contents in a " + what, contents.size(), COUNT_MAX);
        long bytes = 0;
        for (byte[] content : contents) {
            bytes += content.length;
        }
        checkLength(what, bytes, Message.BUNDLE_BYTES_MAX);
        return Frame.HEADER_BYTES + headBytes + itemHeadBytes * contents.size() + (int) bytes;
    }

    private static void checkLength(String what, long found, long max) {
        if (found > max) {
            throw new IllegalArgumentException(
                    "%s: %d (expected at most %d)".formatted(what, found, max));
        }
    }

    static Message part(byte[] body, int length) throws ProtocolViolation {
        checkPartLength(length);
        byte[] bytes = new byte[length - PART_HEAD_BYTES];
        System.arraycopy(body, PART_HEAD_BYTES, bytes, 0, bytes.length);
        return part(body, bytes);
    }

    /** The part with this head; {@code bytes} are handed over to it. */
    static Message part(byte[] head, byte[] bytes) throws ProtocolViolation {
        ByteBuffer in = ByteBuffer.wrap(head);
        long transfer = in.getLong();
        int want = want(in);
        long offset = in.getLong();
        int last = in.get();
        if (offset < 0 || offset > Long.MAX_VALUE - bytes.length || (last & ~1) != 0) {
            throw new ProtocolViolation(
                    "part at offset %d, last %d (expected 0 or more, 0-1)".formatted(offset, last));
        }
        return new ContentPart(transfer, want, offset, bytes, last == 1);
    }

    static void checkPartLength(int length) throws ProtocolViolation {
        int bytes = length - PART_HEAD_BYTES;
        if (bytes < 0 || bytes > Message.PART_BYTES_MAX) {
            throw new ProtocolViolation(
                    "part of %d bytes (expected 0-%d)".formatted(bytes, Message.PART_BYTES_MAX));
        }
    }

    static Message bundle(byte[] body, int length) throws ProtocolViolation {
        ByteBuffer in = ByteBuffer.wrap(body, 0, length);
        long transfer = require(in, 8 + 2).getLong();
        int count = Short.toUnsignedInt(in.getShort());
        require(in, 8 * count);
        int[] wants = new int[count];
        int[] lengths = new int[count];
        for (int i = 0; i < count; i++) {
            wants[i] = want(in);
            lengths[i] = in.getInt();
        }
        return new ContentBundle(transfer, wants, contents(in, lengths));
    }

    static Message ahead(byte[] body, int length) throws ProtocolViolation {
        ByteBuffer in = ByteBuffer.wrap(body, 0, length);
        int count = Short.toUnsignedInt(require(in, 2).getShort());
        require(in, 4 * count);
        int[] lengths = new int[count];
        for (int i = 0; i < count; i++) {
            lengths[i] = in.getInt();
        }
        return new ContentAhead(contents(in, lengths));
    }

    /** Splits all that remains. */
    private static List<byte[]> contents(ByteBuffer in, int[] lengths) throws ProtocolViolation {
        long bytes = 0;
        for (int length : lengths) {
            bytes += Integer.toUnsignedLong(length);
        }
        if (bytes != in.remaining() || bytes > Message.BUNDLE_BYTES_MAX) {
            throw new ProtocolViolation(
                    "contents of %d bytes in %d (expected all, at most %d)"
                            .formatted(bytes, in.remaining(), Message.BUNDLE_BYTES_MAX));
        }
        List<byte[]> contents = new ArrayList<>(lengths.length);
        for (int length : lengths) {
            byte[] content = new byte[length];
            in.get(content);
            contents.add(content);
        }
        return contents;
    }

    private static int want(ByteBuffer in) throws ProtocolViolation {
        int want = in.getInt();
        if (want < 0) {
            throw new ProtocolViolation("want %d (expected 0 or more)".formatted(want));
        }
        return want;
    }

    private static ByteBuffer require(ByteBuffer in, int bytes) throws ProtocolViolation {
        if (in.remaining() < bytes) {
            throw new ProtocolViolation(
                    "%d bytes of content left (expected %d)".formatted(in.remaining(), bytes));
        }
        return in;
    }
}
