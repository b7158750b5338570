package dev.lanyard.protocol.transport;

import dev.lanyard.protocol.NodeId;
import dev.lanyard.protocol.codec.FrameDecoder;
import dev.lanyard.protocol.codec.FrameEncoder;
import dev.lanyard.protocol.codec.ProtocolViolation;
import dev.lanyard.protocol.message.Message;
import dev.lanyard.protocol.message.Message.Credit;
import dev.lanyard.protocol.message.Message.KeepAlive;
import dev.lanyard.protocol.message.Message.Reason;
import dev.lanyard.protocol.message.Secret;
import dev.lanyard.protocol.session.Ending;
import dev.lanyard.protocol.session.Output;
import dev.lanyard.protocol.session.Role;
import dev.lanyard.protocol.session.Session;
import dev.lanyard.protocol.transport.Transport.Failure;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ConnectTimeoutException;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.concurrent.Promise;
import io.netty.util.concurrent.ScheduledFuture;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import javax.net.ssl.SSLException;

/**
 * Drives one {@link Session}. Everything here runs on the event loop of the channel, but what says
 * otherwise; what others hold is its {@link SessionLink}.
 */
final class Connection extends ChannelInboundHandlerAdapter implements ConnectionTable.Candidate {
    /** How long the last words may take to leave. */
    private static final Duration LINGER_MAX = Duration.ofSeconds(1);

    private static final String NEW_KEY_TEXT = "the share has a new key";
    private static final String TWO_KEYS_TEXT =
            "it has another share key: the share was given two of them";

    private final NettyTransport transport;
    private final Role role;
    private final Channel channel;
    private final FrameDecoder decoder;
    private final InetSocketAddress remote;
    private final Outbox outbox;
    private final Promise<Void> over;
    private final AtomicLong unreleased = new AtomicLong();
    private @Nullable Session session;
    private volatile @Nullable NodeId peer;
    private @Nullable SessionLink link;
    private @Nullable ScheduledFuture<?> timer;
    private Instant timerAt = Instant.MAX;
    private volatile boolean paused;
    private volatile boolean ended;

    /**
     * @param remote where the other end is, as it was dialled or as it came
     */
    Connection(
            NettyTransport transport,
            Role role,
            Channel channel,
            FrameDecoder decoder,
            InetSocketAddress remote) {
        this.transport = transport;
        this.role = role;
        this.channel = channel;
        this.decoder = decoder;
        this.remote = remote;
        this.outbox = new Outbox(channel, this::pump, transport.savedByCompression());
        this.over = channel.eventLoop().newPromise();
    }

