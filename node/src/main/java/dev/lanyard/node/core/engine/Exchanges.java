package dev.lanyard.node.core.engine;

import dev.lanyard.protocol.Bucket;
import dev.lanyard.protocol.Entry;
import dev.lanyard.protocol.EntryDigest;
import dev.lanyard.protocol.message.Message;
import dev.lanyard.protocol.message.Message.BucketAnswer;
import dev.lanyard.protocol.message.Message.BucketEntries;
import dev.lanyard.protocol.message.Message.BucketOffer;
import dev.lanyard.protocol.message.Message.BucketSum;
import dev.lanyard.protocol.message.Message.ExchangeDone;
import dev.lanyard.protocol.message.Message.SummaryAsk;
import dev.lanyard.protocol.message.Message.SummaryTell;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** Brings what two replicas know together, in messages proportional to what differs. */
final class Exchanges {
    /*
     * The asker walks down its peer's summary tree where sums differ. At a leaf, or where one side has only a few entries, it names what
     * it knows by short salted hashes; the peer answers with what was not named and with the hashes that it lacks; the asker sends those.
     * Everything the asker says can be answered from the index alone, so the peer keeps no state of an exchange, and both may ask each
     * other at once. A hash that collides hides an entry in this exchange; the next one has another salt.
     *
     * Deletions, and copies of what may have been renamed, wait for exchanges to end. One that does not go on, since the peer is broken or
     * wants it so, is waited for no longer; it may still end. Whoever has no state listens on: it has not heard all that somebody knows.
     *
     * After the idea of set reconciliation by a Merkle tree with fixed fan-out, as in Dynamo (2007) and Cassandra's repair.
     */

    /**
     * Below this many entries a bucket is offered as it is; also the most entries that one answer
     * can have.
     */
    private static final int OFFER_ENTRIES_MAX = 2_048;

    private static final int OFFER_ENTRIES_HERE_MAX = 8 * OFFER_ENTRIES_MAX;
    private static final int OFFERS_UNDER_WAY_MAX = 4;
    private static final int ASKS_UNDER_WAY_MAX = 8;
    private static final int ENTRIES_PER_MESSAGE = 1_000;
    private static final Duration CHECK_EVERY = Duration.ofMinutes(10);
    static final Duration STALLED_AFTER = Duration.ofSeconds(60);

    /** Whoever only pretends to go on is waited for no longer than this. */
    static final Duration COMPARED_WITHIN = Duration.ofMinutes(10);

    private final Replica replica;
    private final Gossip gossip;
    private final CatchUp catchUp;
    private final Map<SessionId, Asking> asking = new LinkedHashMap<>();
    private final Map<SessionId, Instant> checkAt = new HashMap<>();

    /** Until when each session that is comparing must have said something more. */
    private final Map<SessionId, Instant> goesOnUntil = new HashMap<>();

    private final Map<SessionId, Instant> comparingSince = new HashMap<>();
    private final Set<SessionId> stalled = new HashSet<>();
    private long lastExchange;
    private boolean ended;

    private static final class Asking {
        final long exchange;
        final Deque<Bucket> toAsk = new ArrayDeque<>();
        final Deque<BucketSum> toOffer = new ArrayDeque<>();
        final Deque<Offer> offers = new ArrayDeque<>();

        /** Buckets that were asked for again, since an answer about them said nothing. */
        final Set<Bucket> askedAgain = new HashSet<>();

        /** Whether the answer that is coming has said anything. */
        boolean isSaid;

        /** What was asked for and not told yet, a list for each question. */
        final Deque<List<Bucket>> asked = new ArrayDeque<>();

        Asking(long exchange) {
            this.exchange = exchange;
        }
    }

    private record Offer(List<Bucket> buckets, long salt) {}

    Exchanges(Replica replica, Gossip gossip, CatchUp catchUp) {
        this.replica = replica;
        this.gossip = gossip;
        this.catchUp = catchUp;
    }

    /** Whether entries may still arrive in bulk: deletions wait for that. */
    boolean isUnderWay() {
        return replica.peers.values().stream()
                .anyMatch(peer -> isUnderWay(peer) && !stalled.contains(peer.session));
    }

