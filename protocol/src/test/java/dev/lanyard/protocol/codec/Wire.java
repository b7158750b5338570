package dev.lanyard.protocol.codec;

import dev.lanyard.protocol.message.Message;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;

import org.jspecify.annotations.Nullable;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * A decoder and what came out of it. The buffers that it is given are pooled, so leaks are seen.
 */
final class Wire implements AutoCloseable {
    final List<Message> messages = new ArrayList<>();
    final List<Throwable> violations = new ArrayList<>();
    final SpareArrays spares = new SpareArrays(2);
    private final FrameDecoder decoder = new FrameDecoder(spares);
    private final EmbeddedChannel channel =
            new EmbeddedChannel(
                    decoder,
                    new ChannelInboundHandlerAdapter() {
                        @Override
                        public void channelRead(ChannelHandlerContext context, Object message) {
                            messages.add((Message) message);
                        }

                        @Override
                        public void exceptionCaught(
                                ChannelHandlerContext context, Throwable cause) {
                            violations.add(cause);
                        }
                    });

    /** A decoder for a peer that is proven. */
    static Wire proven() {
        Wire wire = new Wire();
        wire.decoder.acceptLongFrames();
        return wire;
    }

    /** Gives it {@code count} bytes from {@code offset}. */
    Wire feed(byte[] bytes, int offset, int count) {
        ByteBuf buffer = channel.alloc().directBuffer(Math.max(1, count));
        channel.writeInbound(buffer.writeBytes(bytes, offset, count));
        return this;
    }

    Wire feed(byte[] bytes) {
        return feed(bytes, 0, bytes.length);
    }

    /** The only message, when all went well. */
    Message single() {
        if (!violations.isEmpty() || messages.size() != 1) {
            throw new AssertionError(
                    "%d messages, violations %s".formatted(messages.size(), violations));
        }
        return messages.getFirst();
    }

    /** Why it stopped, or null. */
    @Nullable Throwable violation() {
        return violations.isEmpty() ? null : violations.getFirst();
    }

    @Override
    public void close() {
        channel.finishAndReleaseAll();
    }

    /** The frame of {@code message}. */
    static byte[] bytes(Message message) {
        ByteBuf frame = FrameEncoder.encode(message);
        byte[] bytes = new byte[frame.readableBytes()];
        frame.readBytes(bytes);
        frame.release();
        return bytes;
    }

    /** A frame with any body. */
    static byte[] frame(int code, int flags, byte... body) {
        return ByteBuffer.allocate(Frame.HEADER_BYTES + body.length)
                .putInt(body.length)
                .put((byte) code)
                .put((byte) flags)
                .putShort((short) 0)
                .put(body)
                .array();
    }

    /** Whether a frame says that it is compressed. */
    static boolean isCompressed(byte[] frame) {
        return Unpooled.wrappedBuffer(frame).getByte(5) == 1;
    }
}
