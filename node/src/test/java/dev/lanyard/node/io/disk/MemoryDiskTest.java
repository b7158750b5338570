package dev.lanyard.node.io.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.lanyard.node.core.names.Naming;
import dev.lanyard.node.io.disk.DiskException.Fault;
import dev.lanyard.node.io.disk.Root.Content;
import dev.lanyard.node.io.disk.Root.Place;
import dev.lanyard.node.io.disk.Root.Seen;
import dev.lanyard.node.io.disk.Root.Sink;
import dev.lanyard.protocol.RelativePath;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** It keeps the contract of a real disk; and the user's programs do what theirs do. */
final class MemoryDiskTest extends DiskContract {
    private static final long CAPACITY_BYTES = 1 << 30;
    private static final Instant NOON = Instant.parse("2024-03-01T12:00:00.123456789Z");

    private final Instant[] now = {NOON};
    private final MemoryDisk machine = new MemoryDisk(() -> now[0], new SplittableRandom(1));

    @Override
    Disk disk() {
        machine.capacity(CAPACITY_BYTES);
        return machine.again();
    }

    @Override
    Hands hands() {
        return new MemoryHands(machine);
    }

    @Test
    void writesInPlaceAndAtTheEnd() throws IOException {
        machine.write(path("f"), bytes("first"));
        long inode = found("f").stat().inode();

        machine.write(path("f"), bytes("2nd"));
        machine.append(path("f"), bytes(" and more"));

        assertThat(machine.contentOf(path("f"))).isEqualTo(bytes("2nd and more"));
        assertThat(found("f").stat().inode()).isEqualTo(inode);
    }

    @Test
    void renamesNothingToAnotherNameOfTheSameFile() throws IOException {
        machine.write(path("f"), bytes("f"));
        machine.linkHard(path("f"), path("g"));

        machine.rename(path("f"), path("g"));

        assertThat(machine.everything().keySet()).containsExactly(path("f"), path("g"));
    }

    @Test
    void renamesOverAFileAndAnEmptyDirectoryOnly() throws IOException {
        machine.write(path("f"), bytes("f"));
        machine.write(path("g"), bytes("g"));
        hands.makeDirectories("d/sub");
        hands.makeDirectories("empty");

        machine.rename(path("f"), path("g"));
        machine.rename(path("d"), path("empty"));

        assertThat(machine.everything().keySet())
                .containsExactly(path("empty"), path("empty/sub"), path("g"));
        assertThat(machine.contentOf(path("g"))).isEqualTo(bytes("f"));
        hands.makeDirectories("e");
        assertFault(Fault.NOT_EMPTY, () -> machine.rename(path("e"), path("empty")));
        assertFault(Fault.IS_A_DIRECTORY, () -> machine.rename(path("g"), path("e")));
        assertFault(Fault.NOT_A_DIRECTORY, () -> machine.rename(path("e"), path("g")));
        assertFault(Fault.IO, () -> machine.rename(path("empty"), path("empty/sub/x")));
    }

    @Test
    void deletesATree() throws IOException {
        hands.makeDirectories("d/e");
        machine.write(path("d/e/f"), bytes("f"));

        assertFault(Fault.NOT_EMPTY, () -> machine.delete(path("d")));
        machine.deleteTree(path("d"));

        assertThat(machine.everything()).isEmpty();
        assertThat(machine.files(Place.PRIVATE)).containsOnlyKeys("marker");
    }

    @Test
    void readsOnWhatWasDeletedWhileItIsOpen() throws IOException {
        machine.write(path("f"), bytes("content"));
        try (Content content = root.read(path("f"))) {
            machine.delete(path("f"));

            assertThat(content.stat().linkCount()).isZero();
            assertThat(read(content)).isEqualTo("content");
        }
    }

    @Test
    void setsCtimeWithEachChange() throws IOException {
        machine.write(path("f"), bytes("f"));

        assertSetsCtime(() -> machine.append(path("f"), bytes("f")));
        assertSetsCtime(() -> machine.setMode(path("f"), 0600));
        assertSetsCtime(() -> machine.setMtime(path("f"), NOON));
        assertSetsCtime(() -> machine.linkHard(path("f"), path("g")));
        assertSetsCtime(() -> machine.delete(path("g")));
        assertSetsCtime(
                () -> {
                    machine.rename(path("f"), path("g"));
                    machine.rename(path("g"), path("f"));
                });
        assertThat(found("f").stat().mtime()).isEqualTo(NOON);
    }

    private void assertSetsCtime(ThrowingCallable change) throws IOException {
        now[0] = now[0].plusSeconds(1);
        assertThatCode(change).doesNotThrowAnyException();
        assertThat(found("f").stat().ctime()).isEqualTo(now[0]);
    }

    @Test
    void changesNothingByWritingNothing() throws IOException {
        try (Sink sink = root.create("s")) {
            now[0] = NOON.plusSeconds(1);
            sink.write(ByteBuffer.allocate(0), 0);
        }

        assertThat(root.statStaged("s").stat().ctime()).isEqualTo(NOON);
    }