    /** Whether we have heard all that some peer knows, and are hearing of no other. */
    boolean hasHeard() {
        return ended && asking.isEmpty();
    }

    /** Whether this peer and we are still comparing states. */
    boolean isUnderWay(Peer peer) {
        return peer.answering || asking.containsKey(peer.session);
    }

    void opened(Peer peer) {
        goesOn(peer.session);
        if (peer.greeting.dialled() || replica.heldBack.isListening() || replica.absence.isAway()) {
            start(peer.session);
        }
    }

    void closed(SessionId session) {
        replica.absence.closed(session);
        asking.remove(session);
        checkAt.remove(session);
        forget(session);
    }

    private void forget(SessionId session) {
        goesOnUntil.remove(session);
        comparingSince.remove(session);
        stalled.remove(session);
    }

    private void goesOn(SessionId session) {
        Instant latest =
                comparingSince.computeIfAbsent(session, _ -> replica.now).plus(COMPARED_WITHIN);
        if (!replica.now.isBefore(latest)) {
            return;
        }
        Peer peer = replica.peers.get(session);
        if (stalled.remove(session) && peer != null) {
            replica.faults.forgetUnlessListed(peer.greeting.name());
        }
        Instant until = replica.now.plus(STALLED_AFTER);
        goesOnUntil.put(session, until.isBefore(latest) ? until : latest);
    }

    /** Compares states with this peer from the beginning. */
    void start(SessionId session) {
        replica.absence.comparing(session);
        goesOn(session);
        Asking fresh = new Asking(++lastExchange);
        asking.put(session, fresh);
        fresh.toAsk.add(Bucket.ROOT);
        pump(session, fresh);
    }

    /** Compares states with all peers. */
    void startAll() {
        List.copyOf(replica.peers.keySet()).forEach(this::start);
    }

    void asked(SessionId from, SummaryAsk ask) {
        goesOn(from);
        Peer peer = replica.peers.get(from);
        if (peer != null && ask.buckets().contains(Bucket.ROOT)) {
            peer.answering = true;
        }
        List<BucketSum> sums = ask.buckets().stream().map(replica.index::sum).toList();
        replica.emit(new Effect.Send(from, new SummaryTell(ask.exchange(), sums)));
    }

    void told(SessionId from, SummaryTell tell) {
        Asking exchange = current(from, tell.exchange());
        if (exchange == null) {
            return;
        }
        List<Bucket> told = tell.sums().stream().map(BucketSum::bucket).toList();
        if (!exchange.asked.remove(told)) {
            return; // What is told without being asked for could be asked about without end.
        }
        goesOn(from);
        for (BucketSum theirs : tell.sums()) {
            BucketSum ours = replica.index.sum(theirs.bucket());
            if (ours.equals(theirs) || (theirs.count() == 0 && replica.heldBack.isListening())) {
                continue; // Who knows nothing has nothing to tell to one who only listens.
            }
            boolean small =
                    Math.min(ours.count(), theirs.count()) == 0
                            || theirs.count() + ours.count() <= 64;
            boolean bounded = Math.max(ours.count(), theirs.count()) <= OFFER_ENTRIES_MAX;
            if (theirs.bucket().level() == Bucket.LEAF_LEVEL || (small && bounded)) {
                exchange.toOffer.add(theirs);
            } else {
                for (int i = 0; i < Bucket.FAN_OUT; i++) {
                    exchange.toAsk.add(theirs.bucket().child(i));
                }
            }
        }
        pump(from, exchange);
    }

