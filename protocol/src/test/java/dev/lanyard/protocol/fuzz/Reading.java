package dev.lanyard.protocol.fuzz;

import dev.lanyard.protocol.codec.FrameDecoder;
import dev.lanyard.protocol.codec.FrameEncoder;
import dev.lanyard.protocol.codec.ProtocolViolation;
import dev.lanyard.protocol.codec.SpareArrays;
import dev.lanyard.protocol.message.Message;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;

import java.util.ArrayList;
import java.util.List;

/** The messages of bytes that arrive, until the first violation. */
final class Reading extends ChannelInboundHandlerAdapter {
    final List<Message> messages = new ArrayList<>();
    private int violations;

    private Reading() {}

    /**
     * What the decoder of a proven peer makes of {@code bytes}; nothing but a violation ends it.
     */
    static List<Message> of(byte[] bytes) {
        FrameDecoder decoder = new FrameDecoder(new SpareArrays(1));
        decoder.acceptLongFrames();
        return of(bytes, decoder);
    }

    /** The same before the peer has proven anything. */
    static List<Message> ofStranger(byte[] bytes) {
        return of(bytes, new FrameDecoder(new SpareArrays(1)));
    }

    private static List<Message> of(byte[] bytes, FrameDecoder decoder) {
        Reading reading = new Reading();
        EmbeddedChannel channel = new EmbeddedChannel(decoder, reading);
        channel.writeInbound(Unpooled.wrappedBuffer(bytes));
        channel.finishAndReleaseAll();
        return reading.messages;
    }

    /** The frame of {@code message}. */
    static byte[] frame(Message message) {
        ByteBuf frame = FrameEncoder.encode(message);
        byte[] bytes = new byte[frame.readableBytes()];
        frame.readBytes(bytes);
        return bytes;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        messages.add((Message) message);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (!(cause instanceof ProtocolViolation) || ++violations > 1) {
            throw new AssertionError("violation " + violations, cause);
        }
    }
}
