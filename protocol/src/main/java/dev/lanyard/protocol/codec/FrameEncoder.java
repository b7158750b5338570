package dev.lanyard.protocol.codec;

import dev.lanyard.protocol.message.Message;
import dev.lanyard.protocol.message.Message.ContentAhead;
import dev.lanyard.protocol.message.Message.ContentAsk;
import dev.lanyard.protocol.message.Message.ContentBundle;
import dev.lanyard.protocol.message.Message.ContentCancel;
import dev.lanyard.protocol.message.Message.ContentMissing;
import dev.lanyard.protocol.message.Message.ContentPart;
import dev.lanyard.protocol.message.Message.DeltaAhead;
import dev.lanyard.protocol.message.Message.DeltaAsk;
import dev.lanyard.protocol.message.Message.ForClocks;
import dev.lanyard.protocol.message.Message.ForIndex;
import dev.lanyard.protocol.message.Message.ForSession;
import dev.lanyard.protocol.message.Message.ForVersions;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;

/**
 * Writes messages as frames. Any thread may do so; nothing is shared and nothing is pooled, so a
 * frame that is never sent leaks nothing.
 */
public final class FrameEncoder {
    /** How long a frame may be, packed and unpacked, without its header. */
    public static final int FRAME_BYTES_MAX = 4 << 20;

    private static final byte[] ROOM_FOR_HEADER = new byte[Frame.HEADER_BYTES];

    private FrameEncoder() {}

    /**
     * The frame of {@code message}, on the heap. The bytes of a part are not copied: nobody may
     * change them afterwards.
     *
     * @throws IllegalArgumentException if the message is longer than any frame may be
     */
    public static ByteBuf encode(Message message) {
        return switch (message) {
            case ContentPart part -> encodePart(part);
            case ContentBundle bundle ->
                    frame(MessageType.CONTENT_BUNDLE, ContentForm.write(bundle));
            case ContentAhead ahead -> frame(MessageType.CONTENT_AHEAD, ContentForm.write(ahead));
            case DeltaAhead ahead -> frame(MessageType.DELTA_AHEAD, ContentForm.write(ahead));
            case ForSession session -> control(session, out -> SessionForm.write(out, session));
            case ForIndex index -> control(index, out -> IndexForm.write(out, index));
            case ForVersions versions -> control(versions, out -> VersionForm.write(out, versions));
            case ForClocks clocks -> control(clocks, out -> ClockForm.write(out, clocks));
            case ContentAsk ask -> control(ask, out -> TransferForm.write(out, ask));
            case ContentCancel cancel -> control(cancel, out -> TransferForm.write(out, cancel));
            case ContentMissing missing ->
                    control(missing, out -> TransferForm.write(out, missing));
            case DeltaAsk ask -> control(ask, out -> TransferForm.write(out, ask));
        };
    }

    /**
     * By how many bytes compression has made a frame of {@link #encode} shorter; 0 if it travels as
     * it is.
     */
    public static int savedBytes(ByteBuf frame) {
        int at = frame.readerIndex();
        if (!Frame.isCompressed(frame.getByte(at + Frame.FLAGS_OFFSET))) {
            return 0;
        }
        return frame.getInt(at + Frame.HEADER_BYTES) + Frame.HEADER_BYTES - frame.readableBytes();
    }

    private static ByteBuf encodePart(ContentPart part) {
        byte[] bytes = part.bytes();
        int headBytes = Frame.HEADER_BYTES + ContentForm.PART_HEAD_BYTES;
        if (Compression.isPromising(bytes, 0, bytes.length)) {
            byte[] joined = new byte[headBytes + bytes.length];
            ContentForm.writePartHead(part, joined, Frame.HEADER_BYTES);
            System.arraycopy(bytes, 0, joined, headBytes, bytes.length);
            return frame(MessageType.CONTENT_PART, joined);
        }
        byte[] head = new byte[headBytes];
        ContentForm.writePartHead(part, head, Frame.HEADER_BYTES);
        int length = ContentForm.PART_HEAD_BYTES + bytes.length;
        new Frame(length, MessageType.CONTENT_PART, false).writeTo(head, 0);
        return Unpooled.wrappedBuffer(head, bytes);
    }

    private static ByteBuf control(Message message, Fields fields) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
        bytes.writeBytes(ROOM_FOR_HEADER);
        try (CborOut out = new CborOut(bytes)) {
            fields.write(out);
        }
        return frame(MessageType.of(message), bytes.toByteArray());
    }

    /**
     * @param bytes the body, with room for the header before it
     */
    private static ByteBuf frame(MessageType type, byte[] bytes) {
        int length = bytes.length - Frame.HEADER_BYTES;
        if (length > FRAME_BYTES_MAX) {
            throw new IllegalArgumentException(
                    "%s of %d bytes (expected at most %d)"
                            .formatted(type, length, FRAME_BYTES_MAX));
        }
        ByteBuffer packed = Compression.pack(type, bytes, Frame.HEADER_BYTES, length);
        if (packed != null) {
            return Unpooled.wrappedBuffer(packed);
        }
        new Frame(length, type, false).writeTo(bytes, 0);
        return Unpooled.wrappedBuffer(bytes);
    }

    private interface Fields {
        void write(CborOut out);
    }
}
