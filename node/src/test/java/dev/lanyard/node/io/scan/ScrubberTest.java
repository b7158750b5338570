package dev.lanyard.node.io.scan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;

import dev.lanyard.node.core.engine.Event;
import dev.lanyard.node.core.engine.Event.Scrubbed;
import dev.lanyard.node.core.index.FileStat;
import dev.lanyard.node.core.index.Held;
import dev.lanyard.node.core.index.Row;
import dev.lanyard.node.io.disk.DiskException.Fault;
import dev.lanyard.node.io.disk.FaultyDisk;
import dev.lanyard.node.io.disk.FaultyDisk.Operation;
import dev.lanyard.node.io.disk.RootLostException;
import dev.lanyard.protocol.Entry;
import dev.lanyard.protocol.RelativePath;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

class ScrubberTest extends ScanFixture {
    private static final InstantSource LATE = () -> Instant.now().plus(Duration.ofHours(1));
    private static final long MIB = 1 << 20;
    private static final String LARGE = "x".repeat((int) (3 * MIB));
    private static final long ALL_BYTES = 3 * MIB + 14;

    private final List<Event> told = new ArrayList<>();
    private final Set<RelativePath> listed = new HashSet<>();

    @BeforeEach
    void threeFiles() throws IOException {
        write("a", LARGE);
        write("b", "small");
        write("c", "small too");
        sync();
    }

    private Scrubber scrubber(InstantSource clock) {
        return new Scrubber(disk, index::reader, clock, told::add, listed::contains);
    }

    private Held heldAt(String path) {
        return Objects.requireNonNull(held(path));
    }

    private FileStat stat(String path) {
        return Objects.requireNonNull(heldAt(path).stat());
    }

    private void decay(String path, String content) throws IOException {
        disk.decay(path(path), content.getBytes(StandardCharsets.UTF_8));
    }

    private ScrubCounts readAll() throws IOException {
        return readOn(scrubber(LATE));
    }

    private static ScrubCounts readOn(Scrubber scrubber) throws IOException {
        while (scrubber.round(MIB)) {
            // Until all is read.
        }
        return scrubber.counts();
    }

    @Test
    void readsALittleInEachRoundAndEachFileOnce() throws Exception {
        Scrubber scrubber = scrubber(LATE);

        assertThat(scrubber.round(MIB)).isTrue();
        assertThat(scrubber.counts().bytes()).isBetween(MIB / 2, 2 * MIB);
        assertThat(scrubber.done()).isNull();
        readOn(scrubber);

        assertThat(scrubber.counts()).isEqualTo(new ScrubCounts(3, ALL_BYTES, 0, 0, List.of()));
        assertThat(scrubber.done()).isEqualTo(path("c"));
        assertThat(told).isEmpty();
    }

    @Test
    @DisplayName("D13: bytes that changed though size, mtime and ctime did not are told")
    void tellsWhatHasOtherBytesThanItHad() throws Exception {
        decay("b", "smell");

        ScrubCounts counts = readAll();

        assertThat(told).containsExactly(new Scrubbed(heldAt("b"), hash("smell")));
        assertThat(counts).isEqualTo(new ScrubCounts(3, ALL_BYTES + 5, 1, 0, List.of(path("b"))));
    }

    @Test
    void aReadThatWentWrongOnceIsNoDecay() throws Exception {
        decay("b", "smell");
        disk.before(
                FaultyDisk.nth(3, FaultyDisk.at(Operation.READ_BYTES, path("b"))),
                () -> decay("b", "small"));

        ScrubCounts counts = readAll();

        assertThat(told).isEmpty();
        assertThat(counts.decayed()).isZero();
        assertThat(counts.bytes()).as("it was read twice").isEqualTo(ALL_BYTES + 5);
    }

    @Test
    void whatWasListedAndIsWellIsTold() throws Exception {
        listed.add(path("c"));

        readAll();

        assertThat(told).containsExactly(new Scrubbed(heldAt("c"), hash("small too")));
    }

    @Test
    void goesOnBehindWhereItWas() throws Exception {
        decay("a", LARGE.replace('x', 'y'));
        decay("c", "smell too");
        Scrubber scrubber = scrubber(LATE);
        scrubber.begin(path("b"));

        ScrubCounts counts = readOn(scrubber);

        assertThat(counts.files()).isOne();
        assertThat(counts.paths()).containsExactly(path("c"));
    }

