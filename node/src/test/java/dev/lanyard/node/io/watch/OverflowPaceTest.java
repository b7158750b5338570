package dev.lanyard.node.io.watch;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

class OverflowPaceTest {
    private static final Duration MIN = Duration.ofMillis(100);
    private static final Duration MAX = Duration.ofSeconds(10);

    private final OverflowPace pace = new OverflowPace(MIN, MAX);

    private static Instant at(long millis) {
        return Instant.EPOCH.plusMillis(millis);
    }

    @Test
    void looksAtOnceTheFirstTime() {
        pace.lost(at(5));

        assertThat(pace.due()).isEqualTo(at(5));
        pace.done(at(6));
        assertThat(pace.due()).isEqualTo(Instant.MAX);
    }

    @Test
    @DisplayName("D37: overflows without end are answered ever more rarely")
    void d37_backsOff() {
        List<Duration> pauses = new ArrayList<>();
        Instant now = at(0);
        Instant last = now;

        for (int i = 0; i < 12; i++) {
            pace.lost(now);
            pace.lost(now.plusMillis(1)); // One more before the look changes nothing.
            now = pace.due();
            pace.done(now);
            pauses.add(Duration.between(last, now));
            last = now;
        }

        assertThat(pauses).isSorted().startsWith(Duration.ZERO, MIN, MIN.multipliedBy(2));
        assertThat(pauses.getLast()).isEqualTo(MAX);
    }

    @Test
    void forgetsAfterAQuietTime() {
        pace.lost(at(0));
        pace.done(at(0));
        pace.lost(at(1));
        pace.done(at(100));

        pace.lost(at(100 + 100 + 10_001));

        assertThat(pace.due()).isEqualTo(at(100 + 100 + 10_001));
    }
}
