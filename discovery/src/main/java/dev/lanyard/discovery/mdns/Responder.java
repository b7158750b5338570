package dev.lanyard.discovery.mdns;

import dev.lanyard.discovery.BeaconSource.Ear;
import dev.lanyard.discovery.Discovery.Fault;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

import javax.jmdns.JmDNS;
import javax.jmdns.ServiceInfo;
import javax.jmdns.impl.JmDNSImpl;

/**
 * Publishes and browses at one place, with a jmDNS of its own and in a thread of its own, which
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

    /** jmDNS keeps whatever anybody says for as long as they say; so many names are enough. */
    private static final int NAMES_MAX = 4_096;

    private final Place place;
    private final String name;
    private final int listenPort;
    private final Ear ear;
    private final Thread thread;

    /** Released when there is something to look at before its time. */
    private final Semaphore news = new Semaphore(0);

    private volatile byte @Nullable [] newest;
    private volatile @Nullable String trouble;
    private volatile @Nullable String fault;
    private volatile boolean closing;

    /** {@code name} is what strangers see, and {@code first} what is said as soon as possible. */
    Responder(Place place, String name, int listenPort, Ear ear, byte @Nullable [] first) {
        this.place = place;
        this.name = name;
        this.listenPort = listenPort;
        this.ear = ear;
        this.newest = first;
        Containment contained =
                new Containment("mdns " + place.interfaceName(), e -> broke(reasonOf(e)));
        thread = new Thread(contained, this::run, "mdns " + place.interfaceName());
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
                .map(reason -> new Fault("mDNS on " + place.interfaceName(), reason));
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
                waitUnlessClosing(RETRY_AFTER);
            }
        } catch (InterruptedException e) {
            log.atDebug().addKeyValue("interface", place.interfaceName()).log("mDNS interrupted");
        }
    }

    /** Returns when it is broken or to be closed, and never throws for the sake of jmDNS. */
    private void serve(byte[] first) throws InterruptedException {
        trouble = null;
        try (JmDNS dns = JmDNS.create(place.local(), name)) {
            dns.setDelegate((_, _) -> broke("sending failed"));
            dns.addServiceListener(TYPE, new Hearer(place, ear));
            ServiceInfo service =
                    ServiceInfo.create(TYPE, name, listenPort, 0, 0, false, TextRecord.of(first));
            dns.registerService(service);
            worked();
            renew(dns, service, first);
        } catch (IOException | RuntimeException e) { // It throws what it likes.
            broke(reasonOf(e));
        }
        String reason = trouble;
        if (reason != null && !closing) {
            failed(reason);
        }
    }

    private void renew(JmDNS dns, ServiceInfo service, byte[] first) throws InterruptedException {
        byte[] said = first;
        long saidNanos = System.nanoTime();
        while (!closing && trouble == null) {
            waitUnlessClosing(LOOK_EVERY);
            if (dns instanceof JmDNSImpl it && it.getCache().size() > NAMES_MAX) {
                broke("more than %d names on this network".formatted(NAMES_MAX));
                return;
            }
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

    private void broke(String reason) {
        trouble = reason;
        news.release();
    }

    private void worked() {
        if (fault != null) {
            log.atInfo().addKeyValue("interface", place.interfaceName()).log("mDNS works again");
        }
        fault = null;
    }

    private void failed(String reason) {
        if (fault == null) {
            log.atWarn()
                    .addKeyValue("interface", place.interfaceName())
                    .addKeyValue("reason", reason)
                    .log("no mDNS");
        }
        fault = reason;
    }

    private static String reasonOf(Throwable e) {
        String message = e.getMessage();
        return message != null ? message : e.getClass().getSimpleName();
    }
}
