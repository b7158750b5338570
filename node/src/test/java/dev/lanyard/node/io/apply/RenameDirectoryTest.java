package dev.lanyard.node.io.apply;

import static dev.lanyard.node.io.apply.Bench.path;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lanyard.node.core.index.FileStat;
import dev.lanyard.node.core.index.Held;
import dev.lanyard.node.core.plan.Outcome;
import dev.lanyard.node.core.plan.Outcome.Renamed;
import dev.lanyard.node.core.plan.Outcome.RenamedDirectory;
import dev.lanyard.node.core.plan.Step;
import dev.lanyard.node.io.disk.DiskException.Fault;
import dev.lanyard.node.io.disk.Root;
import dev.lanyard.node.io.disk.Root.Found;
import dev.lanyard.protocol.Entry;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/** One rename for a directory and all that is in it. */
class RenameDirectoryTest {
    @TempDir Path home;
    private Bench bench;

    @BeforeEach
    void open() throws IOException {
        bench = benchWithDirectory(home);
    }

    private static Bench benchWithDirectory(Path at) throws IOException {
        Bench bench = new Bench(at);
        bench.write("d/same", "as it was");
        bench.write("d/other", "the other one");
        bench.write("d/sub/file", "further down");
        return bench;
    }

    /** To {@code e}. */
    private static Step.RenameDirectory step(Bench bench) throws IOException {
        Entry.Directory directory = (Entry.Directory) bench.held("d").entry();
        return new Step.RenameDirectory(
                bench.directory("e", directory.mode()),
                bench.tombstone("d"),
                bench.held("d"),
                List.of(
                        moved(bench, "same", asHeld(bench, "same")),
                        new Step.Moved(
                                bench.directory(
                                        "e/sub",
                                        ((Entry.Directory) bench.held("d/sub").entry()).mode()),
                                bench.tombstone("d/sub"),
                                bench.held("d/sub")),
                        moved(bench, "sub/file", asHeld(bench, "sub/file")),
                        moved(bench, "other", asHeld(bench, "other"))));
    }

    private static Step.Moved moved(Bench bench, String name, Entry.File entry) throws IOException {
        return new Step.Moved(entry, bench.tombstone("d/" + name), bench.held("d/" + name));
    }

    private static Entry.File asHeld(Bench bench, String name) throws IOException {
        Entry.File held = (Entry.File) bench.held("d/" + name).entry();
        return new Entry.File(
                path("e/" + name),
                held.sizeBytes(),
                held.mtime(),
                held.mode(),
                held.content(),
                held.version(),
                held.stamp(),
                held.author());
    }

    private FileStat stat(String path) throws IOException {
        try (Root root = bench.disk.open()) {
            return Objects.requireNonNull(root.stat(path(path)), path).stat();
        }
    }

    @Test
    @DisplayName("P7: a directory is renamed with all that is in it")
    void p07_renamesItWithAllThatIsInItAndSaysWhatIsHeldThen() throws IOException {
        Files.writeString(bench.folder.resolve("d/sub/unknown"), "of this machine alone");
        long inode = stat("d/same").inode();
        long directory = stat("d").inode();

        Outcome outcome = bench.applyOne(step(bench));

        assertThat(bench.isThere("d")).isFalse();
        assertThat(stat("e").inode()).isEqualTo(directory);
        assertThat(stat("e/same").inode()).isEqualTo(inode);
        assertThat(bench.read("e/sub/unknown")).isEqualTo("of this machine alone");
        RenamedDirectory renamed = (RenamedDirectory) outcome;
        assertThat(renamed.directory().held().stat()).isEqualTo(stat("e"));
        for (Renamed child : renamed.children()) {
            assertThat(child.held().stat())
                    .as("%s", child.path())
                    .isEqualTo(stat(child.path().toString()));
        }
        assertThat(bench.versionCount()).isZero();
    }