    void offered(SessionId from, BucketOffer offer) {
        goesOn(from);
        Set<Bucket> buckets = new LinkedHashSet<>(offer.buckets());
        if (isTooMuch(buckets)) {
            start(from); // First, so that the peer does not take all for compared.
            replica.emit(
                    new Effect.Send(
                            from,
                            new BucketAnswer(offer.exchange(), List.of(), new long[0], true)));
            return;
        }
        Set<Long> lacking = new HashSet<>();
        LongStream.of(offer.hashes()).forEach(lacking::add);
        List<Entry> unnamed = new ArrayList<>();
        for (Bucket bucket : buckets) {
            for (Entry entry : known(bucket)) {
                if (!lacking.remove(EntryDigest.of(entry).salted(offer.salt()))
                        && !replica.heldBack.isListening()
                        && !replica.absence.withholds(from, entry)) {
                    unnamed.add(entry);
                }
            }
        }
        long[] wanted = lacking.stream().mapToLong(Long::longValue).sorted().toArray();
        List<List<Entry>> parts = Gossip.parts(unnamed, ENTRIES_PER_MESSAGE);
        for (int i = 0; i < parts.size() - 1; i++) {
            replica.emit(
                    new Effect.Send(
                            from,
                            new BucketAnswer(offer.exchange(), parts.get(i), new long[0], false)));
        }
        List<Entry> rest = parts.isEmpty() ? List.of() : parts.getLast();
        replica.emit(new Effect.Send(from, new BucketAnswer(offer.exchange(), rest, wanted, true)));
    }

    /**
     * Whether an answer would take more memory than one may: much was made since the peer counted,
     * or it asks for all at once. A leaf alone may have any number.
     */
    private boolean isTooMuch(Set<Bucket> buckets) {
        long entries = buckets.stream().mapToLong(it -> replica.index.sum(it).count()).sum();
        return entries > OFFER_ENTRIES_HERE_MAX
                && !(buckets.size() == 1 && buckets.iterator().next().level() == Bucket.LEAF_LEVEL);
    }

    void answered(SessionId from, BucketAnswer answer) {
        goesOn(from);
        answer.entries().forEach(entry -> gossip.hear(from, entry));
        Asking exchange = current(from, answer.exchange());
        if (exchange == null) {
            return;
        }
        exchange.isSaid |= !answer.entries().isEmpty() || answer.wanted().length > 0;
        if (!answer.last()) {
            return;
        }
        Offer offer = exchange.offers.poll();
        if (offer != null && !exchange.isSaid) {
            askAgain(exchange, offer);
        }
        exchange.isSaid = false;
        if (offer != null && answer.wanted().length > 0 && !replica.heldBack.isListening()) {
            sendWanted(from, exchange, offer, answer.wanted());
        }
        pump(from, exchange);
    }

    /**
     * The sums of these buckets differ, and the answer names nothing: perhaps one of both has
     * changed since, or it would have been too much. Before they count as compared they are asked
     * for once more.
     */
    private static void askAgain(Asking exchange, Offer offer) {
        offer.buckets().stream().filter(exchange.askedAgain::add).forEach(exchange.toAsk::add);
    }

    private void sendWanted(SessionId to, Asking exchange, Offer offer, long[] wanted) {
        Set<Long> hashes = new HashSet<>();
        LongStream.of(wanted).forEach(hashes::add);
        List<Entry> entries = new ArrayList<>();
        for (Bucket bucket : offer.buckets()) {
            for (Entry entry : known(bucket)) {
                if (!hashes.contains(EntryDigest.of(entry).salted(offer.salt()))) {
                    continue;
                }
                if (replica.absence.withholds(to, entry)) {
                    replica.absence.lacks(entry, catchUp);
                } else {
                    entries.add(entry);
                }
            }
        }
        for (List<Entry> part : Gossip.parts(entries, ENTRIES_PER_MESSAGE)) {
            replica.emit(new Effect.Send(to, new BucketEntries(exchange.exchange, part)));
        }
    }

    void heard(SessionId from, BucketEntries message) {
        goesOn(from);
        message.entries().forEach(entry -> gossip.hear(from, entry));
    }

    void done(SessionId from) {
        Peer peer = replica.peers.get(from);
        if (peer != null) {
            peer.answering = false;
            if (asking.containsKey(from) && stalled.contains(from)) {
                start(from); // Perhaps it had too much to say, and dropped its answers.
            }
            completed(from, asking.containsKey(from) || replica.absence.isAway());
            catchUp.resume();
        }
    }

    private @Nullable Asking current(SessionId session, long exchange) {
        Asking current = asking.get(session);
        return current != null && current.exchange == exchange ? current : null;
    }

