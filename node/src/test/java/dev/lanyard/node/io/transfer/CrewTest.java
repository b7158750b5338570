package dev.lanyard.node.io.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/** Threads that start while others wait for the end of all. */
@Timeout(60)
class CrewTest {
    private static final int THREADS = 5_000;

    @Test
    void theEndCanBeWaitedForWhileOthersStart() {
        Crew crew = new Crew();
        AtomicInteger done = new AtomicInteger();
        CompletableFuture<Void> starting =
                CompletableFuture.runAsync(
                        () -> {
                            for (int i = 0; i < THREADS; i++) {
                                crew.start(Thread.ofPlatform(), done::incrementAndGet);
                            }
                        });

        while (!starting.isDone()) {
            crew.awaitEnd(Duration.ofSeconds(30));
        }
        starting.join();
        crew.awaitEnd(Duration.ofSeconds(30));

        assertThat(done).hasValue(THREADS);
    }
}
