package dev.lanyard.protocol.transport;

import dev.lanyard.protocol.NodeIdentity;
import dev.lanyard.protocol.codec.FrameDecoder;
import dev.lanyard.protocol.codec.SpareArrays;
import dev.lanyard.protocol.message.Message;
import dev.lanyard.protocol.message.Message.Reason;
import dev.lanyard.protocol.message.Secret;
import dev.lanyard.protocol.session.Role;
import dev.lanyard.protocol.session.Session;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.ChannelMatchers;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.GlobalEventExecutor;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;

/**
 * Sessions over TCP and TLS, by Netty.
 *
 * <p>For each peer there is at most one open session at a time: the one that another displaces is
 * closed, and its listener told, before the other opens.
 */
public final class NettyTransport implements Transport {
    /** The version of the protocol that this program speaks. */
    public static final int PROTOCOL_VERSION = Session.PROTOCOL_VERSION;

    /** How many accepted connections may be without a proof; the oldest make room. */
    static final int UNPROVEN_MAX = 128;

    /** How many of them may come from one address. */
    static final int UNPROVEN_PER_SOURCE_MAX = 64;

    private static final int PEERS_MAX = 256;
    private static final int CONNECT_MILLIS_MAX = 5_000;
    private static final int CLOSE_NOTIFY_MILLIS_MAX = 500;
    private static final int CLOSE_MILLIS_MAX = 1_500;
    private static final int SHUTDOWN_MILLIS_MAX = 400;
    private static final int THREADS_MAX = 4;

    /** Small: what waits in the channel cannot be overtaken. */
    private static final WriteBufferWaterMark WATER_MARK =
            new WriteBufferWaterMark(256 << 10, 512 << 10);

    private final NodeIdentity identity;
    private final ShareKeys keys;
    private final Supplier<Message.Greeting> greeting;
    private final Listener listener;
    private final SecureRandom random;
    private final SSLContext tls;
    private final EventLoopGroup loops;
    private final ConnectionTable<Connection> table;
    private final ChannelGroup channels = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private final SpareArrays spares =
            new SpareArrays(Math.toIntExact(Session.CREDIT_BYTES / Message.PART_BYTES_MAX));
    private final LongAdder savedByCompression = new LongAdder();
    private final long startNanos = System.nanoTime();

    /**
     * A transport that neither listens nor dials yet.
     *
     * @param keys what to prove; asked on event loops
     * @param greeting what to say of oneself to a proven peer; called on event loops
     * @param random draws the nonces of sessions
     */
    public NettyTransport(
            NodeIdentity identity,
            ShareKeys keys,
            Supplier<Message.Greeting> greeting,
            Listener listener,
            SecureRandom random) {
        this.identity = identity;
        this.keys = keys;
        this.greeting = greeting;
        this.listener = listener;
        this.random = random;
        this.tls = Encryption.context(identity, random);
        this.table =
                new ConnectionTable<>(
                        identity.nodeId(), UNPROVEN_MAX, UNPROVEN_PER_SOURCE_MAX, PEERS_MAX);
        int threads = Math.clamp(Runtime.getRuntime().availableProcessors(), 1, THREADS_MAX);
        this.loops =
                new MultiThreadIoEventLoopGroup(
                        threads,
                        new DefaultThreadFactory("transport", true),
                        NioIoHandler.newFactory());
    }

