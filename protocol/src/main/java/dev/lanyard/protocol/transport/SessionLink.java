package dev.lanyard.protocol.transport;

import dev.lanyard.protocol.NodeId;
import dev.lanyard.protocol.codec.FrameEncoder;
import dev.lanyard.protocol.message.Message;
import dev.lanyard.protocol.message.Message.Reason;
import dev.lanyard.protocol.session.Session;

import java.io.IOException;
import java.net.InetSocketAddress;

/**
 * An open session, for those who use it. Frames are made on the thread of the caller, so that event
 * loops neither encode nor compress.
 */
final class SessionLink implements Transport.Link {
    /**
     * Beyond this, a peer that takes nothing of what may not be dropped is given up: room for the
     * signatures that may be asked with at once, and what may wait beside them.
     */
    private static final long CONTROL_BYTES_LIMIT = 4 * Outbox.CONTROL_BYTES_MAX;

    private final Connection connection;
    private final NodeId peer;
    private final Message.Greeting greeting;
    private final InetSocketAddress remote;

    SessionLink(
            Connection connection,
            NodeId peer,
            Message.Greeting greeting,
            InetSocketAddress remote) {
        this.connection = connection;
        this.peer = peer;
        this.greeting = greeting;
        this.remote = remote;
    }

    @Override
    public NodeId peer() {
        return peer;
    }

    @Override
    public Message.Greeting greeting() {
        return greeting;
    }

    @Override
    public InetSocketAddress remote() {
        return remote;
    }

    @Override
    public boolean dialled() {
        return connection.dialled();
    }

    @Override
    public boolean send(Message.ForIndex message) {
        if (connection.outbox().isFull()) {
            return false;
        }
        connection.outbox().post(FrameEncoder.encode(message));
        return true;
    }

    @Override
    public void send(Message.ForTransfer message) {
        Outbox outbox = connection.outbox();
        if (connection.isEnded() || (isAhead(message) && outbox.isFull())) {
            return; // Contents sent ahead spare the peer a question, which it can still ask.
        }
        post(message);
    }

    @Override
    public void send(Message.ForVersions message) {
        postUnlessEnded(message);
    }

    @Override
    public void send(Message.ForClocks message) {
        if (!connection.outbox().isFull()) { // What is told so late says nothing about a clock.
            postUnlessEnded(message);
        }
    }

    private void postUnlessEnded(Message message) {
        if (!connection.isEnded()) {
            post(message);
        }
    }

    private static boolean isAhead(Message.ForTransfer message) {
        return message instanceof Message.ContentAhead || message instanceof Message.DeltaAhead;
    }

    private void post(Message message) {
        if (connection.outbox().controlBytes() > CONTROL_BYTES_LIMIT) {
            close(Reason.LIMIT, "it does not take what it is told");
            return;
        }
        connection.outbox().post(FrameEncoder.encode(message));
    }

    @Override
    public void sendBulk(Message.ForTransfer message) throws IOException, InterruptedException {
        if (isAhead(message)) {
            send(message); // In order with the announcement that follows, which overtakes content.
            return;
        }
        connection.outbox().postBulk(FrameEncoder.encode(message), Session.contentBytes(message));
    }

    @Override
    public void release(long bytes) {
        connection.release(bytes);
    }

    @Override
    public void recycle(byte[] bytes) {
        connection.recycle(bytes);
    }

    @Override
    public void setReading(boolean reading) {
        connection.setReading(reading);
    }

    @Override
    public void close(Reason reason, String text) {
        connection.close(reason, text);
    }

    @Override
    public String toString() {
        return "session with %s at %s".formatted(peer, remote);
    }
}
