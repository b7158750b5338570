package dev.lanyard.node.io.peer;

import dev.lanyard.protocol.transport.Transport.Failure;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/**
 * The nodes that dialled this one and were refused, each host once: what its user would never learn
 * otherwise, since whoever dialled is told as little as possible. Thread-safe.
 *
 * <p>Whoever speaks no protocol of ours is not noted: a program that knocks at all ports would push
 * out those that are meant.
 */
final class Callers {
    private static final int HOSTS_MAX = 64;

    private final SequencedMap<InetAddress, Caller> byHost = new LinkedHashMap<>();

    /** A connection from {@code remote} led to no session. */
    synchronized void refused(InetSocketAddress remote, Failure failure, String text, Instant now) {
        boolean tells =
                switch (failure) {
                    case WRONG_KEY, PROTOCOL_VERSION, SELF, LIMIT -> true;
                    case REFUSED,
                            NO_ANSWER,
                            NO_ROUTE,
                            UNREACHABLE,
                            DUPLICATE,
                            NOT_A_PEER,
                            NEW_KEY ->
                            false;
                };
        if (tells) {
            byHost.remove(remote.getAddress()); // The latest is at the end.
            byHost.put(remote.getAddress(), new Caller(remote.getAddress(), failure, now, text));
            if (byHost.size() > HOSTS_MAX) {
                byHost.pollFirstEntry();
            }
        }
    }

    /** A session with somebody at {@code remote} began. */
    synchronized void opened(InetSocketAddress remote) {
        byHost.remove(remote.getAddress());
    }

    /** All of them, the one that was last refused last. */
    synchronized List<Caller> all() {
        return List.copyOf(byHost.values());
    }
}
