package dev.lanyard.node.io.transfer;

import dev.lanyard.node.core.content.Signed;
import dev.lanyard.node.core.content.Way;
import dev.lanyard.node.io.transfer.DeltaLane.Arriving;
import dev.lanyard.protocol.message.Message;
import dev.lanyard.protocol.transport.Transport.Link;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Contents that may come as deltas: the way of each is chosen on a lane; then the delta is here
 * already, or is asked for, one to a question, in parts, in order. What cannot be brought like that
 * goes back to the {@link Receiver}. Owned by the thread of the session.
 */
final class DeltaAsks {
    private static final int ASKS_MAX = 4;

    /** What a delta may have more than its content. */
    private static final long OVERHEAD_BYTES_MAX = 4 << 10;

    private final Link link;
    private final Shared shared;
    private final DeltaLane work;
    private final Lane choosing;
    private final Lane signing;
    private final Deque<Waiting> waiting = new ArrayDeque<>();
    private final Map<Long, Ask> asks = new HashMap<>();
    private int choices;

    DeltaAsks(Link link, Shared shared, DeltaLane work) {
        this.link = link;
        this.shared = shared;
        this.work = work;
        choosing = new Lane("choose", 1, false, shared);
        signing = new Lane("sign", 1, true, shared); // It may read gigabytes.
    }

    /**
     * How a content is to be brought.
     *
     * @param basis what the delta is carried out on, null if there is none
     * @param bytes the delta if it is here; the signature of the basis, if it is asked by that
     */
    @SuppressWarnings("ArrayRecordComponent") // Handed over, never compared.
    record Choice(Wanted wanted, Way way, BasisFile.@Nullable Holding basis, byte[] bytes) {}

    private record Waiting(Choice choice, Lane lane) {}

    private static final class Ask {
        final Choice choice;
        final Lane lane;
        final Arriving arriving;
        long nextOffset;

        Ask(long transfer, Choice choice, Lane lane) {
            this.choice = choice;
            this.lane = lane;
            this.arriving = new Arriving(transfer, choice);
        }
    }

    /** Whether a delta of {@code wanted} may be worth thinking about. */
    boolean mayServe(Wanted wanted) {
        return wanted.sizeBytes() > Signed.UNSIGNED_BYTES_MAX && wanted.attempt() == 0;
    }

    /** Lets the way be chosen. */
    void choose(Wanted wanted, boolean wasNamed) {
        choices++;
        (wasNamed ? signing : choosing).put(bench -> work.choose(bench, wanted, wasNamed));
    }

    /** The way was chosen; true if it is the business of this. {@code lane}: of its size. */
    boolean chosen(Choice choice, Lane lane) {
        return switch (choice.way()) {
            case WHOLE -> false;
            case DELTA_HERE -> {
                lane.put(bench -> work.make(bench, choice));
                yield true;
            }
            case DELTA_BY_NAME, DELTA_BY_SIGNATURE -> {
                waiting.add(new Waiting(choice, lane));
                yield true;
            }
        };
    }

    /** A choice has come back. */
    void counted() {
        choices--;
    }

    /** Whether no choice is under way. */
    boolean isQuiet() {
        return choices == 0;
    }

    boolean mayAsk() {
        return !waiting.isEmpty() && asks.size() < ASKS_MAX;
    }

    /** Asks for the delta that waits first. */
    void ask(long transfer) {
        Waiting next = waiting.remove();
        Choice choice = next.choice();
        BasisFile.Holding basis = choice.basis();
        if (basis == null) {
            throw new IllegalStateException("a delta on nothing");
        }
        asks.put(transfer, new Ask(transfer, choice, next.lane()));
        Wanted wanted = choice.wanted();
        link.send(
                new Message.DeltaAsk(
                        transfer,
                        wanted.entry().path(),
                        wanted.content(),
                        wanted.sizeBytes(),
                        basis.content(),
                        choice.way() == Way.DELTA_BY_SIGNATURE ? choice.bytes() : new byte[0]));
    }

    boolean has(long transfer) {
        return asks.containsKey(transfer);
    }

    /** Takes the next bytes of a delta. */
    void take(Message.ContentPart part) throws Violation {
        Ask ask = open(part.transfer());
        int length = part.bytes().length;
        long end = part.offset() + length;
        if (part.want() != 0
                || part.offset() != ask.nextOffset
                || length == 0
                || end > ask.choice.wanted().sizeBytes() + OVERHEAD_BYTES_MAX) {
            throw new Violation(
                    "part of %d bytes at %d of want %d (expected %d) of the delta of transfer %d"
                            .formatted(
                                    length,
                                    part.offset(),
                                    part.want(),
                                    ask.nextOffset,
                                    part.transfer()));
        }
        ask.nextOffset = end;
        shared.tally().bytesReceived.add(length);
        if (part.last()) {
            asks.remove(part.transfer());
        }
        ask.lane.put(
                bench -> {
                    work.take(bench, ask.arriving, part.bytes(), part.last());
                    link.release(length);
                });
    }

    /**
     * The peer has none.
     *
     * @return the content, if it should be brought whole; null if it was answered, or another way
     *     is being chosen
     */
    @Nullable Wanted missing(long transfer) {
        Ask ask = open(transfer);
        if (!close(transfer, ask)) {
            return null;
        }
        Wanted wanted = ask.choice.wanted();
        if (ask.choice.way() == Way.DELTA_BY_NAME && ask.nextOffset == 0) {
            choose(wanted, true);
            return null;
        }
        return wanted;
    }

    /** A delta was of no use; true if the peer still sends it. */
    boolean unfit(Arriving arriving) {
        return asks.remove(arriving.transfer) != null;
    }

    /**
     * Forgets what {@code ticket} waits for.
     *
     * @return the transfers that the peer can stop
     */
    List<Long> cancel(Ticket ticket) {
        waiting.removeIf(each -> each.choice().wanted().ticket() == ticket);
        List<Long> stopped = new ArrayList<>();
        for (Map.Entry<Long, Ask> each : List.copyOf(asks.entrySet())) {
            if (each.getValue().choice.wanted().ticket() == ticket) {
                close(each.getKey(), each.getValue());
                stopped.add(each.getKey());
            }
        }
        return stopped;
    }

    /** The session is over: all that were asked for, and do not come. */
    List<Wanted> end() {
        work.end();
        List<Wanted> missing = new ArrayList<>();
        waiting.forEach(each -> missing.add(each.choice().wanted()));
        waiting.clear();
        for (Map.Entry<Long, Ask> each : List.copyOf(asks.entrySet())) {
            if (close(each.getKey(), each.getValue())) {
                missing.add(each.getValue().choice.wanted());
            }
        }
        return missing;
    }

    /** Ends the lanes; not before {@link #isQuiet}. */
    void finish() {
        choosing.finish();
        signing.finish();
    }

    /** True if its content was not answered yet: whoever calls this has to see to it. */
    private boolean close(long transfer, Ask ask) {
        asks.remove(transfer);
        ask.lane.put(bench -> work.discard(bench, ask.arriving));
        return ask.arriving.settle();
    }

    private Ask open(long transfer) {
        Ask ask = asks.get(transfer);
        if (ask == null) {
            throw new IllegalStateException("transfer " + transfer + " is not open");
        }
        return ask;
    }
}
