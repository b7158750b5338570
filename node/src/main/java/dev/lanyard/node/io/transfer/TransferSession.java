package dev.lanyard.node.io.transfer;

import dev.lanyard.node.core.engine.SessionId;
import dev.lanyard.protocol.message.Message;
import dev.lanyard.protocol.transport.Transport.Link;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The transfers of one session. Its thread owns what is asked and offered, and never waits for
 * anything but its inbox; {@link #received} and {@link #tell} may be called by any thread.
 */
final class TransferSession {
    private static final Logger log = LoggerFactory.getLogger(TransferSession.class);

    /** More messages than a peer that keeps to its credit and to our questions can have waiting. */
    private static final int MESSAGES_MAX = 16_384;

    /** The most contents that a peer may have asked for and not got yet. */
    private static final int OPEN_WANTS_MAX = 16_384;

    /** The most bytes of paths and signatures with questions that are not answered yet. */
    private static final long ASKED_BYTES_MAX = 16 << 20;

    /** Contents ahead are a favour: more than this is not kept waiting. */
    private static final long AHEAD_BYTES_MAX = 8 << 20;

    private final SessionId session;
    private final Link link;
    private final Tally tally;
    private final AheadCache ahead;
    private final Deltas deltas;
    private final Crew crew;
    private final Receiver receiver;
    private final Sender sender;
    private final BlockingQueue<Input> inbox = new LinkedBlockingQueue<>();
    private final AtomicInteger waitingMessages = new AtomicInteger();
    private final AtomicInteger openWants = new AtomicInteger();
    private final AtomicLong askedBytes = new AtomicLong();
    private final AtomicLong waitingAheadBytes = new AtomicLong();
    private volatile boolean deaf;
    private boolean ended;
    private boolean refused;

    TransferSession(SessionId session, Link link, Shared shared, Width width) {
        this.session = session;
        this.link = link;
        this.ahead = shared.ahead();
        this.tally = shared.tally();
        this.crew = shared.crew();
        this.deltas = shared.deltas();
        Pace pace = new Pace();
        DeltaAsks asks = new DeltaAsks(link, shared, new DeltaLane(link, pace, this::tell));
        Staging staging = new Staging(link, this::tell);
        receiver = new Receiver(link, shared, staging, asks, pace, width.smallWriters());
        sender = new Sender(link, shared, openWants, askedBytes, width.smallReaders());
    }

    /** Starts its thread. */
    void start() {
        crew.start(Thread.ofVirtual().name("transfers of session " + session.number()), this::run);
    }

    /** Takes a message; called on an event loop, so it only counts and queues. */
    void received(Message.ForTransfer message) {
        if (!mayWait(aheadBytes(message))) {
            return; // What is announced will be asked for instead.
        }
        if (isTooMuchAsked(message) || waitingMessages.incrementAndGet() > MESSAGES_MAX) {
            link.close(Message.Reason.LIMIT, "too many contents asked for, or messages waiting");
            return;
        }
        if (!tell(new Input.Said(message))) {
            log.atTrace().addKeyValue("peer", link.peer()).log("message after the end");
        }
    }

    /** How much there is in a message that nobody asked for. */
    static long aheadBytes(Message.ForTransfer message) {
        return switch (message) {
            case Message.ContentAhead(var contents) ->
                    contents.stream().mapToLong(content -> content.length).sum();
            case Message.DeltaAhead delta -> delta.delta().length;
            case Message.ContentAsk _,
                    Message.ContentCancel _,
                    Message.ContentMissing _,
                    Message.ContentPart _,
                    Message.ContentBundle _,
                    Message.DeltaAsk _ ->
                    0;
        };
    }

    private boolean isTooMuchAsked(Message.ForTransfer message) {
        return switch (message) {
            case Message.ContentAsk ask ->
                    openWants.addAndGet(ask.wants().size()) > OPEN_WANTS_MAX
                            || askedBytes.addAndGet(Sender.askedBytes(ask.wants()))
                                    > ASKED_BYTES_MAX;
            case Message.DeltaAsk ask ->
                    openWants.incrementAndGet() > OPEN_WANTS_MAX
                            || askedBytes.addAndGet(Sender.askedBytes(ask)) > ASKED_BYTES_MAX;
            case Message.ContentAhead _,
                    Message.DeltaAhead _,
                    Message.ContentCancel _,
                    Message.ContentMissing _,
                    Message.ContentPart _,
                    Message.ContentBundle _ ->
                    false;
        };
    }

    private boolean mayWait(long bytes) {
        if (waitingAheadBytes.addAndGet(bytes) <= AHEAD_BYTES_MAX) {
            return true;
        }
        waitingAheadBytes.addAndGet(-bytes);
        return false;
    }

    /** Queues an input; false if nobody will ever look at it. */
    boolean tell(Input input) {
        inbox.add(input);
        // 1. The thread of the session looks at its inbox for the last time. 2. The input comes in.
        // It sets the flag before that look, so that at least one side finds the input.
        return !(deaf && inbox.remove(input));
    }

    private void run() {
        try {
            while (!ended || !receiver.isQuiet()) {
                take(inbox.take());
            }
            deaf = true;
            for (Input input = inbox.poll(); input != null; input = inbox.poll()) {
                take(input);
            }
            receiver.finish();
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts this thread", e);
        }
    }

    private void take(Input input) {
        switch (input) {
            case Input.Said(var message) -> hear(message);
            case Input.Fetching(var ticket, var wants) -> receiver.fetch(ticket, wants);
            case Input.Cancelling(var ticket) -> receiver.cancel(ticket);
            case Input.Prepared(long transfer, long offset) -> receiver.prepared(transfer, offset);
            case Input.Fallen(long transfer) -> receiver.fallen(transfer);
            case Input.Again(var wanted) -> receiver.again(wanted);
            case Input.Chosen(var choice) -> receiver.chosen(choice);
            case Input.Unfit(var arriving) -> receiver.unfit(arriving);
            case Input.Ended() -> end();
        }
    }

    private void hear(Message.ForTransfer message) {
        waitingMessages.decrementAndGet();
        if (message instanceof Message.ContentAhead(var contents)) {
            contents.forEach(ahead::put);
            long bytes = contents.stream().mapToLong(c -> c.length).sum();
            waitingAheadBytes.addAndGet(-bytes);
            tally.bytesReceived.add(bytes);
            return;
        }
        if (message instanceof Message.DeltaAhead delta) {
            deltas.hear(delta);
            waitingAheadBytes.addAndGet(-delta.delta().length);
            tally.bytesReceived.add(delta.delta().length);
            return;
        }
        if (ended || refused) {
            return;
        }
        try {
            switch (message) {
                case Message.ContentAsk ask -> sender.ask(ask);
                case Message.ContentCancel cancel -> sender.cancel(cancel);
                case Message.ContentPart part -> receiver.part(part);
                case Message.ContentBundle bundle -> receiver.bundle(bundle);
                case Message.ContentMissing missing -> receiver.missing(missing);
                case Message.DeltaAsk ask -> sender.ask(ask);
                case Message.ContentAhead _, Message.DeltaAhead _ ->
                        throw new IllegalStateException("taken above");
            }
        } catch (Violation e) {
            refuse(e);
        }
    }

    private void refuse(Violation violation) {
        refused = true; // Until the transport tells the end, nothing more is taken.
        link.close(Message.Reason.PROTOCOL_VIOLATION, String.valueOf(violation.getMessage()));
    }

    private void end() {
        if (!ended) {
            ended = true;
            sender.end();
            receiver.end();
        }
    }
}
