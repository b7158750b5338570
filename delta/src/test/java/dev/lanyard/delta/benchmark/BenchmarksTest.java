package dev.lanyard.delta.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lanyard.delta.Signature;
import dev.lanyard.delta.checksum.TreeHash;
import dev.lanyard.delta.match.Matcher;
import dev.lanyard.delta.testing.Contents;
import dev.lanyard.delta.testing.Deltas;
import dev.lanyard.delta.testing.Seeds;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** What is measured does what it says, with files so small that nothing can be measured. */
final class BenchmarksTest {
    private static final int MEBIBYTES = 2;

    @Test
    void sumsAreThoseOfTheOldFile() throws Exception {
        EngineBenchmark benchmark = new EngineBenchmark();
        EngineBenchmark.Workers workers = workers(2);
        EngineBenchmark.Old old = new EngineBenchmark.Old();
        old.mebibytes = 1;
        old.make();
        try {
            byte[] content = Contents.random(Seeds.of(1), Inputs.MIB);

            Signature signature = benchmark.signature(old, workers);
            byte[] hash = benchmark.treeHash(old);

            assertThat(signature).isEqualTo(Deltas.signature(content));
            assertThat(hash).isEqualTo(TreeHash.of(content));
        } finally {
            old.delete();
            workers.stop();
        }
    }

    @ParameterizedTest
    @EnumSource
    void edits(Edit edit) throws Exception {
        EngineBenchmark benchmark = new EngineBenchmark();
        EngineBenchmark.Edited files = new EngineBenchmark.Edited();
        files.mebibytes = MEBIBYTES;
        files.edit = edit;
        files.make();
        try {
            for (int threads = 1; threads <= 2; threads++) {
                EngineBenchmark.Workers workers = workers(threads);

                Matcher.Outcome found = benchmark.match(files, workers);

                workers.stop();
                assertThat(found).isInstanceOf(Matcher.Outcome.Matched.class);
                Matcher.Outcome.Matched matched = (Matcher.Outcome.Matched) found;
                assertThat(matched.copiedBytes() + matched.literalBytes())
                        .isEqualTo(files.newBytes);
                assertThat(matched.copiedBytes() == 0).isEqualTo(edit == Edit.UNRELATED);
            }
            assertThat(benchmark.patch(files)).isEqualTo(files.newBytes);
        } finally {
            files.delete();
        }
    }

    @Test
    void programsSideBySide() throws Exception {
        assumeTrue(Programs.has("rdiff"), "rdiff is not installed");
        ByteArrayOutputStream printed = new ByteArrayOutputStream();

        SideBySide.run(
                MEBIBYTES,
                1,
                0,
                List.of(Edit.values()),
                new PrintStream(printed, true, StandardCharsets.UTF_8));

        assertThat(printed.toString(StandardCharsets.UTF_8).lines())
                .filteredOn(line -> line.startsWith("all three"))
                .hasSameSizeAs(Edit.values());
    }

    /** Also in the little memory that a large file may take. */
    @Test
    void heapOfASparseFile() throws Exception {
        SparseHeap.run(512, 24);
    }

    private static EngineBenchmark.Workers workers(int threads) {
        EngineBenchmark.Workers workers = new EngineBenchmark.Workers();
        workers.threads = threads;
        workers.start();
        return workers;
    }
}
