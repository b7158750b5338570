package dev.lanyard.node.io.peer;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;

class SeldomTest {
    private static final Instant NOW = Instant.EPOCH;
    private final Seldom seldom = new Seldom(Duration.ofSeconds(1));

    @Test
    void whatHappensOftenIsLoggedOnceInAWhileAndCounted() {
        assertThat(seldom.count("a", NOW)).isZero();
        assertThat(seldom.count("a", NOW.plusMillis(1))).isEqualTo(-1);
        assertThat(seldom.count("b", NOW.plusMillis(2))).isZero();
        assertThat(seldom.count("a", NOW.plusMillis(999))).isEqualTo(-1);
        assertThat(seldom.count("a", NOW.plusMillis(1_000))).isEqualTo(2);
        assertThat(seldom.count("a", NOW.plusMillis(1_001))).isEqualTo(-1);
        assertThat(seldom.count("a", NOW.plusMillis(5_000))).isEqualTo(1);
    }

    @Test
    void onlySoManyThingsAreRemembered() {
        for (int i = 0; i < 10_000; i++) {
            assertThat(seldom.count(i, NOW)).isZero();
        }
        assertThat(seldom.count(9_999, NOW)).isEqualTo(-1);
        assertThat(seldom.count(0, NOW)).as("forgotten, so logged again").isZero();
    }
}
