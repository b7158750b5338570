package dev.lanyard.protocol.fuzz;

import dev.lanyard.protocol.testing.Damage;
import dev.lanyard.protocol.testing.Seeded;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import java.security.GeneralSecurityException;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * The corpus, whole and damaged, is understood or refused, and nothing else happens. A fuzzer that
 * sees which branches it reaches: mvn -Pfuzz.
 */
class WireFuzzTest {
    private static final List<byte[]> FRAMES = Corpus.frames();
    private static final List<byte[]> SESSIONS = Corpus.sessions();
    private static final List<byte[]> HANDSHAKES = Corpus.handshakes();

    @Test
    @DisplayName("D47: all messages, and sessions of them in any order")
    void d47_corpus() throws GeneralSecurityException {
        FRAMES.forEach(FrameFuzz::fuzzerTestOneInput);
        SESSIONS.forEach(SessionFuzz::fuzzerTestOneInput);
        for (byte[] handshake : HANDSHAKES) {
            HandshakeFuzz.fuzzerTestOneInput(handshake);
        }
    }

    @Seeded(runs = 500)
    @DisplayName("D47: damaged messages, alone and in a session")
    void d47_damaged(RandomGenerator random) throws GeneralSecurityException {
        FrameFuzz.fuzzerTestOneInput(damaged(random, FRAMES));
        SessionFuzz.fuzzerTestOneInput(damaged(random, SESSIONS));
        HandshakeFuzz.fuzzerTestOneInput(damaged(random, HANDSHAKES));
    }

    private static byte[] damaged(RandomGenerator random, List<byte[]> good) {
        return Damage.to(good.get(random.nextInt(good.size())), random);
    }
}
