package dev.lanyard.protocol.codec;

import dev.lanyard.protocol.message.Message;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

import java.util.Arrays;

/**
 * Reads frames from the buffers that arrive, however they are cut, and passes on one {@link
 * Message} for each. The first {@link ProtocolViolation} goes to {@code exceptionCaught}; whatever
 * comes after it is thrown away unread. Owned by the event loop of its channel.
 */
public final class FrameDecoder extends ChannelInboundHandlerAdapter {
    /*
     * No buffers are gathered: bytes go from where TLS left them straight into the array that they
     * end in, which for the content of an uncompressed part is the array of the message. The array
     * for other bodies begins small and doubles as bytes arrive, so that a length that lies costs
     * its author as much as it costs us.
     */

    /** How long a frame may be before the share key is proven. */
    public static final int UNPROVEN_FRAME_BYTES_MAX = 1_024;

    private static final int FIRST_BODY_BYTES = 64 * 1_024;

    private enum Stage {
        HEADER,
        BODY,
        PART_HEAD,
        PART_BYTES,
        DEAD
    }

    private final SpareArrays spares;
    private final byte[] header = new byte[Frame.HEADER_BYTES];
    private final byte[] partHead = new byte[ContentForm.PART_HEAD_BYTES];
    private int frameBytesMax = UNPROVEN_FRAME_BYTES_MAX;
    private Frame frame = new Frame(0, MessageType.KEEP_ALIVE, false);
    private Stage stage = Stage.HEADER;
    private byte[] target = header;
    private int goal = header.length;
    private int filled;

    /**
     * A decoder for a connection that is not proven yet; parts come in arrays of {@code spares}.
     */
    public FrameDecoder(SpareArrays spares) {
        this.spares = spares;
    }

    /** Accepts frames of any length that the protocol knows, from the next one on. */
    public void acceptLongFrames() {
        frameBytesMax = FrameEncoder.FRAME_BYTES_MAX;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object received)
            throws ProtocolViolation {
        ByteBuf in = (ByteBuf) received;
        try {
            read(context, in);
        } catch (ProtocolViolation violation) {
            stage = Stage.DEAD;
            target = header;
            throw violation;
        } finally {
            in.release();
        }
    }

    private void read(ChannelHandlerContext context, ByteBuf in) throws ProtocolViolation {
        while (stage != Stage.DEAD) {
            if (filled < goal) {
                if (!in.isReadable()) {
                    return;
                }
                fill(in);
            } else {
                advance(context);
            }
        }
    }

    private void fill(ByteBuf in) {
        if (filled == target.length) {
            target = Arrays.copyOf(target, Math.min(goal, 2 * target.length));
        }
        int taken = Math.min(in.readableBytes(), Math.min(goal, target.length) - filled);
        in.readBytes(target, filled, taken);
        filled += taken;
    }

    /** What was to be filled is full. */
    private void advance(ChannelHandlerContext context) throws ProtocolViolation {
        switch (stage) {
            case HEADER -> {
                frame = Frame.read(header, frameBytesMax);
                if (frame.type() == MessageType.CONTENT_PART && !frame.compressed()) {
                    ContentForm.checkPartLength(frame.length());
                    expect(Stage.PART_HEAD, partHead, partHead.length);
                } else {
                    int first = Math.min(frame.length(), FIRST_BODY_BYTES);
                    expect(Stage.BODY, new byte[first], frame.length());
                }
            }
            case BODY -> deliver(context, message());
            case PART_HEAD -> {
                int bytes = frame.length() - partHead.length;
                expect(Stage.PART_BYTES, spares.take(bytes), bytes);
            }
            case PART_BYTES -> deliver(context, ContentForm.part(partHead, target));
            case DEAD -> throw new IllegalStateException("a dead decoder does not advance");
        }
    }

    private Message message() throws ProtocolViolation {
        if (!frame.compressed()) {
            return frame.type().read(target, goal);
        }
        byte[] unpacked = Compression.unpack(target, goal, frameBytesMax);
        return frame.type().read(unpacked, unpacked.length);
    }

    private void deliver(ChannelHandlerContext context, Message message) {
        expect(Stage.HEADER, header, header.length);
        context.fireChannelRead(message);
    }

    private void expect(Stage next, byte[] into, int bytes) {
        stage = next;
        target = into;
        goal = bytes;
        filled = 0;
    }
}
