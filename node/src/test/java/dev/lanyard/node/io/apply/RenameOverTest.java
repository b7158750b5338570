package dev.lanyard.node.io.apply;

import static dev.lanyard.node.io.apply.Bench.path;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lanyard.node.core.index.Held;
import dev.lanyard.node.core.plan.Keep;
import dev.lanyard.node.core.plan.Outcome;
import dev.lanyard.node.core.plan.Outcome.Renamed;
import dev.lanyard.node.core.plan.Outcome.Unexpected;
import dev.lanyard.node.core.plan.Step;
import dev.lanyard.node.io.disk.DiskException;
import dev.lanyard.node.io.disk.DiskException.Fault;
import dev.lanyard.node.io.disk.Root;
import dev.lanyard.node.io.disk.Root.Found;
import dev.lanyard.protocol.Entry;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Objects;

/** A file is renamed over another one: both are somewhere whatever happens meanwhile. */
class RenameOverTest {
    @TempDir Path home;
    private Bench bench;

    @BeforeEach
    void open() throws IOException {
        bench = benchWithFiles(home);
    }

    private static Bench benchWithFiles(Path at) throws IOException {
        Bench bench = new Bench(at);
        bench.write("d/a", "the moved one");
        bench.write("b", "replaced");
        return bench;
    }

    /** {@code d/a} over {@code b}. */
    private static Step.Rename step(Bench bench) throws IOException {
        Held moved = bench.held("d/a");
        Entry.File file = (Entry.File) moved.entry();
        Entry.File target = bench.file("b", "the moved one", file.mode());
        return new Step.Rename(
                target, bench.tombstone("d/a"), moved, bench.held("b"), Keep.REPLACED);
    }

    @Test
    @DisplayName("P7: a file that is renamed over another one keeps its inode")
    void keepsTheInodeOfTheFileAndWhatItReplaces() throws IOException {
        Step.Rename step = step(bench);

        Outcome outcome = bench.applyOne(step);

        Held held = ((Renamed) outcome).held();
        assertThat(held).isEqualTo(new Held(step.entry(), found(bench, "b").stat()));
        assertThat(found(bench, "b").stat().inode()).isEqualTo(Intent.statOf(step.moved()).inode());
        assertThat(bench.read("b")).isEqualTo("the moved one");
        assertThat(bench.isThere("d/a")).isFalse();
        assertThat(bench.keptContents("b")).containsExactly("replaced");
        assertThat(bench.staging()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"take", "exchange"})
    void leavesAnEditOfWhatWasToBeReplaced(String operation) throws IOException {
        Step.Rename step = step(bench);
        bench.disk.before(operation, 1, () -> saveByRename("b", "saved"));

        assertUndone(step, "saved", "the moved one");
        assertThat(found(bench, "d/a").stat().inode())
                .isEqualTo(Intent.statOf(step.moved()).inode());
    }

    @Test
    void leavesAnEditOfWhatWasToBeRenamed() throws IOException {
        Step.Rename step = step(bench);
        bench.disk.before("take", 1, () -> saveByRename("d/a", "saved"));

        assertUndone(step, "replaced", "saved");
    }

    @Test
    void doesNothingWhereEitherIsNotWhatWasExpected() throws IOException {
        Step.Rename step = step(bench);
        Files.writeString(bench.folder.resolve("b"), "edited before");

        assertUndone(step, "edited before", "the moved one");
    }

    @Test
    void leavesAFileThatSomebodyWritesTo() throws IOException {
        Step.Rename step = step(bench);
        try (OutputStream _ = append("b")) {
            assertUndone(step, "replaced", "the moved one");
        }
        try (OutputStream _ = append("d/a")) {
            assertUndone(step, "replaced", "the moved one");
        }
    }

    @Test
    void doesNothingWhereNamesCannotBeExchanged() throws IOException {
        bench.failAlways("exchange", Fault.UNSUPPORTED);

        assertUndone(step(bench), "replaced", "the moved one");
    }

    @Test
    void leavesTwoNamesOfOneFile() throws IOException {
        Files.delete(bench.folder.resolve("b"));
        Files.createLink(bench.folder.resolve("b"), bench.folder.resolve("d/a"));

        assertUndone(step(bench), "the moved one", "the moved one");
    }

    @Test
    void keepsWhatWasTakenWhenSomethingNewIsAtItsPath() throws IOException {
        Step.Rename step = step(bench);
        bench.disk.before("exchange", 1, () -> saveByRename("b", "saved"));
        bench.disk.before("place", 1, () -> Files.writeString(bench.folder.resolve("d/a"), "new"));

        assertUndone(step, "saved", "new");
        assertThat(bench.keptContents("d/a")).containsExactly("the moved one");
    }

    @Test
    void losesNoneOfTwoEditsThatComeBeforeAndAfterTheExchange() throws IOException {
        Step.Rename step = step(bench);
        bench.disk.before("exchange", 1, () -> saveByRename("b", "first edit"));
        bench.disk.before("exchange", 2, () -> saveByRename("b", "second edit"));

        assertThat(bench.applyOne(step)).isInstanceOf(Unexpected.class);

        assertThat(bench.read("b")).isEqualTo("second edit");
        assertThat(bench.keptContents("b")).containsExactly("first edit");
        assertThat(bench.staging()).isEmpty();
    }

