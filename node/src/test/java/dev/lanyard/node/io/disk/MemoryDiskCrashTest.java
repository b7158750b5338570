package dev.lanyard.node.io.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.lanyard.node.core.index.FileStat;
import dev.lanyard.node.io.disk.DiskException.Fault;
import dev.lanyard.node.io.disk.Root.Content;
import dev.lanyard.node.io.disk.Root.Found;
import dev.lanyard.node.io.disk.Root.Place;
import dev.lanyard.node.io.disk.Root.Sink;
import dev.lanyard.protocol.RelativePath;
import dev.lanyard.protocol.testing.Seeded;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** What a power cut leaves: all that was promised, and in some run no more. */
final class MemoryDiskCrashTest {
    private static final Instant NOON = Instant.parse("2024-03-01T12:00:00Z");
    private static final int SEEDS = 400;

    // ---------------------------------------------------------------- what is flushed

    @Test
    void whatWasWrittenAndPlacedAndFlushedIsThere() throws IOException {
        assertThat(
                        left(
                                (machine, root) -> {
                                    stageDurably(root, "s", "content");
                                    root.setAttributes("s", 0640, NOON.minusSeconds(9), null);
                                    root.place("s", path("f"));
                                    root.flush(path("f"));
                                },
                                machine -> text(machine, "f") + " " + stat(machine, "f").mode()))
                .containsExactly("content " + 0640);
    }

    @Test
    void whatWasFlushedTogetherIsThere() throws IOException {
        for (boolean asked : List.of(true, false)) {
            assertThat(
                            left(
                                    (machine, root) -> {
                                        machine.makeDirectory(path("d"));
                                        machine.write(path("d/f"), bytes("content"));
                                        if (asked) {
                                            assertThat(root.flushAll()).isTrue();
                                        } else {
                                            root.writeOut();
                                        }
                                        machine.append(path("d/f"), bytes("!"));
                                    },
                                    machine -> text(machine, "d/f")))
                    .containsExactly("content", "content!", "content_");
        }
    }

    @Test
    void aPrivateFileThatIsWrittenDurablyIsNeverTorn() throws IOException {
        assertThat(
                        left(
                                (_, root) -> {
                                    root.writeDurably(
                                            Place.PRIVATE, "mark", ByteBuffer.wrap(bytes("1")));
                                    root.flush(Place.PRIVATE);
                                    root.writeDurably(
                                            Place.PRIVATE, "mark", ByteBuffer.wrap(bytes("22")));
                                },
                                machine -> privateText(machine, "mark")))
                .containsExactly("1", "22");
    }

    private static String privateText(MemoryDisk machine, String name) throws IOException {
        try (Root root = machine.open();
                Content content = root.read(Place.PRIVATE, name)) {
            ByteBuffer bytes = ByteBuffer.allocate(9);
            content.read(bytes, 0);
            return UTF_8.decode(bytes.flip()).toString();
        }
    }

    @Test
    void whatIsLeftByOnePowerCutIsLeftByTheNext() throws IOException {
        for (int seed = 1; seed <= SEEDS; seed++) {
            MemoryDisk machine = machine(seed);
            write(machine);
            machine.crash();
            Map<String, String> first = picture(machine);

            machine.crash();

            assertThat(picture(machine)).as("seed %d", seed).isEqualTo(first);
        }
    }

    private static void write(MemoryDisk machine) throws IOException {
        machine.write(path("f"), bytes("content"));
        machine.write(path("g"), bytes("other"));
        machine.rename(path("f"), path("g"));
        machine.stateFile("state").write(ByteBuffer.wrap(bytes("state")), 0);
    }

    @Test
    void whatWasFlushedAndDeletedIsThereInFullIfTheDeletionIsLost() throws IOException {
        assertThat(
                        left(
                                (machine, root) -> {
                                    machine.write(path("f"), bytes("content"));
                                    machine.linkHard(path("f"), path("g"));
                                    machine.sync();
                                    machine.delete(path("f"));
                                    machine.delete(path("g"));
                                },
                                machine ->
                                        text(machine, "f")
                                                + text(machine, "g")
                                                + machine.everything().values().stream()
                                                        .mapToInt(Found::linkCount)
                                                        .sum()))
                .containsExactly("--0", "-content1", "contentcontent4");
    }

    // ---------------------------------------------------------------- content

    @Test
    void whatWasNotFlushedIsLostOrKeptOrTorn() throws IOException {
        SortedSet<String> left =
                left(
                        (machine, _) -> machine.write(path("f"), bytes("content")),
                        machine -> text(machine, "f"));

        assertThat(left).contains("-", "", "content", "cont", "cont___", "__ntent", "_______");
    }