    private void pump(SessionId session, Asking exchange) {
        while (!exchange.toAsk.isEmpty() && exchange.asked.size() < ASKS_UNDER_WAY_MAX) {
            List<Bucket> buckets = new ArrayList<>();
            while (!exchange.toAsk.isEmpty() && buckets.size() < Message.BUCKETS_MAX) {
                buckets.add(exchange.toAsk.poll());
            }
            exchange.asked.add(List.copyOf(buckets));
            replica.emit(new Effect.Send(session, new SummaryAsk(exchange.exchange, buckets)));
        }
        while (!exchange.toOffer.isEmpty() && exchange.offers.size() < OFFERS_UNDER_WAY_MAX) {
            offer(session, exchange);
        }
        if (exchange.asked.isEmpty() && exchange.offers.isEmpty()) {
            asking.remove(session);
            ended = true;
            checkAt.put(session, replica.now.plus(CHECK_EVERY));
            replica.emit(new Effect.Send(session, new ExchangeDone(exchange.exchange)));
            completed(session, false);
            catchUp.resume();
        }
    }

    /** {@code open}: something is left to compare. */
    private void completed(SessionId session, boolean open) {
        if (!open) {
            replica.absence.completed(session).forEach(this::start);
        }
    }

    /** Offers as many buckets as one answer may be about. */
    private void offer(SessionId session, Asking exchange) {
        List<Bucket> buckets = new ArrayList<>();
        long entries = 0;
        while (!exchange.toOffer.isEmpty() && buckets.size() < Message.BUCKETS_MAX) {
            BucketSum next = exchange.toOffer.peek();
            long more = Math.max(next.count(), replica.index.sum(next.bucket()).count());
            if (!buckets.isEmpty() && entries + more > OFFER_ENTRIES_MAX) {
                break;
            }
            entries += more;
            buckets.add(exchange.toOffer.poll().bucket());
        }
        // Any number does that differs from one exchange to the next; it need not be secret.
        long salt =
                new EntryDigest(replica.author.replica().value(), exchange.exchange)
                        .salted(replica.now.toEpochMilli());
        long[] hashes =
                buckets.stream()
                        .flatMap(bucket -> known(bucket).stream())
                        .mapToLong(entry -> EntryDigest.of(entry).salted(salt))
                        .toArray();
        exchange.offers.add(new Offer(buckets, salt));
        replica.emit(
                new Effect.Send(
                        session, new BucketOffer(exchange.exchange, buckets, salt, hashes)));
    }

    /** The known entries of a bucket; goes down only where there are any. */
    private List<Entry> known(Bucket bucket) {
        if (replica.index.sum(bucket).count() == 0) {
            return List.of();
        }
        if (bucket.level() == Bucket.LEAF_LEVEL) {
            return replica.index.knownOf(bucket.index()).stream()
                    .filter(entry -> !replica.horizon.isOver(entry))
                    .filter(
                            entry ->
                                    !replica.ignoring.isSifting()
                                            || !replica.ignoring.ignores(entry))
                    .toList();
        }
        List<Entry> entries = new ArrayList<>();
        for (int i = 0; i < Bucket.FAN_OUT; i++) {
            entries.addAll(known(bucket.child(i)));
        }
        return entries;
    }

    void tick() {
        giveUpWaiting();
        List<SessionId> due = new ArrayList<>();
        checkAt.forEach(
                (session, at) -> {
                    if (!at.isAfter(replica.now)) {
                        due.add(session);
                    }
                });
        for (SessionId session : due) {
            checkAt.remove(session);
            start(session);
        }
    }

    private void giveUpWaiting() {
        for (Peer peer : replica.peers.values()) {
            Instant until = goesOnUntil.get(peer.session);
            if (!isUnderWay(peer)) {
                if (stalled.contains(peer.session)) {
                    replica.faults.forgetUnlessListed(peer.greeting.name());
                }
                forget(peer.session);
            } else if (until != null && !until.isAfter(replica.now)) {
                goesOnUntil.remove(peer.session);
                stalled.add(peer.session);
                replica.problems.add(
                        Problem.Kind.PEER_AT_FAULT,
                        peer.greeting.name(),
                        replica.now,
                        "it does not go on comparing what it has");
                catchUp.resume();
            }
        }
    }

    Optional<Instant> nextTimeout() {
        return Stream.concat(checkAt.values().stream(), goesOnUntil.values().stream())
                .min(Instant::compareTo);
    }
}
