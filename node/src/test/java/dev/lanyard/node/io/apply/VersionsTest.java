package dev.lanyard.node.io.apply;

import static dev.lanyard.node.io.apply.Bench.path;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lanyard.node.core.engine.Observation;
import dev.lanyard.node.core.engine.Observation.SeenFile;
import dev.lanyard.node.core.engine.Observation.SeenLink;
import dev.lanyard.node.core.index.Held;
import dev.lanyard.node.core.plan.Keep;
import dev.lanyard.node.core.plan.Step;
import dev.lanyard.node.io.disk.DiskException;
import dev.lanyard.node.io.disk.DiskException.Fault;
import dev.lanyard.protocol.Entry;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;

/** What is kept is found, described and brought back. */
class VersionsTest {
    @TempDir Path home;
    Bench bench;

    @BeforeEach
    void openBench() throws IOException {
        bench = new Bench(home);
    }

    @Test
    void restoresADeletedFileWithItsModeTimeAndParents() throws IOException {
        Held old = bench.write("d/e/a", "old");
        Held e = bench.held("d/e");
        bench.apply(
                new Step.Remove(bench.tombstone("d/e/a"), old, Keep.DELETED),
                new Step.Remove(bench.tombstone("d/e"), e, Keep.DELETED));
        assertThat(bench.isThere("d/e")).isFalse();

        Observation seen = bench.versions.restore(path("d/e/a"), Optional.empty()).observation();

        assertThat(bench.read("d/e/a")).isEqualTo("old");
        Held now = bench.held("d/e/a");
        assertThat(seen)
                .isEqualTo(new SeenFile(path("d/e/a"), statOf(now), Bench.hash("old"), null));
        assertThat(statOf(now).mtime()).isEqualTo(statOf(old).mtime());
        assertThat(statOf(now).mode()).isEqualTo(statOf(old).mode());
        assertThat(bench.staging()).isEmpty();
    }

    @Test
    void twoProcessesInOneMillisecondGiveDifferentNames() {
        InstantSource still =
                InstantSource.fixed(Instant.EPOCH); // As after each start without one.

        List<VersionName> names =
                Stream.of(new Random(1), new Random(2))
                        .map(random -> new Versions(bench.disk, still, random))
                        .flatMap(
                                each ->
                                        Stream.generate(() -> each.nameFor(path("a"), Keep.UNCLEAN))
                                                .limit(3))
                        .toList();

        assertThat(names).doesNotHaveDuplicates().allMatch(name -> name.millis() == 0);
        assertThat(names)
                .allMatch(name -> VersionName.parse(name.toString()).equals(Optional.of(name)));
    }

    @Test
    void restoresOneOfSeveralVersionsAndKeepsWhatIsThere() throws IOException {
        for (String content : List.of("one", "two", "three")) {
            bench.apply(bench.placeFile("a", content, bench.isThere("a") ? bench.held("a") : null));
        }
        assertThat(bench.keptContents("a")).containsExactly("two", "one");
        String oldest = bench.versions.list(path("a")).getLast().name();

        bench.versions.restore(path("a"), Optional.of(oldest));

        assertThat(bench.read("a")).isEqualTo("one");
        assertThat(bench.keptContents("a")).containsExactly("three", "two", "one");
        assertThat(bench.staging()).isEmpty();
    }

    @Test
    void restoresWhereNamesCannotBeExchanged() throws IOException {
        bench.apply(bench.placeFile("a", "new", bench.write("a", "old")));
        bench.failAlways("exchange", Fault.UNSUPPORTED);

        bench.versions.restore(path("a"), Optional.empty());

        assertThat(bench.read("a")).isEqualTo("old");
        assertThat(bench.keptContents("a")).containsExactly("new", "old");
        assertThat(bench.staging()).isEmpty();
        assertThat(bench.versions.list()).hasSize(2);
    }

    @Test
    void restoresALink() throws IOException {
        Files.createSymbolicLink(bench.folder.resolve("a"), Path.of("../there"));
        Entry.Symlink old = (Entry.Symlink) bench.held("a").entry();
        bench.apply(new Step.Remove(bench.tombstone("a"), bench.held("a"), Keep.DELETED));

        Observation seen = bench.versions.restore(path("a"), Optional.empty()).observation();

        assertThat(Files.readSymbolicLink(bench.folder.resolve("a"))).hasToString("../there");
        assertThat(((SeenLink) seen).target()).isEqualTo(old.target());
    }

