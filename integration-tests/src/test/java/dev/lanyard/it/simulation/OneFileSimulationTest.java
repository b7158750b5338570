package dev.lanyard.it.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import java.util.stream.LongStream;

/** How many seeds: {@code -Donefile.seeds=N}; which is the first: {@code -Donefile.first=N}. */
class OneFileSimulationTest extends QuietTest {
    private static final long SEEDS = Long.getLong("onefile.seeds", 1_000);
    private static final long FIRST = Long.getLong("onefile.first", 0);

    @Test
    @DisplayName("D9 S12 S29: all that users of one file see has an explanation")
    void whatUsersSeeHasAnExplanation() {
        LongStream.range(FIRST, FIRST + SEEDS).parallel().forEach(OneFileSimulationTest::run);
    }

    private static void run(long seed) {
        try {
            OneFileRun.run(seed);
        } catch (RuntimeException | AssertionError failed) {
            throw new AssertionError("seed %d: %s".formatted(seed, failed.getMessage()), failed);
        }
    }

    @Test
    @DisplayName("P10: killed before it took note of what it had made durable")
    void p10_killedBeforeItTookNote() {
        run(2164);
    }

    @Test
    void aSeedIsOneRun() {
        for (long seed = 0; seed < 10; seed++) {
            assertThat(OneFileRun.run(seed))
                    .as("seed %d", seed)
                    .isEqualTo(OneFileRun.run(seed))
                    .isNotEmpty();
        }
        assertThat(OneFileRun.run(1)).isNotEqualTo(OneFileRun.run(2));
    }
}