    // What the connection brings.

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) throws Exception {
        if (event instanceof SslHandshakeCompletionEvent handshake
                && handshake.isSuccess()
                && !ended) {
            begin(context.pipeline().get(SslHandler.class));
        }
        context.fireUserEventTriggered(event);
    }

    private void begin(SslHandler tls) throws GeneralSecurityException, SSLException {
        dev.lanyard.protocol.session.Channel secure =
                transport.describe(role, tls.engine().getSession());
        Session begun = new Session(secure);
        session = begun;
        peer = secure.peer();
        boolean isSelf = secure.self().equals(secure.peer());
        if (role == Role.DIALLER && !isSelf && !transport.table().mayProve(this)) {
            perform(begun.close(Reason.DUPLICATE, "another dial to the same node goes on"));
            return;
        }
        perform(begun.start(transport.now()));
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        Session current = session;
        if (current != null) {
            perform(current.receive((Message) message, transport.now()));
        }
        if (message instanceof Credit) {
            pump(); // Content may wait for nothing but this.
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        Session current = session;
        if (current != null) {
            current.heard(transport.now());
        }
        context.fireChannelReadComplete();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (channel.isWritable()) {
            outbox.wake();
        }
        context.fireChannelWritabilityChanged();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        broken("the connection was closed");
        context.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable caught) {
        Throwable cause =
                caught instanceof DecoderException && caught.getCause() != null
                        ? caught.getCause()
                        : caught;
        String text = text(cause);
        Session current = session;
        if (cause instanceof ProtocolViolation && current != null) {
            perform(current.violated(text));
        } else if (cause instanceof IOException) {
            broken(text);
        } else {
            // A mistake of ours: the peer is told, and whoever watches over threads as well.
            close(Reason.FAILURE, "something failed inside");
            transport.broken(cause);
        }
    }

    private static String text(Throwable failure) {
        String message = failure.getMessage();
        return message == null ? failure.getClass().getSimpleName() : message;
    }

    private void broken(String text) {
        Session current = session;
        if (current == null) {
            end(Failure.NOT_A_PEER, Reason.FAILURE, text);
        } else {
            perform(current.broken(text));
        }
    }

    /** The dial led to no connection. */
    void unreachable(Throwable cause) {
        // By kind, never by what the message says: that is in the language of the system.
        switch (cause) {
            case ConnectTimeoutException _ -> end(Failure.NO_ANSWER, Reason.FAILURE, "no answer");
            case NoRouteToHostException _ ->
                    end(Failure.NO_ROUTE, Reason.FAILURE, "no route to it");
            case ConnectException _ -> end(Failure.REFUSED, Reason.FAILURE, "connection refused");
            case BindException _ -> end(Failure.UNREACHABLE, Reason.FAILURE, text(cause));
            case SocketException _ -> end(Failure.NO_ROUTE, Reason.FAILURE, text(cause));
            default -> end(Failure.UNREACHABLE, Reason.FAILURE, text(cause));
        }
    }

    // What the session wants.

    private void perform(List<Output> outputs) {
        for (Output output : outputs) {
            switch (output) {
                case Output.Send it -> write(it.message());
                case Output.Proven it -> proven(it.key(), it.former());
                case Output.Received it -> take(it.handOver());
                case Output.Opened it -> opened(it.greeting());
                case Output.Deliver it -> deliver(it.message());
                case Output.Close it ->
                        end(failure(it.ending(), it.reason()), it.reason(), it.text());
            }
        }
        arm();
    }

    /** The session's own messages go before all that waits. */
    private void write(Message message) {
        boolean pointless = message instanceof KeepAlive && !channel.isWritable();
        if (!ended && !pointless) {
            var _ = channel.writeAndFlush(FrameEncoder.encode(message)); // If not: channelInactive.
        }
    }

    /** It was proven by what counted when the session began, which may be over by now. */
    private void proven(Secret key, boolean former) {
        decoder.acceptLongFrames();
        if (former) {
            transport
                    .keys()
                    .handOver(peer(), key)
                    .ifPresentOrElse(this::handOver, () -> close(Reason.NEW_KEY, NEW_KEY_TEXT));
        } else if (transport.keys().shown(peer(), key)) {
            keep();
        } else {
            close(Reason.NEW_KEY, NEW_KEY_TEXT);
        }
    }

    private void handOver(Message.HandOver present) {
        Session current = session;
        if (current != null) {
            perform(current.handOver(present, transport.now()));
        }
    }

    /** Keeping it may take a while, so that is done elsewhere. */
    private void take(Message.HandOver told) {
        Thread.ofVirtual()
                .name("new share key")
                .start(
                        () -> {
                            try {
                                if (transport.keys().take(peer(), told)) {
                                    close(Reason.NEW_KEY, NEW_KEY_TEXT);
                                } else {
                                    close(Reason.TWO_KEYS, TWO_KEYS_TEXT);
                                }
                            } catch (IOException e) {
                                close(Reason.FAILURE, "the new share key could not be kept");
                            }
                        });
    }

    private void keep() {
        switch (transport.table().proven(this)) {
            case ConnectionTable.Verdict.Keep<Connection>(var displaced) when displaced == null ->
                    admit();
            case ConnectionTable.Verdict.Keep<Connection>(var displaced) ->
                    displaced.displace(() -> channel.eventLoop().execute(this::admit));
            case ConnectionTable.Verdict.Duplicate<Connection> _ ->
                    close(Reason.DUPLICATE, "another session with the same node is kept");
            case ConnectionTable.Verdict.Full<Connection> _ ->
                    close(Reason.LIMIT, "it has as many peers as it can have");
        }
    }

    /** Any thread. Closes this one; {@code then} runs when nobody will hear of it any more. */
    private void displace(Runnable then) {
        close(Reason.DUPLICATE, "another session with the same node is kept");
        over.addListener(_ -> then.run());
    }

    private void admit() {
        Session current = session;
        if (current != null && !ended) {
            perform(current.admit(transport.greeting(), transport.now()));
        }
    }

    private void opened(Message.Greeting greeting) {
        SessionLink opened = new SessionLink(this, peer(), greeting, remote);
        link = opened;
        transport.listener().opened(opened);
    }

    private void deliver(Message message) {
        SessionLink open = link;
        if (open != null && !ended) {
            transport.listener().received(open, message);
        }
    }

    private Failure failure(Ending ending, Reason reason) {
        return switch (ending) {
            case WRONG_KEY ->
                    dialled() && transport.keys().refused(peer())
                            ? Failure.NEW_KEY
                            : Failure.WRONG_KEY;
            case PROTOCOL_VERSION -> Failure.PROTOCOL_VERSION;
            case SELF -> Failure.SELF;
            case SILENCE, VIOLATION -> Failure.NOT_A_PEER;
            case GOODBYE ->
                    switch (reason) {
                        case DUPLICATE -> Failure.DUPLICATE;
                        case LIMIT -> Failure.LIMIT;
                        case NEW_KEY -> Failure.NEW_KEY;
                        case TWO_KEYS -> Failure.WRONG_KEY;
                        case STOPPING,
                                SELF,
                                PROTOCOL_VERSION,
                                PROTOCOL_VIOLATION,
                                SILENCE,
                                FAILURE ->
                                Failure.UNREACHABLE;
                    };
        };
    }

    /** Ends once: first what is to be told, then the connection, when the last words have left. */
    private void end(Failure failure, Reason reason, String text) {
        if (ended) {
            return;
        }
        ended = true;
        outbox.close();
        if (timer != null) {
            timer.cancel(false);
        }
        closeChannel();
        try {
            SessionLink open = link;
            if (open != null) {
                transport.listener().closed(open, reason, text);
            } else {
                transport.listener().failed(remote, dialled(), failure, text);
            }
        } finally {
            transport.table().end(this, peer);
            over.setSuccess(null);
        }
    }

    private void closeChannel() {
        if (session == null) {
            var _ = channel.close();
            return;
        }
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
        // A peer that takes nothing must not keep the connection.
        var _ =
                channel.eventLoop()
                        .schedule(this::cutOff, LINGER_MAX.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void cutOff() {
        var _ = channel.close();
    }

    // Time.

    private void arm() {
        Session current = session;
        if (current == null || ended) {
            return;
        }
        Instant at = current.nextTimeout();
        if (!at.isBefore(timerAt)) {
            return; // The timer looks again when it fires: deadlines mostly move away.
        }
        if (timer != null) {
            timer.cancel(false);
        }
        timerAt = at;
        long nanos = Math.max(0, Duration.between(transport.now(), at).toNanos());
        timer = channel.eventLoop().schedule(this::tick, nanos, TimeUnit.NANOSECONDS);
    }

    private void tick() {
        timer = null;
        timerAt = Instant.MAX;
        Session current = session;
        if (current == null || ended) {
            return;
        }
        if (paused) {
            current.heard(transport.now()); // It is not the peer's silence if we do not listen.
        }
        perform(current.tick(transport.now()));
    }

    // What waits to be sent.

    private void pump() {
        Session current = session;
        if (current == null || ended) {
            return;
        }
        long released = unreleased.getAndSet(0);
        if (released > 0) {
            perform(current.release(released, transport.now()));
        }
        if (outbox.pump(new SessionCredit(current))) {
            current.sent(transport.now());
        }
    }

    private record SessionCredit(Session session) implements Outbox.Credit {
        @Override
        public long bytes() {
            return session.creditBytes();
        }

        @Override
        public void spend(long bytes) {
            session.spend(bytes);
        }
    }

    // What any thread may call.

    @Override
    public NodeId peer() {
        NodeId known = peer;
        if (known == null) {
            throw new IllegalStateException("the peer is not known before the handshake");
        }
        return known;
    }

    @Override
    public InetAddress source() {
        return remote.getAddress();
    }

    @Override
    public boolean dialled() {
        return role == Role.DIALLER;
    }

    @Override
    public boolean isEnded() {
        return ended;
    }

    /** What waits to be sent. Any thread. */
    Outbox outbox() {
        return outbox;
    }

    /** {@code bytes} of content are dealt with. Any thread. */
    void release(long bytes) {
        unreleased.addAndGet(bytes);
        outbox.wake();
    }

    /** A part is dealt with, and its array free. Any thread. */
    void recycle(byte[] bytes) {
        transport.spares().give(bytes);
        release(bytes.length);
    }

    /** Stops or goes on reading. Any thread. */
    void setReading(boolean reading) {
        paused = !reading;
        channel.config().setAutoRead(reading);
    }

    /** Says goodbye and closes. Any thread. */
    void close(Reason reason, String text) {
        channel.eventLoop()
                .execute(
                        () -> {
                            Session current = session;
                            if (current == null) {
                                end(Failure.NOT_A_PEER, reason, text);
                            } else {
                                perform(current.close(reason, text));
                            }
                        });
    }

    /** The same, if a session has begun: what begins later is another one. Any thread. */
    void endSession(Reason reason, String text) {
        channel.eventLoop()
                .execute(
                        () -> {
                            Session current = session;
                            if (current != null) {
                                perform(current.close(reason, text));
                            }
                        });
    }
}
