package dev.lanyard.node.io.apply;

import static dev.lanyard.node.io.apply.Bench.MTIME;
import static dev.lanyard.node.io.apply.Bench.path;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lanyard.node.core.engine.Event;
import dev.lanyard.node.core.index.FileStat;
import dev.lanyard.node.core.index.Held;
import dev.lanyard.node.core.plan.Keep;
import dev.lanyard.node.core.plan.Outcome;
import dev.lanyard.node.core.plan.Outcome.Blocked;
import dev.lanyard.node.core.plan.Outcome.Done;
import dev.lanyard.node.core.plan.Outcome.Obstacle;
import dev.lanyard.node.core.plan.Outcome.Unexpected;
import dev.lanyard.node.core.plan.Staged;
import dev.lanyard.node.core.plan.Step;
import dev.lanyard.node.io.disk.DiskException;
import dev.lanyard.node.io.disk.DiskException.Fault;
import dev.lanyard.node.io.disk.Root;
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
import java.nio.file.attribute.FileTime;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;

/** Every kind of step, on the real disk, with every expectation right and wrong. */
class StepTest {
    @TempDir Path home;
    Bench bench;

    @BeforeEach
    void openBench() throws IOException {
        bench = new Bench(home);
    }

    // ------------------------------------------------------------------ as expected

    @Test
    void placesANewFileWithItsModeAndTime() throws IOException {
        Step step =
                new Step.PlaceFile(
                        bench.file("a", "new", 0640), bench.stage("new"), null, Keep.REPLACED);

        Outcome outcome = bench.applyOne(step);

        assertThat(outcome).isEqualTo(new Done(path("a"), new Held(step.entry(), stat("a"))));
        assertThat(bench.read("a")).isEqualTo("new");
        assertThat(stat("a").mode()).isEqualTo(0640);
        assertThat(stat("a").mtime()).isEqualTo(MTIME);
        assertThat(bench.staging()).isEmpty();
        assertThat(bench.versionCount()).isZero();
    }

    @Test
    void replacesAFileAndKeepsTheOldOne() throws IOException {
        Held old = bench.write("d/a", "old");

        Outcome outcome = bench.applyOne(bench.placeFile("d/a", "new", old));

        assertDone(outcome, "d/a");
        assertThat(bench.read("d/a")).isEqualTo("new");
        assertThat(bench.staging()).isEmpty();
        Kept kept = bench.versions.list(path("d/a")).getFirst();
        assertThat(kept.content()).isEqualTo(Bench.hash("old"));
        assertThat(kept.version()).isEqualTo(old.entry().version());
        assertThat(kept.author()).isEqualTo(Bench.ANN);
        assertThat(kept.replacedBy()).isEqualTo(Bench.BOB);
        assertThat(kept.reason()).isEqualTo(Keep.REPLACED);
        assertThat(kept.isConflict()).isFalse();
        assertThat(bench.keptContents("d/a")).containsExactly("old");
    }

    @Test
    void listsTheLoserOfAConflict() throws IOException {
        Held old = bench.write("a", "old");

        bench.applyOne(bench.placeFile("a", "new", old, Keep.CONFLICT));

        assertThat(bench.versions.conflicts())
                .singleElement()
                .extracting(Kept::path, Kept::reason)
                .containsExactly(path("a"), Keep.CONFLICT);
    }

    @Test
    void makesADirectoryAndAFileInItInOneBatch() throws IOException {
        List<Outcome> outcomes =
                bench.apply(
                        new Step.MakeDirectory(bench.directory("d", 0750), null, Keep.REPLACED),
                        bench.placeFile("d/a", "new", null));

        assertThat(outcomes).allMatch(Done.class::isInstance);
        assertThat(stat("d").mode()).isEqualTo(0750);
        assertThat(bench.read("d/a")).isEqualTo("new");
    }

    @Test
    void makesADirectoryThatIsReadOnly() throws IOException {
        Outcome outcome =
                bench.applyOne(
                        new Step.MakeDirectory(bench.directory("d", 0555), null, Keep.REPLACED));

        assertDone(outcome, "d");
        assertThat(stat("d").mode()).isEqualTo(0555);
    }