    @Test
    void whatIsToBeRepairedIsNotRead() throws Exception {
        decay("b", "smell");
        Entry.File file = (Entry.File) heldAt("b").entry();
        index.put(new Row(file.path(), file, Held.decayed(file, hash("smell"), stat("b"))));
        index.commit();

        ScrubCounts counts = readAll();

        assertThat(counts.files()).isEqualTo(2);
        assertThat(told).isEmpty();
    }

    @Test
    void whatChangesWhileItIsReadIsNoDecay() throws Exception {
        Scrubber scrubber = scrubber(LATE);
        assertThat(scrubber.round(MIB)).isTrue();
        var file = write("a", LARGE.replace('x', 'y'));
        Files.setLastModifiedTime(file, FileTime.from(stat("a").mtime()));

        ScrubCounts counts = readOn(scrubber);

        assertThat(told).isEmpty();
        assertThat(counts.files()).isEqualTo(2);
        assertThat(counts.skipped()).isOne();
    }

    @Test
    void whatIsEditedJustBeforeItsEndIsNoDecay() throws Exception {
        decay("b", "smell");
        disk.after(
                FaultyDisk.nth(4, FaultyDisk.at(Operation.READ_BYTES, path("b"))),
                () -> write("b", "edit"));

        ScrubCounts counts = readAll();

        assertThat(told).isEmpty();
        assertThat(counts.skipped()).isOne();
    }

    @Test
    void whatIsReplacedWhileItIsReadIsNoDecay() throws Exception {
        decay("b", "smell");
        disk.after(
                FaultyDisk.nth(4, FaultyDisk.at(Operation.READ_BYTES, path("b"))),
                () -> Files.move(write("n", "other"), folder.resolve("b"), REPLACE_EXISTING));

        readAll();

        assertThat(told).isEmpty();
    }

    @Test
    void whatSomebodyMayWriteToIsLeftOut() throws Exception {
        decay("b", "smell");
        disk.inUse(FaultyDisk.at(Operation.IS_QUIET, path("b")));

        ScrubCounts counts = readAll();

        assertThat(told).isEmpty();
        assertThat(counts.skipped()).isOne();
    }

    @Test
    void whatIsYoungIsLeftOut() throws Exception {
        decay("b", "smell");

        ScrubCounts counts = readOn(scrubber(InstantSource.system()));

        assertThat(counts).isEqualTo(new ScrubCounts(0, 0, 0, 3, List.of()));
    }

    @Test
    void whatIsGoneOrMayNotBeReadIsLeftOut() throws Exception {
        Files.delete(folder.resolve("b"));
        disk.fail(FaultyDisk.at(Operation.READ, path("c")), Fault.NOT_PERMITTED);

        ScrubCounts counts = readAll();

        assertThat(told).isEmpty();
        assertThat(counts.files()).isOne();
        assertThat(counts.skipped()).isEqualTo(2);
    }

    @Test
    void whatTheDiskCannotReadIsTold() throws Exception {
        disk.fail(FaultyDisk.at(Operation.READ_BYTES, path("a")), Fault.IO);

        ScrubCounts counts = readAll();

        assertThat(told).containsExactly(new Scrubbed(heldAt("a"), Scrubbed.UNREADABLE));
        assertThat(counts.paths()).containsExactly(path("a"));
        assertThat(counts.files()).isEqualTo(3);
    }

    @Test
    void aReadThatFailedOnceIsNoDecay() throws Exception {
        disk.fail(FaultyDisk.nth(1, FaultyDisk.at(Operation.READ_BYTES, path("b"))), Fault.IO);

        ScrubCounts counts = readAll();

        assertThat(told).isEmpty();
        assertThat(counts.decayed()).isZero();
    }

    @Test
    void ofADiskThatIsGoneNothingIsTold() {
        disk.before(
                FaultyDisk.at(Operation.READ_BYTES, path("a")),
                () -> {
                    disk.loseRoot();
                    disk.fail(FaultyDisk.any(Operation.READ_BYTES), Fault.IO);
                });

        assertThatThrownBy(this::readAll).isInstanceOf(RootLostException.class);

        assertThat(told).isEmpty();
    }
}
