package dev.lanyard.node.io.peer;

import dev.lanyard.discovery.Discovery;
import dev.lanyard.node.core.engine.Effect;
import dev.lanyard.node.core.engine.Event;
import dev.lanyard.node.core.engine.SessionId;
import dev.lanyard.protocol.Entry;
import dev.lanyard.protocol.message.Message;
import dev.lanyard.protocol.transport.Transport;
import dev.lanyard.protocol.transport.Transport.Link;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * The peers of a node: finds and dials them, and speaks with them for the engine. Thread-safe; no
 * method blocks but {@link #start} and {@link #close}.
 */
public final class Peers implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Peers.class);

    /** Larger announcements are no edit by hand: what they name is fetched at the peer's pace. */
    private static final int ENTRIES_WITH_CONTENT_MAX = 64;

    /** Who comes and goes without end is logged no more often. */
    private static final Duration LOGGED_EVERY = Duration.ofSeconds(1);

    /** Two that dial each other at once have two sessions for a moment. */
    private static final int SESSIONS_LOGGED_AT_ONCE = 4;

    private final Transport transport;
    private final @Nullable Discovery discovery;
    private final List<InetSocketAddress> fixed;
    private final Consumer<Event> events;
    private final TransferSink transfers;
    private final ClockTalk.Time time;
    private final Dialler dialler;
    private final LogThrottle throttle = new LogThrottle(LOGGED_EVERY);
    private final Callers callers = new Callers();
    private final AtomicLong lastSession = new AtomicLong();
    private final Map<Link, PeerSession> byLink = new ConcurrentHashMap<>();
    private final Map<SessionId, PeerSession> sessions = new ConcurrentHashMap<>();
    private final PeerSession.Rooms rooms =
            new PeerSession.Rooms(Room.inHeap(sessions::size), Room.inHeap(sessions::size));

    /**
     * Peers that are not looked for yet.
     *
     * @param transports makes the transport that tells the given listener; owned from then on
     * @param discovery finds peers, and is owned from now on; null if they are not looked for
     * @param fixed addresses that users named; unresolved ones are looked up for each dial
     * @param events is told of sessions and messages; it may block while the engine is behind
     * @param transfers takes what concerns content
     * @param clock monotonic, for when to dial
     * @param random spreads dials; used by one thread
     */
    public Peers(
            Function<Transport.Listener, Transport> transports,
            @Nullable Discovery discovery,
            List<InetSocketAddress> fixed,
            Consumer<Event> events,
            TransferSink transfers,
            InstantSource clock,
            InstantSource wallClock,
            RandomGenerator random) {
        this.discovery = discovery;
        this.fixed = List.copyOf(fixed);
        this.events = events;
        this.transfers = transfers;
        this.time = new ClockTalk.Time(clock, wallClock);
        Sessions listener = new Sessions();
        this.transport = transports.apply(listener);
        this.dialler = new Dialler(transport, clock, random);
    }

    /**
     * Listens, dials and looks for peers, until {@link #close}.
     *
     * @return the address with the port that was taken
     * @throws IOException if {@code address} cannot be listened at
     */
    public InetSocketAddress start(InetSocketAddress address) throws IOException {
        InetSocketAddress taken = transport.listen(address);
        dialler.start(fixed);
        if (discovery != null) {
            discovery.start(taken.getPort(), dialler::found);
        }
        return taken;
    }

    /** How many bytes need not be sent to peers so far since what is sent is compressed. */
    public long bytesSavedByCompression() {
        return transport.bytesSavedByCompression();
    }

    /** Says something to a peer, after all that was said to it before. */
    public void send(Effect.Send send) {
        PeerSession session = sessions.get(send.session());
        if (session != null) {
            session.outbound().send(send.message());
        }
    }

    /**
     * Tells peers of new versions, after all that was said to them before.
     *
     * @param ahead reads the small contents of entries and what makes others; called on other
     *     threads, once for each part of an announcement that is small enough, for all peers
     *     together
     */
    public void announce(
            Effect.Announce announce, Function<List<Entry>, List<Message.ForTransfer>> ahead) {
        for (List<Entry> part : Frames.entryParts(announce.entries())) {
            Supplier<List<Message.ForTransfer>> contents =
                    announce.entries().size() <= ENTRIES_WITH_CONTENT_MAX
                            ? once(() -> ahead.apply(part))
                            : List::of;
            for (SessionId id : announce.sessions()) {
                PeerSession session = sessions.get(id);
                if (session != null) {
                    session.outbound().announce(part, contents);
                }
            }
        }
    }

    /** Whoever asks first finds out; the others wait for it. */
    private static Supplier<List<Message.ForTransfer>> once(
            Supplier<List<Message.ForTransfer>> contents) {
        FutureTask<List<Message.ForTransfer>> task = new FutureTask<>(contents::get);
        return () -> {
            task.run();
            try {
                return task.get();
            } catch (InterruptedException | ExecutionException e) {
                throw new IllegalStateException("reading contents to send ahead", e);
            }
        };
    }

    /** Asks a peer what time it is there. */
    public void askClock(Effect.AskClock ask) {
        PeerSession session = sessions.get(ask.session());
        if (session != null) {
            session.clocks().ask();
        }
    }

    /** Closes a session. */
    public void close(Effect.Close close) {
        PeerSession session = sessions.get(close.session());
        if (session != null) {
            session.link().close(close.reason(), close.text());
        }
    }

    /** How it stands with every address that is dialled or could be. */
    public List<PeerAddressState> addresses() {
        return dialler.addresses();
    }

    /**
     * Those who were met before and are not connected were here: they are dialled too, beside those
     * who are heard. Replaces what was said before; who is connected stays so.
     */
    public void dialMissing(List<InetSocketAddress> addresses) {
        dialler.dialMissing(addresses);
    }

    /** The nodes that dialled this one and were refused, the one that was last refused last. */
    public List<Caller> callers() {
        return callers.all();
    }

    /** The share has a new key: all sessions end, and begin anew under that one. */
    public void newKey() {
        transport.endAll(Message.Reason.NEW_KEY, "the share has a new key");
        dialler.redial();
    }

    /** Dials this address no more, until it is named or heard anew. */
    public void forget(InetSocketAddress address) {
        dialler.forget(address);
    }

    /** The sessions that are open, in the order of their numbers. */
    public List<Connected> connected() {
        Collection<PeerSession> open = sessions.values();
        return open.stream()
                .map(
                        session ->
                                new Connected(
                                        session.id(),
                                        session.link().remote(),
                                        session.link().dialled(),
                                        session.dialled()))
                .sorted(
                        (one, other) ->
                                Long.compare(one.session().number(), other.session().number()))
                .toList();
    }

    /**
     * A session that is open, and where the peer is.
     *
     * @param named what was dialled, as it was named; null if the peer dialled
     */
    public record Connected(
            SessionId session,
            InetSocketAddress remote,
            boolean dialled,
            @Nullable InetSocketAddress named) {}

    /** How discovery stands, or null if peers are not looked for. */
    public Discovery.@Nullable State discovery() {
        return discovery == null ? null : discovery.state();
    }

    /** Says goodbye to all peers; waits at most two seconds. */
    @Override
    public void close() {
        if (discovery != null) {
            discovery.close();
        }
        dialler.close();
        transport.close();
    }

    /** What the transport tells; on its event loops. */
    private final class Sessions implements Transport.Listener {
        @Override
        public void opened(Link link) {
            SessionId id = new SessionId(lastSession.incrementAndGet());
            PeerSession session =
                    new PeerSession(id, link, dialler.opened(link), time, rooms, events);
            byLink.put(link, session);
            sessions.put(id, session);
            callers.opened(link.remote());
            transfers.opened(id, link);
            session.open();
            throttle.count(
                            List.of("connected", link.peer()),
                            SESSIONS_LOGGED_AT_ONCE,
                            time.monotonic().instant())
                    .ifPresent(
                            unlogged ->
                                    log.atInfo()
                                            .addKeyValue("session", id.number())
                                            .addKeyValue("peer", link.peer())
                                            .addKeyValue("address", link.remote())
                                            .addKeyValue("dialled", link.dialled())
                                            .addKeyValue("unlogged", unlogged)
                                            .log("peer connected"));
        }

        @Override
        public void received(Link link, Message message) {
            PeerSession session = byLink.get(link);
            if (session == null) {
                throw new IllegalStateException("a message from a session that is not open");
            }
            switch (message) {
                case Message.ForIndex index -> session.received(index);
                case Message.ForTransfer transfer -> transfers.received(session.id(), transfer);
                case Message.ForVersions versions -> transfers.received(session.id(), versions);
                case Message.ForClocks clocks -> session.clocks().received(clocks);
                case Message.ForSession own ->
                        throw new IllegalStateException("the transport keeps %s".formatted(own));
            }
        }

        @Override
        public void closed(Link link, Message.Reason reason, String text) {
            PeerSession session = byLink.remove(link);
            if (session == null) {
                throw new IllegalStateException("a session ended that was not open");
            }
            sessions.remove(session.id());
            transfers.closed(session.id());
            dialler.closed(session.dialled(), reason, text);
            if (reason == Message.Reason.PROTOCOL_VIOLATION) {
                session.brokeRule(text);
            }
            session.closed(text.isEmpty() ? reason.toString() : text);
            logEnd(session, reason, text);
        }

        private void logEnd(PeerSession session, Message.Reason reason, String text) {
            boolean violation = reason == Message.Reason.PROTOCOL_VIOLATION;
            throttle.count(
                            List.of("ended", violation, session.link().peer()),
                            violation ? 1 : SESSIONS_LOGGED_AT_ONCE,
                            time.monotonic().instant())
                    .ifPresent(
                            unlogged ->
                                    log.atLevel(violation ? Level.WARN : Level.INFO)
                                            .addKeyValue("session", session.id().number())
                                            .addKeyValue("peer", session.link().peer())
                                            .addKeyValue("reason", reason)
                                            .addKeyValue("text", text)
                                            .addKeyValue("unlogged", unlogged)
                                            .log(
                                                    violation
                                                            ? "peer broke a rule"
                                                            : "peer disconnected"));
        }

        @Override
        public void failed(
                InetSocketAddress remote, boolean dialled, Transport.Failure failure, String text) {
            if (dialled) {
                dialler.failed(remote, failure, text);
            } else {
                callers.refused(remote, failure, text, time.monotonic().instant());
            }
            // A person is to act on these two; all else is noise.
            boolean tells =
                    !dialled
                            && (failure == Transport.Failure.WRONG_KEY
                                    || failure == Transport.Failure.PROTOCOL_VERSION);
            OptionalLong unlogged =
                    tells
                            ? throttle.count(failure, 1, time.monotonic().instant())
                            : OptionalLong.empty();
            log.atLevel(unlogged.isPresent() ? Level.INFO : Level.DEBUG)
                    .addKeyValue("address", remote)
                    .addKeyValue("dialled", dialled)
                    .addKeyValue("failure", failure)
                    .addKeyValue("text", text)
                    .addKeyValue("unlogged", unlogged.orElse(0))
                    .log("no session");
        }
    }
}
