package dev.lanyard.node.io.transfer;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.Iterator;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The threads that work for the transfers of one share, so that their end can be waited for: what
 * one of them still stages after the next run has cleaned up would stay for ever. Thread-safe.
 */
final class Crew {
    private static final Logger log = LoggerFactory.getLogger(Crew.class);

    private final Set<Thread> working = ConcurrentHashMap.newKeySet();

    /** Starts a thread of {@code builder} that does {@code work}. */
    Thread start(Thread.Builder builder, Runnable work) {
        Thread thread =
                builder.unstarted(
                        () -> {
                            try {
                                work.run();
                            } finally {
                                working.remove(Thread.currentThread());
                            }
                        });
        synchronized (working) { // Only what has started can be waited for.
            working.add(thread);
            thread.start();
        }
        return thread;
    }

    /**
     * Waits until all have ended, those too that others start meanwhile; at most {@code patience}.
     */
    void awaitEnd(Duration patience) {
        long deadline = System.nanoTime() + patience.toNanos();
        try {
            for (Thread thread = any(); thread != null; thread = any()) {
                Duration left = Duration.ofNanos(deadline - System.nanoTime());
                if (left.isNegative() || !thread.join(left)) {
                    // A disk that hangs must not keep the node from ending.
                    log.atWarn()
                            .addKeyValue("thread", thread.getName())
                            .log("still at work at the end");
                    return;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // Whoever ends the node is in a hurry.
        }
    }

    /** One that has not ended; null if all have. */
    private @Nullable Thread any() {
        synchronized (working) {
            Iterator<Thread> each = working.iterator();
            // It keeps what it has found, so that nobody can end between question and answer.
            return each.hasNext() ? each.next() : null;
        }
    }
}
