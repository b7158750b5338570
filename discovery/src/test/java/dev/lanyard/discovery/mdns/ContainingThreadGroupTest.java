package dev.lanyard.discovery.mdns;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Timer;
import java.util.TimerTask;
import java.util.concurrent.CopyOnWriteArrayList;

class ContainingThreadGroupTest {
    @Test
    void whatAThreadOfAThreadFailsByIsToldHereAndNowhereElse() throws InterruptedException {
        List<String> contained = new CopyOnWriteArrayList<>();
        List<String> escaped = new CopyOnWriteArrayList<>();
        Thread.UncaughtExceptionHandler before = Thread.getDefaultUncaughtExceptionHandler();
        Thread.setDefaultUncaughtExceptionHandler((_, e) -> escaped.add(e.getMessage()));
        try {
            ContainingThreadGroup containment =
                    new ContainingThreadGroup("contained", e -> contained.add(e.getMessage()));
            Thread maker =
                    new Thread(containment, ContainingThreadGroupTest::failInATimer, "maker");
            maker.start();
            maker.join();

            assertThat(contained).containsExactlyInAnyOrder("in a timer", "itself");
            assertThat(escaped).isEmpty();
        } finally {
            Thread.setDefaultUncaughtExceptionHandler(before);
        }
    }

    private static void failInATimer() {
        List<Thread> timers = new CopyOnWriteArrayList<>();
        new Timer("made by others", false)
                .schedule(
                        new TimerTask() {
                            @Override
                            public void run() {
                                timers.add(Thread.currentThread());
                                throw new IllegalStateException("in a timer");
                            }
                        },
                        0);
        try {
            while (timers.isEmpty()) {
                Thread.onSpinWait();
            }
            timers.getFirst().join();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        throw new IllegalStateException("itself");
    }
}