    @Test
    void refusesToRestoreOverADirectoryWithContentOrAFileThatIsWritten() throws IOException {
        bench.apply(
                new Step.Remove(bench.tombstone("a"), bench.write("a", "old"), Keep.DELETED),
                bench.placeFile("b", "new", bench.write("b", "old")));
        bench.write("a/local", "local");

        assertThatThrownBy(() -> bench.versions.restore(path("a"), Optional.empty()))
                .isInstanceOfSatisfying(
                        DiskException.class, e -> assertThat(e.fault()).isEqualTo(Fault.NOT_EMPTY));
        try (OutputStream writer =
                Files.newOutputStream(bench.folder.resolve("b"), StandardOpenOption.APPEND)) {
            assertThatThrownBy(() -> bench.versions.restore(path("b"), Optional.empty()))
                    .isInstanceOfSatisfying(
                            DiskException.class, e -> assertThat(e.fault()).isEqualTo(Fault.BUSY));
            writer.write('!');
        }

        assertThat(bench.read("a/local")).isEqualTo("local");
        assertThat(bench.read("b")).isEqualTo("new!");
        assertThat(bench.staging()).isEmpty();
    }

    @Test
    void saysThatThereIsNoSuchVersion() {
        assertThatThrownBy(() -> bench.versions.restore(path("a"), Optional.empty()))
                .isInstanceOfSatisfying(
                        DiskException.class,
                        e -> assertThat(e.fault()).isEqualTo(Fault.NO_SUCH_FILE));
    }

    @Test
    void aRestoreThatIsKilledAnywhereLosesNothing() throws IOException {
        for (int nth = 1; ; nth++) {
            Bench each = new Bench(Files.createDirectory(home.resolve("death-" + nth)));
            each.apply(each.placeFile("a", "new", each.write("a", "old")));
            int[] left = {nth};
            HookedDisk.Hook deadly =
                    (_, _) -> {
                        if (--left[0] <= 0) {
                            throw new IllegalStateException("killed");
                        }
                    };
            each.disk.addFirst(deadly);
            boolean killed = false;
            try {
                each.versions.restore(path("a"), Optional.empty());
            } catch (IllegalStateException e) {
                killed = true;
            }
            each.disk.remove(deadly);
            each.restart(Bench.BOOT);
            each.recovery().run();

            String inPlace = each.read("a");
            assertThat(inPlace).isIn("old", "new");
            assertThat(each.keptContents("a")).as("death %d", nth).contains("old");
            assertThat(inPlace.equals("new") || each.keptContents("a").contains("new"))
                    .as("death %d", nth)
                    .isTrue();
            assertThat(each.staging()).isEmpty();
            if (!killed) {
                assertThat(nth).isGreaterThan(10);
                return;
            }
        }
    }

    @Test
    void tellsOfAVersionThatHasNoSidecarYet() throws IOException {
        bench.applyOnly(bench.placeFile("a", "new", bench.write("a", "old"), Keep.CONFLICT));

        assertThat(bench.versions.list(path("a")))
                .singleElement()
                .extracting(Kept::reason, Kept::sizeBytes, Kept::content)
                .containsExactly(Keep.CONFLICT, 3L, null);
        assertThat(bench.versions.list(path("b"))).isEmpty();
        bench.versions.restore(path("a"), Optional.empty());
        assertThat(bench.read("a")).isEqualTo("old");
    }

    @Test
    void writesASidecarThatPeopleCanRead() throws IOException {
        bench.apply(bench.placeFile("a\u001b[2J", "new", bench.write("a\u001b[2J", "old")));

        Path sidecar;
        try (Stream<Path> files = Files.list(bench.folder.resolve(".lanyard/versions"))) {
            sidecar = files.filter(f -> f.toString().endsWith(".json")).findFirst().orElseThrow();
        }
        assertThat(Files.readString(sidecar))
                .contains("\"path\":\"a%1B[2J\"")
                .contains("\"kind\":\"file\"")
                .contains("\"mode\":\"644\"")
                .contains("\"reason\":\"REPLACED\"")
                .contains("\"content\":\"" + Bench.hash("old") + "\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{}", "[1,2]", "{\"path\":\"..\"}", "{\"version\":\"{x}\"}", "\0"})
    void bearsASidecarThatSomebodySpoiled(String spoiled) throws IOException {
        bench.apply(bench.placeFile("a", "new", bench.write("a", "old")));
        String name = bench.versions.list(path("a")).getFirst().name();
        Files.writeString(bench.folder.resolve(".lanyard/versions/" + name + ".json"), spoiled);

        assertThat(bench.versions.list(path("a"))).extracting(Kept::name).containsExactly(name);
        bench.versions.restore(path("a"), Optional.empty());
        assertThat(bench.read("a")).isEqualTo("old");
    }

    private static dev.lanyard.node.core.index.FileStat statOf(Held held) {
        return Intent.statOf(held);
    }
}