    @Test
    void aRenameIsKeptWithoutTheContentThatWasNotFlushed() throws IOException {
        SortedSet<String> left =
                left(
                        (machine, _) -> {
                            machine.write(path("f"), bytes("old"));
                            machine.sync();
                            machine.write(path("temporary"), bytes("new"));
                            machine.rename(path("temporary"), path("f"));
                        },
                        machine -> text(machine, "f"));

        assertThat(left).contains("old", "new", "", "ne", "___").doesNotContain("-");
    }

    @Test
    void aSmallPrivateFileIsTornToo() throws IOException {
        SortedSet<String> left =
                left(
                        (_, root) -> root.write(Place.PRIVATE, "mark", buffer("mark")),
                        machine ->
                                shown(
                                        machine.files(Place.PRIVATE)
                                                .getOrDefault("mark", bytes("-"))));

        assertThat(left).contains("-", "mark", "");
    }

    @Test
    void aFlushedBeginningStaysAsItWas() throws IOException {
        SortedSet<String> left =
                left(
                        (machine, root) -> {
                            stageDurably(root, "s", "0123");
                            try (Sink sink = root.reopen("s", 4)) {
                                sink.write(buffer("4567"), 4);
                            }
                        },
                        machine -> staged(machine));

        assertThat(left)
                .contains("0123", "01234567", "012345", "012345__")
                .allMatch(content -> content.startsWith("0123"));
    }

    @Test
    void whatIsWrittenOverIsOldOrNewInPieces() throws IOException {
        SortedSet<String> left =
                left(
                        (machine, root) -> {
                            stageDurably(root, "s", "aaaaaa");
                            try (Sink sink = root.reopen("s", 6)) {
                                sink.write(buffer("bbb"), 1);
                            }
                        },
                        machine -> staged(machine));

        assertThat(left)
                .contains("aaaaaa", "abbbaa", "aabbaa", "abaaaa")
                .allMatch(content -> content.matches("a[ab]{3}aa"));
    }

    @Test
    void aCopyDoesNotTearItsSource() throws IOException {
        SortedSet<String> left =
                left(
                        (machine, root) -> {
                            machine.write(path("f"), bytes("content"));
                            machine.sync();
                            root.copy(path("f"), 7, "s");
                        },
                        machine -> text(machine, "f"));

        assertThat(left).containsExactly("content");
    }

    // ---------------------------------------------------------------- names

