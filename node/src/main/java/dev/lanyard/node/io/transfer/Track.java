package dev.lanyard.node.io.transfer;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * What is received of one size class in one session: contents not asked for yet, how many questions
 * are open, and the lane for what comes. Owned by the thread of the session.
 */
final class Track {
    final SizeClass size;
    final Lane lane;
    final Deque<Wanted> waiting = new ArrayDeque<>();
    int openAsks;

    Track(SizeClass size, Lane lane) {
        this.size = size;
        this.lane = lane;
    }

    boolean mayAsk() {
        return openAsks < size.asksMax() && !waiting.isEmpty();
    }

    /** Says on the lane that the source does not have it. */
    void miss(Wanted wanted) {
        lane.put(bench -> bench.answer(wanted.ticket(), wanted.missing()));
    }

    /** Says on the lane that the session ended before it was here. */
    void cut(Wanted wanted) {
        lane.put(bench -> bench.answer(wanted.ticket(), wanted.cut()));
    }
}
