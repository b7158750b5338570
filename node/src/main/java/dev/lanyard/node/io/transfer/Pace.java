package dev.lanyard.node.io.transfer;

import dev.lanyard.node.core.content.Rates;

import java.util.concurrent.atomic.AtomicReference;

/** Measures how fast contents come over one link and are made here. Thread-safe. */
final class Pace {
    private static final double NANOS = 1e9;

    private final AtomicReference<Rates> rates = new AtomicReference<>(Rates.ASSUMED);

    /** What is expected of the future. */
    Rates rates() {
        return rates.get();
    }

    /** So many bytes came since {@code startNanos}, of {@link System#nanoTime}. */
    void received(long bytes, long startNanos) {
        double seconds = (System.nanoTime() - startNanos) / NANOS;
        rates.updateAndGet(before -> before.received(bytes, seconds));
    }

    /** So many bytes were copied or hashed since then. */
    void worked(long bytes, long startNanos) {
        double seconds = (System.nanoTime() - startNanos) / NANOS;
        rates.updateAndGet(before -> before.worked(bytes, seconds));
    }
}
