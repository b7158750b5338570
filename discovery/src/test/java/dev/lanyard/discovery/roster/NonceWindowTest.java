package dev.lanyard.discovery.roster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lanyard.discovery.Seeds;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.stream.LongStream;

class NonceWindowTest {
    static LongStream seeds() {
        return Seeds.upTo(200);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void noNonceIsAcceptedTwiceAndNoneThatIsNewAndNearIsRefused(long seed) {
        Random random = new Random(seed);
        NonceWindow window = new NonceWindow();
        long base = random.nextBoolean() ? random.nextLong() : Long.MAX_VALUE - 100;
        Set<Long> accepted = new HashSet<>();
        long newest = 0;

        for (int step = 0; step < 1000; step++) {
            long offset = Math.max(0, newest + random.nextInt(-80, 20));
            boolean first = window.accept(base + offset);

            boolean tooOld = !accepted.isEmpty() && offset <= newest - 64;
            assertThat(first)
                    .as("step %d, nonce %d after %d", step, offset, newest)
                    .isEqualTo(!tooOld && !accepted.contains(offset));
            if (first) {
                accepted.add(offset);
                newest = accepted.size() == 1 ? offset : Math.max(newest, offset);
            }
        }
    }

    @Test
    void aJumpFarAheadForgetsWhatIsBehindAndRefusesIt() {
        NonceWindow window = new NonceWindow();
        window.accept(5);

        assertThat(window.accept(5 + 1_000_000)).isTrue();
        assertThat(window.accept(5)).isFalse();
        assertThat(window.accept(6)).isFalse();
    }

    @Test
    void onceShutNothingIsAccepted() {
        NonceWindow window = new NonceWindow();
        window.accept(5);

        window.shut();

        assertThat(window.accept(6)).isFalse();
    }
}
