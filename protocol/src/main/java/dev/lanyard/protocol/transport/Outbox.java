package dev.lanyard.protocol.transport;

import dev.lanyard.protocol.codec.FrameEncoder;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * What waits to be sent on one connection, in two lanes: control messages overtake content between
 * frames. Any thread puts frames in; the event loop of the channel takes them out with {@link
 * #pump}.
 */
final class Outbox {
    /*
     * The channel itself holds little (its water marks), so that what waits, waits here, where it
     * can be overtaken. The control lane is bounded by refusing, the bulk lane by letting the
     * sender wait: each of its frames holds permits until the loop takes it. Credit is looked at
     * only by the loop, which owns the session: a frame without credit stays at the head of its
     * lane, the lane fills, and its senders wait.
     */

    /** Control messages that may wait; beyond, the peer cannot keep up. */
    static final long CONTROL_BYTES_MAX = 8L << 20;

    /** Content that may wait beside what the channel holds. */
    private static final int BULK_BYTES_MAX = 1 << 20;

    /** What a frame takes beside its bytes, in buffers and queues: most have a few bytes. */
    private static final int FRAME_OVERHEAD_BYTES = 256;

    /** How much is given to the channel before it is flushed. */
    private static final long FLUSH_BYTES = 64 << 10;

    /** More permits than all senders that can wait, and few enough to be added to the rest. */
    private static final int ALL_PERMITS = 1 << 30;

    private final Channel channel;
    private final Runnable pump;
    private final LongAdder savedByCompression;
    private final Queue<Waiting> control = new ConcurrentLinkedQueue<>();
    private final Queue<Waiting> bulk = new ConcurrentLinkedQueue<>();
    private final AtomicLong controlBytes = new AtomicLong();
    private final Semaphore bulkRoom = new Semaphore(BULK_BYTES_MAX, true);
    private final AtomicBoolean scheduled = new AtomicBoolean();
    private volatile boolean closed;

    /** A frame in a lane. Not a record: those are values, and a buffer is none. */
    private static final class Waiting {
        final ByteBuf frame;
        final int bytes;
        final long contentBytes;

        Waiting(ByteBuf frame, int bytes, long contentBytes) {
            this.frame = frame;
            this.bytes = bytes;
            this.contentBytes = contentBytes;
        }
    }

    /**
     * @param pump what runs on the event loop when there may be something to send
     * @param savedByCompression counts by how many bytes what is sent was made shorter
     */
    Outbox(Channel channel, Runnable pump, LongAdder savedByCompression) {
        this.channel = channel;
        this.pump = pump;
        this.savedByCompression = savedByCompression;
    }

    /** Whether so much waits that more shall not be encoded. */
    boolean isFull() {
        return closed || controlBytes.get() >= CONTROL_BYTES_MAX;
    }

    /** How much room is taken by what waits in the control lane. */
    long controlBytes() {
        return controlBytes.get();
    }

    /** Queues a control message. */
    void post(ByteBuf frame) {
        int bytes = frame.readableBytes();
        controlBytes.addAndGet(bytes + FRAME_OVERHEAD_BYTES);
        control.add(new Waiting(frame, bytes, 0));
        wake();
    }

    /**
     * Queues content; waits until there is room.
     *
     * @param contentBytes what it takes of the peer's credit
     * @throws IOException if the session ends before
     */
    void postBulk(ByteBuf frame, long contentBytes) throws IOException, InterruptedException {
        int bytes = frame.readableBytes();
        int permits = permits(bytes);
        bulkRoom.acquire(permits);
        if (closed) {
            bulkRoom.release(permits); // For the next one who waits, to find out the same.
            throw new IOException("the session has ended");
        }
        bulk.add(new Waiting(frame, bytes, contentBytes));
        wake();
    }

    private static int permits(int bytes) {
        return Math.min(bytes, BULK_BYTES_MAX);
    }

    /** Lets the pump run soon; many calls make one run. */
    void wake() {
        if (scheduled.compareAndSet(false, true)) {
            channel.eventLoop().execute(pump);
        }
    }

    /**
     * Gives the channel what it can take now. On the event loop.
     *
     * @return whether anything was sent
     */
    boolean pump(Credit credit) {
        // Before looking: who puts something in after this wakes the pump again.
        scheduled.set(false);
        long unflushed = 0;
        boolean sent = false;
        while (!closed && channel.isWritable()) {
            Waiting next = take(credit);
            if (next == null) {
                break;
            }
            savedByCompression.add(FrameEncoder.savedBytes(next.frame));
            var _ = channel.write(next.frame); // If it fails, the channel closes.
            sent = true;
            unflushed += next.bytes;
            if (unflushed >= FLUSH_BYTES) {
                channel.flush(); // Only what is flushed counts for whether it is writable.
                unflushed = 0;
            }
        }
        if (unflushed > 0) {
            channel.flush();
        }
        return sent;
    }

    private @Nullable Waiting take(Credit credit) {
        Waiting next = control.poll();
        if (next != null) {
            controlBytes.addAndGet(-next.bytes - FRAME_OVERHEAD_BYTES);
            return next;
        }
        next = bulk.peek();
        if (next == null || next.contentBytes > credit.bytes()) {
            return null;
        }
        credit.spend(next.contentBytes);
        bulkRoom.release(permits(next.bytes));
        return bulk.poll();
    }

    /** Drops what waits and lets all who wait go. */
    void close() {
        closed = true;
        control.clear(); // Frames are on the heap: dropped is freed.
        bulk.clear();
        bulkRoom.release(ALL_PERMITS);
    }

    /** What the peer lets us send. */
    interface Credit {
        /** How many bytes of content may be sent now. */
        long bytes();

        /** So many are sent. */
        void spend(long bytes);
    }
}