    @Test
    void setsTheMtimeOfADirectoryWithItsEntries() throws IOException {
        machine.makeDirectory(path("d"));
        now[0] = NOON.plusSeconds(1);

        machine.write(path("d/f"), bytes("f"));
        now[0] = NOON.plusSeconds(2);
        machine.write(path("d/f"), bytes("g"));

        assertThat(found("d").stat().mtime()).isEqualTo(NOON.plusSeconds(1));
    }

    @Test
    void storesTimesInWholeUnits() throws IOException {
        machine.granularity(Duration.ofSeconds(2));
        machine.write(path("f"), bytes("f"));
        assertThat(found("f").stat().mtime()).isEqualTo("2024-03-01T12:00:00Z");
        root.setAttributes(path("f"), 0600, Instant.parse("2024-03-01T11:00:03.5Z"));
        assertThat(found("f").stat().mtime()).isEqualTo("2024-03-01T11:00:02Z");

        machine.granularity(Duration.ofMillis(4));
        machine.write(path("f"), bytes("f"));
        assertThat(found("f").stat().mtime()).isEqualTo("2024-03-01T12:00:00.120Z");
    }

    @Test
    void isFull() throws IOException {
        long usedBytes = CAPACITY_BYTES - root.freeBytes();
        machine.capacity(usedBytes + 10);

        machine.write(path("f"), new byte[6]);
        assertThat(root.freeBytes()).isEqualTo(4);
        try (Sink sink = root.create("s")) {
            sink.size(100);
            sink.write(ByteBuffer.allocate(4), 0);
            assertFault(Fault.DISK_FULL, () -> sink.write(ByteBuffer.allocate(1), 4));
        }
        assertFault(Fault.DISK_FULL, () -> machine.append(path("f"), new byte[1]));
        assertFault(Fault.DISK_FULL, () -> root.copy(path("f"), 6, "t"));
        machine.delete(path("f"));
        assertThat(root.freeBytes()).isEqualTo(6);
        assertThat(root.names(Place.STAGING)).containsOnly("s");
        try (Sink _ = root.reopen("s", 4)) {
            root.delete(Place.STAGING, "s");
            assertThat(root.freeBytes()).isEqualTo(6);
        }
        assertThat(root.freeBytes()).isEqualTo(10);
    }

    @Test
    void showsZerosWhereItWasCutOffAndIsLongAgain() throws IOException {
        try (Sink sink = root.create("s")) {
            sink.write(ByteBuffer.wrap(bytes("content")), 0);
            sink.size(3);
            sink.size(5);
        }

        assertThat(hands.text(".lanyard/staging/s")).isEqualTo("con\0\0");
    }

    @Test
    void isNotThereWithoutItsMedium() throws IOException {
        machine.write(path("f"), bytes("f"));
        try (Content content = root.read(path("f"));
                Sink sink = root.create("s")) {
            machine.unmount();

            assertThatThrownBy(disk::open).isInstanceOf(RootLostException.class);
            assertThatThrownBy(() -> disk.adopt(null)).isInstanceOf(RootLostException.class);
            assertFault(Fault.IO, () -> machine.write(path("f"), bytes("g")));
            machine.mount();
            assertFault(Fault.IO, () -> root.stat(path("f")));
            assertFault(Fault.IO, () -> content.read(ByteBuffer.allocate(1), 0));
            assertFault(Fault.IO, sink::flush);
        }
        try (Root again = disk.open()) {
            assertThat(again.stat(path("f"))).isNotNull();
        }
    }

    @Test
    void hasAllOnItsMediumWhenThatIsTakenAway() throws IOException {
        for (int i = 0; i < 20; i++) {
            machine.write(path("f" + i), bytes("content"));
            machine.unmount();
            machine.crash();
            machine.mount();

            assertThat(machine.contentOf(path("f" + i))).isEqualTo(bytes("content"));
        }
    }

    @Test
    void isAnotherShareWithAnotherMarker() throws IOException {
        RootIdentity identity = disk.adopt(null);
        root.write(Place.PRIVATE, "marker", ByteBuffer.wrap(bytes("other")));

        assertThatThrownBy(disk::open).isInstanceOf(RootLostException.class);
        assertThatThrownBy(() -> disk().adopt(identity)).isInstanceOf(RootLostException.class);
        RootIdentity copy = new RootIdentity("other", identity.markerInode() + 1, root.device());
        assertThatThrownBy(() -> disk().adopt(copy)).isInstanceOf(RootLostException.class);
        root.delete(Place.PRIVATE, "marker");
        assertThatThrownBy(disk::open).isInstanceOf(RootLostException.class);
    }

