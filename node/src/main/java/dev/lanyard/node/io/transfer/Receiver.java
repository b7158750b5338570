package dev.lanyard.node.io.transfer;

import dev.lanyard.node.core.engine.Effect.Want;
import dev.lanyard.node.io.transfer.Staging.Whole;
import dev.lanyard.protocol.message.Message;
import dev.lanyard.protocol.transport.Transport.Link;

import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What is wanted in one session, and what has come of it. Owned by the thread of the session: it
 * checks each message against what was asked, and leaves all waiting to lanes.
 */
final class Receiver {
    /*
     * Who answers a want: this thread while it waits or is asked for; a lane as soon as its bytes
     * (small) or its receipt (larger) were given to one. So each is answered exactly once.
     *
     * A transfer that was given up goes on until the peer hears of it. Its number stays in
     * `settled` for a while, and what still comes under it is passed over; under any other number
     * that is not open, content is against the rules.
     */

    private static final int SETTLED_MAX = 1_024;

    private final Link link;
    private final Shared shared;
    private final Staging staging;
    private final Map<SizeClass, Track> tracks = new EnumMap<>(SizeClass.class);
    private final Track small;
    private final WholeAsks wholes;
    private final PartAsks parts;
    private final DeltaAsks deltas;
    private final Set<Long> settled = new LinkedHashSet<>();
    private long lastTransfer;
    private boolean ended;

    Receiver(
            Link link,
            Shared shared,
            Staging staging,
            DeltaAsks deltas,
            Pace pace,
            int smallWriters) {
        this.link = link;
        this.shared = shared;
        this.staging = staging;
        for (SizeClass size : SizeClass.values()) {
            int threads = size == SizeClass.SMALL ? smallWriters : 1;
            Lane lane = new Lane("receive " + size, threads, size.isSlow(), shared);
            tracks.put(size, new Track(size, lane));
        }
        small = track(SizeClass.SMALL);
        wholes = new WholeAsks(small, staging, shared.tally());
        parts = new PartAsks(link, shared, staging, pace);
        this.deltas = deltas;
    }

    private Track track(SizeClass size) {
        Track track = tracks.get(size);
        if (track == null) {
            throw new IllegalStateException("no track for " + size);
        }
        return track;
    }

    /** Stages what is here already, and asks for the rest. */
    void fetch(Ticket ticket, List<Want> wants) {
        for (Want want : wants) {
            want(new Wanted(ticket, want.entry(), 0));
        }
        pump();
    }

    private void want(Wanted wanted) {
        byte[] here = wanted.sizeBytes() == 0 ? new byte[0] : shared.ahead().get(wanted.content());
        if (here != null && here.length == wanted.sizeBytes()) {
            small.lane.put(bench -> staging.place(bench, new Whole(wanted, here)));
        } else if (ended) {
            small.cut(wanted);
        } else if (deltas.mayServe(wanted)) {
            deltas.choose(wanted, false);
        } else {
            track(wanted).waiting.add(wanted);
        }
    }

    private Track track(Wanted wanted) {
        return track(SizeClass.of(wanted.sizeBytes()));
    }

    /** It was found out how a content had better be brought. */
    void chosen(DeltaAsks.Choice choice) {
        deltas.counted();
        Wanted wanted = choice.wanted();
        boolean isSettled =
                wanted.ticket().isCancelled()
                        || (!ended && deltas.chosen(choice, track(wanted).lane));
        if (!isSettled) {
            whole(wanted);
        }
        pump();
    }

    /** A delta is of no use: what it was to make is brought whole, unless that was answered. */
    void unfit(DeltaLane.Arriving arriving) {
        if (deltas.unfit(arriving)) {
            stop(arriving.transfer);
        }
        if (arriving.settle() && !arriving.choice.wanted().ticket().isCancelled()) {
            whole(arriving.choice.wanted());
        }
        pump();
    }

    private void whole(Wanted wanted) {
        if (ended) {
            small.cut(wanted);
        } else {
            track(wanted).waiting.add(wanted);
        }
    }

    /** Asks for it once more, before others. */
    void again(Wanted wanted) {
        if (ended) {
            small.cut(wanted);
        } else {
            track(SizeClass.of(wanted.sizeBytes())).waiting.addFirst(wanted);
            pump();
        }
    }

