package dev.lanyard.node.io.peer;

import dev.lanyard.protocol.Entry;
import dev.lanyard.protocol.message.Message;
import dev.lanyard.protocol.transport.Transport.Link;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * Says to one peer what the engine has to say, in order. Its thread waits while the connection is
 * full; those who add to it never do. When too much waits, all of it is dropped.
 */
final class Outbound {
    /** How much may wait; an entry weighs 1. */
    private static final int WEIGHT_MAX = 100_000;

    /** While more waits, the peer is behind, and asks for what it lacks at its own pace. */
    private static final int AHEAD_WEIGHT_MAX = 1_000;

    private static final long RETRY_MILLIS = 2;

    private final Link link;
    private final Room room;
    private final Runnable overflowed;
    private final BlockingQueue<Item> items = new LinkedBlockingQueue<>();
    private final AtomicLong weight = new AtomicLong();

    /** Counts the times that all was dropped: what was taken before is not said after. */
    private final AtomicLong generation = new AtomicLong();

    private final CountDownLatch ended = new CountDownLatch(1);

    /**
     * {@code room} is shared with other sessions; {@code overflowed} is told when what waits was
     * dropped.
     */
    Outbound(Link link, Room room, Runnable overflowed) {
        this.link = link;
        this.room = room;
        this.overflowed = overflowed;
    }

    /** A message, and what is worth sending ahead of it when its turn has come. */
    private record Item(
            Message.ForIndex message,
            Supplier<List<Message.ForTransfer>> ahead,
            int weight,
            long generation) {}

    /** Starts its thread. */
    void start(String name) {
        Thread.ofVirtual().name(name).start(this::run);
    }

    /** Queues a message. */
    void send(Message.ForIndex message) {
        Frames.split(message).forEach(part -> add(part, List::of));
    }

    /** Queues an announcement that fits one frame. {@code ahead} is asked on another thread. */
    void announce(List<Entry> entries, Supplier<List<Message.ForTransfer>> ahead) {
        add(new Message.Announce(entries), ahead);
    }

    private void add(Message.ForIndex message, Supplier<List<Message.ForTransfer>> ahead) {
        int more = Frames.weight(message);
        long now = weigh(more);
        if (now > WEIGHT_MAX || room.isExceededBy(now)) {
            weigh(-more);
            drop();
            return;
        }
        Item item = new Item(message, ahead, more, generation.get());
        items.add(item);
        if (isOver() && items.remove(item)) { // Nobody may ever take it.
            weigh(-more);
        }
    }

    private long weigh(long more) {
        room.add(more);
        return weight.addAndGet(more);
    }

    private void drop() {
        generation.incrementAndGet();
        clear();
        overflowed.run();
    }

    private void clear() {
        List<Item> dropped = new ArrayList<>();
        items.drainTo(dropped);
        weigh(-dropped.stream().mapToLong(Item::weight).sum());
    }

    /** Says nothing any more. */
    void end() {
        ended.countDown();
        items.add(new Item(new Message.Announce(List.of()), List::of, 0, -1));
    }

    private boolean isOver() {
        return ended.getCount() == 0;
    }

    private void run() {
        try {
            while (!isOver()) {
                Item item = items.take();
                say(item);
                weigh(-item.weight());
            }
            clear(); // Others have that room now.
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts this thread", e);
        }
    }

    private void say(Item item) throws InterruptedException {
        if (!isOver() && weight.get() <= AHEAD_WEIGHT_MAX) {
            item.ahead().get().forEach(link::send);
        }
        while (!isOver() && item.generation() == generation.get() && !link.send(item.message())) {
            // The connection is full. What waits behind this is bounded here.
            if (ended.await(RETRY_MILLIS, TimeUnit.MILLISECONDS)) {
                return;
            }
        }
    }
}
