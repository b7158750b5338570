package dev.lanyard.node.io.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import dev.lanyard.node.core.index.Index;
import dev.lanyard.node.core.index.IndexContract;
import dev.lanyard.node.core.index.IndexReader;
import dev.lanyard.node.core.index.SampleRows;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

final class SqliteIndexTest extends IndexContract {
    private static final int READERS = 64;

    @TempDir Path stateDirectory;

    @Override
    protected Index create() {
        return SqliteIndex.open(stateDirectory.resolve("index.db"));
    }

    @Override
    protected Index reopen(Index stopped) {
        stopped.close();
        return create();
    }

    @Test
    @DisplayName("S32: whoever reads has a connection of their own: nobody waits for another's")
    void s32_manyReadersDoNotStallTheWriter() throws Exception {
        put(0);
        List<IndexReader> open = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Integer>> reads = new ArrayList<>();
            for (int i = 0; i < READERS; i++) {
                IndexReader reader = index.reader();
                reader.page(null, true, 1); // It is in the middle of its walk, and stays there.
                open.add(reader);
            }
            for (int round = 1; round <= 20; round++) {
                put(round);
                for (IndexReader reader : open) {
                    reads.add(threads.submit(() -> reader.page(null, true, 1_000).size()));
                }
                for (Future<Integer> read : reads) {
                    assertThat(read.get(20, TimeUnit.SECONDS)).isPositive();
                }
                reads.clear();
            }
        } finally {
            open.forEach(IndexReader::close);
        }
        assertThat(index.page(null, true, 1_000)).hasSize(21 * 20);
    }

    private void put(int round) {
        for (int i = 0; i < 20; i++) {
            index.put(SampleRows.settled(SampleRows.file(round + "/" + i, 1, i)));
        }
        assertTimeout(Duration.ofSeconds(4), index::commit); // A busy file is given 5 s.
    }
}
