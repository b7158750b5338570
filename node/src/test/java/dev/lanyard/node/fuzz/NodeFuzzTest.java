package dev.lanyard.node.fuzz;

import dev.lanyard.node.app.control.ControlFuzz;
import dev.lanyard.node.core.ignore.IgnoreFuzz;
import dev.lanyard.node.fuzz.StateFuzz.Reading;
import dev.lanyard.node.io.store.IndexFileFuzz;
import dev.lanyard.protocol.testing.Damage;
import dev.lanyard.protocol.testing.Seeded;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * The corpus, whole and damaged, is understood or refused, and nothing else happens. A fuzzer that
 * sees which branches it reaches: mvn -Pfuzz.
 */
class NodeFuzzTest {
    @Test
    @DisplayName("D4 D47: rules, files and requests, whole and as they were hostile once")
    void d47_corpus() throws IOException {
        tried(IgnoreFuzz::fuzzerTestOneInput, Corpus.rules());
        tried(IgnoreFuzz::fuzzerTestOneInput, Corpus.costlyRules());
        tried(StateFuzz::fuzzerTestOneInput, Corpus.files());
        tried(IndexFileFuzz::fuzzerTestOneInput, Corpus.databases());
        tried(ControlFuzz::fuzzerTestOneInput, Corpus.requests());
    }

    private static void tried(Reading target, List<byte[]> inputs) throws IOException {
        for (byte[] input : inputs) {
            target.tried(input);
        }
    }

    @Seeded(runs = 20)
    @DisplayName("D4 D47: rules, files and requests, damaged")
    void d47_damaged(RandomGenerator random) throws IOException {
        damaged(random, 100, IgnoreFuzz::fuzzerTestOneInput, Corpus.rules());
        damaged(random, 200, StateFuzz::fuzzerTestOneInput, Corpus.files());
        damaged(random, 5, IndexFileFuzz::fuzzerTestOneInput, Corpus.databases());
        damaged(random, 100, ControlFuzz::fuzzerTestOneInput, Corpus.requests());
    }

    private static void damaged(
            RandomGenerator random, int count, Reading target, List<byte[]> good)
            throws IOException {
        for (int i = 0; i < count; i++) {
            target.tried(Damage.to(good.get(random.nextInt(good.size())), random));
        }
    }
}
