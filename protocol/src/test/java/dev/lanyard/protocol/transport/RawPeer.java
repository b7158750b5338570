package dev.lanyard.protocol.transport;

import dev.lanyard.protocol.NodeIdentity;
import dev.lanyard.protocol.ShareKey;
import dev.lanyard.protocol.codec.FrameDecoder;
import dev.lanyard.protocol.codec.FrameEncoder;
import dev.lanyard.protocol.codec.SpareArrays;
import dev.lanyard.protocol.message.Message;
import dev.lanyard.protocol.message.Secret;
import dev.lanyard.protocol.session.Output;
import dev.lanyard.protocol.session.Role;
import dev.lanyard.protocol.session.Session;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/**
 * One end of a real connection that keeps to no rule: real TLS and real frames, and whatever
 * messages or bytes a test likes.
 */
public final class RawPeer implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final NodeIdentity identity;
    private final SecureRandom random;
    private final SSLSocket socket;
    private final FrameDecoder decoder = new FrameDecoder(new SpareArrays(2));
    private final BlockingQueue<Message> heard = new LinkedBlockingQueue<>();
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile Consumer<Message> listener = heard::add;

    private RawPeer(NodeIdentity identity, SecureRandom random, SSLSocket socket) {
        this.identity = identity;
        this.random = random;
        this.socket = socket;
    }

    /** Dials a node, and has said nothing but what TLS says. */
    public static RawPeer dial(InetSocketAddress address, NodeIdentity identity)
            throws IOException {
        SecureRandom random = new SecureRandom();
        SSLContext tls = Encryption.context(identity, random);
        Socket plain = new Socket(address.getAddress(), address.getPort());
        SSLSocket socket =
                (SSLSocket)
                        tls.getSocketFactory().createSocket(plain, null, address.getPort(), true);
        return begin(identity, random, socket);
    }

    private static RawPeer begin(NodeIdentity identity, SecureRandom random, SSLSocket socket)
            throws IOException {
        socket.setSoTimeout(Math.toIntExact(PATIENCE.toMillis()));
        socket.startHandshake();
        socket.setSoTimeout(0);
        RawPeer peer = new RawPeer(identity, random, socket);
        peer.decoder.acceptLongFrames();
        Thread.ofVirtual().name("raw peer").start(peer::read);
        return peer;
    }

    /** Takes one connection of a node that dials, and has said nothing but what TLS says. */
    public static RawPeer accept(ServerSocket server, NodeIdentity identity) throws IOException {
        SecureRandom random = new SecureRandom();
        SSLContext tls = Encryption.context(identity, random);
        SSLSocket socket =
                (SSLSocket) tls.getSocketFactory().createSocket(server.accept(), null, true);
        socket.setUseClientMode(false);
        socket.setNeedClientAuth(true);
        return begin(identity, random, socket);
    }

    /** Proves {@code key}, greets, and hears the greeting of the node. */
    public RawPeer join(ShareKey key, Message.Greeting greeting)
            throws IOException, InterruptedException {
        Session session = new Session(describe(key));
        perform(session, session.start(Instant.EPOCH), greeting);
        while (session.creditBytes() == 0) {
            perform(session, session.receive(next(), Instant.EPOCH), greeting);
        }
        return this;
    }

    private dev.lanyard.protocol.session.Channel describe(ShareKey key) throws IOException {
        byte[] nonce = new byte[Secret.LENGTH];
        random.nextBytes(nonce);
        try {
            return Encryption.describe(
                    Role.DIALLER,
                    identity,
                    socket.getSession(),
                    ShareKeys.of(key),
                    new Secret(nonce));
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
    }

    private void perform(Session session, List<Output> outputs, Message.Greeting greeting)
            throws IOException {
        for (Output output : outputs) {
            switch (output) {
                case Output.Send it -> send(it.message());
                case Output.Proven _ ->
                        perform(session, session.admit(greeting, Instant.EPOCH), greeting);
                case Output.Opened _, Output.Deliver _, Output.Received _ -> {}
                case Output.Close it -> throw new IOException("not taken: " + it.text());
            }
        }
    }

    /** Gives all that the node says from now on to {@code other}, on one thread. */
    public void listen(Consumer<Message> other) {
        listener = other;
        heard.forEach(other);
    }

    /** Says something. */
    public void send(Message message) throws IOException {
        sendBytes(frame(message));
    }

    /** The frame of a message, to be spoilt. */
    public static byte[] frame(Message message) {
        ByteBuf frame = FrameEncoder.encode(message);
        byte[] bytes = new byte[frame.readableBytes()];
        frame.readBytes(bytes);
        return bytes;
    }

    /** A frame with any head and body. */
    public static byte[] frame(int length, int type, int flags, byte... body) {
        return ByteBuffer.allocate(8 + body.length)
                .putInt(length)
                .put((byte) type)
                .put((byte) flags)
                .putShort((short) 0)
                .put(body)
                .array();
    }

    /** Sends any bytes, encrypted as a session is. */
    public void sendBytes(byte[] bytes) throws IOException {
        OutputStream out = socket.getOutputStream();
        synchronized (out) {
            out.write(bytes);
            out.flush();
        }
    }

    /** The next message of the node, if {@link #listen} was not called. */
    public Message next() throws IOException, InterruptedException {
        Message message = heard.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        if (message == null) {
            throw new IOException("nothing was said for " + PATIENCE);
        }
        return message;
    }

    /** The next message of this type; others are passed over. */
    public <T extends Message> T next(Class<T> type) throws IOException, InterruptedException {
        Message message = next();
        while (!type.isInstance(message)) {
            message = next();
        }
        return type.cast(message);
    }

    /** What the node said that nobody has asked for by {@link #next}. */
    public List<Message> unheard() {
        return List.copyOf(heard);
    }

    /** Whether the node ends the connection in time. */
    public boolean isEnded(Duration within) throws InterruptedException {
        return ended.await(within.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Whether the connection is still there. */
    public boolean isOpen() {
        return ended.getCount() > 0;
    }

    private void read() {
        EmbeddedChannel channel =
                new EmbeddedChannel(
                        decoder,
                        new ChannelInboundHandlerAdapter() {
                            @Override
                            public void channelRead(ChannelHandlerContext context, Object message) {
                                listener.accept((Message) message);
                            }
                        });
        byte[] buffer = new byte[64 << 10];
        try {
            InputStream in = socket.getInputStream();
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                channel.writeInbound(Unpooled.copiedBuffer(buffer, 0, read));
            }
        } catch (IOException cut) {
            close();
        } finally {
            ended.countDown();
            channel.finishAndReleaseAll();
        }
    }

    /** Cuts the connection without a word. */
    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