    @Test
    void namesAreKeptInTheirOrder() throws IOException {
        SortedSet<String> left =
                left(
                        (machine, _) -> {
                            for (int i = 0; i < 9; i++) {
                                machine.makeDirectory(path("d" + i));
                            }
                        },
                        MemoryDiskCrashTest::names);

        assertThat(left)
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.rangeClosed(0, 9)
                                .mapToObj(
                                        count ->
                                                IntStream.range(0, count)
                                                        .mapToObj(i -> "d" + i)
                                                        .collect(Collectors.joining(" ")))
                                .toList());
    }

    @Test
    void aFlushKeepsTheNamesBeforeItAndPromisesNoneAfterIt() throws IOException {
        SortedSet<String> left =
                left(
                        (machine, root) -> {
                            machine.makeDirectory(path("a"));
                            machine.write(path("b"), bytes("b"));
                            machine.makeDirectory(path("c"));
                            root.flush(path("b"));
                            machine.makeDirectory(path("d"));
                        },
                        MemoryDiskCrashTest::names);

        assertThat(left).containsExactly("a b c", "a b c d");
    }

    @Test
    void aFlushPromisesNothingOfWhatWasDoneElsewhereMeanwhile() throws IOException {
        SortedSet<String> left =
                left(
                        (machine, root) -> {
                            machine.makeDirectory(path("a"));
                            machine.write(path("a/f"), bytes("f"));
                            machine.makeDirectory(path("b"));
                            root.flush(path("a/f"));
                        },
                        MemoryDiskCrashTest::names);

        assertThat(left).containsExactly("a a/f", "a a/f b");
    }

    @Test
    void aRenameThatIsLostLeavesNoTrace() throws IOException {
        SortedSet<String> left = new TreeSet<>();
        for (int seed = 1; seed <= SEEDS; seed++) {
            Instant[] now = {NOON};
            MemoryDisk machine = new MemoryDisk(() -> now[0], new SplittableRandom(seed));
            machine.write(path("f"), bytes("f"));
            machine.sync();
            now[0] = NOON.plusSeconds(1);
            machine.rename(path("f"), path("g"));

            machine.crash();

            machine.everything()
                    .forEach((path, found) -> left.add(path + " " + found.stat().ctime()));
        }

        assertThat(left).containsExactly("f " + NOON, "g " + NOON.plusSeconds(1));
    }

    @Test
    void theFlushOfAStagedFileSaysNothingOfWhereItIsPlaced() throws IOException {
        SortedSet<String> left =
                left(
                        (machine, root) -> {
                            stageDurably(root, "s", "content");
                            root.place("s", path("f"));
                        },
                        machine ->
                                text(machine, "f") + " " + machine.files(Place.STAGING).keySet());

        assertThat(left).containsExactly("- [s]", "content []");
    }

    @Test
    void theFlushOfAPrivateDirectoryKeepsItsNamesAndNoContent() throws IOException {
        SortedSet<String> left =
                left(
                        (machine, root) -> {
                            stageDurably(root, "s", "old");
                            root.archive("s", "v");
                            root.write(Place.VERSIONS, "v.about", buffer("why"));
                            root.flush(Place.VERSIONS);
                        },
                        machine -> {
                            SortedMap<String, byte[]> versions = machine.files(Place.VERSIONS);
                            return versions.keySet()
                                    + shown(Objects.requireNonNull(versions.get("v")))
                                    + shown(Objects.requireNonNull(versions.get("v.about")));
                        });

        assertThat(left)
                .contains("[v, v.about]oldwhy", "[v, v.about]old")
                .allMatch(each -> each.startsWith("[v, v.about]old"));
    }

    @Test
    void anExchangeIsKeptOrLostAsAWhole() throws IOException {
        SortedSet<String> left =
                left(
                        (machine, root) -> {
                            machine.write(path("f"), bytes("old"));
                            stageDurably(root, "s", "new");
                            machine.sync();
                            root.exchange("s", path("f"));
                        },
                        machine -> text(machine, "f") + " " + staged(machine));

        assertThat(left).containsExactly("new old", "old new");
    }

    @Test
    void attributesAreKeptInTheOrderOfNames() throws IOException {
        SortedSet<String> left =
                left(
                        (machine, root) -> {
                            machine.write(path("f"), bytes("f"));
                            machine.setMode(path("f"), 0);
                            machine.sync();
                            root.setAttributes(path("f"), 1, NOON.plusSeconds(5));
                            machine.makeDirectory(path("g"));
                        },
                        machine ->
                                stat(machine, "f").mode()
                                        + " "
                                        + stat(machine, "f").mtime().equals(NOON.plusSeconds(5))
                                        + " "
                                        + isThere(machine, "g"));

        assertThat(left)
                .containsExactly("0 false false", "1 false false", "1 true false", "1 true true");
    }

    // ---------------------------------------------------------------- state files

    @Test
    void aStateFileKeepsWhatWasForced() throws IOException {
        assertThat(
                        left(
                                (machine, _) -> {
                                    StateFile file = machine.stateFile("state", 4);
                                    file.write(buffer("ab"), 1);
                                    file.force();
                                },
                                machine -> state(machine)))
                .containsExactly("_ab_");
    }

    @Test
    void aStateFileKeepsAnyPartOfWhatWasNotForced() throws IOException {
        SortedSet<String> left =
                left(
                        (machine, _) -> {
                            StateFile file = machine.stateFile("state", 6);
                            file.write(buffer("abc"), 0);
                            file.write(buffer("xyz"), 3);
                        },
                        machine -> state(machine));

        assertThat(left)
                .contains("abcxyz", "______", "abc___", "___xyz", "ab_xyz", "a__x__")
                .allMatch(each -> each.matches("(abc|ab_|a__|___)(xyz|xy_|x__|___)"));
    }

    // ---------------------------------------------------------------- what is open, and order

    @Test
    void nothingThatWasOpenWorksAfterwards() throws IOException {
        MemoryDisk machine = machine(1);
        machine.write(path("f"), bytes("f"));
        Root root = machine.open();
        Content content = root.read(path("f"));
        Sink sink = root.create("s");
        machine.sync();
        StateFile state = machine.stateFile("state");

        machine.crash();

        DiskContract.assertFault(Fault.IO, () -> root.stat(path("f")));
        DiskContract.assertFault(Fault.IO, () -> root.names(Place.STAGING));
        DiskContract.assertFault(Fault.IO, () -> content.read(ByteBuffer.allocate(1), 0));
        DiskContract.assertFault(Fault.IO, () -> sink.write(ByteBuffer.allocate(1), 0));
        DiskContract.assertFault(Fault.IO, sink::flush);
        assertThatThrownBy(state::force).isInstanceOf(IOException.class);
        sink.close();
        try (Root again = machine.open()) {
            assertThat(again.stat(path("f"))).isNotNull();
            assertThat(again.isQuietStaged("s")).isTrue();
        }
        assertThat(machine.stateFile("state").read().remaining()).isZero();
    }

    @Seeded(runs = 50)
    void theSameSeedGivesTheSame(long seed) throws IOException {
        assertThat(afterAccidents(seed, false)).isEqualTo(afterAccidents(seed, false));
    }

    @Seeded(runs = 50)
    void whatIsLeftIsAFileSystem(long seed) throws IOException {
        afterAccidents(seed, true);
    }

    /** What the machine looks like after much was done and the power was cut several times. */
    private static Map<String, String> afterAccidents(long seed, boolean reusing)
            throws IOException {
        MemoryDisk machine = machine(seed);
        if (reusing) {
            machine.reuseInodes();
        }
        RandomGenerator random = new SplittableRandom(seed + 1_000);
        for (int i = 0; i < 300; i++) {
            try {
                act(machine, random);
            } catch (DiskException refused) {
                // As it would be of a real one.
            }
            if (random.nextInt(40) == 0) {
                machine.crash();
                assertIsSound(machine);
            }
        }
        return picture(machine);
    }

    private static void act(MemoryDisk machine, RandomGenerator random) throws IOException {
        RelativePath one = path(List.of("a", "b", "d", "d/a", "d/b").get(random.nextInt(5)));
        RelativePath other = path(List.of("a", "b", "d", "d/a", "d/b").get(random.nextInt(5)));
        switch (random.nextInt(10)) {
            case 0 -> machine.write(one, bytes("content " + random.nextInt(1_000)));
            case 1 -> machine.append(one, bytes("more"));
            case 2 -> machine.makeDirectory(one);
            case 3 -> machine.linkHard(one, other);
            case 4 -> machine.delete(one);
            case 5 -> machine.deleteTree(one);
            case 6, 7 -> machine.rename(one, other);
            case 8 -> {
                try (Root root = machine.open()) {
                    root.flush(one);
                }
            }
            default -> machine.stateFile("state").write(buffer("state"), random.nextInt(20));
        }
    }

    private static void assertIsSound(MemoryDisk machine) throws IOException {
        Map<Long, Integer> names = new HashMap<>();
        Map<RelativePath, Found> everything = machine.everything();
        everything.values().forEach(each -> names.merge(each.stat().inode(), 1, Integer::sum));
        everything.forEach(
                (path, found) ->
                        assertThat(found.linkCount())
                                .as(path.toString())
                                .isEqualTo(names.get(found.stat().inode())));
        machine.open().close();
    }

    // ---------------------------------------------------------------- fixtures

    private interface Act {
        void on(MemoryDisk machine, Root root) throws IOException;
    }

    private interface Look {
        String at(MemoryDisk machine) throws IOException;
    }

    /** All that many power cuts after {@code act} leave. */
    private static SortedSet<String> left(Act act, Look look) throws IOException {
        SortedSet<String> left = new TreeSet<>();
        for (int seed = 1; seed <= SEEDS; seed++) {
            MemoryDisk machine = machine(seed);
            try (Root root = machine.open()) {
                act.on(machine, root);
                machine.crash();
            }
            left.add(look.at(machine));
        }
        return left;
    }

    private static MemoryDisk machine(long seed) throws IOException {
        MemoryDisk machine = new MemoryDisk(() -> NOON, new SplittableRandom(seed));
        machine.adopt(null);
        return machine;
    }

    private static void stageDurably(Root root, String name, String content) throws IOException {
        try (Sink sink = root.create(name)) {
            sink.write(buffer(content), 0);
            sink.flush();
        }
    }

    private static boolean isThere(MemoryDisk machine, String path) {
        return machine.everything().containsKey(path(path));
    }

    /** A dash for what is not there; zeros are lines. */
    private static String text(MemoryDisk machine, String path) throws IOException {
        return isThere(machine, path) ? shown(machine.contentOf(path(path))) : "-";
    }

    private static String staged(MemoryDisk machine) {
        return shown(Objects.requireNonNull(machine.files(Place.STAGING).get("s")));
    }

    private static String shown(byte[] content) {
        return new String(content, UTF_8).replace('\0', '_');
    }

    private static FileStat stat(MemoryDisk machine, String path) {
        return Objects.requireNonNull(machine.everything().get(path(path))).stat();
    }

    private static String state(MemoryDisk machine) throws IOException {
        return shown(machine.stateFile("state").read().array());
    }

    private static String names(MemoryDisk machine) {
        return machine.everything().keySet().stream()
                .map(RelativePath::toString)
                .collect(Collectors.joining(" "));
    }

    private static Map<String, String> picture(MemoryDisk machine) throws IOException {
        Map<String, String> picture = new TreeMap<>();
        for (Map.Entry<RelativePath, Found> entry : machine.everything().entrySet()) {
            String content =
                    entry.getValue().kind() == Root.Kind.FILE
                            ? new String(machine.contentOf(entry.getKey()), UTF_8)
                            : "";
            picture.put(entry.getKey().toString(), entry.getValue() + content);
        }
        picture.put(".state", state(machine));
        return picture;
    }

    private static RelativePath path(String text) {
        return RelativePath.of(text);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    private static ByteBuffer buffer(String text) {
        return ByteBuffer.wrap(bytes(text));
    }
}