    @Test
    void replacesAFileByADirectory() throws IOException {
        Held old = bench.write("a", "old");

        Outcome outcome =
                bench.applyOne(
                        new Step.MakeDirectory(bench.directory("a", 0755), old, Keep.REPLACED));

        assertDone(outcome, "a");
        assertThat(bench.folder.resolve("a")).isDirectory();
        assertThat(bench.keptContents("a")).containsExactly("old");
    }

    @Test
    void replacesAnEmptyDirectoryByAFile() throws IOException {
        Files.createDirectory(bench.folder.resolve("a"));

        Outcome outcome = bench.applyOne(bench.placeFile("a", "new", bench.held("a")));

        assertDone(outcome, "a");
        assertThat(bench.read("a")).isEqualTo("new");
    }

    @Test
    void replacesAnEmptyDirectoryByALink() throws IOException {
        Files.createDirectory(bench.folder.resolve("a"));

        Outcome outcome =
                bench.applyOne(
                        new Step.PlaceLink(
                                bench.link("a", "../x"), bench.held("a"), Keep.REPLACED));

        assertDone(outcome, "a");
        assertThat(Files.readSymbolicLink(bench.folder.resolve("a"))).hasToString("../x");
    }

    @Test
    void replacesALinkByALinkAndKeepsTheOldOne() throws IOException {
        Files.createSymbolicLink(bench.folder.resolve("a"), Path.of("there"));

        Outcome outcome =
                bench.applyOne(
                        new Step.PlaceLink(
                                bench.link("a", "elsewhere"), bench.held("a"), Keep.REPLACED));

        assertDone(outcome, "a");
        assertThat(bench.keptContents("a")).containsExactly("-> there");
    }

    @Test
    void removesAFileIntoVersions() throws IOException {
        Held old = bench.write("a", "old");
        Entry.Tombstone tombstone = bench.tombstone("a");

        Outcome outcome = bench.applyOne(new Step.Remove(tombstone, old, Keep.DELETED));

        assertThat(outcome).isEqualTo(new Done(path("a"), new Held(tombstone, null)));
        assertThat(bench.isThere("a")).isFalse();
        assertThat(bench.keptContents("a")).containsExactly("old");
        assertThat(bench.staging()).isEmpty();
    }

    @Test
    void removesAnEmptyDirectory() throws IOException {
        Files.createDirectory(bench.folder.resolve("d"));

        Outcome outcome =
                bench.applyOne(
                        new Step.Remove(bench.tombstone("d"), bench.held("d"), Keep.DELETED));

        assertThat(outcome).isInstanceOf(Done.class);
        assertThat(bench.isThere("d")).isFalse();
    }

    @Test
    void setsModeAndTimeOfAFile() throws IOException {
        Held old = bench.write("a", "same");
        Step step = new Step.SetAttributes(bench.file("a", "same", 0600), old);

        Outcome outcome = bench.applyOne(step);

        assertThat(outcome).isEqualTo(new Done(path("a"), new Held(step.entry(), stat("a"))));
        assertThat(stat("a").mode()).isEqualTo(0600);
        assertThat(stat("a").mtime()).isEqualTo(MTIME);
    }

    @Test
    void setsTheModeOfADirectory() throws IOException {
        Files.createDirectory(bench.folder.resolve("d"));

        bench.applyOne(new Step.SetAttributes(bench.directory("d", 0700), bench.held("d")));

        assertThat(stat("d").mode()).isEqualTo(0700);
    }

    @ParameterizedTest
    @ValueSource(strings = {"d", "f"})
    @DisplayName("S12: a mode that a user sets just after the node is not remembered as the node's")
    void s12_aModeThatIsSetJustAfterwards(String name) throws IOException {
        bench.write("f", "same");
        Files.createDirectory(bench.folder.resolve("d"));
        Entry entry =
                name.equals("f") ? bench.file(name, "same", 0700) : bench.directory(name, 0700);
        Step step = new Step.SetAttributes(entry, bench.held(name));
        bench.chmodAtOnce(name, 0750);

        Outcome outcome = bench.applyOne(step);

        assertThat(outcome).isEqualTo(new Done(path(name), new Held(entry, stat(name))));
        assertThat(stat(name).mode()).isEqualTo(0700);
    }

