package dev.lanyard.node.app.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;

/** A wall clock that is set does not make versions old. */
class AgeClockTest {
    private static final Instant TODAY = Instant.parse("2026-03-01T12:00:00Z");

    @TempDir private Path temp;
    private Instant wall = TODAY;
    private Instant steady = Instant.EPOCH;

    private AgeClock clock() {
        return new AgeClock(() -> wall, () -> steady, temp.resolve("clock"));
    }

    private void pass(Duration time) {
        wall = wall.plus(time);
        steady = steady.plus(time);
    }

    @Test
    void goesAsTheWallClockGoes() {
        AgeClock clock = clock();
        for (int i = 0; i < 100; i++) {
            pass(Duration.ofHours(7));
            assertThat(clock.instant()).isEqualTo(wall);
        }
    }

    @Test
    void doesNotFollowAWallClockThatIsSetAhead() {
        AgeClock clock = clock();
        wall = Instant.parse("2099-01-01T00:00:00Z");
        assertThat(clock.instant()).isEqualTo(TODAY);
        pass(Duration.ofHours(1));
        assertThat(clock.instant()).isEqualTo(TODAY.plus(Duration.ofHours(1)));
        assertThat(clock().instant())
                .as("after a restart it may be right")
                .isEqualTo(TODAY.plus(Duration.ofHours(1)).plus(AgeClock.OFF_MAX));
    }

    @Test
    void followsAWallClockThatIsSetBackAndRightAgain() {
        pass(Duration.ofHours(1));
        assertThat(clock().instant()).isEqualTo(wall);
        wall = Instant.EPOCH;
        AgeClock clock = clock();
        assertThat(clock.instant()).isEqualTo(Instant.EPOCH);
        wall = TODAY.plus(Duration.ofDays(2));
        assertThat(clock.instant()).isEqualTo(wall);
    }

    @Test
    void believesALongBreakInPart() {
        assertThat(clock().instant()).isEqualTo(TODAY);
        wall = TODAY.plus(Duration.ofDays(3));
        assertThat(clock().instant()).isEqualTo(wall);
        wall = wall.plus(Duration.ofDays(100));
        assertThat(clock().instant())
                .isEqualTo(TODAY.plus(Duration.ofDays(3)).plus(AgeClock.OFF_MAX));
    }

    @Test
    void aDamagedMemoryIsNone() throws IOException {
        Files.writeString(temp.resolve("clock"), "nonsense");
        assertThat(clock().instant()).isEqualTo(TODAY);
        assertThat(clock().instant()).isEqualTo(TODAY);
    }
}
