package dev.lanyard.node.core.engine;

import dev.lanyard.protocol.NodeId;
import dev.lanyard.protocol.message.Message.SettleAsk;
import dev.lanyard.protocol.message.Message.SettleTell;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Those who wait until all that was written here is durable on every connected peer, on both sides
 * of that question.
 */
final class Waits {
    /*
     * A cookie passes through the watch queue, so that all that was written before has been reported; then what was reported has been
     * looked at and announced; then each peer that is connected is asked, behind the announcements, and answers when it holds all that it
     * knows. A peer that cannot says why, at once.
     */

    /** So many questions of one peer wait for their answer. */
    static final int SETTLES_MAX = 256;

    private final Replica replica;
    private final LocalChanges local;
    private final CatchUp catchUp;
    private final Exchanges exchanges;
    private final Map<Long, Wait> waits = new LinkedHashMap<>();
    private final List<Settle> settles = new ArrayList<>();
    private long lastCookie;

    private enum Stage {
        COOKIE,
        LOCAL,
        PEERS
    }

    private static final class Wait {
        final long request;
        Stage stage = Stage.COOKIE;
        final Set<SessionId> open = new HashSet<>();

        /** Who was asked and has gone without an answer. */
        final Map<NodeId, String> absent = new LinkedHashMap<>();

        Wait(long request) {
            this.request = request;
        }

        /** Whether all that was written before is known to the engine. */
        boolean isReported(LocalChanges local) {
            return stage != Stage.COOKIE && local.scannedOnce() && local.isIdle();
        }
    }

    private record Settle(SessionId session, long token) {}

    Waits(Replica replica, LocalChanges local, CatchUp catchUp, Exchanges exchanges) {
        this.replica = replica;
        this.local = local;
        this.catchUp = catchUp;
        this.exchanges = exchanges;
    }

    /** Somebody waits; {@code request} is answered. */
    void begin(long request) {
        long cookie = ++lastCookie;
        waits.put(cookie, new Wait(request));
        replica.emit(new Effect.Cookie(cookie));
    }

    /**
     * The asker of {@code request} has gone, or its time is up.
     *
     * @return the names of those whose answer it still waited for
     */
    List<String> forget(long request) {
        List<String> names = new ArrayList<>();
        for (Wait wait : waits.values()) {
            if (wait.request == request) {
                names.addAll(wait.absent.values());
                for (SessionId session : wait.open) {
                    Peer peer = replica.peers.get(session);
                    if (peer != null) {
                        names.add(peer.greeting.name());
                    }
                }
            }
        }
        waits.values().removeIf(wait -> wait.request == request);
        return names;
    }

    void cookieSeen(long cookie) {
        Wait wait = waits.get(cookie);
        if (wait != null && wait.stage == Stage.COOKIE) {
            wait.stage = Stage.LOCAL;
        }
    }

    void asked(SessionId from, SettleAsk ask) {
        if (settles.stream().filter(it -> it.session().equals(from)).count() < SETTLES_MAX) {
            settles.add(new Settle(from, ask.token()));
        } else {
            replica.emit(new Effect.Send(from, new SettleTell(ask.token(), "too many wait there")));
        }
    }

    void told(SessionId from, SettleTell tell) {
        Wait wait = waits.get(tell.token());
        if (wait == null || !wait.open.remove(from)) {
            return;
        }
        if (!tell.obstacle().isEmpty()) {
            Peer peer = replica.peers.get(from);
            String name = peer == null ? from.toString() : peer.greeting.name();
            answer(
                    tell.token(),
                    wait,
                    new Effect.Reply.Impossible("%s cannot: %s".formatted(name, tell.obstacle())));
        }
    }

    /** Whoever has not answered is asked again when it is back; it may have missed something. */
    void closed(Peer peer) {
        settles.removeIf(settle -> settle.session().equals(peer.session));
        for (Wait wait : waits.values()) {
            if (wait.open.remove(peer.session)) {
                wait.absent.put(peer.greeting.node(), peer.greeting.name());
                wait.stage = Stage.LOCAL;
            }
        }
    }

