package dev.lanyard.node.io.transfer;

import dev.lanyard.node.core.content.Delta;
import dev.lanyard.node.core.content.Signatures;
import dev.lanyard.node.core.engine.Decision;
import dev.lanyard.node.core.engine.Effect;
import dev.lanyard.node.core.engine.Event;
import dev.lanyard.node.core.engine.SessionId;
import dev.lanyard.node.core.index.IndexReader;
import dev.lanyard.node.io.disk.Disk;
import dev.lanyard.node.io.disk.Root;
import dev.lanyard.node.io.disk.Root.Place;
import dev.lanyard.protocol.ContentHash;
import dev.lanyard.protocol.Entry;
import dev.lanyard.protocol.RelativePath;
import dev.lanyard.protocol.message.Message;
import dev.lanyard.protocol.transport.Transport.Link;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * Brings contents into staging, from peers and from this disk, and sends them to peers.
 * Thread-safe. No method blocks but those that say so; answers come as {@link Event.Fetched}, from
 * threads of its own.
 */
public final class Transfers implements AutoCloseable {
    private static final long AHEAD_BYTES_MAX = 16 << 20;
    private static final Duration CLOSE_MAX = Duration.ofSeconds(10);

    private final Shared shared;
    private final Width width;
    private final AheadReader aheadReader;
    private final Map<SessionId, TransferSession> sessions = new ConcurrentHashMap<>();
    private final Lane chores;
    private final Lane copies;
    private final Lane largeCopies;

    /**
     * Transfers for one share.
     *
     * @param readers gives a new reader of the index as of its last commit, to be closed
     * @param kept the name in versions of something that probably has a content
     * @param events is told the outcomes; it may block for as long as the engine is behind
     * @param random names what is staged, so that names of two runs do not meet
     */
    public Transfers(
            Disk disk,
            Supplier<IndexReader> readers,
            Function<ContentHash, Optional<String>> kept,
            Consumer<Event> events,
            RandomGenerator random,
            Width width) {
        this(disk, readers, kept, _ -> false, events, random, width, Signatures.NONE, _ -> {});
    }

    /**
     * The same, which move deltas in place of contents where that is sooner done.
     *
     * @param decayed whether the file at a path is listed for having other bytes than were written
     * @param signatures of what is held
     * @param notes is told how contents were brought, for people
     */
    public Transfers(
            Disk disk,
            Supplier<IndexReader> readers,
            Function<ContentHash, Optional<String>> kept,
            Predicate<RelativePath> decayed,
            Consumer<Event> events,
            RandomGenerator random,
            Width width,
            Signatures signatures,
            Consumer<Decision> notes) {
        this.width = width;
        shared =
                new Shared(
                        disk,
                        readers,
                        kept,
                        decayed,
                        events,
                        new StagedNames(random),
                        new AheadCache(AHEAD_BYTES_MAX),
                        new Tally(),
                        new ConcurrentHashMap<>(),
                        new Crew(),
                        new Deltas(signatures, notes, random, width.smallWriters() + 1));
        aheadReader = new AheadReader(disk);
        chores = new Lane("staging", 1, false, shared);
        copies = new Lane("copy", width.copiers(), false, shared);
        largeCopies = new Lane("copy large", width.copiers(), true, shared);
    }

    /** A session began; before any {@link #received} of it. */
    public void opened(SessionId session, Link link) {
        TransferSession transfers = new TransferSession(session, link, shared, width);
        sessions.put(session, transfers);
        transfers.start();
    }

    /** The peer said something. The message is handed over: nobody may change its arrays. */
    public void received(SessionId session, Message.ForTransfer message) {
        TransferSession transfers = sessions.get(session);
        if (transfers != null) {
            transfers.received(message);
        }
    }

    /** A session ended: what is open in it is answered as cut. */
    public void closed(SessionId session) {
        TransferSession transfers = sessions.remove(session);
        if (transfers != null && !transfers.tell(new Input.Ended())) {
            throw new IllegalStateException("session %s ended twice".formatted(session));
        }
    }

