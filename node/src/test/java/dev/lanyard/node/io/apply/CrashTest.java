package dev.lanyard.node.io.apply;

import static dev.lanyard.node.io.apply.Bench.path;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lanyard.node.core.engine.Event;
import dev.lanyard.node.core.index.FileStat;
import dev.lanyard.node.core.index.Held;
import dev.lanyard.node.core.plan.Keep;
import dev.lanyard.node.core.plan.Outcome;
import dev.lanyard.node.core.plan.Outcome.Unexpected;
import dev.lanyard.node.core.plan.Step;
import dev.lanyard.node.io.disk.DiskException;
import dev.lanyard.node.io.disk.DiskException.Fault;
import dev.lanyard.node.io.disk.Root;
import dev.lanyard.node.io.disk.Root.Found;
import dev.lanyard.protocol.Entry;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** The node dies at each operation of a batch in turn; then recovery puts everything right. */
class CrashTest {
    @TempDir Path home;

    /** What a batch does to the path {@code x}, and what is there before. */
    enum Scene {
        NEW_FILE(null) {
            @Override
            Step step(Bench bench) throws IOException {
                return bench.placeFile("x", "new", null);
            }
        },
        REPLACED_FILE("old") {
            @Override
            Step step(Bench bench) throws IOException {
                return bench.placeFile("x", "new", bench.held("x"), Keep.CONFLICT);
            }
        },
        REPLACED_WITHOUT_EXCHANGE("old") {
            @Override
            Step step(Bench bench) throws IOException {
                bench.failAlways("exchange", Fault.UNSUPPORTED);
                return bench.placeFile("x", "new", bench.held("x"));
            }
        },
        FILE_BY_DIRECTORY("old") {
            @Override
            Step step(Bench bench) throws IOException {
                return new Step.MakeDirectory(
                        bench.directory("x", 0755), bench.held("x"), Keep.REPLACED);
            }
        },
        FILE_BY_DIRECTORY_WITHOUT_EXCHANGE("old") {
            @Override
            Step step(Bench bench) throws IOException {
                bench.failAlways("exchange", Fault.UNSUPPORTED);
                return new Step.MakeDirectory(
                        bench.directory("x", 0755), bench.held("x"), Keep.REPLACED);
            }
        },
        FILE_BY_LINK("old") {
            @Override
            Step step(Bench bench) throws IOException {
                return new Step.PlaceLink(
                        bench.link("x", "nowhere"), bench.held("x"), Keep.REPLACED);
            }
        },
        REMOVED_FILE("old") {
            @Override
            Step step(Bench bench) throws IOException {
                return new Step.Remove(bench.tombstone("x"), bench.held("x"), Keep.DELETED);
            }
        },
        ATTRIBUTES("old") {
            @Override
            Step step(Bench bench) throws IOException {
                return new Step.SetAttributes(bench.file("x", "old", 0600), bench.held("x"));
            }
        },
        DIRECTORY_BY_FILE("a directory") {
            @Override
            Step step(Bench bench) throws IOException {
                Files.delete(bench.folder.resolve("x"));
                Files.createDirectory(bench.folder.resolve("x"));
                return bench.placeFile("x", "new", bench.held("x"));
            }
        };

        @org.jspecify.annotations.Nullable private final String before;

        Scene(@org.jspecify.annotations.Nullable String before) {
            this.before = before;
        }

