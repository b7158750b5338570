package dev.lanyard.protocol.transport;

import dev.lanyard.protocol.NodeId;
import dev.lanyard.protocol.message.Message;

import java.io.IOException;
import java.net.InetSocketAddress;

/** Where sessions with peers begin and end. Thread-safe. */
public interface Transport extends AutoCloseable {
    /**
     * Listens at {@code address}; port 0 is any.
     *
     * @return the address with the port that was taken
     * @throws IOException if it cannot be had
     */
    InetSocketAddress listen(InetSocketAddress address) throws IOException;

    /** Dials {@code address}. How it ends is told to the listener: opened, or failed. */
    void dial(InetSocketAddress address);

    /** By how many bytes compression has made shorter what was sent on all sessions so far. */
    long bytesSavedByCompression();

    /**
     * Says goodbye on all sessions, those that are not proven yet among them, and goes on to listen
     * and dial. Returns at once.
     */
    void endAll(Message.Reason reason, String text);

    /** Says goodbye on all sessions and frees all that it has; waits at most two seconds. */
    @Override
    void close();

    /** A proven session that has greeted. Thread-safe. */
    interface Link {
        /** Who is at the other end, proven. */
        NodeId peer();

        /** What the peer said of itself. */
        Message.Greeting greeting();

        /** Where the peer is. */
        InetSocketAddress remote();

        /** Whether we dialled. */
        boolean dialled();

        /**
         * Queues {@code message}; never blocks. Messages arrive in the order of these calls.
         *
         * @return false if the queue is full: the message is dropped, and the caller must bring the
         *     states together again
         */
        boolean send(Message.ForIndex message);

        /**
         * Queues a small message of the transfers (asking, cancelling, missing); never blocks,
         * never dropped.
         */
        void send(Message.ForTransfer message);

        /** Queues a question for versions or its answer; never blocks, never dropped. */
        void send(Message.ForVersions message);

        /** Queues a question about a clock or its answer; never blocks, never dropped. */
        void send(Message.ForClocks message);

        /**
         * Sends content in the bulk lane: waits for the peer's credit and for room on the
         * connection, so call it on a virtual thread. Control messages overtake it between its
         * frames.
         *
         * @throws IOException if the session ends before it is sent
         * @throws InterruptedException if the thread is interrupted while it waits
         */
        void sendBulk(Message.ForTransfer message) throws IOException, InterruptedException;

        /**
         * Says that {@code bytes} of received content are dealt with, so that the peer may send as
         * many again.
         */
        void release(long bytes);

        /**
         * Releases the bytes of a part that came, and gives their array back: it will be filled
         * again, so nobody may use it any more.
         */
        default void recycle(byte[] bytes) {
            release(bytes.length);
        }

        /**
         * Stops reading from the peer, or goes on: how a receiver that is behind slows down what it
         * is told. A hint: messages that were read already still arrive, and a transport that
         * cannot do it goes on. Whoever stops must go on within seconds, or the peer seems silent.
         */
        default void setReading(boolean reading) {}

        /** Says goodbye and closes. */
        void close(Message.Reason reason, String text);
    }

    /** Is told what happens; called on event loops, so it must not block. */
    interface Listener {
        /** A session is proven and both have greeted. Before any {@link #received} of it. */
        void opened(Link link);

        /**
         * A message arrived. Content (parts, bundles) counts against credit until it is released.
         */
        void received(Link link, Message message);

        /** A session that was opened has ended. The last call for it. */
        void closed(Link link, Message.Reason reason, String text);

        /**
         * A dial ended without a session, or an incoming connection was refused; {@code text} is
         * for people.
         */
        void failed(InetSocketAddress remote, boolean dialled, Failure failure, String text);
    }

    /** Why there is no session. */
    enum Failure {
        /** The machine is there, and nobody listens at that port; or its firewall says so. */
        REFUSED,
        /** Nothing answers: there is no such machine now, or a firewall drops what is sent. */
        NO_ANSWER,
        /** A router, a firewall or this machine itself says that there is no way to it. */
        NO_ROUTE,
        /** It cannot be reached for another reason, or it leaves as soon as it is reached. */
        UNREACHABLE,
        /** The other end does not have our share key. */
        WRONG_KEY,
        /**
         * The share has a new key, and both ends did not have the same; worth another try at once.
         */
        NEW_KEY,
        /** The other end speaks another version of the protocol. */
        PROTOCOL_VERSION,
        /** The other end is this node. */
        SELF,
        /** Another session with the same peer is kept. */
        DUPLICATE,
        /** The other end, or this one, has as many sessions as it can have. */
        LIMIT,
        /** It was too slow, or spoke nonsense. */
        NOT_A_PEER
    }
}