    @Test
    void tellsWhatChangedInTheTree() throws IOException {
        List<RelativePath> heard = new ArrayList<>();
        machine.onChange(heard::add);

        machine.write(path("f"), bytes("f"));
        assertThat(heard).containsOnly(path("f"));
        heard.clear();
        machine.rename(path("f"), path("g"));
        assertThat(heard).containsExactlyInAnyOrder(path("f"), path("g"));
        heard.clear();
        stage("s", "s");
        root.archive("s", "v");
        assertThat(heard).isEmpty();
        stage("s", "s");
        root.exchange("s", path("g"));
        assertThat(heard).containsExactly(path("g"));
        heard.clear();
        root.setAttributes(path("g"), 0600, null);
        assertThat(heard).containsExactly(path("g"));
        heard.clear();
        machine.deleteTree(path("g"));
        assertThat(heard).containsExactly(path("g"));
    }

    @Test
    void takesSomeNamesForOne() throws IOException {
        machine.names(NameHabit.IGNORING_CASE);
        hands.makeDirectories("Dir");
        machine.write(path("dir/File"), bytes("f"));

        assertThat(root.stat(path("DIR/fILE"))).isEqualTo(root.stat(path("Dir/File"))).isNotNull();
        machine.write(path("Dir/FILE"), bytes("g"));
        assertThat(machine.everything().keySet()).containsExactly(path("Dir"), path("Dir/File"));
        stage("s", "s");
        assertFault(Fault.EXISTS, () -> root.place("s", path("dir/FILE")));
        machine.rename(path("Dir/File"), path("Dir/file"));
        assertThat(machine.everything().keySet()).containsExactly(path("Dir"), path("Dir/file"));

        Disk named = machine.named();
        named.adopt(null);
        assertThat(named.naming()).isEqualTo(new Naming(true, false, false));
    }

    @Test
    void givesInodeNumbersAgainOnlyIfToldSo() throws IOException {
        machine.write(path("f"), bytes("f"));
        long inode = found("f").stat().inode();
        machine.delete(path("f"));
        machine.write(path("g"), bytes("g"));
        assertThat(found("g").stat().inode()).isGreaterThan(inode);

        machine.reuseInodes();
        long number = found("g").stat().inode();
        stage("s", "s");
        root.exchange("s", path("g"));
        root.delete(Place.STAGING, "s");
        machine.write(path("h"), bytes("h"));
        machine.write(path("i"), bytes("i"));

        assertThat(found("h").stat().inode()).isEqualTo(number);
        assertThat(machine.everything().values().stream().map(each -> each.stat().inode()))
                .doesNotHaveDuplicates();
    }

    @Test
    void isQuietUntilSomethingIsOpenForWriting() throws IOException {
        try (Sink _ = root.create("s")) {
            assertThat(root.isQuietStaged("s")).isFalse();
        }
        assertThat(root.isQuietStaged("s")).isTrue();
    }

    @Test
    void findsTheNextBytesThatAreNoZeros() throws IOException {
        try (Sink sink = root.create("s")) {
            sink.size(1_000);
            sink.write(ByteBuffer.wrap(new byte[] {1}), 500);
        }
        try (Content content = root.read(Place.STAGING, "s")) {
            assertThat(content.nextData(0)).isEqualTo(500);
            assertThat(content.nextData(501)).isEqualTo(1_000);
        }
    }

    @Test
    void followsNoLink() throws IOException {
        hands.makeDirectories("d");
        machine.write(path("d/f"), bytes("f"));
        hands.link("l", "d");

        assertThat(machine.targetOf(path("l"))).isEqualTo(target("d"));
        assertFault(Fault.CONFINED, () -> root.stat(path("l/f")));
        assertFault(Fault.CONFINED, () -> root.list(path("l")));
        assertFault(Fault.CONFINED, () -> root.read(path("l")));
        assertFault(Fault.NAME_IMPOSSIBLE, () -> root.create("x".repeat(256)));
        root.flush(path("l"));
    }

    @Test
    void surveysWhatItLists() throws IOException {
        hands.makeDirectories("d");
        machine.write(path("d/f"), bytes("f"));

        assertThat(root.survey(null)).extracting(Seen::found).containsExactly(found("d"));
        assertThat(root.survey(path("d"))).extracting(Seen::found).containsExactly(found("d/f"));
    }

    @Test
    void copiesFromAFileThatIsOpen() throws IOException {
        machine.write(path("f"), bytes("0123456789"));
        try (Content content = root.read(path("f"));
                Sink copied = root.create("copied");
                Sink shared = root.create("shared")) {
            assertThat(copied.copy(content, 2, 1, 3)).isEqualTo(3);
            assertThat(shared.share(content)).isTrue();
            shared.write(ByteBuffer.wrap(bytes("x")), 0);
            assertFault(Fault.SHRANK, () -> copied.copy(content, 8, 0, 3));
        }

        assertThat(hands.text(".lanyard/staging/copied")).isEqualTo("\0" + "234");
        assertThat(hands.text(".lanyard/staging/shared")).isEqualTo("x123456789");
        assertThat(hands.text("f")).isEqualTo("0123456789");
    }

    @Test
    void doesNotChangeACopyWithItsSource() throws IOException {
        machine.write(path("f"), bytes("content"));
        root.copy(path("f"), 7, "s");

        machine.write(path("f"), bytes("x"));

        assertThat(hands.text(".lanyard/staging/s")).isEqualTo("content");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }
}