    @Override
    public InetSocketAddress listen(InetSocketAddress address) throws IOException {
        ChannelFuture bound =
                new ServerBootstrap()
                        .group(loops)
                        .channel(NioServerSocketChannel.class)
                        .option(ChannelOption.SO_REUSEADDR, true)
                        .childOption(ChannelOption.TCP_NODELAY, true)
                        .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK)
                        .childHandler(
                                new ChannelInitializer<SocketChannel>() {
                                    @Override
                                    protected void initChannel(SocketChannel channel) {
                                        assemble(channel, Role.ACCEPTOR, channel.remoteAddress());
                                    }
                                })
                        .bind(address)
                        .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new IOException(
                    "listen at %s: %s".formatted(address, bound.cause().getMessage()),
                    bound.cause());
        }
        channels.add(bound.channel());
        return (InetSocketAddress) bound.channel().localAddress();
    }

    @Override
    public void dial(InetSocketAddress address) {
        new Bootstrap()
                .group(loops)
                .channel(NioSocketChannel.class)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS_MAX)
                .option(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK)
                .handler(
                        new ChannelInitializer<SocketChannel>() {
                            @Override
                            protected void initChannel(SocketChannel channel) {
                                assemble(channel, Role.DIALLER, address);
                            }
                        })
                .connect(address)
                .addListener((ChannelFuture connected) -> dialled(address, connected));
    }

    private void dialled(InetSocketAddress address, ChannelFuture connected) {
        if (connected.isSuccess()) {
            return; // The connection tells the rest.
        }
        Connection connection = connected.channel().pipeline().get(Connection.class);
        if (connection == null) {
            listener.failed(address, true, Failure.UNREACHABLE, "the transport is closed");
        } else {
            connection.unreachable(connected.cause());
        }
    }

    /** The pipeline, from the wire to the message. */
    private void assemble(SocketChannel channel, Role role, InetSocketAddress remote) {
        ChannelHandler encryption =
                switch (role) {
                    case DIALLER -> encryption(role);
                    case ACCEPTOR -> new Knock(() -> encryption(role), Session.HANDSHAKE_MAX);
                };
        FrameDecoder decoder = new FrameDecoder(spares);
        Connection connection = new Connection(this, role, channel, decoder, remote);
        channel.pipeline()
                .addLast("tls", encryption)
                .addLast("unframe", decoder)
                .addLast("session", connection);
        channels.add(channel);
        Connection dropped = table.begin(connection);
        if (dropped != null) {
            dropped.close(Reason.LIMIT, "too many connections that do not prove themselves");
        }
    }

    private SslHandler encryption(Role role) {
        SslHandler encryption = new SslHandler(Encryption.engine(tls, role));
        encryption.setHandshakeTimeoutMillis(Session.HANDSHAKE_MAX.toMillis());
        encryption.setCloseNotifyFlushTimeoutMillis(CLOSE_NOTIFY_MILLIS_MAX);
        return encryption;
    }

    /** Arrays of parts that went through any session. */
    SpareArrays spares() {
        return spares;
    }

    dev.lanyard.protocol.session.Channel describe(Role role, SSLSession session)
            throws GeneralSecurityException, SSLException {
        byte[] nonce = new byte[Secret.LENGTH];
        random.nextBytes(nonce);
        return Encryption.describe(role, identity, session, keys, new Secret(nonce));
    }

    @Override
    public long bytesSavedByCompression() {
        return savedByCompression.sum();
    }

    LongAdder savedByCompression() {
        return savedByCompression;
    }

    ShareKeys keys() {
        return keys;
    }

    ConnectionTable<Connection> table() {
        return table;
    }

    Listener listener() {
        return listener;
    }

    Message.Greeting greeting() {
        return greeting.get();
    }

    /** A time that never goes back. */
    Instant now() {
        return Instant.EPOCH.plusNanos(System.nanoTime() - startNanos);
    }

    /** Something of ours is wrong: whoever watches over threads shall see it. */
    void broken(Throwable failure) {
        Thread thread = Thread.currentThread();
        thread.getUncaughtExceptionHandler().uncaughtException(thread, failure);
    }

    @Override
    public void endAll(Reason reason, String text) {
        table.all().forEach(connection -> connection.endSession(reason, text));
    }

    @Override
    public void close() {
        channels.close(ChannelMatchers.isServerChannel()).awaitUninterruptibly(100);
        table.close().forEach(connection -> connection.close(Reason.STOPPING, "the node stops"));
        channels.newCloseFuture().awaitUninterruptibly(CLOSE_MILLIS_MAX, TimeUnit.MILLISECONDS);
        loops.shutdownGracefully(0, SHUTDOWN_MILLIS_MAX, TimeUnit.MILLISECONDS)
                .awaitUninterruptibly(SHUTDOWN_MILLIS_MAX, TimeUnit.MILLISECONDS);
    }
}