    @Test
    void carriesOutTheNextStepsWhenOneIsImpossible() throws IOException {
        List<Outcome> outcomes =
                bench.apply(
                        bench.placeFile("no/parent", "x", null),
                        new Step.PlaceFile(
                                bench.file("gone", "x"), new Staged("t-none"), null, Keep.REPLACED),
                        bench.placeFile("a", "new", null));

        assertBlocked(outcomes.get(0), Obstacle.NO_PARENT);
        assertBlocked(outcomes.get(1), Obstacle.CONTENT_GONE);
        assertDone(outcomes.get(2), "a");
    }

    @Test
    void doesNotPlaceAStagedContentOfAnotherSize() throws IOException {
        Step step =
                new Step.PlaceFile(bench.file("a", "four"), bench.stage("fo"), null, Keep.REPLACED);

        assertBlocked(bench.applyOne(step), Obstacle.CONTENT_GONE);
        assertThat(bench.isThere("a")).isFalse();
    }

    // ------------------------------------------------------------------ not as expected

    @Test
    @DisplayName("S13: a file that was not scanned yet is never overwritten")
    void s13_neverOverwritesAFileThatWasNotScannedYet() throws IOException {
        Files.writeString(bench.folder.resolve("a"), "local");

        Outcome outcome = bench.applyOne(bench.placeFile("a", "new", null));

        assertThat(outcome).isEqualTo(new Unexpected(path("a")));
        assertThat(bench.read("a")).isEqualTo("local");
        assertThat(bench.versionCount()).isZero();
    }

    @Test
    @DisplayName("S14: a file that was not scanned is never replaced by a directory or link")
    void s14_neverReplacesAFileThatWasNotScannedByADirectoryOrLink() throws IOException {
        Files.writeString(bench.folder.resolve("a"), "local");
        Files.writeString(bench.folder.resolve("b"), "local");

        List<Outcome> outcomes =
                bench.apply(
                        new Step.MakeDirectory(bench.directory("a", 0755), null, Keep.REPLACED),
                        new Step.PlaceLink(bench.link("b", "x"), null, Keep.REPLACED));

        assertThat(outcomes).allMatch(Unexpected.class::isInstance);
        assertThat(bench.read("a")).isEqualTo("local");
        assertThat(bench.read("b")).isEqualTo("local");
        assertThat(bench.staging()).isEmpty();
    }

    @Test
    @DisplayName("S12: a file that was edited since its scan is neither deleted nor replaced")
    void s12_neverDeletesOrReplacesAFileThatWasEditedSinceItWasScanned() throws IOException {
        Held a = bench.write("a", "old");
        Held b = bench.write("b", "old");
        Files.writeString(bench.folder.resolve("a"), "edit of a");
        Files.writeString(bench.folder.resolve("b"), "edit of b");

        List<Outcome> outcomes =
                bench.apply(
                        new Step.Remove(bench.tombstone("a"), a, Keep.DELETED),
                        bench.placeFile("b", "new", b));

        assertThat(outcomes).allMatch(Unexpected.class::isInstance);
        assertThat(bench.read("a")).isEqualTo("edit of a");
        assertThat(bench.read("b")).isEqualTo("edit of b");
    }

    @Test
    @DisplayName("D13: an edit whose time was set back is seen")
    void d13_seesAnEditWhoseTimeWasSetBack() throws IOException {
        Held old = bench.write("a", "old");
        FileTime mtime = Files.getLastModifiedTime(bench.folder.resolve("a"));
        Files.writeString(bench.folder.resolve("a"), "OLD");
        Files.setLastModifiedTime(bench.folder.resolve("a"), mtime);

        Outcome outcome = bench.applyOne(bench.placeFile("a", "new", old));

        assertThat(outcome).isInstanceOf(Unexpected.class);
        assertThat(bench.read("a")).isEqualTo("OLD");
    }