        abstract Step step(Bench bench) throws IOException;
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("P10: killed anywhere, the path is old or new, and nothing is lost")
    void p10_afterTheNodeWasKilledAnywhereThePathIsOldOrNewAndNothingIsLost(Scene scene)
            throws IOException {
        int deaths = 0;
        while (dies(scene, ++deaths, Bench.BOOT, false)) {
            // At the next operation.
        }
        assertThat(deaths).isGreaterThan(5);
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("D20: after a power cut anywhere the path is old or new, and nothing is lost")
    void d20_afterAPowerCutAnywhereThePathIsOldOrNewAndNothingIsLost(Scene scene)
            throws IOException {
        int deaths = 0;
        while (dies(scene, ++deaths, "boot-2", false)) {
            // At the next operation.
        }
        assertThat(deaths).isGreaterThan(5);
    }

    @ParameterizedTest
    @EnumSource(names = {"NEW_FILE", "REPLACED_FILE", "REPLACED_WITHOUT_EXCHANGE"})
    @DisplayName("D20: after a power cut before the content was flushed the path is never torn")
    void d20_afterAPowerCutBeforeTheContentWasFlushedThePathIsNeverTorn(Scene scene)
            throws IOException {
        int deaths = 0;
        while (dies(scene, ++deaths, "boot-2", true)) {
            // At the next operation.
        }
        assertThat(deaths).isGreaterThan(5);
    }

    /** False when the batch ended before it came to its nth operation. */
    private boolean dies(Scene scene, int nth, String nextBoot, boolean tears) throws IOException {
        Bench bench = new Bench(Files.createDirectory(home.resolve("death-" + nth)));
        if (scene.before != null) {
            bench.write("x", scene.before);
        }
        Step step = scene.step(bench);
        if (!bench.isKilled(step, nth)) {
            return false;
        }
        if (tears && bench.isThere("x") && bench.read("x").equals("new")) {
            // What ext4 leaves: its times and its length are those that were set.
            FileTime mtime = Files.getLastModifiedTime(bench.folder.resolve("x"));
            Files.writeString(bench.folder.resolve("x"), "\0\0\0");
            Files.setLastModifiedTime(bench.folder.resolve("x"), mtime);
        }

        bench.restart(nextBoot);
        boolean begun = !bench.journal.unfinished().isEmpty();
        List<Finding> findings = bench.recovery().run();
        bench.recovery().finish();

        assertThat(bench.staging()).as("staging after death %d", nth).isEmpty();
        assertRecovered(bench, scene, step, begun, findings, "death " + nth);
        bench.restart(nextBoot);
        assertThat(bench.journal.unfinished()).isEmpty();
        return true;
    }

    private static void assertRecovered(
            Bench bench, Scene scene, Step step, boolean begun, List<Finding> findings, String when)
            throws IOException {
        if (!begun) {
            assertThat(findings).as(when).isEmpty();
        } else {
            assertThat(findings).as(when).hasSize(1);
            assertFits(bench, findings.getFirst(), when);
        }
        if ("old".equals(scene.before)) {
            boolean inPlace =
                    Files.isRegularFile(bench.folder.resolve("x")) && bench.read("x").equals("old");
            assertThat(inPlace || bench.keptContents("x").contains("old"))
                    .as("the old content is in place or in versions after %s", when)
                    .isTrue();
            assertThat(bench.versions.list()).as(when).hasSize((int) bench.versionCount());
        }
        boolean isNew =
                findings.stream()
                        .anyMatch(
                                finding ->
                                        finding instanceof Finding.Holds holds
                                                && holds.held().entry().equals(step.entry()));
        if (isNew && step.entry() instanceof Entry.File file) {
            assertThat(Bench.hash(bench.read("x"))).as(when).isEqualTo(file.content());
        }
    }

    /** Whether what the finding says is what is on the disk. */
    private static void assertFits(Bench bench, Finding finding, String when) throws IOException {
        Found found;
        try (Root root = bench.disk.open()) {
            found = root.stat(path("x"));
        }
        switch (finding) {
            case Finding.Holds(Held held) -> {
                assertThat(found == null ? null : found.stat()).as(when).isEqualTo(held.stat());
                if (held.entry() instanceof Entry.File file) {
                    assertThat(Bench.hash(bench.read("x"))).as(when).isEqualTo(file.content());
                }
            }
            case Finding.Nothing _ -> assertThat(found).as(when).isNull();
            case Finding.Edited _, Finding.HeldBefore _ -> assertThat(finding).as(when).isNull();
        }
    }

    @ParameterizedTest
    @EnumSource(
            mode = Mode.EXCLUDE,
            names = {"REMOVED_FILE", "ATTRIBUTES"})
    @DisplayName(
            "S12 P10: what a user deletes before the next start is what the node had put there")
    void whoDeletesBeforeTheNextStartHasSeenWhatWasThere(Scene scene) throws IOException {
        int deaths = 0;
        while (isUserSeen(scene, ++deaths, Files::delete)) {
            // At the next operation.
        }
        assertThat(deaths).isGreaterThan(5);
    }

    @ParameterizedTest
    @EnumSource(names = {"NEW_FILE", "REPLACED_FILE", "REPLACED_WITHOUT_EXCHANGE"})
    @DisplayName("S12 P10: what a user edits before the next start is what the node had put there")
    void whoEditsBeforeTheNextStartHasSeenWhatWasThere(Scene scene) throws IOException {
        int deaths = 0;
        while (isUserSeen(scene, ++deaths, file -> Files.writeString(file, "edited"))) {
            // At the next operation.
        }
        assertThat(deaths).isGreaterThan(5);
    }

    private interface Doing {
        void to(Path file) throws IOException;
    }

    /** False when the batch ended before it came to its nth operation. */
    private boolean isUserSeen(Scene scene, int nth, Doing user) throws IOException {
        Bench bench = new Bench(Files.createDirectory(home.resolve("death-" + nth)));
        if (scene.before != null) {
            bench.write("x", scene.before);
        }
        Step step = scene.step(bench);
        if (!bench.isKilled(step, nth)) {
            return false;
        }
        boolean isNew = isInPlace(bench, step);
        if (isNew) {
            user.to(bench.folder.resolve("x"));
        }
        boolean isLeft = bench.isThere("x");

        for (int run = 1; run <= 2; run++) { // The first is itself stopped before its end.
            bench.restart(Bench.BOOT);
            assertThat(bench.recovery().run())
                    .as("run %d after death %d", run, nth)
                    .matches(findings -> findings.stream().anyMatch(it -> isOf(it, step)) == isNew);
            if (isNew) {
                assertThat(bench.isThere("x")).as("after death %d", nth).isEqualTo(isLeft);
            }
        }
        return true;
    }

    private static boolean isInPlace(Bench bench, Step step) throws IOException {
        Path x = bench.folder.resolve("x");
        return switch (step.entry()) {
            case Entry.File _ -> Files.isRegularFile(x) && bench.read("x").equals("new");
            case Entry.Directory _ -> Files.isDirectory(x);
            case Entry.Symlink _ -> Files.isSymbolicLink(x);
            case Entry.Tombstone _ -> Files.notExists(x);
        };
    }

    private static boolean isOf(Finding finding, Step step) {
        return switch (finding) {
            case Finding.Holds it -> it.held().entry().equals(step.entry());
            case Finding.HeldBefore it -> it.held().entry().equals(step.entry());
            case Finding.Nothing _, Finding.Edited _ -> false;
        };
    }

    @Test
    @DisplayName("S12: what was not put in place is not deleted by who deletes what is there")
    void whatWasNotPutInPlaceIsNotDeleted() throws IOException {
        Bench bench = new Bench(home);
        Step step = bench.placeFile("x", "new", null);
        Files.writeString(bench.folder.resolve("x"), "a user's");
        assertThat(bench.applyOnly(step).outcomes()).containsOnly(new Unexpected(path("x")));
        Files.delete(bench.folder.resolve("x"));
        bench.discard((Step.PlaceFile) step);
        bench.restart(Bench.BOOT);

        assertThat(bench.recovery().run()).containsExactly(new Finding.Nothing(path("x")));
    }

    @Test
    void concludesNothingOfWhatWasDoneBeforeAPowerCut() throws IOException {
        Bench bench = new Bench(home);
        bench.applyOnly(bench.placeFile("x", "new", null));
        Files.delete(bench.folder.resolve("x"));
        bench.restart("boot-2");

        assertThat(bench.recovery().run()).containsExactly(new Finding.Nothing(path("x")));
    }

    @Test
    void keepsAnEditThatWasMadeBeforeTheNodeWasKilled() throws IOException {
        Bench bench = new Bench(home);
        Held old = bench.write("x", "old");
        Step step = bench.placeFile("x", "new", old);
        bench.applyOnly(step);
        Files.writeString(bench.folder.resolve("x"), "edited");
        bench.restart(Bench.BOOT);

        Finding finding = bench.recovery().run().getFirst();

        assertThat(finding).matches(it -> isOf(it, step));
        assertThat(((Finding.HeldBefore) finding).held().stat())
                .isNotEqualTo(bench.held("x").stat());
        assertThat(bench.read("x")).isEqualTo("edited");
        assertThat(bench.keptContents("x")).containsExactly("old");
    }

    @Test
    @DisplayName("S12: a mode that a user sets during recovery is not remembered as the node's")
    void s12_aModeThatIsSetDuringRecovery() throws IOException {
        Bench bench = new Bench(home);
        bench.applyOnly(new Step.MakeDirectory(bench.directory("d", 0755), null, Keep.REPLACED));
        bench.restart(Bench.BOOT);
        bench.chmodAtOnce("d", 0700);

        Finding finding = bench.recovery().run().getFirst();

        FileStat stat = bench.held("d").stat();
        assertThat(((Finding.Holds) finding).held().stat()).isEqualTo(stat);
        assertThat(stat).extracting(FileStat::mode).isEqualTo(0755);
    }

    @Test
    @DisplayName(
            "P10: an edit of what a node made durable before it was ended stays, after a reboot")
    void p10_keepsAnEditOfWhatWasDurable() throws IOException {
        Bench bench = new Bench(home);
        Step step = bench.placeFile("x", "new", bench.write("x", "old"));
        bench.flusher.flush(List.of(bench.applyOnly(step)));
        bench.flusher.forget();
        Files.writeString(bench.folder.resolve("x"), "edited");
        bench.restart("boot-2");

        Finding finding = bench.recovery().run().getFirst();

        assertThat(finding).matches(it -> isOf(it, step));
        assertThat(bench.read("x")).isEqualTo("edited");
        assertThat(bench.keptContents("x")).containsExactly("old");
    }

    @Test
    @DisplayName("D20: an edit that was told of is not taken for a torn content after a power cut")
    void d20_keepsAnEditThatTheIndexHolds() throws IOException {
        Bench bench = new Bench(home);
        bench.applyOnly(bench.placeFile("x", "new", bench.write("x", "old")));
        bench.index.put(path("x"), bench.write("x", "edited"));
        bench.restart("boot-2");

        assertThat(bench.recovery().run()).containsExactly(new Finding.Edited(path("x")));
        assertThat(bench.read("x")).isEqualTo("edited");
        assertThat(bench.versions.conflicts()).isEmpty();
    }

    @Test
    @DisplayName("D20: nor is one that the next step expects")
    void d20_keepsAnEditThatAStepExpects() throws IOException {
        Bench bench = new Bench(home);
        bench.applyOnly(bench.placeFile("x", "new", bench.write("x", "old")));
        Held edited = bench.write("x", "edited");
        bench.isKilled(bench.placeFile("x", "newer", edited), 4);
        bench.restart("boot-2");
        assertThat(bench.read("x")).isEqualTo("edited");

        assertThat(bench.recovery().run()).containsExactly(new Finding.Holds(edited));
        assertThat(bench.read("x")).isEqualTo("edited");
        assertThat(bench.versions.conflicts()).isEmpty();
    }

    @Test
    @DisplayName("D20: where only attributes were set no content is torn")
    void d20_keepsAnEditWhereOnlyAttributesWereSet() throws IOException {
        Bench bench = new Bench(home);
        Held old = bench.write("x", "old");
        bench.applyOnly(new Step.SetAttributes(bench.file("x", "old", 0600), old));
        Files.writeString(bench.folder.resolve("x"), "edited");
        bench.restart("boot-2");

        assertThat(bench.recovery().run()).containsExactly(new Finding.Edited(path("x")));
        assertThat(bench.read("x")).isEqualTo("edited");
    }

    @Test
    @DisplayName("D20: an edit that a removal has found stays")
    void d20_keepsAnEditThatARemovalHasFound() throws IOException {
        Bench bench = new Bench(home);
        AppliedBatch first = bench.applyOnly(bench.placeFile("x", "new", null));
        bench.flusher.flush(List.of(first));
        Held placed = ((Outcome.Done) first.outcomes().getFirst()).held();
        Files.writeString(bench.folder.resolve("x"), "edited");
        Step remove = new Step.Remove(bench.tombstone("x"), placed, Keep.DELETED);
        assertThat(bench.applyOnly(remove).outcomes()).containsExactly(new Unexpected(path("x")));
        bench.restart("boot-2");

        assertThat(bench.recovery().run())
                .singleElement()
                .isInstanceOfSatisfying(
                        Finding.HeldBefore.class,
                        it -> assertThat(it.held().entry()).isEqualTo(placed.entry()));
        assertThat(bench.read("x")).isEqualTo("edited");
    }

    @Test
    @DisplayName("S12: a mode that a user sets after the step was noted stays")
    void s12_aModeThatIsSetAfterwards() throws IOException {
        Bench bench = new Bench(home);
        Held old = bench.write("x", "old");
        bench.note(bench.applyOnly(new Step.SetAttributes(bench.file("x", "old", 0600), old)));
        Files.setAttribute(bench.folder.resolve("x"), "unix:mode", 0640);
        bench.restart(Bench.BOOT);

        assertThat(bench.recovery().run()).containsExactly(new Finding.Edited(path("x")));
        assertThat(bench.held("x").stat()).extracting(FileStat::mode).isEqualTo(0640);
    }

    @Test
    @DisplayName("S12: what a user deletes after a rename was noted stays deleted")
    void s12_whatIsDeletedAfterARename() throws IOException {
        Bench bench = new Bench(home);
        bench.note(bench.applyOnly(rename(bench)));
        Files.delete(bench.folder.resolve("y"));
        bench.restart(Bench.BOOT);

        assertThat(bench.recovery().run())
                .containsExactlyInAnyOrder(
                        new Finding.Edited(path("x")), new Finding.Edited(path("y")));
    }

    @Test
    @DisplayName("S12: what a user puts back after it was removed is not removed again")
    void s12_whatIsPutBackAfterItWasRemoved() throws IOException {
        Bench bench = new Bench(home);
        Step step = new Step.Remove(bench.tombstone("x"), bench.write("x", "old"), Keep.DELETED);
        bench.applyOnly(step);
        bench.write("x", "old");

        for (String boot : List.of(Bench.BOOT, "boot-2")) {
            bench.restart(boot);
            assertThat(bench.recovery().run())
                    .containsExactly(new Finding.HeldBefore(new Held(step.entry(), null)));
            assertThat(bench.read("x")).isEqualTo("old");
        }
    }

    @Test
    @DisplayName("S12: what a user makes at the old name of a renamed file is no edit of that")
    void s12_whatIsMadeAtTheOldNameOfARenamedFile() throws IOException {
        Bench bench = new Bench(home);
        Step.Rename rename = rename(bench);
        bench.applyOnly(rename);
        bench.write("x", "another");

        for (String boot : List.of(Bench.BOOT, "boot-2")) {
            bench.restart(boot);
            assertThat(bench.recovery().run())
                    .contains(new Finding.HeldBefore(new Held(rename.gone(), null)))
                    .anyMatch(finding -> isOf(finding, rename));
            assertThat(bench.read("x")).isEqualTo("another");
            assertThat(bench.read("y")).isEqualTo("old");
        }
    }

    @Test
    @DisplayName("D20: what was removed or renamed before says nothing of what was torn later")
    void d20_replacesWhatIsTornWhereSomethingWasRemovedBefore() throws IOException {
        for (boolean renames : List.of(true, false)) {
            Bench bench = new Bench(Files.createDirectory(home.resolve("renames-" + renames)));
            bench.applyOnly(
                    renames
                            ? rename(bench)
                            : new Step.Remove(
                                    bench.tombstone("x"), bench.write("x", "old"), Keep.DELETED));
            bench.note(bench.applyOnly(bench.placeFile("x", "new", null)));
            Files.writeString(bench.folder.resolve("x"), "");

            for (int run = 1; run <= 2; run++) { // The first is itself stopped before its end.
                bench.restart("boot-2");
                Finding finding = bench.recovery().run().getFirst();
                assertThat(finding.path()).isEqualTo(path("x"));
                assertThat(finding)
                        .as("run %d, nothing that a user did", run)
                        .isNotInstanceOfAny(Finding.HeldBefore.class, Finding.Edited.class);
            }
            assertThat(bench.keptContents("x")).contains("");
        }
    }

    @Test
    @DisplayName("D20: what was durable before says nothing of what was torn later")
    void d20_replacesWhatIsTornWhereTheStepBeforeIsDurable() throws IOException {
        Bench bench = new Bench(home);
        AppliedBatch first = bench.applyOnly(bench.placeFile("x", "first", null));
        bench.flusher.flush(List.of(first));
        Held placed = ((Outcome.Done) first.outcomes().getFirst()).held();
        bench.applyOnly(bench.placeFile("x", "second", placed));
        Files.writeString(bench.folder.resolve("x"), "torn");
        bench.restart("boot-2");

        Finding finding = bench.recovery().run().getFirst();

        assertThat(((Finding.Holds) finding).held().entry()).isEqualTo(placed.entry());
        assertThat(bench.read("x")).isEqualTo("first");
        assertThat(bench.keptContents("x")).contains("torn");
    }

    @Test
    @DisplayName("D20: a mode that was not durable is set again before what it is of is removed")
    void d20_setsAgainWhatALaterStepExpects() throws IOException {
        Bench bench = new Bench(home);
        Held old = bench.write("x", "old");
        Entry.File changed = bench.file("x", "old", 0600);
        bench.applyOnly(new Step.SetAttributes(changed, old));
        Held expected = new Held(changed, bench.held("x").stat());
        bench.isKilled(new Step.Remove(bench.tombstone("x"), expected, Keep.DELETED), 2);
        Files.setAttribute(bench.folder.resolve("x"), "unix:mode", 0644);
        bench.restart("boot-2");
        assertThat(bench.journal.unfinished()).hasSize(2);

        Finding finding = bench.recovery().run().getFirst();

        assertThat(((Finding.Holds) finding).held().entry()).isEqualTo(changed);
        assertThat(bench.held("x").stat()).extracting(FileStat::mode).isEqualTo(0600);
    }

    @Test
    @DisplayName("S12: a node starts where a renamed path cannot be looked at")
    void s12_aRenamedPathThatCannotBeLookedAt() throws IOException {
        Bench bench = new Bench(home);
        bench.applyOnly(rename(bench));
        bench.restart(Bench.BOOT);
        bench.disk.add(
                (operation, arguments) -> {
                    if (operation.equals("stat") && arguments[0].equals(path("y"))) {
                        throw new DiskException("stat", "y", Fault.NOT_PERMITTED, 13);
                    }
                });

        assertThat(bench.recovery().run()).contains(new Finding.Edited(path("y")));
    }

    private static Step.Rename rename(Bench bench) throws IOException {
        Held old = bench.write("x", "old");
        Entry.Tombstone gone = bench.tombstone("x");
        return new Step.Rename(bench.file("y", "old"), gone, old, null, Keep.REPLACED);
    }

    @Test
    void listsWhatIsNeitherOldNorNewAfterAPowerCut() throws IOException {
        Bench bench = new Bench(home);
        Held old = bench.write("x", "old");
        bench.applyOnly(bench.placeFile("x", "new", old));
        Files.writeString(bench.folder.resolve("x"), "torn or edited, who knows");
        bench.restart("boot-2");

        Finding finding = bench.recovery().run().getFirst();

        assertThat(((Finding.Holds) finding).held().entry()).isEqualTo(old.entry());
        assertThat(bench.read("x")).isEqualTo("old");
        assertThat(bench.versions.conflicts())
                .singleElement()
                .extracting(Kept::reason)
                .isEqualTo(Keep.UNCLEAN);
        assertThat(bench.keptContents("x")).contains("torn or edited, who knows");
    }

    @Test
    void findsTheLatestOfSeveralBatchesThatChangedOnePath() throws IOException {
        Bench bench = new Bench(home);
        bench.applyOnly(bench.placeFile("x", "first", null));
        bench.applyOnly(bench.placeFile("x", "second", bench.held("x")));
        Step third = bench.placeFile("x", "third", bench.held("x"));
        bench.applyOnly(third);
        bench.restart("boot-2");

        List<Finding> findings = bench.recovery().run();

        assertThat(findings)
                .singleElement()
                .isInstanceOfSatisfying(
                        Finding.Holds.class,
                        holds -> assertThat(holds.held().entry()).isEqualTo(third.entry()));
        assertThat(bench.keptContents("x")).containsExactly("second", "first");
        assertThat(bench.versions.list()).hasSize(2);
    }

    @Test
    void flushesWhatItDisplacedAndWhatIsSaidAboutIt() throws IOException {
        Bench bench = new Bench(home);
        List<String> flushed = new ArrayList<>();
        bench.disk.add(
                (operation, arguments) -> {
                    if (operation.equals("flush") && arguments.length == 2) {
                        flushed.add(arguments[0] + " " + arguments[1]);
                    }
                });

        bench.apply(bench.placeFile("x", "new", bench.write("x", "old")));

        String name = bench.versions.list().getFirst().name();
        assertThat(flushed).containsExactly("VERSIONS " + name, "VERSIONS " + name + ".json");
    }

    @Test
    void saysAgainWhatAPowerCutHasLeftEmpty() throws IOException {
        Bench bench = new Bench(home);
        Held old = bench.write("x", "old");
        AppliedBatch applied = bench.applyOnly(bench.placeFile("x", "new", old));
        try (Root root = bench.disk.open()) {
            applied.displaced().settle(root);
        }
        Kept kept = bench.versions.list().getFirst();
        Files.writeString(bench.folder.resolve(".lanyard/versions/" + kept.name() + ".json"), "");
        bench.restart("boot-2");

        bench.recovery().run();

        assertThat(bench.versions.list()).containsExactly(kept);
    }

    @Test
    void looksAtEachByteOfABatchThatCouldNotBeFlushed() throws IOException {
        Bench bench = new Bench(home);
        AppliedBatch applied = bench.applyOnly(bench.placeFile("x", "new", null));
        bench.failAlways("flush", Fault.IO);
        bench.failAlways("flushAll", Fault.IO);

        List<Event> flushed = bench.flusher.flush(List.of(applied));
        bench.restart(Bench.BOOT); // The machine was not started again.

        assertThat(flushed).singleElement().isInstanceOf(Event.FlushFailed.class);
        assertThat(bench.journal.unfinished())
                .singleElement()
                .extracting(Journal.Unfinished::mayBeTorn)
                .isEqualTo(true);
    }

    @Test
    void keepsPartialDownloadsForSomeDays() throws IOException {
        Bench bench = new Bench(home);
        Path staging = bench.folder.resolve(".lanyard/staging");
        Files.writeString(staging.resolve("p-1"), "half");
        Files.writeString(staging.resolve("p-2"), "half, long ago");
        Files.setLastModifiedTime(
                staging.resolve("p-2"), FileTime.from(Instant.now().minus(Duration.ofDays(8))));
        Files.writeString(staging.resolve("t-3"), "complete, for nobody");

        bench.recovery().run();

        assertThat(bench.staging()).containsExactly("p-1");
    }
}
