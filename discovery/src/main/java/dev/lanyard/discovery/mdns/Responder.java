package dev.lanyard.discovery.mdns;

import dev.lanyard.discovery.BeaconSource.Ear;
import dev.lanyard.discovery.Discovery.Fault;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

import javax.jmdns.JmDNS;
import javax.jmdns.ServiceInfo;

/**
 * Publishes and browses on one interface, with a jmDNS of its own and in a thread of its own, which
 * waits for all that jmDNS takes its time for. The other methods may be called by any thread.
 */
final class Responder implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Responder.class);

    private static final String TYPE = "_lanyard._tcp.local.";

    /**
     * The record changes so often: each change is announced twice, by everybody to everybody. Who
     * is heard in no other way must change it within 35 s; announcing takes a second of that.
     */
    private static final Duration SAY_GAP = Duration.ofSeconds(25);

    /**
     * A node that starts, or has just got a network, has better to do: those who are heard soon.
     */
    private static final Duration BEGIN_AFTER = Duration.ofSeconds(2);

    private static final Duration LOOK_EVERY = Duration.ofSeconds(5);
    private static final Duration RETRY_AFTER = Duration.ofSeconds(30);

    /** Whoever announces so much does not stop soon, and what was kept has gone by then. */
    private static final Duration RETRY_CROWDED_AFTER = Duration.ofMinutes(10);

    private final InterfaceAddress own;
    private final String name;
    private final int listenPort;
    private final Ear ear;
    private final Opener opener;
    private final Thread thread;

    /** Released when there is something to look at before its time. */
    private final Semaphore news = new Semaphore(0);

    private volatile byte @Nullable [] newest;
    private volatile @Nullable String trouble;
    private volatile @Nullable String fault;
    private volatile boolean crowded;
    private volatile boolean closing;

    /** {@code name} is what strangers see, and {@code first} what is said as soon as possible. */
    Responder(InterfaceAddress own, String name, int listenPort, Ear ear, byte @Nullable [] first) {
        this(own, name, listenPort, ear, first, BoundedDns::new);
    }

    /** The same with a jmDNS that {@code opener} makes. */
    Responder(
            InterfaceAddress own,
            String name,
            int listenPort,
            Ear ear,
            byte @Nullable [] first,
            Opener opener) {
        this.own = own;
        this.name = name;
        this.listenPort = listenPort;
        this.ear = ear;
        this.newest = first;
        this.opener = opener;
        ContainingThreadGroup contained =
                new ContainingThreadGroup("mdns " + own.interfaceName(), this::threadFailed);
        thread = new Thread(contained, this::run, "mdns " + own.interfaceName());
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** Publishes this one as soon as the last one is old enough. */
    void say(byte[] sealed) {
        newest = sealed;
    }

    /** What does not work now. */
    Optional<Fault> fault() {
        return Optional.ofNullable(fault)
                .map(
                        reason ->
                                new Fault(
                                        Fault.Kind.NETWORK,
                                        "mDNS on " + own.interfaceName(),
                                        reason));
    }

    /** Ends it, and returns before it has. */
    @Override
    public void close() {
        closing = true;
        news.release();
    }

    private void run() {
        try {
            waitUnlessClosing(BEGIN_AFTER);
            while (!closing) {
                byte[] first = newest;
                if (first != null) {
                    serve(first);
                }
                news.drainPermits(); // What it broke by was news too.
                rest(crowded ? RETRY_CROWDED_AFTER : RETRY_AFTER);
            }
        } catch (InterruptedException e) {
            log.atDebug().addKeyValue("interface", own.interfaceName()).log("mDNS interrupted");
        }
    }

    /** Returns when it is broken or to be closed, and never throws for the sake of jmDNS. */
    private void serve(byte[] first) throws InterruptedException {
        trouble = null;
        crowded = false;
        try (JmDNS dns = opener.open(own.local(), name, TYPE, this::crowded)) {
            dns.setDelegate((_, _) -> broke("sending failed"));
            dns.addServiceListener(TYPE, new ServiceBrowser(own, ear));
            ServiceInfo service =
                    ServiceInfo.create(TYPE, name, listenPort, 0, 0, false, TextRecord.of(first));
            dns.registerService(service);
            worked();
            renew(service, first);
        } catch (IOException | RuntimeException e) { // It throws what it likes.
            broke(reasonOf(e));
        }
        String reason = trouble;
        if (reason != null && !closing) {
            failed(reason);
        }
    }

    private void renew(ServiceInfo service, byte[] first) throws InterruptedException {
        byte[] said = first;
        long saidNanos = System.nanoTime();
        while (!closing && trouble == null) {
            waitUnlessClosing(LOOK_EVERY);
            byte[] next = newest;
            boolean isTime = System.nanoTime() - saidNanos >= SAY_GAP.toNanos();
            if (isTime && next != null && !Arrays.equals(next, said)) {
                service.setText(TextRecord.of(next));
                said = next;
                saidNanos = System.nanoTime();
            }
        }
    }

    private void waitUnlessClosing(Duration time) throws InterruptedException {
        if (!closing && news.tryAcquire(time.toNanos(), TimeUnit.NANOSECONDS)) {
            news.drainPermits();
        }
    }

    /** News does not end it: threads of a jmDNS that was closed may still fail. */
    private void rest(Duration time) throws InterruptedException {
        long since = System.nanoTime();
        Duration left = time;
        while (!closing && left.isPositive()) {
            waitUnlessClosing(left);
            left = time.minusNanos(System.nanoTime() - since);
        }
    }

    /** Nothing follows the failure of our own thread, so it is to be seen. */
    private void threadFailed(Throwable e) {
        if (!Thread.currentThread().equals(thread)) {
            broke(reasonOf(e));
            return;
        }
        fault = "ended until the node is started again: " + reasonOf(e);
        log.atError().addKeyValue("interface", own.interfaceName()).setCause(e).log("mDNS ended");
    }

    private void crowded() {
        crowded = true;
        broke(
                "too much is announced on this network; mDNS rests for %d minutes"
                        .formatted(RETRY_CROWDED_AFTER.toMinutes()));
    }

    private void broke(String reason) {
        if (trouble == null) { // What comes after the first is mostly for its sake.
            trouble = reason;
        }
        news.release();
    }

    private void worked() {
        if (fault != null) {
            log.atInfo().addKeyValue("interface", own.interfaceName()).log("mDNS works again");
        }
        fault = null;
    }

    private void failed(String reason) {
        if (fault == null) {
            log.atWarn()
                    .addKeyValue("interface", own.interfaceName())
                    .addKeyValue("reason", reason)
                    .log("no mDNS");
        }
        fault = reason;
    }

    private static String reasonOf(Throwable e) {
        String message = e.getMessage();
        return message != null ? message : e.getClass().getSimpleName();
    }

    /** Makes a jmDNS, which calls {@code full} when too much is announced there. */
    @FunctionalInterface
    interface Opener {
        JmDNS open(InetAddress local, String name, String type, Runnable full) throws IOException;
    }
}
