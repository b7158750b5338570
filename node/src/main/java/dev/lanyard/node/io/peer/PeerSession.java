package dev.lanyard.node.io.peer;

import dev.lanyard.node.core.engine.Event;
import dev.lanyard.node.core.engine.SessionId;
import dev.lanyard.protocol.message.Message;
import dev.lanyard.protocol.transport.Transport.Link;

import org.jspecify.annotations.Nullable;

import java.net.InetSocketAddress;
import java.util.function.Consumer;

/** One session: its number, its link, and its two queues. */
final class PeerSession {
    private final SessionId id;
    private final Link link;
    private final @Nullable InetSocketAddress dialled;
    private final Inbound inbound;
    private final ClockTalk clocks;
    private final Outbound outbound;

    /** For what waits in both directions. */
    record Rooms(Room inbound, Room outbound) {}

    /** {@code dialled}: what we dialled for it, or null if the peer did. */
    PeerSession(
            SessionId id,
            Link link,
            @Nullable InetSocketAddress dialled,
            ClockTalk.Time time,
            Rooms rooms,
            Consumer<Event> events) {
        this.id = id;
        this.link = link;
        this.dialled = dialled;
        this.inbound = new Inbound(link, rooms.inbound(), events);
        this.clocks = new ClockTalk(id, link::send, time, inbound::tell);
        this.outbound =
                new Outbound(
                        link,
                        rooms.outbound(),
                        () -> inbound.tell(new Event.SessionOverflowed(id)));
    }

    SessionId id() {
        return id;
    }

    Link link() {
        return link;
    }

    @Nullable InetSocketAddress dialled() {
        return dialled;
    }

    Outbound outbound() {
        return outbound;
    }

    ClockTalk clocks() {
        return clocks;
    }

    /** Tells the engine who it is, before all else. */
    void open() {
        Message.Greeting greeting = link.greeting();
        inbound.tell(
                new Event.SessionOpened(
                        id,
                        new Event.PeerGreeting(
                                link.peer(),
                                greeting.replica(),
                                greeting.name(),
                                greeting.mode(),
                                greeting.seen(),
                                link.dialled())));
        inbound.start("from peer, session " + id.number());
        outbound.start("to peer, session " + id.number());
    }

    void received(Message.ForIndex message) {
        inbound.received(new Event.Received(id, message));
    }

    /** What it did ends the session. */
    void brokeRule(String detail) {
        inbound.tell(new Event.PeerBrokeRule(id, detail));
    }

    void closed(String reason) {
        outbound.end();
        inbound.end(new Event.SessionClosed(id, reason));
    }
}