    private void assertUndone(Step.Rename step, String atB, String atA) throws IOException {
        assertThat(bench.applyOne(step)).isInstanceOf(Unexpected.class);

        assertThat(bench.read("b")).isEqualTo(atB);
        assertThat(bench.read("d/a")).isEqualTo(atA);
        assertThat(bench.staging()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "take",
                "exchange",
                "statStaged",
                "stat",
                "archive",
                "isQuietStaged",
                "isQuiet",
                "setAttributes",
                "place"
            })
    void nothingIsLostWhereAnOperationFails(String operation) throws IOException {
        for (int nth = 1; nth <= 4; nth++) {
            Bench bench = benchWithFiles(Files.createDirectory(home.resolve(operation + nth)));
            Step.Rename step = step(bench);
            bench.disk.before(
                    operation,
                    nth,
                    () -> {
                        throw new DiskException(operation, "x", Fault.IO, 0);
                    });

            Outcome outcome = bench.applyOne(step);

            assertThat(bench.allContents()).contains("the moved one", "replaced");
            assertThat(bench.isThere("b")).isTrue();
            if (outcome instanceof Renamed) {
                assertThat(bench.read("b")).isEqualTo("the moved one");
                assertThat(bench.isThere("d/a")).isFalse();
            } else {
                assertThat(bench.read("b")).isEqualTo("replaced");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {Bench.BOOT, "boot-2"})
    @DisplayName(
            "P10, D20: after a stop anywhere it is renamed or not, and both contents are there")
    void nothingIsLostWhereverTheNodeDies(String nextBoot) throws IOException {
        int deaths = 0;
        while (dies(++deaths, nextBoot, false)) {
            // At the next operation.
        }
        assertThat(deaths).isGreaterThan(10);
    }

    @Test
    @DisplayName("P10: the same where somebody has saved a file while it was being replaced")
    void nothingIsLostWhereverTheNodeDiesThatPutsBack() throws IOException {
        int deaths = 0;
        while (dies(++deaths, Bench.BOOT, true)) {
            // At the next operation.
        }
        assertThat(deaths).isGreaterThan(10);
    }

    private boolean dies(int nth, String nextBoot, boolean edits) throws IOException {
        Bench bench = benchWithFiles(Files.createDirectory(home.resolve("death-" + nth)));
        Step.Rename step = step(bench);
        boolean[] saved = {false};
        if (edits) {
            bench.disk.before(
                    "exchange",
                    1,
                    () -> {
                        saveByRename(bench, "b", "saved");
                        saved[0] = true;
                    });
        }
        if (!bench.isKilled(step, nth)) {
            return false;
        }

        bench.restart(nextBoot);
        boolean begun = !bench.journal.unfinished().isEmpty();
        List<Finding> findings = bench.recovery().run();
        bench.recovery().finish();

        String when = "death " + nth;
        assertThat(findings).as(when).hasSize(begun ? 2 : 0);
        assertThat(bench.staging()).as(when).isEmpty();
        assertThat(bench.allContents())
                .as(when)
                .contains("the moved one", saved[0] ? "saved" : "replaced");
        boolean isDone = !bench.isThere("d/a");
        String atB = bench.read("b");
        assertThat(atB)
                .as(when)
                .isEqualTo(isDone ? "the moved one" : saved[0] ? "saved" : "replaced");
        if (isDone && !saved[0]) {
            assertThat(bench.keptContents("b")).as(when).containsExactly("replaced");
        }
        for (Finding finding : findings) {
            assertFits(bench, finding, when);
        }
        return true;
    }

    private static void assertFits(Bench bench, Finding finding, String when) throws IOException {
        Found found;
        try (Root root = bench.disk.open()) {
            found = root.stat(finding.path());
        }
        switch (finding) {
            case Finding.Holds(Held held) -> {
                assertThat(found == null ? null : found.stat())
                        .as("%s after %s", finding.path(), when)
                        .isEqualTo(held.stat());
                if (held.entry() instanceof Entry.File file) {
                    assertThat(Bench.hash(bench.read(file.path().toString())))
                            .as(when)
                            .isEqualTo(file.content());
                }
            }
            case Finding.Nothing _ -> assertThat(found).as(when).isNull();
            case Finding.HeldBefore _ -> assertThat(finding).as(when).isNull();
            case Finding.Edited edited ->
                    assertThat(bench.read(edited.path().toString())).as(when).isEqualTo("saved");
        }
    }

    private static Found found(Bench bench, String at) throws IOException {
        try (Root root = bench.disk.open()) {
            return Objects.requireNonNull(root.stat(path(at)));
        }
    }

    private void saveByRename(String at, String content) throws IOException {
        saveByRename(bench, at, content);
    }

    private static void saveByRename(Bench bench, String at, String content) throws IOException {
        Path temporary = bench.folder.resolve(at + "~");
        Files.writeString(temporary, content);
        Files.move(temporary, bench.folder.resolve(at), StandardCopyOption.ATOMIC_MOVE);
    }

    private OutputStream append(String at) throws IOException {
        return Files.newOutputStream(bench.folder.resolve(at), StandardOpenOption.APPEND);
    }
}
