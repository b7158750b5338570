package dev.lanyard.node.io.mirror;

import dev.lanyard.node.io.disk.Disk;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Does pieces of work, which may add others, by several threads. The latest piece first, so that
 * what waits is as much as the tree is deep, not as it is wide.
 */
final class Work {
    private final Disk source;
    private final Disk copy;
    private final boolean isOrdered;
    private final int threads;
    private final LinkedBlockingDeque<Optional<Piece>> queue = new LinkedBlockingDeque<>();
    private final AtomicInteger left = new AtomicInteger();
    private final AtomicLong seen = new AtomicLong();
    private volatile @Nullable Throwable failure;

    Work(Disk source, Disk copy, boolean isOrdered, int threads) {
        this.source = source;
        this.copy = copy;
        this.isOrdered = isOrdered;
        this.threads = threads;
    }

    /** Something to do with both ends open. */
    interface Piece {
        void run(Hands hands) throws IOException;
    }

    void add(Piece piece) {
        left.incrementAndGet();
        queue.addLast(Optional.of(piece));
    }

    /** So many files and links were seen at the destination. */
    void saw(long count) {
        seen.addAndGet(count);
    }

    long seenCount() {
        return seen.get();
    }

    /** Returns when nothing is left to do. */
    void drain() throws IOException {
        if (left.get() == 0) {
            return;
        }
        List<Thread> others = new ArrayList<>();
        for (int i = 1; i < threads; i++) {
            others.add(Thread.ofPlatform().daemon().name("mirror-" + i).start(this::work));
        }
        work();
        for (Thread other : others) {
            try {
                other.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted", e);
            }
        }
        Throwable thrown = failure;
        if (thrown instanceof IOException e) {
            throw e;
        }
        if (thrown != null) {
            throw new IllegalStateException("a pass failed", thrown);
        }
    }

    private void work() {
        try (Hands hands = new Hands(source, copy, isOrdered)) {
            for (Optional<Piece> next = queue.takeLast();
                    next.isPresent();
                    next = queue.takeLast()) {
                if (failure == null) {
                    next.get().run(hands);
                }
                if (left.decrementAndGet() == 0) {
                    end();
                }
            }
            hands.batch.settle();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            fail(new IOException("interrupted", e));
        } catch (IOException | RuntimeException | Error e) {
            fail(e);
        }
    }

    private void fail(Throwable e) {
        failure = e;
        end();
    }

    private void end() {
        for (int i = 0; i < threads; i++) {
            queue.addLast(Optional.empty());
        }
    }
}
