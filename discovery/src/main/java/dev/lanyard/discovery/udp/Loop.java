package dev.lanyard.discovery.udp;

import dev.lanyard.discovery.Address;
import dev.lanyard.discovery.Beacon.Kind;
import dev.lanyard.discovery.BeaconKey;
import dev.lanyard.discovery.BeaconKey.Opened;
import dev.lanyard.discovery.BeaconKeys;
import dev.lanyard.discovery.BeaconSource;
import dev.lanyard.discovery.Discovery.Fault;
import dev.lanyard.discovery.Discovery.State;
import dev.lanyard.discovery.PeerEvent;
import dev.lanyard.discovery.roster.Roster;
import dev.lanyard.discovery.roster.Roster.Output;
import dev.lanyard.discovery.udp.UdpDiscovery.Settings;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.Selector;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/**
 * What the discovery thread does from start to end. {@link #end}, {@link #state} and the ear that
 * sources are given may be called by any thread; the rest belongs to the one that runs it.
 */
final class Loop implements Runnable {
    private static final Logger log = LoggerFactory.getLogger(Loop.class);

    /** After so many datagrams the time is looked at again, however many more wait. */
    private static final int DATAGRAMS_AT_ONCE = 256;

    private static final int INBOX_MAX = 256;

    private final Settings settings;
    private final List<BeaconSource> sources;
    private final Consumer<PeerEvent> listener;
    private final int listenPort;
    private final InstantSource clock;
    private final Roster roster;
    private final List<Ear> ears;
    private final Mouths mouths;
    private final Probes probes;
    private final ByteBuffer buffer;

    /** What sources heard, to be taken by this thread. */
    private final BlockingQueue<Runnable> inbox = new ArrayBlockingQueue<>(INBOX_MAX);

    private Instant readAt;
    private @Nullable String interfacesFault;
    private long foreign;
    private long garbage;

    private volatile boolean ending;
    private volatile @Nullable Selector selector;
    private volatile State state;

    Loop(
            Settings settings,
            List<BeaconSource> sources,
            int listenPort,
            Consumer<PeerEvent> listener,
            RandomGenerator random,
            InstantSource clock) {
        this.settings = settings;
        this.sources = sources;
        this.listenPort = listenPort;
        this.listener = listener;
        this.clock = clock;
        Instant now = clock.instant();
        roster = new Roster(settings.protocolVersion(), listenPort, random, now);
        readAt = now;
        ears = List.of(Ear.ofIpv4(settings.discoveryPort()), Ear.ofIpv6(settings.discoveryPort()));
        mouths = new Mouths(settings.discoveryPort());
        probes = new Probes(settings.discoveryPort());
        buffer = ByteBuffer.allocate(BeaconKey.SEALED_BYTES + 1); // What is longer shows.
        state = stateNow();
    }

    /** How it stands; as of the last time that something happened. */
    State state() {
        return state;
    }

    /** Makes it say goodbye and end. */
    void end() {
        ending = true;
        wake(); // If the selector is not open yet, the thread has still to look at {@code ending}.
    }

    @Override
    public void run() {
        try (Selector opened = Selector.open()) {
            selector = opened;
            sources.forEach(source -> source.start(listenPort, this::fromSource));
            while (!ending && !Thread.currentThread().isInterrupted()) {
                turn(opened);
            }
            say(Kind.GOODBYE);
        } catch (IOException e) {
            log.atError()
                    .addKeyValue("reason", Channels.reasonOf(e))
                    .log("discovery ended: its selector failed");
        } finally {
            ears.forEach(Ear::close);
            mouths.close();
            probes.close();
            sources.forEach(BeaconSource::close);
        }
    }

    private void turn(Selector opened) throws IOException {
        Instant now = clock.instant();
        if (!now.isBefore(readAt)) {
            readInterfaces(opened, now);
            readAt = now.plus(settings.rereadEvery());
        }
        carryOut(roster.tick(now));
        state = stateNow();
        opened.select(_ -> {}, millisUntilDue());
        hearDatagrams();
        hearSources();
    }

    private void readInterfaces(Selector opened, Instant now) {
        List<NetworkInterface> networks = usableInterfaces();
        // Hear before speaking: the answer to the first beacon comes at once.
        ears.forEach(ear -> ear.listen(opened, networks));
        sources.forEach(source -> source.follow(networks));
        if (mouths.follow(networks)) {
            carryOut(roster.networkAppeared(now));
        }
    }

