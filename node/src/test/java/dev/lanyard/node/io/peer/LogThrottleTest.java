package dev.lanyard.node.io.peer;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;

class LogThrottleTest {
    private static final Instant NOW = Instant.EPOCH;
    private final LogThrottle throttle = new LogThrottle(Duration.ofSeconds(1));

    @Test
    void whatHappensOftenIsLoggedOnceInAWhileAndCounted() {
        assertThat(throttle.count("a", 1, NOW)).hasValue(0);
        assertThat(throttle.count("a", 1, NOW.plusMillis(1))).isEmpty();
        assertThat(throttle.count("b", 1, NOW.plusMillis(2))).hasValue(0);
        assertThat(throttle.count("a", 1, NOW.plusMillis(999))).isEmpty();
        assertThat(throttle.count("a", 1, NOW.plusMillis(1_000))).hasValue(2);
        assertThat(throttle.count("a", 1, NOW.plusMillis(1_001))).isEmpty();
        assertThat(throttle.count("a", 1, NOW.plusMillis(5_000))).hasValue(1);
    }

    @Test
    void aFewAreLoggedAtOnce() {
        for (int i = 0; i < 3; i++) {
            assertThat(throttle.count("a", 3, NOW.plusMillis(i))).hasValue(0);
        }
        assertThat(throttle.count("a", 3, NOW.plusMillis(3))).isEmpty();
        assertThat(throttle.count("a", 3, NOW.plusMillis(1_002))).hasValue(1);
        assertThat(throttle.count("a", 3, NOW.plusMillis(1_003))).isEmpty();
        assertThat(throttle.count("a", 3, NOW.plusSeconds(60))).hasValue(1);
        assertThat(throttle.count("a", 3, NOW.plusSeconds(60))).hasValue(0);
    }

    @Test
    void onlySoManyThingsAreRemembered() {
        for (int i = 0; i < 1_000; i++) {
            assertThat(throttle.count(i, 1, NOW.plusSeconds(i))).hasValue(0);
            throttle.count(
                    i, 1, NOW.plusSeconds(i)); // Unlogged, which is told as long as it is known.
        }
        Instant later = NOW.plusSeconds(2_000);

        assertThat(throttle.count(999, 1, later)).as("known").hasValue(1);
        assertThat(throttle.count(0, 1, later)).as("forgotten").hasValue(0);
    }

    @Test
    void whoeverIsSomebodyElseEachTimeIsLoggedOnceInAWhile() {
        int logged = 0;
        for (int i = 0; i < 10_000; i++) {
            logged += throttle.count(i, 4, NOW).isPresent() ? 1 : 0;
        }

        assertThat(logged).isEqualTo(LogThrottle.NEW_AT_ONCE);
        assertThat(throttle.count("next", 4, NOW.plusSeconds(1)))
                .hasValue(10_000 - LogThrottle.NEW_AT_ONCE);
        assertThat(throttle.count("another", 4, NOW.plusSeconds(1))).isEmpty();
        assertThat(throttle.count(0, 4, NOW.plusSeconds(1))).as("known from before").hasValue(0);
    }
}
