package dev.lanyard.node.app.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lanyard.delta.checksum.TreeHash;
import dev.lanyard.node.app.config.ScrubMemory;
import dev.lanyard.node.core.index.Held;
import dev.lanyard.node.core.index.InMemoryIndex;
import dev.lanyard.node.core.index.Row;
import dev.lanyard.node.io.disk.FaultyDisk;
import dev.lanyard.node.io.disk.FaultyDisk.Operation;
import dev.lanyard.node.io.disk.LinuxDisk;
import dev.lanyard.node.io.disk.Root;
import dev.lanyard.node.io.disk.RootLostException;
import dev.lanyard.node.io.scan.ScrubCounts;
import dev.lanyard.node.io.scan.Scrubber;
import dev.lanyard.protocol.ContentHash;
import dev.lanyard.protocol.Entry;
import dev.lanyard.protocol.RelativePath;
import dev.lanyard.protocol.ReplicaId;
import dev.lanyard.protocol.Stamp;
import dev.lanyard.protocol.VersionVector;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** When files are read again. */
@EnabledOnOs(OS.LINUX)
class ScrubbingTest {
    private static final ReplicaId ANN = new ReplicaId(1);
    private static final int FILE_BYTES = 6 << 20;
    private static final int FILES = 4;

    @TempDir private Path temporary;
    private final InMemoryIndex index = new InMemoryIndex();
    private final List<String> read = new ArrayList<>();
    private FaultyDisk disk;
    private Instant now = Instant.now().plus(Duration.ofHours(1));
    private long heldBytes;

    @BeforeEach
    void someFiles() throws IOException {
        Path folder = Files.createDirectory(temporary.resolve("share"));
        disk = new FaultyDisk(new LinuxDisk(folder, new Random(1)));
        disk.adopt(null);
        for (int i = 0; i < FILES; i++) {
            RelativePath path = RelativePath.of("f" + i);
            Files.write(folder.resolve("f" + i), new byte[FILE_BYTES]);
            try (Root root = disk.open()) {
                Entry file =
                        new Entry.File(
                                path,
                                FILE_BYTES,
                                Instant.EPOCH,
                                0644,
                                ContentHash.of(TreeHash.of(new byte[FILE_BYTES])),
                                VersionVector.empty().with(ANN, i + 1),
                                Stamp.ZERO,
                                ANN);
                Held held = new Held(file, Objects.requireNonNull(root.stat(path)).stat());
                index.put(new Row(path, file, held));
            }
            disk.before(
                    FaultyDisk.at(Operation.IS_QUIET, path),
                    () -> {
                        if (!read.contains(path.toString())) {
                            read.add(path.toString());
                        }
                    });
        }
        index.commit();
    }

    private Scrubbing started() {
        return new Scrubbing(
                () -> new Scrubber(disk, index::reader, () -> now, _ -> {}, _ -> false),
                new ScrubMemory(temporary.resolve("scrub")),
                () -> now,
                () -> heldBytes);
    }

    /** All that is read in one visit, an hour after the last. */
    private void visit(Scrubbing scrubbing) throws IOException {
        now = now.plus(Duration.ofHours(1));
        while (scrubbing.round()) {
            // Until that is all.
        }
    }

    private int readIn(int visits) throws IOException {
        Scrubbing scrubbing = started();
        for (int i = 0; i < visits; i++) {
            visit(scrubbing);
        }
        return read.size();
    }

    @Test
    void aVisitReadsALittleAndTheNextOneGoesOnAlsoAfterARestart() throws Exception {
        int first = readIn(1);
        assertThat(first).isBetween(1, FILES - 1);

        int second = readIn(1);
        assertThat(second).isBetween(first + 1, FILES);

        assertThat(readIn(FILES)).isEqualTo(FILES);
    }

    @Test
    void allIsReadOnceInAMonth() throws Exception {
        readIn(FILES);
        read.clear();

        assertThat(readIn(1)).isZero();
        now = now.plus(Duration.ofDays(29));
        assertThat(readIn(1)).as("after 29 days").isZero();
        now = now.plus(Duration.ofDays(1));
        assertThat(readIn(1)).as("after 30 days").isPositive();
    }

    @Test
    void moreIsReadWhereThereIsMore() throws Exception {
        heldBytes = 720L * FILES * FILE_BYTES;

        assertThat(readIn(1)).isEqualTo(FILES);
    }

    @Test
    void aNodeThatWasOffCatchesUp() throws Exception {
        assertThat(readIn(1)).isLessThan(FILES);
        heldBytes = (long) FILES * FILE_BYTES;
        now = now.plus(Duration.ofDays(29));

        assertThat(readIn(1)).isEqualTo(FILES);
    }

    @Test
    void aVisitEndsWithAWholeFile() throws Exception {
        readIn(1);
        assertThat(read).containsExactly("f0", "f1", "f2");
        read.clear();

        readIn(1);

        assertThat(read).as("after a restart").containsExactly("f3");
    }

    @Test
    void aClockThatWasSetBackPostponesNothing() throws Exception {
        readIn(FILES);
        read.clear();
        now = now.minus(Duration.ofDays(100));

        assertThat(readIn(1)).isPositive();
    }

    @Test
    void whoAsksHasAllReadNow() throws Exception {
        ScrubCounts counts = started().all();

        assertThat(counts.files()).isEqualTo(FILES);
        assertThat(counts.bytes()).isGreaterThanOrEqualTo((long) FILES * FILE_BYTES);
    }

    @Test
    void oneFileIsReadAtATime() throws Exception {
        Scrubbing scrubbing = started();
        List<Boolean> monthly = new ArrayList<>();
        disk.before(
                FaultyDisk.nth(1, FaultyDisk.any(Operation.READ_BYTES)),
                () -> monthly.add(roundOfAnotherThread(scrubbing)));

        scrubbing.all();

        assertThat(monthly).containsExactly(false);
        assertThat(read).hasSize(FILES);
        assertThat(scrubbing.round()).as("nobody else reads now").isTrue();
    }

    private static boolean roundOfAnotherThread(Scrubbing scrubbing) throws IOException {
        try {
            return CompletableFuture.supplyAsync(
                            () -> {
                                try {
                                    return scrubbing.round();
                                } catch (IOException e) {
                                    throw new UncheckedIOException(e);
                                }
                            })
                    .get();
        } catch (InterruptedException | ExecutionException e) {
            throw new IOException(e);
        }
    }

    @Test
    void aLostRootEndsIt() throws Exception {
        Scrubbing scrubbing = started();
        disk.loseRoot();

        assertThatThrownBy(scrubbing::all).isInstanceOf(RootLostException.class);
        assertThatThrownBy(scrubbing::round).isInstanceOf(RootLostException.class);
        disk.heal();
        assertThat(scrubbing.all().files()).isEqualTo(FILES);
    }
}