    @Test
    @DisplayName("S15: another kind than was expected is found, and stays")
    void s15_findsAnotherKindThanExpected() throws IOException {
        Held a = bench.write("a", "old");
        Files.delete(bench.folder.resolve("a"));
        Files.createDirectory(bench.folder.resolve("a"));
        Files.createDirectory(bench.folder.resolve("d"));
        Held d = bench.held("d");
        Files.delete(bench.folder.resolve("d"));
        Files.writeString(bench.folder.resolve("d"), "local");

        List<Outcome> outcomes =
                bench.apply(
                        bench.placeFile("a", "new", a),
                        bench.placeFile("d", "new", d),
                        new Step.Remove(bench.tombstone("d"), d, Keep.DELETED));

        assertThat(outcomes).allMatch(Unexpected.class::isInstance);
        assertThat(bench.folder.resolve("a")).isDirectory();
        assertThat(bench.read("d")).isEqualTo("local");
    }

    @Test
    @DisplayName("S16: a directory that has content is never replaced")
    void s16_neverReplacesADirectoryThatHasContent() throws IOException {
        Files.createDirectory(bench.folder.resolve("d"));
        Held d = bench.held("d");
        Files.writeString(bench.folder.resolve("d/local"), "local");

        List<Outcome> outcomes =
                bench.apply(
                        bench.placeFile("d", "new", d),
                        new Step.PlaceLink(bench.link("d", "x"), d, Keep.REPLACED),
                        new Step.Remove(bench.tombstone("d"), d, Keep.DELETED));

        assertThat(outcomes).allSatisfy(outcome -> assertBlocked(outcome, Obstacle.NOT_EMPTY));
        assertThat(bench.read("d/local")).isEqualTo("local");
    }

    @Test
    @DisplayName("D21: a directory gives way to a file only when all of its content is gone")
    void d21_aDirectoryGivesWayToAFileOnlyWhenAllOfItsContentIsGone() throws IOException {
        Held one = bench.write("d/1", "one");
        Held d = bench.held("d");
        Files.writeString(bench.folder.resolve("d/new"), "made here meanwhile");

        List<Outcome> outcomes =
                bench.apply(
                        new Step.Remove(bench.tombstone("d/1"), one, Keep.DELETED),
                        bench.placeFile("d", "x", d));

        assertThat(outcomes.get(0)).isInstanceOf(Done.class);
        assertBlocked(outcomes.get(1), Obstacle.NOT_EMPTY);
        assertThat(bench.read("d/new")).isEqualTo("made here meanwhile");
        assertThat(bench.keptContents("d/1")).containsExactly("one");
    }

    @Test
    @DisplayName("D22: a link that took the place of a directory is never followed")
    void d22_neverFollowsALinkThatTookThePlaceOfADirectory() throws IOException {
        Held victim = bench.write("other/f", "precious");
        Files.createSymbolicLink(bench.folder.resolve("d"), Path.of("other"));
        Entry.File there = (Entry.File) victim.entry();
        Held below =
                new Held(
                        new Entry.File(
                                path("d/f"),
                                there.sizeBytes(),
                                there.mtime(),
                                there.mode(),
                                there.content(),
                                there.version(),
                                there.stamp(),
                                there.author()),
                        victim.stat());

        List<Outcome> outcomes =
                bench.apply(
                        new Step.Remove(bench.tombstone("d/f"), below, Keep.DELETED),
                        bench.placeFile("d/g", "new", null));

        assertThat(outcomes.get(0)).isInstanceOf(Unexpected.class);
        assertBlocked(outcomes.get(1), Obstacle.NO_PARENT);
        assertThat(bench.folder.resolve("other")).isDirectoryContaining("glob:**/f");
        assertThat(bench.isThere("other/g")).isFalse();
    }

    @Test
    void findsThatSomebodyElseDeletedTheFile() throws IOException {
        Held a = bench.write("a", "old");
        Files.delete(bench.folder.resolve("a"));

        List<Outcome> outcomes =
                bench.apply(
                        bench.placeFile("a", "new", a),
                        new Step.Remove(bench.tombstone("a"), a, Keep.DELETED),
                        new Step.SetAttributes(bench.file("a", "old"), a));

        assertThat(outcomes).allMatch(Unexpected.class::isInstance);
        assertThat(bench.isThere("a")).isFalse();
    }

    @Test
    void findsADirectoryWhereOneShallBeMade() throws IOException {
        Files.createDirectory(bench.folder.resolve("d"));

        Outcome outcome =
                bench.applyOne(
                        new Step.MakeDirectory(bench.directory("d", 0755), null, Keep.REPLACED));

        assertThat(outcome).isInstanceOf(Unexpected.class);
        assertThat(bench.staging()).isEmpty();
    }