    private void pump() {
        if (ended) {
            return;
        }
        while (deltas.mayAsk()) {
            lastTransfer++;
            deltas.ask(lastTransfer);
        }
        for (Track track : tracks.values()) {
            while (track.mayAsk()) {
                lastTransfer++;
                if (track == small) {
                    link.send(wholes.ask(lastTransfer));
                } else {
                    parts.prepare(track, lastTransfer);
                }
            }
        }
    }

    /** Staging is ready to take a larger content from {@code offset} on. */
    void prepared(long transfer, long offset) {
        parts.prepared(transfer, offset, ended);
        pump();
    }

    /** A larger content failed here and was answered: the rest need not come. */
    void fallen(long transfer) {
        if (parts.fallen(transfer)) {
            stop(transfer);
        }
        pump();
    }

    /** Takes a part of a larger content, or all of a small one. */
    void part(Message.ContentPart part) throws Violation {
        if (parts.has(part.transfer())) {
            parts.take(part);
        } else if (deltas.has(part.transfer())) {
            deltas.take(part);
        } else if (wholes.has(part.transfer())) {
            if (part.offset() != 0 || !part.last()) {
                throw new Violation(
                        "small content of transfer %d in parts".formatted(part.transfer()));
            }
            wholes.take(part.transfer(), new int[] {part.want()}, List.of(part.bytes()));
        } else {
            passOver(part.transfer(), part.bytes().length);
        }
        pump();
    }

    /** Takes small contents. */
    void bundle(Message.ContentBundle bundle) throws Violation {
        if (bundle.wants().length != bundle.contents().size()) {
            throw new Violation(
                    "bundle of %d contents for %d wants"
                            .formatted(bundle.contents().size(), bundle.wants().length));
        }
        if (wholes.has(bundle.transfer())) {
            wholes.take(bundle.transfer(), bundle.wants(), bundle.contents());
        } else {
            long bytes = bundle.contents().stream().mapToLong(content -> content.length).sum();
            passOver(bundle.transfer(), bytes);
        }
        pump();
    }

    /** The peer does not have it. */
    void missing(Message.ContentMissing missing) throws Violation {
        long transfer = missing.transfer();
        if (parts.has(transfer)) {
            parts.missing(transfer, missing.want());
            settle(transfer); // Parts that it sent before may come yet.
        } else if (deltas.has(transfer) && missing.want() == 0) {
            Wanted wanted = deltas.missing(transfer);
            if (wanted != null) {
                whole(wanted);
            }
        } else if (wholes.has(transfer)) {
            wholes.missing(transfer, missing.want());
        } else {
            passOver(transfer, 0);
        }
        pump();
    }

    private void passOver(long transfer, long bytes) throws Violation {
        if (!settled.contains(transfer)) {
            throw new Violation("content of transfer %d, which is not open".formatted(transfer));
        }
        link.release(bytes);
    }

    /** Forgets what {@code ticket} waits for. */
    void cancel(Ticket ticket) {
        for (Track track : tracks.values()) {
            track.waiting.removeIf(wanted -> wanted.ticket() == ticket);
        }
        wholes.cancel().forEach(this::stop);
        parts.cancel().forEach(this::stop);
        deltas.cancel(ticket).forEach(this::stop);
        pump();
    }

    private void stop(long transfer) {
        settle(transfer);
        if (!ended) {
            link.send(new Message.ContentCancel(transfer));
        }
    }

    private void settle(long transfer) {
        settled.add(transfer);
        if (settled.size() > SETTLED_MAX) {
            settled.remove(settled.iterator().next());
        }
    }

    /** The session is over: answers all that no lane will answer. */
    void end() {
        ended = true;
        for (Track track : tracks.values()) {
            track.waiting.forEach(small::cut);
            track.waiting.clear();
        }
        wholes.end();
        parts.end();
        deltas.end().forEach(small::cut);
    }

    /** Whether nothing is being prepared, so that {@link #finish} may be called. */
    boolean isQuiet() {
        return parts.isPrepared() && deltas.isQuiet();
    }

    /** Ends the lanes when they have done what they have. */
    void finish() {
        parts.finish();
        deltas.finish();
        tracks.values().forEach(track -> track.lane.finish());
    }
}
