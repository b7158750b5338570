package dev.lanyard.node.io.apply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lanyard.node.core.index.FileStat;
import dev.lanyard.node.core.index.Held;
import dev.lanyard.node.core.plan.Keep;
import dev.lanyard.node.core.plan.Staged;
import dev.lanyard.node.core.plan.Step;
import dev.lanyard.node.io.apply.Journal.Unfinished;
import dev.lanyard.node.io.disk.MemoryDisk;
import dev.lanyard.node.io.disk.Root.Found;
import dev.lanyard.node.io.disk.Root.Kind;
import dev.lanyard.protocol.Entry;
import dev.lanyard.protocol.Stamp;
import dev.lanyard.protocol.VersionVector;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.zip.CRC32C;

/** What the journal remembers of which batches, whatever is torn. */
class JournalTest {
    private static final Instant TIME = Instant.parse("2024-02-29T12:34:56.123456789Z");
    private static final FileStat STAT = new FileStat(3, TIME, TIME, 0644, 17, 1);

    @TempDir Path home;
    Path file;

    @BeforeEach
    void name() {
        file = home.resolve("journal");
    }

    @Test
    void remembersEveryKindOfStep() throws IOException {
        List<Intent> intents = List.of(place("a"), remove("b"), attributes("c"), directory("d"));
        try (Journal journal = open("boot-1")) {
            journal.begin(7, intents);
        }

        try (Journal again = open("boot-1")) {
            assertThat(again.unfinished()).containsExactly(new Unfinished(7, false, intents));
        }
    }

    @Test
    void forgetsWhatWasCleared() throws IOException {
        try (Journal journal = open("boot-1")) {
            journal.begin(1, List.of(place("a")));
            journal.begin(2, List.of(place("b")));
            journal.clear(List.of(1L));
        }

        assertThat(unfinished("boot-1")).containsExactly(2L);
    }

    @Test
    void tellsWhetherTheMachineWasStartedSince() throws IOException {
        try (Journal journal = open("boot-1")) {
            journal.begin(1, List.of(place("a")));
        }

        try (Journal again = open("boot-2")) {
            assertThat(again.unfinished().getFirst().mayBeTorn()).isTrue();
        }
    }

    @Test
    @DisplayName("D20: what is going to be done is on the disk before it is begun")
    void isDurableWhenItHasBegun() throws IOException {
        for (long seed = 0; seed < 20; seed++) {
            MemoryDisk machine = new MemoryDisk(InstantSource.system(), new SplittableRandom(seed));
            try (Journal journal = open(machine, "boot-1")) {
                journal.begin(1, List.of(place("a")));
            }
            machine.crash();

            try (Journal again = open(machine, "boot-2")) {
                assertThat(again.unfinished())
                        .as("seed %d", seed)
                        .containsExactly(new Unfinished(1, true, List.of(place("a"))));
            }
        }
    }

    private static Journal open(MemoryDisk machine, String bootId) throws IOException {
        return Journal.open(machine.stateFile("journal", 1 << 16), bootId, InstantSource.system());
    }

    @Test
    @DisplayName("S12: of what an earlier version has journaled nothing is taken for carried out")
    void doesNotKnowWhatAnEarlierVersionCarriedOut() throws IOException {
        List<Intent> intents = List.of(place("a"), place("b"));
        try (Journal journal = open("boot-1")) {
            journal.begin(7, intents);
            journal.undone(7, 1);
        }
        assertThat(undone()).containsExactly(1);

        asAnEarlierVersionWroteIt();

        assertThat(undone()).containsExactlyInAnyOrder(0, 1);
    }

    private Set<Integer> undone() throws IOException {
        try (Journal journal = open("boot-1")) {
            return journal.unfinished().getFirst().undone();
        }
    }