    // ------------------------------------------------------------------ races

    @Test
    void putsAnEditBackThatCameBetweenLookAndExchange() throws IOException {
        Held old = bench.write("a", "old");
        bench.disk.before("exchange", 1, () -> overwrite("a", "edited"));

        Outcome outcome = bench.applyOne(bench.placeFile("a", "new", old));

        assertThat(outcome).isInstanceOf(Unexpected.class);
        assertThat(bench.read("a")).isEqualTo("edited");
        assertThat(bench.versionCount()).isZero();
    }

    @Test
    void putsAFileBackThatWasSavedByRenameBetweenLookAndExchange() throws IOException {
        Held old = bench.write("a", "old");
        bench.disk.before("exchange", 1, () -> saveByRename("a", "saved"));

        Outcome outcome = bench.applyOne(bench.placeFile("a", "new", old));

        assertThat(outcome).isInstanceOf(Unexpected.class);
        assertThat(bench.read("a")).isEqualTo("saved");
    }

    @Test
    void losesNoneOfTwoEditsThatComeBeforeAndAfterTheExchange() throws IOException {
        Held old = bench.write("a", "old");
        bench.disk.before("exchange", 1, () -> overwrite("a", "first edit"));
        bench.disk.before("exchange", 2, () -> saveByRename("a", "second edit"));

        Outcome outcome = bench.applyOne(bench.placeFile("a", "new", old));

        assertThat(outcome).isInstanceOf(Unexpected.class);
        assertThat(bench.read("a")).isEqualTo("second edit");
        assertThat(bench.keptContents("a")).containsExactly("first edit");
        assertThat(bench.versions.conflicts()).hasSize(1);
    }

    @Test
    void takesBackADeletionOfAFileThatIsEditedInTheSameMoment() throws IOException {
        Held old = bench.write("a", "old");
        bench.disk.before("take", 1, () -> overwrite("a", "edited"));

        Outcome outcome = bench.applyOne(new Step.Remove(bench.tombstone("a"), old, Keep.DELETED));

        assertThat(outcome).isInstanceOf(Unexpected.class);
        assertThat(bench.read("a")).isEqualTo("edited");
        assertThat(bench.staging()).isEmpty();
    }

    @Test
    void keepsAnEditThatWasTakenWhenSomethingNewIsInItsPlace() throws IOException {
        Held old = bench.write("a", "old");
        bench.disk.before("take", 1, () -> overwrite("a", "edited"));
        bench.disk.before("place", 1, () -> overwrite("a", "newer"));

        Outcome outcome = bench.applyOne(new Step.Remove(bench.tombstone("a"), old, Keep.DELETED));

        assertThat(outcome).isInstanceOf(Unexpected.class);
        assertThat(bench.read("a")).isEqualTo("newer");
        assertThat(bench.keptContents("a")).containsExactly("edited");
    }

    @Test
    void theNextScanSeesAnEditThatCameRightAfterTheRename() throws IOException {
        bench.disk.before("stat", 1, () -> overwrite("a", "edited at once"));

        Outcome outcome = bench.applyOne(bench.placeFile("a", "new", null));

        Held held = ((Done) outcome).held();
        assertThat(held.stat()).isNotEqualTo(stat("a"));
        assertThat(bench.read("a")).isEqualTo("edited at once");
    }

    @Test
    void putsADirectoryBackWhenTheFileCannotTakeItsPlace() throws IOException {
        Files.createDirectory(bench.folder.resolve("d"));
        Held d = bench.held("d");
        bench.disk.before("place", 1, () -> fail(Fault.DISK_FULL));

        Outcome outcome = bench.applyOne(bench.placeFile("d", "new", d));

        assertBlocked(outcome, Obstacle.DISK_FULL);
        assertThat(bench.folder.resolve("d")).isDirectory();
    }

    // ------------------------------------------------------------------ somebody writes

