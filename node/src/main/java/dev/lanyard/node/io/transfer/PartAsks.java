package dev.lanyard.node.io.transfer;

import dev.lanyard.protocol.message.Message;
import dev.lanyard.protocol.transport.Transport.Link;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Open questions for larger contents, one to a question; each comes in parts, in order. Owned by
 * the thread of the session.
 */
final class PartAsks {
    private final Link link;
    private final Shared shared;
    private final Staging staging;
    private final Pace pace;
    private final Lane preparing;
    private final Map<Long, Ask> asks = new HashMap<>();

    PartAsks(Link link, Shared shared, Staging staging, Pace pace) {
        this.link = link;
        this.pace = pace;
        this.shared = shared;
        this.staging = staging;
        preparing = new Lane("prepare", 2, true, shared); // It may hash gigabytes.
    }

    /** One question. It is not sent before staging is prepared, which tells where to begin. */
    private static final class Ask {
        final Track track;
        final Receipt receipt;
        boolean prepared;
        boolean givenUp;
        long nextOffset;
        long firstOffset;
        long askedNanos;

        Ask(Track track, Receipt receipt) {
            this.track = track;
            this.receipt = receipt;
        }
    }

    boolean has(long transfer) {
        Ask ask = asks.get(transfer);
        return ask != null && ask.prepared;
    }

    /** Whether all that was begun is ready, so that the session can end. */
    boolean isPrepared() {
        return asks.values().stream().allMatch(ask -> ask.prepared);
    }

    /** Prepares a question for the first that waits. */
    void prepare(Track track, long transfer) {
        Receipt receipt = new Receipt(track.waiting.remove(), shared.names(), link::recycle);
        asks.put(transfer, new Ask(track, receipt));
        track.openAsks++;
        preparing.put(bench -> staging.prepare(bench, transfer, receipt));
    }

    /** Staging is ready from {@code offset} on: asks, unless nobody wants it by now. */
    void prepared(long transfer, long offset, boolean ended) {
        Ask ask = open(transfer);
        ask.prepared = true;
        ask.nextOffset = offset;
        if (ended || ask.givenUp) {
            giveUp(transfer, ask, ended);
        } else {
            ask.firstOffset = offset;
            ask.askedNanos = System.nanoTime();
            link.send(new Message.ContentAsk(transfer, List.of(ask.receipt.wanted().from(offset))));
        }
    }

    /** Takes the next part. */
    void take(Message.ContentPart part) throws Violation {
        Ask ask = open(part.transfer());
        check(part, ask);
        shared.tally().bytesReceived.add(part.bytes().length);
        ask.nextOffset += part.bytes().length;
        Receipt receipt = ask.receipt;
        ask.track.lane.put(bench -> staging.write(bench, receipt, part));
        if (part.last()) {
            pace.received(ask.nextOffset - ask.firstOffset, ask.askedNanos);
            close(part.transfer(), ask);
        }
    }

    private static void check(Message.ContentPart part, Ask ask) throws Violation {
        long size = ask.receipt.wanted().sizeBytes();
        int length = part.bytes().length;
        if (part.want() != 0) {
            throw new Violation(
                    "content %d of 1 of transfer %d".formatted(part.want(), part.transfer()));
        }
        if (part.offset() != ask.nextOffset) {
            throw new Violation(
                    "part at byte %d (expected %d) of transfer %d"
                            .formatted(part.offset(), ask.nextOffset, part.transfer()));
        }
        long end = part.offset() + length;
        if (length == 0
                || length > Message.PART_BYTES_MAX
                || end > size
                || part.last() != (end == size)) {
            throw new Violation(
                    "part of %d bytes up to byte %d of %d, last %b, of transfer %d"
                            .formatted(length, end, size, part.last(), part.transfer()));
        }
    }

    /** The peer does not have it, or not any more. */
    void missing(long transfer, int want) throws Violation {
        if (want != 0) {
            throw new Violation("content %d of 1 of transfer %d".formatted(want, transfer));
        }
        giveUp(transfer, open(transfer), false);
    }

    /** It failed here and was answered; true if the peer still sends it. */
    boolean fallen(long transfer) {
        Ask ask = asks.get(transfer);
        if (ask == null) {
            return false; // It failed with the last part, or after it was given up.
        }
        close(transfer, ask);
        return ask.prepared;
    }

    /**
     * Gives up what nobody waits for any more.
     *
     * @return the transfers that the peer can stop
     */
    List<Long> cancel() {
        List<Long> stopped = new ArrayList<>();
        for (Map.Entry<Long, Ask> entry : List.copyOf(asks.entrySet())) {
            Ask ask = entry.getValue();
            if (!ask.receipt.wanted().ticket().isCancelled()) {
                continue;
            }
            ask.givenUp = true;
            if (ask.prepared) {
                giveUp(entry.getKey(), ask, false);
                stopped.add(entry.getKey());
            }
        }
        return stopped;
    }

    /** The session is over: what came so far is kept for the next one. */
    void end() {
        for (Map.Entry<Long, Ask> entry : List.copyOf(asks.entrySet())) {
            if (entry.getValue().prepared) {
                giveUp(entry.getKey(), entry.getValue(), true);
            }
        }
    }

    /** Ends the lane; not before {@link #isPrepared}. */
    void finish() {
        preparing.finish();
    }

    private void giveUp(long transfer, Ask ask, boolean isCut) {
        close(transfer, ask);
        Receipt receipt = ask.receipt;
        ask.track.lane.put(bench -> staging.giveUp(bench, receipt, isCut));
    }

    private void close(long transfer, Ask ask) {
        asks.remove(transfer);
        ask.track.openAsks--;
    }

    private Ask open(long transfer) {
        Ask ask = asks.get(transfer);
        if (ask == null) {
            throw new IllegalStateException("transfer " + transfer + " is not open");
        }
        return ask;
    }
}
