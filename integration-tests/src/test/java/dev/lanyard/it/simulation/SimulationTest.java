package dev.lanyard.it.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** How many seeds: {@code -Dsimulation.seeds=N}. */
class SimulationTest extends QuietTest {
    private static final int SEEDS = Integer.getInteger("simulation.seeds", 2_000);

    @Test
    @DisplayName("D15 D20 S12 S13 S29: nothing is lost, all end equal, and then nobody speaks")
    void whateverHappensNothingIsLost() throws InterruptedException {
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        PrintStream out = new PrintStream(said, true, StandardCharsets.UTF_8);

        Long failed = Simulator.runAll(SEEDS, 0, out);

        assertThat(failed).as(said.toString(StandardCharsets.UTF_8)).isNull();
    }

    @Test
    void aSeedIsOneHistory() {
        for (long seed = 0; seed < 10; seed++) {
            assertThat(told(seed)).as("seed %d", seed).isEqualTo(told(seed)).isNotEmpty();
        }
        assertThat(told(1)).isNotEqualTo(told(2));
    }

    private static List<String> told(long seed) {
        List<String> told = new ArrayList<>();
        Simulation.run(History.of(seed), told::add);
        return told;
    }

    @Test
    void aHistoryThatFailsIsShortened() {
        History history = History.of(7);
        Move one = history.moves().get(10);
        Move other = history.moves().get(60);
        Shrinker shrinker =
                new Shrinker(
                        shorter ->
                                shorter.moves().indexOf(one) >= 0
                                        && shorter.moves().lastIndexOf(other)
                                                > shorter.moves().indexOf(one),
                        2_000);

        History shortest = shrinker.shrink(history);

        assertThat(shortest.moves()).isEqualTo(List.of(one, other));
        assertThat(Shrinker.asSource(shortest)).contains(one.asSource(), other.asSource());
    }
}