    @Test
    @DisplayName("D16: a writer is waited for")
    void d16_waitsForAWriter() throws IOException {
        Held a = bench.write("a", "old");
        Held b = bench.write("b", "old");
        List<Outcome> outcomes;
        try (OutputStream toA = append("a");
                OutputStream toB = append("b")) {
            outcomes =
                    bench.apply(
                            bench.placeFile("a", "new", a),
                            new Step.Remove(bench.tombstone("b"), b, Keep.DELETED));
            toA.write('!');
            toB.write('!');
        }

        assertThat(outcomes).allSatisfy(outcome -> assertBlocked(outcome, Obstacle.IN_USE));
        assertThat(bench.read("a")).isEqualTo("old!");
        assertThat(bench.read("b")).isEqualTo("old!");
    }

    @Test
    @DisplayName("P6: a writer who came after the look has the file back")
    void p6_givesTheFileBackToAWriterWhoCameAfterTheLook() throws IOException {
        Held old = bench.write("a", "old");
        OutputStream[] writer = new OutputStream[1];
        bench.disk.before("exchange", 1, () -> writer[0] = append("a"));

        Outcome outcome = bench.applyOne(bench.placeFile("a", "new", old));

        assertBlocked(outcome, Obstacle.IN_USE);
        writer[0].write('!');
        writer[0].close();
        assertThat(bench.read("a")).isEqualTo("old!");
        assertThat(bench.versionCount()).isZero();
    }

    // ------------------------------------------------------------------ the disk fails

    @ParameterizedTest
    @ValueSource(strings = {"place", "exchange", "take", "setAttributes", "statStaged"})
    @DisplayName("D19: a full disk loses nothing, whatever it refuses")
    void d19_aFullDiskLosesNothing(String operation) throws IOException {
        Held a = bench.write("a", "old");
        Held b = bench.write("b", "old");
        List<Step> steps =
                List.of(
                        bench.placeFile("a", "new", a),
                        new Step.Remove(bench.tombstone("b"), b, Keep.DELETED),
                        bench.placeFile("c", "new", null));
        bench.failAlways(operation, Fault.DISK_FULL);

        bench.apply(steps.toArray(Step[]::new));

        assertThat(bench.allContents()).filteredOn("old"::equals).hasSize(2);
        assertThat(bench.read("a")).isIn("old", "new");
        assertThat(bench.isThere("c") ? bench.read("c") : "new").isEqualTo("new");
    }

    @Test
    void keepsWhatItCannotMoveToVersionsUntilItCan() throws IOException {
        Held old = bench.write("a", "old");
        bench.disk.before("archive", 1, () -> fail(Fault.DISK_FULL));

        Outcome outcome = bench.applyOne(bench.placeFile("a", "new", old));

        assertDone(outcome, "a");
        assertThat(bench.keptContents("a")).containsExactly("old");
        assertThat(bench.staging()).isEmpty();
    }

    @Test
    void keepsTheRecordOfABatchWhoseDisplacedContentIsStillInStaging() throws IOException {
        Held old = bench.write("a", "old");
        bench.failAlways("archive", Fault.DISK_FULL);

        bench.applyOne(bench.placeFile("a", "new", old));
        bench.restart(Bench.BOOT);

        assertThat(bench.journal.unfinished()).hasSize(1);
    }

    @Test
    void blocksEverythingWhenTheRootIsLost() throws IOException {
        Step step = bench.placeFile("a", "new", null);
        Files.move(bench.folder, home.resolve("elsewhere"));

        AppliedBatch applied = bench.applyOnly(step);

        assertBlocked(applied.outcomes().getFirst(), Obstacle.ROOT_LOST);
        assertThat(bench.flusher.flush(List.of(applied)))
                .containsExactly(new Event.Flushed(applied.batch()));
    }

    // ------------------------------------------------------------------ other file systems