    /** Goes on with what can go on; last in a step. */
    void pump() {
        for (Map.Entry<Long, Wait> each : List.copyOf(waits.entrySet())) {
            pump(each.getKey(), each.getValue());
        }
        settles.removeIf(this::settled);
    }

    private void pump(long token, Wait wait) {
        if (replica.rootLost != null) {
            answer(
                    token,
                    wait,
                    new Effect.Reply.Impossible("the folder is not there: " + replica.rootLost));
            return;
        }
        if (replica.paused) {
            answer(
                    token,
                    wait,
                    new Effect.Reply.Impossible("this node is paused; go on with: lanyard resume"));
            return;
        }
        Optional<String> heldBack =
                local.brake().reason().or(() -> wait.isReported(local) ? held() : Optional.empty());
        if (heldBack.isPresent()) {
            answer(token, wait, new Effect.Reply.Impossible(heldBack.get()));
            return;
        }
        if (wait.stage == Stage.LOCAL
                && local.scannedOnce()
                && local.isIdle()
                && areCompared()
                && areBack(wait)) {
            wait.stage = Stage.PEERS;
            wait.absent.clear();
            wait.open.clear();
            for (SessionId session : replica.peers.keySet()) {
                wait.open.add(session);
                replica.emit(new Effect.Send(session, new SettleAsk(token)));
            }
        } else if (wait.stage == Stage.PEERS && wait.open.isEmpty()) {
            answer(token, wait, new Effect.Reply.Done());
        }
    }

    /** What others lack by somebody's choice; a user may have changed that a moment ago. */
    private Optional<String> held() {
        return replica.heldBack.reason().or(replica.oneWay::keepsFromOthers);
    }

    /**
     * Whether there are peers, and none of them may lack something that was never announced to it.
     */
    private boolean areCompared() {
        return !replica.peers.isEmpty()
                && replica.peers.values().stream().noneMatch(exchanges::isUnderWay);
    }

    private boolean areBack(Wait wait) {
        Set<NodeId> connected = new HashSet<>();
        replica.peers.values().forEach(peer -> connected.add(peer.greeting.node()));
        return connected.containsAll(wait.absent.keySet());
    }

    private void answer(long token, Wait wait, Effect.Reply reply) {
        waits.remove(token);
        replica.emit(new Effect.Answer(wait.request, reply));
    }

    private boolean settled(Settle settle) {
        Peer peer = replica.peers.get(settle.session());
        if (peer == null) {
            return true;
        }
        Optional<String> obstacle = obstacle(peer);
        if (obstacle.isEmpty()) {
            return false;
        }
        replica.emit(
                new Effect.Send(settle.session(), new SettleTell(settle.token(), obstacle.get())));
        return true;
    }

    /** Why not all is held; an empty text when all is, nothing when that is not decided yet. */
    private Optional<String> obstacle(Peer peer) {
        if (replica.rootLost != null) {
            return Optional.of("its folder is not there");
        }
        if (replica.problems.has(Problem.Kind.NOT_DURABLE)) {
            return Optional.of("its disk did not take what was written");
        }
        if (exchanges.isUnderWay(peer)) {
            return Optional.empty();
        }
        if (local.brake().reason().isPresent()) {
            return Optional.of(
                    "many entries are gone there, which waits for its user to confirm it");
        }
        if (replica.heldBack.reason().isPresent()) {
            return Optional.of(
                    "entries that others deleted are kept there, until its user says what becomes of"
                            + " them");
        }
        if (catchUp.isDone()) {
            return Optional.of(replica.oneWay.keepsFromHere().orElse(""));
        }
        if (replica.paused) {
            return Optional.of("it is paused");
        }
        return catchUp.isQuiet() ? catchUp.obstacle() : Optional.empty();
    }
}