    /** Brings contents into staging from a peer. */
    public void fetch(Effect.Fetch fetch) {
        Ticket ticket = ticket(fetch.fetch(), fetch.from(), fetch.wants().size());
        TransferSession session = sessions.get(fetch.from());
        if (session == null || !session.tell(new Input.Fetching(ticket, fetch.wants()))) {
            chores.put(bench -> cut(bench, ticket, fetch.wants()));
        }
    }

    private static void cut(Bench bench, Ticket ticket, List<Effect.Want> wants) {
        wants.forEach(want -> bench.answer(ticket, new Wanted(ticket, want.entry(), 0).cut()));
    }

    /** Brings contents into staging from files of this disk, in the tree or in versions. */
    public void copy(Effect.Copy copy) {
        Ticket ticket = ticket(copy.fetch(), null, copy.copies().size());
        for (Effect.LocalCopy local : copy.copies()) {
            boolean slow = SizeClass.of(local.entry().sizeBytes()).isSlow();
            (slow ? largeCopies : copies).put(bench -> Copier.copy(bench, ticket, local));
        }
    }

    private Ticket ticket(long fetch, @Nullable SessionId from, int wants) {
        Ticket ticket = new Ticket(fetch, from, wants);
        if (wants > 0) {
            shared.tickets().put(fetch, ticket);
        }
        return ticket;
    }

    /** Stops a fetch or a copy: no answer comes after those that are under way. */
    public void cancel(Effect.CancelFetch cancel) {
        Ticket ticket = shared.tickets().remove(cancel.fetch());
        if (ticket == null) {
            return; // All is answered.
        }
        ticket.cancel();
        TransferSession session = ticket.from() == null ? null : sessions.get(ticket.from());
        if (session != null) {
            session.tell(new Input.Cancelling(ticket));
        }
    }

    /** Deletes a staged content that is not needed any more. */
    public void discard(String stagedName) {
        chores.put(bench -> bench.delete(stagedName));
    }

    /**
     * The small contents of {@code entries} and the deltas that make others, which are worth
     * sending ahead of the announcement that names them; 1 MiB of each at most. Reads files:
     * blocks.
     *
     * @param peers how many peers they are sent to
     */
    public List<Message.ForTransfer> ahead(List<Entry> entries, int peers) {
        List<Message.ForTransfer> messages = ahead(entries);
        long bytes = messages.stream().mapToLong(TransferSession::aheadBytes).sum();
        shared.tally().bytesSent.add(bytes * peers);
        return messages;
    }

    List<Message.ForTransfer> ahead(List<Entry> entries) {
        List<Message.ForTransfer> messages = new ArrayList<>(shared.deltas().ahead(entries));
        List<byte[]> contents = aheadReader.read(entries);
        if (!contents.isEmpty()) {
            messages.add(new Message.ContentAhead(contents));
        }
        return messages;
    }

    /**
     * Takes what makes a content of another one; before that content is announced or asked for, so
     * that it need not be found again.
     */
    public void found(Delta delta) {
        shared.deltas().found(delta);
    }

    /**
     * Deletes the begun parts of contents that nobody wants any more and that are not being
     * received. Blocks.
     *
     * @throws IOException if staging cannot be listed, or one of them not deleted
     */
    public void prunePartials(Predicate<ContentHash> wanted) throws IOException {
        try (Root root = shared.disk().open()) {
            for (String name : root.names(Place.STAGING)) {
                ContentHash content = StagedNames.contentOf(name);
                if (content != null && !wanted.test(content) && shared.names().claim(content)) {
                    try {
                        root.delete(Place.STAGING, name);
                    } finally {
                        shared.names().release(content);
                    }
                }
            }
        }
    }

    /** What was moved so far. */
    public Amounts amounts() {
        return shared.tally().amounts();
    }

    /**
     * Ends all sessions and drops what is under way; what is begun stays for the next run. Returns
     * when nothing is staged any more.
     */
    @Override
    public void close() {
        List.copyOf(sessions.keySet()).forEach(this::closed);
        copies.stop();
        largeCopies.stop();
        chores.finish();
        shared.crew().awaitEnd(CLOSE_MAX);
        shared.deltas().close();
    }
}
