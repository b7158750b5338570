package dev.lanyard.node.io.scan;

import dev.lanyard.node.core.index.IndexReader;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.function.Supplier;

/**
 * Keeps readers of the index open from one scan to the next: to open one takes longer than a small
 * scan. Thread-safe.
 */
final class ReaderPool {
    private static final int IDLE_MAX = 4;

    private final Supplier<IndexReader> open;
    private final ArrayBlockingQueue<IndexReader> idle = new ArrayBlockingQueue<>(IDLE_MAX);

    ReaderPool(Supplier<IndexReader> open) {
        this.open = open;
    }

    IndexReader borrow() {
        IndexReader reader = idle.poll();
        return reader == null ? open.get() : reader;
    }

    void giveBack(IndexReader reader) {
        if (!idle.offer(reader)) {
            reader.close();
        }
    }

    /** Closes all that are not in use. */
    void close() {
        for (IndexReader reader = idle.poll(); reader != null; reader = idle.poll()) {
            reader.close();
        }
    }
}