    @Test
    void whatAUserDidInItMovesAlongAndIsFoundByTheNextScan() throws IOException {
        Step.RenameDirectory step = step(bench);
        Files.writeString(bench.folder.resolve("d/same"), "edited in the last moment");
        Files.delete(bench.folder.resolve("d/other"));

        RenamedDirectory renamed = (RenamedDirectory) bench.applyOne(step);

        assertThat(bench.read("e/same")).isEqualTo("edited in the last moment");
        Map<String, Held> held =
                renamed.children().stream()
                        .collect(Collectors.toMap(each -> each.path().toString(), Renamed::held));
        assertThat(Objects.requireNonNull(held.get("e/same")).stat()).isNotEqualTo(stat("e/same"));
        assertThat(bench.isThere("e/other")).isFalse();
    }

    @Test
    void nothingIsReplaced() throws IOException {
        Step.RenameDirectory step = step(bench);
        bench.write("e/mine", "of a user");

        Outcome outcome = bench.applyOne(step);

        assertThat(outcome).isEqualTo(new Outcome.Unexpected(path("e")));
        assertThat(bench.read("e/mine")).isEqualTo("of a user");
        assertThat(bench.read("d/same")).isEqualTo("as it was");
    }

    @Test
    void anotherDirectoryInItsPlaceStaysWhereItIs() throws IOException {
        Step.RenameDirectory step = step(bench);
        Files.move(bench.folder.resolve("d"), bench.folder.resolve("elsewhere"));
        bench.write("d/mine", "of a user");

        Outcome outcome = bench.applyOne(step);

        assertThat(outcome).isEqualTo(new Outcome.Unexpected(path("e")));
        assertThat(bench.read("d/mine")).isEqualTo("of a user");
        assertThat(bench.isThere("e")).isFalse();
    }

    @ParameterizedTest
    @EnumSource(names = {"NOT_PERMITTED", "OTHER_DEVICE", "UNSUPPORTED", "NO_SUCH_FILE"})
    void whereItCannotBeItIsLeftToSingleSteps(Fault fault) throws IOException {
        bench.failAlways("rename", fault);

        assertThat(bench.applyOne(step(bench))).isEqualTo(new Outcome.Unexpected(path("e")));
        assertThat(bench.read("d/same")).isEqualTo("as it was");
    }

    @ParameterizedTest
    @ValueSource(strings = {Bench.BOOT, "boot-2"})
    @DisplayName("P10 D20: after a death anywhere each path is what is said of it")
    void p10_d20_afterADeathAnywhereEachPathIsWhatIsSaidOfIt(String nextBoot) throws IOException {
        int deaths = 0;
        while (dies(++deaths, nextBoot)) {
            // At the next operation.
        }
        assertThat(deaths).isGreaterThan(5);
    }

    /** False when the step ended before it came to its nth operation. */
    private boolean dies(int nth, String nextBoot) throws IOException {
        bench = benchWithDirectory(Files.createDirectory(home.resolve("death-" + nth)));
        Step.RenameDirectory step = step(bench);
        if (!bench.isKilled(step, nth)) {
            return false;
        }
        bench.restart(nextBoot);
        boolean begun = !bench.journal.unfinished().isEmpty();

        List<Finding> findings = bench.recovery().run();

        assertThat(findings).as("death %d", nth).hasSize(begun ? 10 : 0);
        for (Finding finding : findings) {
            assertFits(finding, "death " + nth);
        }
        assertThat(bench.allContents()).contains("as it was", "the other one", "further down");
        assertThat(bench.isThere("d")).isNotEqualTo(bench.isThere("e"));
        return true;
    }

    private void assertFits(Finding finding, String when) throws IOException {
        Found found;
        try (Root root = bench.disk.open()) {
            found = root.stat(finding.path());
        }
        switch (finding) {
            case Finding.Holds(Held held) ->
                    assertThat(found == null ? null : found.stat())
                            .as("%s after %s", finding.path(), when)
                            .isEqualTo(held.stat());
            case Finding.Nothing _ ->
                    assertThat(found).as("%s after %s", finding.path(), when).isNull();
            case Finding.Edited _, Finding.HeldBefore _ -> assertThat(finding).as(when).isNull();
        }
    }
}
