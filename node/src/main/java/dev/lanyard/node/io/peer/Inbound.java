package dev.lanyard.node.io.peer;

import dev.lanyard.node.core.engine.Event;
import dev.lanyard.protocol.message.Message;
import dev.lanyard.protocol.transport.Transport.Link;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * Tells the engine what happens in one session, in order. Its thread waits while the engine is
 * behind; those who add to it never do.
 */
final class Inbound {
    private static final Logger log = LoggerFactory.getLogger(Inbound.class);

    /** From here on the peer is not read from; an entry weighs 1. */
    private static final int PAUSE_WEIGHT = 20_000;

    /** However many sessions there are, each may have a message or two waiting. */
    private static final int PAUSE_WEIGHT_MIN = 1_000;

    private static final int RESUME_PART = 4;

    /** What was read before the pause took effect still fits; a peer beyond it is not paused. */
    private static final int WEIGHT_MAX = 200_000;

    private final Link link;
    private final Room room;
    private final Consumer<Event> events;
    private final BlockingQueue<Item> items = new LinkedBlockingQueue<>();
    private final AtomicLong weight = new AtomicLong();
    private volatile boolean refused;
    private boolean paused;

    /** {@code room} is shared with other sessions. */
    Inbound(Link link, Room room, Consumer<Event> events) {
        this.link = link;
        this.room = room;
        this.events = events;
    }

    private record Item(Event event, int weight, boolean last) {}

    /** Starts its thread. */
    void start(String name) {
        Thread.ofVirtual().name(name).start(this::run);
    }

    /** The peer said something. */
    void received(Event.Received event) {
        if (refused) {
            return;
        }
        int more = Frames.weight(event.message());
        long now = weigh(more);
        if (now > WEIGHT_MAX || room.isExceededBy(now)) {
            refused = true;
            weigh(-more);
            log.atDebug().addKeyValue("peer", link.peer()).log("peer says more than can be taken");
            link.close(Message.Reason.LIMIT, "more messages than can be taken");
            return;
        }
        pauseOrResume();
        items.add(new Item(event, more, false));
    }

    private long weigh(int more) {
        room.add(more);
        return weight.addAndGet(more);
    }

    /** Less if many others may have as much. */
    private long pauseWeight() {
        return Math.clamp(room.share() / 2, PAUSE_WEIGHT_MIN, PAUSE_WEIGHT);
    }

    /** After each change of the weight: whoever comes last here sees what it is. */
    private synchronized void pauseOrResume() {
        long now = weight.get();
        if (!paused && now >= pauseWeight()) {
            paused = true;
            link.setReading(false);
        } else if (paused && now <= pauseWeight() / RESUME_PART) {
            paused = false;
            link.setReading(true);
        }
    }

    /** Something happened to the session. */
    void tell(Event event) {
        items.add(new Item(event, 0, false));
    }

    /** The session ended: the last call. */
    void end(Event.SessionClosed event) {
        items.add(new Item(event, 0, true));
    }

    private void run() {
        try {
            boolean open = true;
            while (open) {
                Item item = items.take();
                events.accept(item.event());
                weigh(-item.weight());
                pauseOrResume();
                open = !item.last();
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts this thread", e);
        }
    }
}
