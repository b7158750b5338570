package dev.lanyard.node.io.disk;

import static dev.lanyard.node.io.disk.FaultyDisk.at;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lanyard.node.core.names.NameRules;
import dev.lanyard.node.core.names.Naming;
import dev.lanyard.node.io.disk.DiskException.Fault;
import dev.lanyard.node.io.disk.FaultyDisk.Operation;
import dev.lanyard.node.io.disk.Root.Place;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.random.RandomGenerator;

/** On a file system that folds names it keeps the contract all the same, and no two are one. */
@EnabledOnOs(OS.LINUX)
final class NamedDiskTest extends FolderContract {
    private static final String COMPOSED = "\u00e9";
    private static final String DECOMPOSED = "e\u0301";

    @Override
    Disk disk(Path folder) {
        return new NamedDisk(folding(folder, NameHabit.IGNORING_CASE_AND_FORM));
    }

    private static FaultyDisk folding(Path folder, NameHabit habit) {
        FaultyDisk disk = new FaultyDisk(new LinuxDisk(folder, RandomGenerator.getDefault()));
        disk.names(habit);
        return disk;
    }

    @Test
    void findsOutWhichNamesAreOne() throws IOException {
        assertThat(naming(NameHabit.EXACT)).isEqualTo(Naming.EXACT);
        assertThat(naming(NameHabit.IGNORING_CASE)).isEqualTo(new Naming(true, false, false));
        assertThat(naming(NameHabit.DECOMPOSING)).isEqualTo(new Naming(false, true, true));
        assertThat(disk.naming()).isEqualTo(new Naming(true, true, false));
        assertThat(root.names(Place.STAGING)).isEmpty();
    }

    @Test
    @DisplayName("D44: on a file system that refuses some names those of Windows are not had")
    void findsOutThatNamesAreRefused() throws IOException {
        FaultyDisk fat = folding(folder, NameHabit.EXACT);
        fat.fail(at(Operation.WRITE, Place.STAGING, "probe:"), Fault.IO);
        Disk other = new NamedDisk(fat);
        other.adopt(null);

        assertThat(other.naming().rules()).isEqualTo(NameRules.WINDOWS);
        try (Root open = other.open()) {
            stage("s", "s");
            assertFault(Fault.NAME_IMPOSSIBLE, () -> open.place("s", path("C:x")));
        }
    }

    @Test
    @DisplayName("S3 S4: what cannot be found out about names is not guessed")
    void nothingCanBeWritten() throws IOException {
        for (Fault fault : List.of(Fault.IO, Fault.DISK_FULL)) {
            FaultyDisk failing = folding(folder, NameHabit.IGNORING_CASE);
            failing.fail(call -> call.operation() == Operation.WRITE, fault);

            assertFault(fault, () -> new NamedDisk(failing).adopt(null));
        }
        for (NameHabit habit : List.of(NameHabit.EXACT, NameHabit.IGNORING_CASE)) {
            FaultyDisk readOnly = folding(folder, habit);
            readOnly.fail(call -> call.operation() == Operation.WRITE, Fault.READ_ONLY);
            Disk other = new NamedDisk(readOnly);
            other.adopt(null);

            assertThat(other.naming())
                    .isEqualTo(new Naming(habit.equals(NameHabit.IGNORING_CASE), false, false));
        }
    }

    private Naming naming(NameHabit habit) throws IOException {
        Disk other = new NamedDisk(folding(folder, habit));
        other.adopt(null);
        return other.naming();
    }

    @Test
    void nothingIsThereByAnotherSpelling() throws IOException {
        Files.createDirectory(folder.resolve("Dir"));
        Files.writeString(folder.resolve("Dir/File"), "f");

        assertThat(root.stat(path("Dir/File"))).isNotNull();
        assertThat(root.stat(path("Dir/file"))).isNull();
        assertThat(root.stat(path("dir/File"))).isNull();
        assertThat(root.spelling(path("dir/fILE"))).isEqualTo(path("Dir/File"));
        assertThat(root.spelling(path("Dir/File"))).isNull();
        assertThat(root.spelling(path("dir/other"))).isNull();
        assertFault(Fault.NO_SUCH_FILE, () -> root.read(path("dir/File")));
        assertFault(Fault.NO_SUCH_FILE, () -> root.list(path("dir")));
        assertFault(Fault.NO_SUCH_FILE, () -> root.take(path("Dir/file"), "t"));
        assertFault(Fault.NO_SUCH_FILE, () -> root.removeDirectory(path("dir")));
        assertThat(folder.resolve("Dir/File")).hasContent("f");
    }

    @Test
    @DisplayName("D24: what is one name with another is refused")
    void refusesANameThatIsOneWithAnother() throws IOException {
        Files.writeString(folder.resolve("File"), "old");
        Files.writeString(folder.resolve("other"), "other");
        stage("s", "new");

        assertFault(Fault.NAME_IMPOSSIBLE, () -> root.place("s", path("FILE")));
        assertFault(Fault.NAME_IMPOSSIBLE, () -> root.rename(path("other"), path("fILE")));
        assertFault(Fault.NO_SUCH_FILE, () -> root.exchange("s", path("FILE")));
        assertThat(folder.resolve("File")).hasContent("old");

        Files.delete(folder.resolve("File"));
        root.place("s", path("FILE"));
        assertThat(folder.resolve("FILE")).hasContent("new");
    }

    @Test
    @DisplayName("D23: another spelling of its own name is no other name")
    void renamesToAnotherSpelling() throws IOException {
        Files.createDirectory(folder.resolve("Dir"));
        Files.writeString(folder.resolve("Dir/File"), "f");

        root.rename(path("Dir/File"), path("Dir/FILE"));
        root.rename(path("Dir"), path("dir"));

        assertThat(folder.resolve("dir/FILE")).hasContent("f");
        assertThat(root.stat(path("dir/FILE"))).isNotNull();
        assertThat(root.stat(path("Dir/FILE"))).isNull();
    }

    @Test
    @DisplayName("D25: a name that is given back decomposed is the composed one that was given")
    void showsNamesComposed() throws IOException {
        Disk decomposing = new NamedDisk(folding(folder, NameHabit.DECOMPOSING));
        decomposing.adopt(null);
        try (Root other = decomposing.open()) {
            stage("s", "s");
            stage("t", "t");

            other.place("s", path(COMPOSED));

            assertThat(other.list(null)).extracting(DiskContract::text).containsOnly(COMPOSED);
            assertThat(other.stat(path(COMPOSED))).isNotNull();
            assertThat(other.stat(path(DECOMPOSED))).isNull();
            assertFault(Fault.NAME_IMPOSSIBLE, () -> other.place("t", path(DECOMPOSED)));
        }
        assertThat(folder.resolve(DECOMPOSED)).hasContent("s");
    }
}