    private List<NetworkInterface> usableInterfaces() {
        try (Stream<NetworkInterface> all = NetworkInterface.networkInterfaces()) {
            interfacesFault = null;
            // By index, loopback first: what stays on this host is heard before what leaves it.
            return all.filter(Loop::isUp)
                    .filter(settings.interfaces())
                    .sorted(Comparator.comparingInt(NetworkInterface::getIndex))
                    .toList();
        } catch (SocketException | UncheckedIOException e) {
            String reason = String.valueOf(e.getMessage());
            if (interfacesFault == null) {
                log.atWarn().addKeyValue("reason", reason).log("interfaces cannot be read");
            }
            interfacesFault = reason;
            return List.of();
        }
    }

    private static boolean isUp(NetworkInterface network) {
        try {
            return network.isUp();
        } catch (SocketException e) {
            return false; // It has gone since the list was made.
        }
    }

    /** Rounded up, since zero would mean for ever and too early would mean a busy loop. */
    private long millisUntilDue() {
        Instant timeout = roster.nextTimeout();
        Instant due = readAt.isBefore(timeout) ? readAt : timeout;
        return Math.max(0, Duration.between(clock.instant(), due).toMillis()) + 1;
    }

    private void hearDatagrams() {
        int count = 0;
        boolean more = true;
        while (more && count < DATAGRAMS_AT_ONCE) {
            more = false;
            for (Ear ear : ears) { // In turn, so that what was sent together is heard together.
                Optional<InetAddress> from = ear.hear(buffer);
                if (from.isPresent()) {
                    more = true;
                    count++;
                    heard(ear, from.get());
                }
            }
        }
    }

    private void heard(Ear ear, InetAddress from) {
        // The IPv6 socket may hear IPv4 too; the other one has it as well.
        if (ear.isFor(from)) {
            take(Arrays.copyOf(buffer.array(), buffer.position()), from);
        }
    }

    private void hearSources() {
        List<Runnable> waiting = new ArrayList<>();
        inbox.drainTo(waiting);
        waiting.forEach(Runnable::run);
    }

    private void take(byte[] sealed, InetAddress from) {
        switch (settings.keys().get().open(sealed)) {
            case Opened.Ours(var beacon) ->
                    carryOut(roster.hear(beacon, Address.hostOf(from), clock.instant()));
            case Opened.Foreign _ -> foreign++;
            case Opened.Garbage _ -> garbage++;
        }
    }

    private void carryOut(List<Output> outputs) {
        for (Output output : outputs) {
            switch (output) {
                case Output.Say(var kind) -> say(kind);
                case Output.Probe() -> probe();
                case Output.Tell(var event) -> tell(event);
            }
        }
    }

    /** Whoever has not heard of the present key is to hear of us, too. */
    private void say(Kind kind) {
        BeaconKeys keys = settings.keys().get();
        for (BeaconKey key : keys.all()) {
            mouths.say(() -> key.seal(roster.beacon(kind)));
        }
        for (BeaconSource source : sources) {
            source.say(keys.present().seal(roster.beacon(kind)));
        }
    }

    private void probe() {
        List<InetAddress> hosts = settings.known().get();
        for (BeaconKey key : settings.keys().get().all()) {
            probes.say(hosts, () -> key.seal(roster.beacon(Kind.ANNOUNCE)));
        }
    }

    private void tell(PeerEvent event) {
        if (ending) {
            return;
        }
        log.atDebug().addKeyValue("event", event).log("roster changed");
        listener.accept(event);
    }

    private State stateNow() {
        List<Fault> faults = new ArrayList<>();
        if (interfacesFault != null) {
            faults.add(new Fault(Fault.Kind.NETWORK, "network interfaces", interfacesFault));
        }
        ears.forEach(ear -> faults.addAll(ear.faults()));
        faults.addAll(mouths.faults());
        sources.forEach(source -> faults.addAll(source.faults()));
        return new State(roster.reception(foreign, garbage), mouths.interfaces(), faults);
    }

    private void fromSource(byte[] sealed, InetAddress from) {
        if (inbox.offer(() -> take(sealed, from))) { // Else it is lost, as a datagram would be.
            wake();
        }
    }

    private void wake() {
        Selector open = selector;
        if (open != null) {
            open.wakeup();
        }
    }
}
