package dev.lanyard.node.io.peer;

import dev.lanyard.discovery.PeerEvent;
import dev.lanyard.protocol.message.Message.Reason;
import dev.lanyard.protocol.transport.Transport;
import dev.lanyard.protocol.transport.Transport.Failure;

import org.jspecify.annotations.Nullable;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * Dials whom {@link Dialling} names: one thread that owns it, and one for each name that has to be
 * looked up. Its methods may be called by any thread, event loops included; none blocks.
 */
final class Dialler implements AutoCloseable {
    private final Transport transport;
    private final InstantSource clock;
    private final Dialling dialling;
    private final BlockingQueue<Happening> happenings = new LinkedBlockingQueue<>();

    /** What each address that was dialled was called: names are looked up for each dial. */
    private final Map<InetSocketAddress, InetSocketAddress> names = new ConcurrentHashMap<>();

    /** A name may stand for several addresses: the next dial takes the next one. */
    private final Map<InetSocketAddress, Integer> failedDials = new ConcurrentHashMap<>();

    private volatile List<PeerAddressState> addresses = List.of();
    private volatile boolean closed;

    Dialler(Transport transport, InstantSource clock, RandomGenerator random) {
        this.transport = transport;
        this.clock = clock;
        this.dialling = new Dialling(random);
    }

    /** Something that concerns the policy, told to it at {@code now}. */
    private interface Happening {
        void tell(Dialling dialling, Instant now);
    }

    /** Begins, with the addresses that users named. */
    void start(List<InetSocketAddress> fixed) {
        fixed.forEach(address -> happenings.add((policy, now) -> policy.fixed(address, now)));
        Thread.ofVirtual().name("dialler").start(this::run);
    }

    /** Discovery has news. */
    void found(PeerEvent event) {
        happenings.add(
                switch (event) {
                    case PeerEvent.Appeared appeared ->
                            (policy, now) -> policy.heard(appeared.peer(), appeared.replied(), now);
                    case PeerEvent.Changed changed ->
                            (policy, now) -> policy.heard(changed.peer(), false, now);
                    case PeerEvent.Gone gone -> (policy, _) -> policy.gone(gone.peer());
                });
    }

    /** Those who are missing were here when they were connected last. */
    void dialMissing(List<InetSocketAddress> addresses) {
        happenings.add((policy, now) -> policy.dialMissing(addresses, now));
    }

    /**
     * A session began.
     *
     * @return what was dialled for it, for {@link #closed}; null if the peer dialled
     */
    @Nullable InetSocketAddress opened(Transport.Link link) {
        InetSocketAddress dialled = link.dialled() ? nameOf(link.remote()) : null;
        if (dialled != null) {
            happenings.add((policy, now) -> policy.opened(dialled, now));
        }
        return dialled;
    }

    /** A session ended. */
    void closed(@Nullable InetSocketAddress dialled, Reason reason, String text) {
        happenings.add((policy, now) -> policy.closed(dialled, reason, text, now));
    }

    /** A dial led to no session. */
    void failed(InetSocketAddress remote, Failure failure, String text) {
        InetSocketAddress dialled = nameOf(remote);
        if (dialled.isUnresolved()) {
            failedDials.merge(dialled, 1, Integer::sum);
        }
        happenings.add((policy, now) -> policy.failed(dialled, failure, text, now));
    }

    private InetSocketAddress nameOf(InetSocketAddress remote) {
        InetSocketAddress name = names.remove(remote);
        return name == null ? remote : name;
    }

    /** Dials all who are not connected, at once. */
    void redial() {
        happenings.add((policy, now) -> policy.redial(now));
    }

    /** Dials this address no more, until it is named or heard anew. */
    void forget(InetSocketAddress address) {
        happenings.add((policy, _) -> policy.forget(address));
    }

    /** How it stands with every address. */
    List<PeerAddressState> addresses() {
        return addresses;
    }

    private void run() {
        try {
            while (!closed) {
                Happening happening = next();
                if (happening != null) {
                    happening.tell(dialling, clock.instant());
                }
                if (happenings.isEmpty()) {
                    dialling.due(clock.instant()).forEach(this::dial);
                    addresses = dialling.addresses();
                }
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts this thread", e);
        }
    }

    private @Nullable Happening next() throws InterruptedException {
        Optional<Instant> time = dialling.next();
        if (time.isEmpty()) {
            return happenings.take();
        }
        Duration wait = Duration.between(clock.instant(), time.get());
        return happenings.poll(Math.max(0, wait.toNanos()), TimeUnit.NANOSECONDS);
    }

    private void dial(InetSocketAddress address) {
        if (address.isUnresolved()) {
            Thread.ofVirtual().name("look up a name").start(() -> dialByName(address));
        } else {
            transport.dial(address);
        }
    }

    private void dialByName(InetSocketAddress named) {
        InetSocketAddress address;
        try {
            InetAddress[] hosts = InetAddress.getAllByName(named.getHostString());
            int turn = failedDials.getOrDefault(named, 0);
            address = new InetSocketAddress(hosts[turn % hosts.length], named.getPort());
        } catch (UnknownHostException e) {
            failed(named, Failure.UNREACHABLE, "no such host: " + e.getMessage());
            return;
        }
        InetSocketAddress other = names.putIfAbsent(address, named);
        if (other == null || other.equals(named)) {
            transport.dial(address);
        } else {
            failed(named, Failure.DUPLICATE, "dialled under another name");
        }
    }

    /** Dials nobody any more. */
    @Override
    public void close() {
        closed = true;
        happenings.add((_, _) -> {});
    }
}
