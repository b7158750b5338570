package dev.lanyard.node.io.transfer;

import dev.lanyard.node.io.transfer.Staging.Whole;
import dev.lanyard.protocol.message.Message;
import dev.lanyard.protocol.message.Message.ContentWant;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/**
 * Open questions for small contents, many to a question; each comes whole, in any order. Owned by
 * the thread of the session.
 */
final class WholeAsks {
    private static final int WANTS_MAX = 500;
    private static final long CONTENT_BYTES_MAX = 4 << 20;
    private static final int PATH_BYTES_MAX = 256 << 10;

    private final Track track;
    private final Staging staging;
    private final Tally tally;
    private final Map<Long, Ask> asks = new HashMap<>();

    WholeAsks(Track track, Staging staging, Tally tally) {
        this.track = track;
        this.staging = staging;
        this.tally = tally;
    }

    /** One question, and which of its wants are answered. */
    private record Ask(List<Wanted> wants, BitSet answered) {
        boolean isDone() {
            return answered.cardinality() == wants.size();
        }
    }

    boolean has(long transfer) {
        return asks.containsKey(transfer);
    }

    /** Opens a question for as many of the waiting contents as one may name. */
    Message.ContentAsk ask(long transfer) {
        List<Wanted> wants = new ArrayList<>();
        List<ContentWant> asked = new ArrayList<>();
        long contentBytes = 0;
        long pathBytes = 0;
        while (!track.waiting.isEmpty()
                && wants.size() < WANTS_MAX
                && contentBytes < CONTENT_BYTES_MAX
                && pathBytes < PATH_BYTES_MAX) {
            Wanted wanted = track.waiting.remove();
            wants.add(wanted);
            asked.add(wanted.from(0));
            contentBytes += wanted.sizeBytes();
            pathBytes += wanted.entry().path().lengthBytes();
        }
        asks.put(transfer, new Ask(wants, new BitSet(wants.size())));
        track.openAsks++;
        return new Message.ContentAsk(transfer, asked);
    }

    /** Takes whole contents, by the numbers of their wants. */
    void take(long transfer, int[] wants, List<byte[]> contents) throws Violation {
        Ask ask = open(transfer);
        List<Whole> wholes = new ArrayList<>(wants.length);
        BitSet named = new BitSet(ask.wants().size());
        long bytes = 0;
        for (int i = 0; i < wants.length; i++) {
            byte[] content = contents.get(i);
            Wanted wanted = unanswered(transfer, ask, wants[i]);
            if (named.get(wants[i]) || content.length != wanted.sizeBytes()) {
                throw new Violation(
                        "content %d of transfer %d: twice, or %d bytes (expected %d)"
                                .formatted(wants[i], transfer, content.length, wanted.sizeBytes()));
            }
            named.set(wants[i]);
            bytes += content.length;
            wholes.add(new Whole(wanted, content));
        }
        ask.answered().or(named); // Not before all is checked: the lane answers all of them.
        tally.bytesReceived.add(bytes);
        track.lane.put(bench -> staging.receive(bench, wholes));
        closeIfDone(transfer, ask);
    }

    /** The peer does not have one of them. */
    void missing(long transfer, int want) throws Violation {
        Ask ask = open(transfer);
        Wanted wanted = unanswered(transfer, ask, want);
        ask.answered().set(want);
        track.miss(wanted);
        closeIfDone(transfer, ask);
    }

    private Ask open(long transfer) {
        Ask ask = asks.get(transfer);
        if (ask == null) {
            throw new IllegalStateException("transfer " + transfer + " is not open");
        }
        return ask;
    }

    private static Wanted unanswered(long transfer, Ask ask, int want) throws Violation {
        if (want < 0 || want >= ask.wants().size() || ask.answered().get(want)) {
            throw new Violation(
                    "content %d of %d of transfer %d: unknown, or sent before"
                            .formatted(want, ask.wants().size(), transfer));
        }
        return ask.wants().get(want);
    }

    private void closeIfDone(long transfer, Ask ask) {
        if (ask.isDone()) {
            asks.remove(transfer);
            track.openAsks--;
        }
    }

    /**
     * Closes the questions that nobody waits for any more; what comes for a cancelled want of
     * another question is dropped by the lane.
     *
     * @return the transfers that the peer can stop
     */
    List<Long> cancel() {
        List<Long> stopped = new ArrayList<>();
        Iterator<Map.Entry<Long, Ask>> open = asks.entrySet().iterator();
        while (open.hasNext()) {
            Map.Entry<Long, Ask> ask = open.next();
            if (ask.getValue().wants().stream().allMatch(want -> want.ticket().isCancelled())) {
                open.remove();
                track.openAsks--;
                stopped.add(ask.getKey());
            }
        }
        return stopped;
    }

    /** The session is over: nothing more comes. */
    void end() {
        for (Ask ask : asks.values()) {
            for (int want = 0; want < ask.wants().size(); want++) {
                if (!ask.answered().get(want)) {
                    track.cut(ask.wants().get(want));
                }
            }
        }
        asks.clear();
    }
}