    /** Another kind of record is all that was different. */
    private void asAnEarlierVersionWroteIt() throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file));
        bytes.put(16, (byte) 1);
        CRC32C crc = new CRC32C();
        crc.update(bytes.slice(8, bytes.getInt(0)));
        Files.write(file, bytes.putInt(4, (int) crc.getValue()).array());
    }

    @Test
    void keepsTheOrderWhenABatchIsDoubted() throws IOException {
        try (Journal journal = open("boot-1")) {
            journal.begin(1, List.of(place("a")));
            journal.begin(2, List.of(place("b")));
            journal.doubt(List.of(1L));
        }

        try (Journal again = open("boot-1")) {
            assertThat(again.unfinished()).extracting(Unfinished::batch).containsExactly(1L, 2L);
            assertThat(again.unfinished())
                    .extracting(Unfinished::mayBeTorn)
                    .containsExactly(true, false);
        }
    }

    @Test
    void ignoresARecordThatIsTornAnywhere() throws IOException {
        try (Journal journal = open("boot-1")) {
            journal.begin(1, List.of(place("a")));
            journal.begin(2, List.of(place("b")));
        }
        byte[] whole = Files.readAllBytes(file);
        int used = lastUsed(whole);
        int first = 8 + java.nio.ByteBuffer.wrap(whole).getInt(0);

        for (int cut = 0; cut < used; cut += 13) {
            byte[] torn = whole.clone();
            Arrays.fill(torn, cut, torn.length, (byte) 0);
            Files.write(file, torn);

            // A cut inside the first record leaves none, one inside the second leaves the first.
            assertThat(unfinished("boot-1"))
                    .as("cut at byte %d of %d", cut, used)
                    .isIn(cut < first ? List.of(List.of()) : List.of(List.of(1L), List.of(1L, 2L)));
        }
    }

    @Test
    void doesNotTakeWhatAnEarlierRoundLeftBehindForItsOwn() throws IOException {
        try (Journal journal = open("boot-1")) {
            journal.begin(1, List.of(place("a"), place("b"), place("c"), place("d")));
            journal.begin(2, List.of(place("e")));
            journal.clear(List.of(1L, 2L));
            journal.begin(3, List.of(place("f"))); // Written over the start of the first round.
        }

        assertThat(unfinished("boot-1")).containsExactly(3L);
    }

    @Test
    void doesNotGrowWhileNothingIsOpen() throws IOException {
        long size;
        try (Journal journal = open("boot-1")) {
            size = Files.size(file);
            List<Intent> steps = Collections.nCopies(100, place("a"));
            for (long batch = 1; batch <= 100; batch++) { // Three times what the file has.
                journal.begin(batch, steps);
                journal.clear(List.of(batch));
            }
        }

        assertThat(Files.size(file)).isEqualTo(size);
        assertThat(unfinished("boot-1")).isEmpty();
    }

    @Test
    void beginsNothingBeforeWhatWasLeftIsRecovered() throws IOException {
        try (Journal journal = open("boot-1")) {
            journal.begin(1, List.of(place("a")));
        }

        try (Journal again = open("boot-1")) {
            assertThatThrownBy(() -> again.begin(1, List.of(place("b"))))
                    .isInstanceOf(IllegalStateException.class);
            again.reset();
            again.begin(1, List.of(place("b")));
        }
        assertThat(unfinished("boot-1")).containsExactly(1L);
    }

    private Journal open(String boot) throws IOException {
        return Journal.open(file, boot, InstantSource.fixed(TIME));
    }

    private List<Long> unfinished(String boot) throws IOException {
        try (Journal journal = open(boot)) {
            return journal.unfinished().stream().map(Unfinished::batch).toList();
        }
    }

    private static int lastUsed(byte[] bytes) {
        int end = bytes.length;
        while (bytes[end - 1] == 0) {
            end--;
        }
        return end;
    }

    private static Intent place(String path) {
        Step step =
                new Step.PlaceFile(file(path), new Staged("t-" + path), held(path), Keep.CONFLICT);
        return new Intent(step, "t-" + path, new Found(Kind.FILE, STAT, 1), name(path));
    }

    private static Intent remove(String path) {
        return new Intent(
                new Step.Remove(tombstone(path), held(path), Keep.DELETED), null, null, name(path));
    }

    private static Intent attributes(String path) {
        return new Intent(new Step.SetAttributes(file(path), held(path)), null, null, null);
    }

    private static Intent directory(String path) {
        Entry.Directory entry =
                new Entry.Directory(Bench.path(path), 0750, version(), Stamp.ZERO, Bench.BOB);
        return new Intent(
                new Step.MakeDirectory(entry, new Held(tombstone(path), null), Keep.REPLACED),
                "n-" + path,
                new Found(Kind.DIRECTORY, STAT, 2),
                null);
    }

    private static VersionName name(String path) {
        return new VersionName(
                VersionName.hashOf(Bench.path(path)), TIME.toEpochMilli(), 1, Keep.CONFLICT, null);
    }

    private static Held held(String path) {
        return new Held(file(path), STAT);
    }

    private static VersionVector version() {
        return VersionVector.empty().with(Bench.BOB, 1);
    }

    private static Entry.File file(String path) {
        return new Entry.File(
                Bench.path(path),
                3,
                TIME,
                0644,
                Bench.hash("new"),
                version(),
                new Stamp(TIME),
                Bench.BOB);
    }

    private static Entry.Tombstone tombstone(String path) {
        return new Entry.Tombstone(
                Bench.path(path), null, null, version(), new Stamp(TIME), Bench.BOB);
    }
}
