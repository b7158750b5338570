package dev.lanyard.protocol.transport;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.ScheduledFuture;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Waits for the first byte of a connection that was accepted, and makes TLS only if it begins as
 * TLS does: whoever sends something else, or nothing, costs little.
 */
final class Knock extends ChannelInboundHandlerAdapter {
    /** The type of the record that a handshake begins with (RFC 8446, section 5.1). */
    private static final int HANDSHAKE_RECORD = 0x16;

    private final Supplier<SslHandler> encryption;
    private final Duration patience;
    private @Nullable ScheduledFuture<?> deadline;

    /**
     * @param patience how long to wait for that byte
     */
    Knock(Supplier<SslHandler> encryption, Duration patience) {
        this.encryption = encryption;
        this.patience = patience;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        deadline =
                context.executor()
                        .schedule(() -> end(context), patience.toMillis(), TimeUnit.MILLISECONDS);
        context.fireChannelActive();
    }

    private static void end(ChannelHandlerContext context) {
        var _ = context.close();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object received) {
        ByteBuf bytes = (ByteBuf) received;
        if (!bytes.isReadable()) {
            bytes.release();
        } else if (bytes.getUnsignedByte(bytes.readerIndex()) == HANDSHAKE_RECORD) {
            context.pipeline().addAfter(context.name(), "encryption", encryption.get());
            context.fireChannelRead(bytes);
            context.pipeline().remove(this);
        } else {
            bytes.release();
            end(context);
        }
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        if (deadline != null) {
            deadline.cancel(false);
        }
    }
}
