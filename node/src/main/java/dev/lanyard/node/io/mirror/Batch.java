package dev.lanyard.node.io.mirror;

import dev.lanyard.node.io.disk.Root;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * What is complete in staging and waits for its place until its bytes are on the medium. Owned by
 * one thread.
 */
/*
 * A file system writes names sooner than contents: a drive that is pulled out a few seconds after a copy shows, when it returns, the names
 * that were given, of empty files. So contents are written out before they are given their names, many with one call. Where both ends are
 * on one device nobody pulls out one of them, and nothing waits.
 */
final class Batch {
    private static final int COUNT_MAX = 1_024;
    private static final long BYTES_MAX = 64 << 20;

    private final Root copy;
    private final boolean isOrdered;
    private final List<Consumer<@Nullable IOException>> waiting = new ArrayList<>();
    private long bytes;

    /**
     * An empty one.
     *
     * @param isOrdered whether contents are written out before they get their places
     */
    Batch(Root copy, boolean isOrdered) {
        this.copy = copy;
        this.isOrdered = isOrdered;
    }

    /**
     * Calls {@code place} when all that was written up to now is on the medium, in the order of
     * these calls: with null, or with why that could not be.
     */
    void add(long writtenBytes, Consumer<@Nullable IOException> place) {
        if (!isOrdered) {
            place.accept(null);
            return;
        }
        waiting.add(place);
        bytes += writtenBytes;
    }

    /** Whether nothing waits. */
    boolean isEmpty() {
        return waiting.isEmpty();
    }

    /** Gives everything its place if much waits. */
    void settleIfFull() {
        if (waiting.size() >= COUNT_MAX || bytes >= BYTES_MAX) {
            settle();
        }
    }

    /** Gives everything its place. */
    void settle() {
        if (waiting.isEmpty()) {
            return;
        }
        IOException failure = null;
        try {
            if (bytes > 0) {
                copy.writeOut();
            }
        } catch (IOException e) {
            failure = e;
        }
        List<Consumer<@Nullable IOException>> now = new ArrayList<>(waiting);
        waiting.clear();
        bytes = 0;
        for (Consumer<@Nullable IOException> each : now) {
            each.accept(failure);
        }
    }
}