    @Test
    void replacesWhereNamesCannotBeExchanged() throws IOException {
        Held a = bench.write("a", "old");
        Held b = bench.write("b", "old");
        bench.failAlways("exchange", Fault.UNSUPPORTED);

        List<Outcome> outcomes =
                bench.apply(
                        bench.placeFile("a", "new", a),
                        new Step.MakeDirectory(bench.directory("b", 0755), b, Keep.REPLACED));

        assertThat(outcomes).allMatch(Done.class::isInstance);
        assertThat(bench.read("a")).isEqualTo("new");
        assertThat(bench.folder.resolve("b")).isDirectory();
        assertThat(bench.keptContents("a")).containsExactly("old");
        assertThat(bench.keptContents("b")).containsExactly("old");
        assertThat(bench.staging()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"link", "replace"})
    void putsAnEditBackWhereNamesCannotBeExchanged(String operation) throws IOException {
        Held old = bench.write("a", "old");
        bench.failAlways("exchange", Fault.UNSUPPORTED);
        bench.disk.before(operation, 1, () -> overwrite("a", "edited"));

        Outcome outcome = bench.applyOne(bench.placeFile("a", "new", old));

        assertThat(outcome).isInstanceOf(Unexpected.class);
        assertThat(bench.read("a")).isEqualTo("edited");
        assertThat(bench.versionCount()).isZero();
    }

    @Test
    void keepsAFileThatWasRenamedAwayUnderItsLinkWhereNamesCannotBeExchanged() throws IOException {
        Held old = bench.write("a", "old");
        bench.failAlways("exchange", Fault.UNSUPPORTED);
        bench.disk.before("replace", 1, () -> saveByRename("a", "saved"));

        bench.applyOne(bench.placeFile("a", "new", old));

        // This one window stays open on such file systems: what is renamed over the old file
        // between the last look and the rename is replaced. The old file is kept in any case.
        assertThat(bench.keptContents("a")).containsExactly("old");
    }

    @Test
    @DisplayName("D15: the time is noted that the file system made of ours")
    void d15_recordsTheTimeThatTheFileSystemMadeOfOurs() throws IOException {
        // Given a file system that keeps seconds only.
        bench.disk.add(
                (operation, arguments) -> {
                    if (operation.equals("setAttributes") && MTIME.equals(arguments[2])) {
                        arguments[2] = MTIME.truncatedTo(ChronoUnit.SECONDS);
                    }
                });
        Step step = bench.placeFile("a", "new", null);

        Held held = ((Done) bench.applyOne(step)).held();

        assertThat(((Entry.File) held.entry()).mtime()).isEqualTo(MTIME);
        assertThat(held.stat()).isEqualTo(stat("a"));
        assertThat(stat("a").mtime()).isEqualTo(MTIME.truncatedTo(ChronoUnit.SECONDS));

        // Then a later change of the mode does not touch that time.
        Entry.File file = (Entry.File) held.entry();
        Step chmod =
                new Step.SetAttributes(
                        new Entry.File(
                                file.path(),
                                file.sizeBytes(),
                                file.mtime(),
                                0600,
                                file.content(),
                                file.version(),
                                file.stamp(),
                                file.author()),
                        held);
        assertDone(bench.applyOne(chmod), "a");
        assertThat(stat("a").mtime()).isEqualTo(MTIME.truncatedTo(ChronoUnit.SECONDS));
    }

    // ------------------------------------------------------------------

    private FileStat stat(String path) throws IOException {
        try (Root root = bench.disk.open()) {
            return Objects.requireNonNull(root.stat(path(path))).stat();
        }
    }

    private void assertDone(Outcome outcome, String path) throws IOException {
        assertThat(outcome).isInstanceOf(Done.class);
        assertThat(((Done) outcome).held().stat()).isEqualTo(stat(path));
    }

    private static void assertBlocked(Outcome outcome, Obstacle obstacle) {
        assertThat(outcome)
                .isInstanceOfSatisfying(
                        Blocked.class,
                        blocked -> assertThat(blocked.obstacle()).isEqualTo(obstacle));
    }

    private void overwrite(String path, String content) throws IOException {
        Files.writeString(bench.folder.resolve(path), content);
    }

    private void saveByRename(String path, String content) throws IOException {
        Path temporary = bench.folder.resolve(path + "~");
        Files.writeString(temporary, content);
        Files.move(temporary, bench.folder.resolve(path), StandardCopyOption.ATOMIC_MOVE);
    }

    private OutputStream append(String path) throws IOException {
        return Files.newOutputStream(bench.folder.resolve(path), StandardOpenOption.APPEND);
    }

    private static void fail(Fault fault) throws IOException {
        throw new DiskException("test", "x", fault, 0);
    }
}
