package dev.lanyard.protocol.fuzz;

import dev.lanyard.protocol.testing.Seeded;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.random.RandomGenerator;

/**
 * The corpus, whole and damaged, is understood or refused, and nothing else happens. A fuzzer that
 * sees which branches it reaches: mvn -Pfuzz.
 */
class WireFuzzTest {
    private static final List<byte[]> FRAMES = Corpus.frames();
    private static final List<byte[]> SESSIONS = Corpus.sessions();

    @Test
    @DisplayName("D47: all messages, and sessions of them in any order")
    void d47_corpus() {
        FRAMES.forEach(FrameFuzz::fuzzerTestOneInput);
        SESSIONS.forEach(SessionFuzz::fuzzerTestOneInput);
    }

    @Seeded(runs = 500)
    @DisplayName("D47: damaged messages, alone and in a session")
    void d47_damaged(RandomGenerator random) {
        FrameFuzz.fuzzerTestOneInput(damaged(random, FRAMES));
        SessionFuzz.fuzzerTestOneInput(damaged(random, SESSIONS));
    }

    private static byte[] damaged(RandomGenerator random, List<byte[]> good) {
        byte[] bytes = good.get(random.nextInt(good.size())).clone();
        for (int i = random.nextInt(3); i >= 0; i--) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
        }
        return bytes;
    }
}
