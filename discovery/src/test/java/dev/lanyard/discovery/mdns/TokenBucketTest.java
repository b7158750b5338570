package dev.lanyard.discovery.mdns;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.time.Duration;

class TokenBucketTest {
    private final TokenBucket bucket = new TokenBucket(2, Duration.ofNanos(10), 0);

    @Test
    void letsSoManyPassAtOnceAndThenOneInATime() {
        assertThat(bucket.take(0)).isTrue();
        assertThat(bucket.take(0)).isTrue();
        assertThat(bucket.take(9)).isFalse();
        assertThat(bucket.take(10)).isTrue();
        assertThat(bucket.take(19)).isFalse();
        assertThat(bucket.take(20)).isTrue();
    }

    @Test
    void savesNoMoreThanItHolds() {
        assertThat(bucket.take(1_000)).isTrue();
        assertThat(bucket.take(1_000)).isTrue();
        assertThat(bucket.take(1_000)).isFalse();
    }
}
