package dev.lanyard.node.app.runtime;

import dev.lanyard.discovery.BeaconKey;
import dev.lanyard.discovery.BeaconKeys;
import dev.lanyard.node.app.config.KeyRingFile;
import dev.lanyard.protocol.KeyRing;
import dev.lanyard.protocol.NodeId;
import dev.lanyard.protocol.ShareKey;
import dev.lanyard.protocol.message.Message;
import dev.lanyard.protocol.message.Secret;
import dev.lanyard.protocol.session.ProofKeys;
import dev.lanyard.protocol.session.Role;
import dev.lanyard.protocol.transport.ShareKeys;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * The keys of the share of a node that runs: in memory for all who need them, and in the state
 * directory before anybody gets to see a change. Thread-safe.
 */
final class KeptKeys implements ShareKeys, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(KeptKeys.class);

    private final Path stateDirectory;
    private final NodeId self;
    private final InstantSource wallClock;
    private final Consumer<Set<NodeId>> changed;
    private final AtomicReference<Kept> kept;

    /** Held while the file is written, so that an older ring is never written over a newer one. */
    private final ReentrantLock writing = new ReentrantLock();

    /** Under the same lock: the state directory may be somebody else's by now. */
    private boolean closed;

    /** How many proofs each awaited peer did not take: the next one is by the next key. */
    private final Map<NodeId, Integer> refusals = new ConcurrentHashMap<>();

    /** What is known, with what is made of it for each datagram. */
    private record Kept(KeyRing ring, BeaconKeys beacons) {
        static Kept of(KeyRing ring) {
            return new Kept(
                    ring,
                    new BeaconKeys(
                            beaconKey(ring.present()),
                            ring.former().stream().map(it -> beaconKey(it.key())).toList()));
        }

        private static BeaconKey beaconKey(ShareKey key) {
            return BeaconKey.of(key.beaconKey());
        }
    }

    /**
     * The keys that are in {@code stateDirectory}.
     *
     * @param changed is told when the present key has become another one, and is kept; with those
     *     who are to get it
     */
    KeptKeys(
            Path stateDirectory,
            KeyRing ring,
            NodeId self,
            InstantSource wallClock,
            Consumer<Set<NodeId>> changed) {
        this.stateDirectory = stateDirectory;
        this.self = self;
        this.wallClock = wallClock;
        this.changed = changed;
        this.kept = new AtomicReference<>(Kept.of(ring));
    }

    /** Who has a key that neither came of ours nor ours of it. */
    private final Set<NodeId> apart = ConcurrentHashMap.newKeySet();

    /** What seals beacons and opens them now. */
    BeaconKeys beacons() {
        dropWhatIsOver();
        return kept.get().beacons();
    }

    /** What is known now, without what is over. */
    KeyRing ring() {
        dropWhatIsOver();
        return kept.get().ring().at(wallClock.instant());
    }

    private void dropWhatIsOver() {
        Instant now = wallClock.instant();
        KeyRing before = kept.get().ring();
        if (!before.at(now).equals(before)) {
            update(ring -> ring.at(now));
        }
    }

    @Override
    public ProofKeys with(NodeId peer, Role role) {
        KeyRing ring = ring();
        Secret present = secret(ring.present());
        return switch (role) {
            case DIALLER -> {
                List<ShareKey> keys = ring.toProve(peer);
                int refused = refusals.getOrDefault(peer, 0);
                yield new ProofKeys(present, List.of(), secret(keys.get(refused % keys.size())));
            }
            case ACCEPTOR ->
                    new ProofKeys(
                            present,
                            ring.toAccept(peer).stream().skip(1).map(KeptKeys::secret).toList(),
                            present);
        };
    }

    private static Secret secret(ShareKey key) {
        return new Secret(key.sessionKey());
    }

    @Override
    public boolean shown(NodeId peer, Secret proven) {
        // What is compared and what is changed is one ring, whatever becomes of it meanwhile.
        KeyRing seen =
                update(
                        ring ->
                                secret(ring.present()).equals(proven)
                                        ? ring.shownBy(peer).at(wallClock.instant())
                                        : ring);
        return secret(seen.present()).equals(proven);
    }

    /** Changes what is known of others at once, and writes it down later: sessions cannot wait. */
    private KeyRing update(UnaryOperator<KeyRing> change) {
        Kept before = kept.get();
        Kept after =
                kept.updateAndGet(
                        each -> {
                            KeyRing ring = change.apply(each.ring());
                            return ring.equals(each.ring()) ? each : Kept.of(ring);
                        });
        if (!after.ring().equals(before.ring())) {
            Thread.ofVirtual().name("share keys").start(this::write);
        }
        return after.ring();
    }

    private void write() {
        writing.lock();
        try {
            if (!closed) {
                KeyRingFile.store(stateDirectory, kept.get().ring());
            }
        } catch (IOException e) {
            // They are awaited for longer than need be, until the next time.
            log.atWarn().setCause(e).log("it was not kept who has the share key");
        } finally {
            writing.unlock();
        }
    }

    @Override
    public boolean refused(NodeId peer) {
        int count = ring().toProve(peer).size();
        if (count == 1) {
            refusals.remove(peer);
            return false;
        }
        return refusals.merge(peer, 1, Integer::sum) % count != 0;
    }

    @Override
    public Optional<Message.HandOver> handOver(NodeId peer, Secret proven) {
        KeyRing ring = ring();
        boolean isFormer =
                ring.former().stream().anyMatch(each -> secret(each.key()).equals(proven));
        return isFormer && ring.lists(peer)
                ? Optional.of(Message.HandOver.of(ring, wallClock.instant()))
                : Optional.empty();
    }

    @Override
    public boolean take(NodeId peer, Message.HandOver handOver) throws IOException {
        Instant now = wallClock.instant();
        KeyRing told = handOver.ring(now);
        Change made = changing(ring -> ring.taking(told, self, peer, now));
        if (made.isNewKey()) {
            log.atInfo().addKeyValue("peer", peer).log("the share has a new key");
            tell(told.listed());
        }
        boolean isApart = made.before().isApartFrom(told);
        if (isApart && apart.size() < KeyRing.NODES_MAX && apart.add(peer)) {
            log.atError()
                    .addKeyValue("peer", peer)
                    .log("the share was given two keys: this node and the peer are apart");
        }
        return !isApart;
    }

    /**
     * Changes the keys, keeps that, and tells of it.
     *
     * @param staying who is to get the new key
     * @throws IOException if it cannot be kept; then nothing has changed
     */
    void change(UnaryOperator<KeyRing> change, Set<NodeId> staying) throws IOException {
        if (changing(change).isNewKey()) {
            tell(staying);
        }
    }

    private record Change(KeyRing before, KeyRing after) {
        boolean isNewKey() {
            return !after.present().equals(before.present());
        }
    }

    private Change changing(UnaryOperator<KeyRing> change) throws IOException {
        writing.lock();
        try {
            if (closed) {
                throw new IOException("the node stops");
            }
            Kept expected;
            Kept next;
            do {
                expected = kept.get();
                next = Kept.of(change.apply(expected.ring()).at(wallClock.instant()));
                if (!next.ring().equals(expected.ring())) {
                    KeyRingFile.store(stateDirectory, next.ring());
                }
            } while (!kept.compareAndSet(expected, next));
            return new Change(expected.ring(), next.ring());
        } finally {
            writing.unlock();
        }
    }

    private void tell(Set<NodeId> staying) {
        refusals.clear();
        apart.clear();
        changed.accept(staying);
    }

    /** Nothing is written any more. */
    @Override
    public void close() {
        writing.lock();
        try {
            closed = true;
        } finally {
            writing.unlock();
        }
    }
}
