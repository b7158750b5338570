package dev.lanyard.node.core.mirror;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;

class IntervalTest {
    @ParameterizedTest
    @CsvSource({
        "90s, PT90S",
        "10m, PT10M",
        "1h30m, PT1H30M",
        "1d2h, P1DT2H",
        "00d01h00m05s, PT1H5S",
        "02D03H04M05S, P2DT3H4M5S"
    })
    void readsWhatPeopleWrite(String text, Duration time) {
        assertThat(Interval.parse(text)).isEqualTo(time);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0s", "00d00h00m00s", "10", "5m1h", "1.5h", "-1s", "m"})
    void refusesTheRest(String text) {
        assertThatThrownBy(() -> Interval.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected");
    }

    @Test
    void takesLongTimes() {
        assertThat(Interval.parse("99999d")).isEqualTo(Duration.ofDays(99_999));
    }
}
