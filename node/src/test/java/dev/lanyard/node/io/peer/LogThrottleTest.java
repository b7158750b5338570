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
        for (int i = 0; i < 10_000; i++) {
            assertThat(throttle.count(i, 1, NOW)).hasValue(0);
        }
        assertThat(throttle.count(9_999, 1, NOW)).isEmpty();
        assertThat(throttle.count(0, 1, NOW)).as("forgotten, so logged again").hasValue(0);
    }
}
