package dev.lanyard.discovery.fuzz;

import dev.lanyard.discovery.Seeds;
import dev.lanyard.discovery.mdns.MdnsFuzz;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;

/**
 * The corpus, whole and damaged, is understood or refused, and nothing else happens. A fuzzer that
 * sees which branches it reaches: mvn -Pfuzz.
 */
final class DiscoveryFuzzTest {
    private static final int MUTANTS = 200;

    @Test
    @DisplayName("D47: beacons and packets that were hostile once")
    void d47_corpus() throws IOException, GeneralSecurityException, ReflectiveOperationException {
        for (byte[] datagrams : Corpus.datagrams()) {
            BeaconFuzz.fuzzerTestOneInput(datagrams);
        }
        for (byte[] packet : Corpus.packets()) {
            MdnsFuzz.fuzzerTestOneInput(packet);
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    @DisplayName("D47: damaged beacons and packets")
    void d47_damaged(long seed)
            throws IOException, GeneralSecurityException, ReflectiveOperationException {
        SplittableRandom random = new SplittableRandom(seed);
        List<byte[]> datagrams = Corpus.datagrams();
        List<byte[]> packets = Corpus.packets();
        for (int i = 0; i < MUTANTS; i++) {
            BeaconFuzz.fuzzerTestOneInput(damaged(random, datagrams));
            MdnsFuzz.fuzzerTestOneInput(damaged(random, packets));
        }
    }

    static LongStream seeds() {
        return Seeds.upTo(5);
    }

    private static byte[] damaged(SplittableRandom random, List<byte[]> good) {
        byte[] bytes = good.get(random.nextInt(good.size())).clone();
        for (int i = random.nextInt(3); i >= 0; i--) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
        }
        return bytes;
    }
}
