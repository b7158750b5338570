package dev.lanyard.node.io.transfer;

import dev.lanyard.protocol.NodeId;
import dev.lanyard.protocol.ReplicaId;
import dev.lanyard.protocol.VersionVector;
import dev.lanyard.protocol.message.Message;
import dev.lanyard.protocol.transport.Transport.Link;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * One end of a connection in memory: in order, control before bulk, with credit for content as the
 * real one has. Each end delivers on a thread of its own, as an event loop does.
 */
final class FakeLink implements Link {
    /** How much content may be on its way that was not released. */
    static final int CREDIT_BYTES = 4 << 20;

    private static final int BULK_WAITING_MAX = 8;

    final AtomicLong contentBytesSent = new AtomicLong();
    final AtomicLong contentBytesReleased = new AtomicLong();

    private final Queue<Runnable> control = new ConcurrentLinkedQueue<>();
    private final Queue<Runnable> bulk = new ConcurrentLinkedQueue<>();
    private final Semaphore deliveries = new Semaphore(0);
    private final Semaphore credit = new Semaphore(CREDIT_BYTES, true);
    private final Semaphore bulkRoom = new Semaphore(BULK_WAITING_MAX, true);
    private final boolean dialled;
    private final NodeId peer;
    private volatile Predicate<Message> passes = _ -> true;
    private volatile Consumer<Message> receiver = _ -> {};
    private volatile Consumer<Message.Reason> closing = _ -> {};
    private volatile boolean closed;
    private @Nullable FakeLink other;

    private FakeLink(boolean dialled) {
        this.dialled = dialled;
        this.peer = new NodeId(dialled ? 1 : 2, 0, 0, 0);
        Thread.ofPlatform().daemon().name("fake link").start(this::deliver);
    }

    /** Two ends of one connection. */
    static FakeLink[] pair() {
        FakeLink one = new FakeLink(true);
        FakeLink two = new FakeLink(false);
        one.other = two;
        two.other = one;
        return new FakeLink[] {one, two};
    }

    /** Who takes what arrives at this end, and the end of it. */
    void to(Consumer<Message> receiver, Consumer<Message.Reason> closing) {
        this.receiver = receiver;
        this.closing = closing;
    }

    /** Messages that arrive here and do not pass are lost. */
    void passes(Predicate<Message> predicate) {
        passes = predicate;
    }

    private FakeLink other() {
        FakeLink end = other;
        if (end == null) {
            throw new IllegalStateException("half a connection");
        }
        return end;
    }

    private void deliver() {
        try {
            while (true) {
                deliveries.acquire();
                Runnable first = control.poll();
                Runnable next = first != null ? first : bulk.poll();
                if (next != null) {
                    next.run();
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void enqueue(Queue<Runnable> lane, Runnable delivery) {
        lane.add(delivery);
        deliveries.release();
    }

    private void arrive(Message message) {
        if (!closed && passes.test(message)) {
            receiver.accept(message);
        }
    }

    @Override
    public void send(Message.ForTransfer message) {
        other().enqueue(other().control, () -> other().arrive(message));
    }

    @Override
    public void send(Message.ForVersions message) {
        throw new IllegalStateException("transfers ask for no versions");
    }

    @Override
    public void send(Message.ForClocks message) {
        throw new IllegalStateException("transfers ask for no time");
    }

    @Override
    public void sendBulk(Message.ForTransfer message) throws IOException, InterruptedException {
        int bytes = contentBytes(message);
        credit.acquire(bytes);
        bulkRoom.acquire();
        if (closed) {
            credit.release(CREDIT_BYTES);
            bulkRoom.release(BULK_WAITING_MAX);
            throw new IOException("closed");
        }
        contentBytesSent.addAndGet(bytes);
        other().enqueue(
                        other().bulk,
                        () -> {
                            bulkRoom.release();
                            other().arrive(message);
                        });
    }

    static int contentBytes(Message.ForTransfer message) {
        return switch (message) {
            case Message.ContentPart part -> part.bytes().length;
            case Message.ContentBundle bundle ->
                    bundle.contents().stream().mapToInt(content -> content.length).sum();
            case Message.ContentAsk _,
                    Message.ContentCancel _,
                    Message.ContentMissing _,
                    Message.ContentAhead _,
                    Message.DeltaAsk _,
                    Message.DeltaAhead _ ->
                    0;
        };
    }

    @Override
    public void release(long bytes) {
        contentBytesReleased.addAndGet(bytes);
        other().credit.release((int) bytes);
    }

    @Override
    public void recycle(byte[] bytes) {
        Arrays.fill(bytes, (byte) 0x5A); // As the next part would.
        release(bytes.length);
    }

    @Override
    public void close(Message.Reason reason, String text) {
        closeEnd(reason);
        other().closeEnd(reason);
    }

    private void closeEnd(Message.Reason reason) {
        enqueue(
                control,
                () -> {
                    if (!closed) {
                        closed = true;
                        credit.release(CREDIT_BYTES);
                        bulkRoom.release(BULK_WAITING_MAX);
                        closing.accept(reason);
                    }
                });
    }

    @Override
    public boolean send(Message.ForIndex message) {
        throw new IllegalStateException("transfers say nothing to the index");
    }

    @Override
    public NodeId peer() {
        return peer;
    }

    @Override
    public Message.Greeting greeting() {
        return new Message.Greeting(
                new ReplicaId(1), "fake", Message.Mode.TWO_WAY, VersionVector.empty());
    }

    @Override
    public InetSocketAddress remote() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
    }

    @Override
    public boolean dialled() {
        return dialled;
    }
}
