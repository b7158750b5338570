package dev.lanyard.delta.fuzz;

import dev.lanyard.delta.testing.Contents;
import dev.lanyard.delta.testing.Seeds;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.util.List;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/**
 * The corpus, whole and damaged in every way, is understood or refused, and nothing else happens.
 * More of this: -Dseeds=1000000. A fuzzer that sees which branches it reaches: mvn -Pfuzz (it
 * instruments all that runs beside it, so it is no part of other builds).
 */
final class FuzzTest {
    private static final int MUTANTS = 60;
    private static final List<byte[]> SIGNATURES = all(Corpus::signatures);
    private static final List<byte[]> DELTAS = all(Corpus::deltas);

    @Test
    @DisplayName("D47: what was hostile once")
    void d47_corpus() throws IOException {
        for (byte[] signature : SIGNATURES) {
            SignatureFuzz.fuzzerTestOneInput(signature);
        }
        for (byte[] delta : DELTAS) {
            DeltaFuzz.fuzzerTestOneInput(delta);
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("dev.lanyard.delta.testing.Seeds#some")
    @DisplayName("D47: damaged signatures")
    void d47_signatures(long seed) throws IOException {
        RandomGenerator random = Seeds.of(seed);
        for (int i = 0; i < MUTANTS; i++) {
            SignatureFuzz.fuzzerTestOneInput(damaged(random, any(random, SIGNATURES)));
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("dev.lanyard.delta.testing.Seeds#some")
    @DisplayName("D47: damaged deltas")
    void d47_deltas(long seed) throws IOException {
        RandomGenerator random = Seeds.of(seed);
        for (int i = 0; i < MUTANTS; i++) {
            DeltaFuzz.fuzzerTestOneInput(damaged(random, any(random, DELTAS)));
        }
    }

    private static List<byte[]> all(Function<Corpus, List<byte[]>> kind) {
        return Stream.of(Corpus.kept(), Corpus.made()).map(kind).flatMap(List::stream).toList();
    }

    private static byte[] any(RandomGenerator random, List<byte[]> all) {
        return all.get(random.nextInt(all.size()));
    }

    private static byte[] damaged(RandomGenerator random, byte[] good) {
        byte[] bytes = good.clone();
        for (int i = random.nextInt(4); i >= 0; i--) {
            int at =
                    bytes.length == 0
                            ? 0
                            : random.nextInt(
                                    random.nextBoolean()
                                            ? bytes.length
                                            : Math.min(bytes.length, 40));
            bytes =
                    switch (random.nextInt(6)) {
                        case 0 -> Contents.part(bytes, 0, at);
                        case 1 ->
                                Contents.joined(
                                        Contents.part(bytes, 0, at),
                                        Contents.random(random, random.nextInt(12)),
                                        Contents.part(bytes, at, bytes.length));
                        case 2 ->
                                Contents.joined(
                                        Contents.part(bytes, 0, at),
                                        Contents.part(
                                                bytes,
                                                Math.min(bytes.length, at + random.nextInt(40)),
                                                bytes.length));
                        case 3 -> Contents.joined(bytes, Contents.part(bytes, at, bytes.length));
                        default -> changed(random, bytes, at);
                    };
        }
        return bytes;
    }

    private static byte[] changed(RandomGenerator random, byte[] bytes, int at) {
        byte[] values = {0, 1, -1, 0x7F, -128, 0x41, 0x55, (byte) random.nextInt(256)};
        byte[] other = bytes.clone();
        if (at < other.length) {
            other[at] = values[random.nextInt(values.length)];
        }
        return other;
    }
}
