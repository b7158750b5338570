package dev.lanyard.it.simulation;

import dev.lanyard.node.core.engine.Event;
import dev.lanyard.node.core.engine.SessionId;
import dev.lanyard.protocol.message.Message;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Predicate;

/** Connections between machines. What was said and has not arrived is lost when one breaks. */
final class Network {
    private final List<Link> links = new ArrayList<>();
    private boolean line;
    private long lastSession;
    private long sent;

    /** One direction of a connection. */
    private static final class Link {
        final Machine from;
        final Machine to;

        /** What the session is called at either end. */
        final SessionId here;

        final SessionId there;

        final Deque<Message.ForIndex> underWay = new ArrayDeque<>();

        Link(Machine from, Machine to, SessionId here, SessionId there) {
            this.from = from;
            this.to = to;
            this.here = here;
            this.there = there;
        }
    }

    /** From now on nobody can reach anybody but those next to them. */
    boolean isLine() {
        return line;
    }

    void beLine() {
        line = true;
    }

    /** Connects two machines whose processes run, unless they are. */
    void connect(Machine one, Machine other) {
        NodeProcess here = one.process();
        NodeProcess there = other.process();
        boolean isApart = line && Math.abs(one.number() - other.number()) > 1;
        if (one == other || isApart || here == null || there == null || isConnected(one, other)) {
            return;
        }
        SessionId first = new SessionId(++lastSession);
        SessionId second = new SessionId(++lastSession);
        links.add(new Link(one, other, first, second));
        links.add(new Link(other, one, second, first));
        here.hear(new Event.SessionOpened(first, there.greeting(true)));
        there.hear(new Event.SessionOpened(second, here.greeting(false)));
    }

    private boolean isConnected(Machine one, Machine other) {
        return links.stream().anyMatch(link -> link.from == one && link.to == other);
    }

    /** Breaks the connection between the two, if there is one. */
    void cut(Machine one, Machine other) {
        cut(
                link ->
                        (link.from == one && link.to == other)
                                || (link.from == other && link.to == one));
    }

    /** Breaks all connections of {@code machine}. */
    void drop(Machine machine) {
        cut(link -> link.from == machine || link.to == machine);
    }

    private void cut(Predicate<Link> which) {
        links.stream().filter(which).forEach(Network::close);
        links.removeIf(which);
    }

    private static void close(Link link) {
        NodeProcess process = link.from.process();
        if (process != null) {
            process.hear(new Event.SessionClosed(link.here, "cut"));
        }
    }

    /** Closes a session of {@code machine}. */
    void close(Machine machine, SessionId session) {
        Link link = find(machine, session);
        if (link != null) {
            cut(link.from, link.to);
        }
    }

    private @Nullable Link find(Machine from, SessionId session) {
        return links.stream()
                .filter(link -> link.from == from && link.here.equals(session))
                .findFirst()
                .orElse(null);
    }

    /** Whoever is at the other end of this session, or null if it is over. */
    @Nullable Machine peer(Machine machine, SessionId session) {
        Link link = find(machine, session);
        return link == null ? null : link.to;
    }

    void send(Machine from, SessionId session, Message.ForIndex message) {
        Link link = find(from, session);
        if (link != null) {
            link.underWay.add(message);
            sent++;
        }
    }

    /** How many messages were sent so far. */
    long sent() {
        return sent;
    }

    /** One message arrives at {@code machine}, by whichever of its connections. */
    void deliver(Machine machine, int choice) {
        List<Link> waiting =
                links.stream()
                        .filter(link -> link.to == machine && !link.underWay.isEmpty())
                        .toList();
        if (!waiting.isEmpty()) {
            deliver(waiting.get(Math.floorMod(choice, waiting.size())));
        }
    }

    private static void deliver(Link link) {
        NodeProcess process = link.to.process();
        Message.ForIndex message = link.underWay.poll();
        if (process != null && message != null) {
            process.hear(new Event.Received(link.there, message));
        }
    }

    /** All messages for {@code machine} arrive. */
    void deliverAll(Machine machine) {
        for (Link link : links) {
            while (link.to == machine && !link.underWay.isEmpty()) {
                deliver(link);
            }
        }
    }

    /** All messages arrive. */
    void deliverAll() {
        for (Link link : links) {
            while (!link.underWay.isEmpty()) {
                deliver(link);
            }
        }
    }

    boolean isSilent() {
        return links.stream().allMatch(link -> link.underWay.isEmpty());
    }
}
