package dev.lanyard.node.io.disk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lanyard.node.core.names.NameRules;
import dev.lanyard.node.core.names.Naming;
import dev.lanyard.node.io.disk.DiskException.Fault;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.time.InstantSource;
import java.util.SplittableRandom;

/** A node keeps the contract in memory too where the file system takes several names for one. */
final class FoldingMemoryDiskTest extends DiskContract {
    private static final long CAPACITY_BYTES = 1 << 30;

    private final MemoryDisk machine =
            new MemoryDisk(InstantSource.system(), new SplittableRandom(1));

    @Override
    Disk disk() {
        machine.capacity(CAPACITY_BYTES);
        machine.names(NameHabit.IGNORING_CASE_AND_FORM);
        return machine.again().named();
    }

    @Override
    Hands hands() {
        return new MemoryHands(machine);
    }

    @Test
    void findsOutAboutItsNames() {
        assertThat(disk.naming()).isEqualTo(new Naming(true, true, false));
    }

    @Test
    void givesANameAnotherSpelling() throws IOException {
        hands.makeDirectories("Dir");
        hands.write("Dir/File", "f");
        hands.write("other", "other");

        root.rename(path("Dir/File"), path("Dir/FILE"));

        assertThat(machine.everything())
                .containsOnlyKeys(path("Dir"), path("Dir/FILE"), path("other"));
        assertThat(root.stat(path("Dir/File"))).isNull();
        assertThat(root.spelling(path("dir/file"))).isEqualTo(path("Dir/FILE"));
        assertFault(Fault.NAME_IMPOSSIBLE, () -> root.rename(path("other"), path("Dir/file")));
    }

    @Test
    @DisplayName("D44: a file system that refuses some names is known for that")
    void hasNoReservedNames() throws IOException {
        machine.names(NameHabit.RESERVING);
        Disk reserving = machine.again().named();
        reserving.adopt(null);
        stage("s", "s");

        assertThat(reserving.naming().rules()).isEqualTo(NameRules.WINDOWS);
        assertFault(Fault.IO, () -> root.place("s", path("nul")));
        try (Root other = reserving.open()) {
            assertFault(Fault.NAME_IMPOSSIBLE, () -> other.place("s", path("nul")));
        }
    }

    @Test
    void storesNamesInItsOwnForm() throws IOException {
        machine.names(NameHabit.DECOMPOSING);
        Disk decomposing = machine.again().named();
        decomposing.adopt(null);
        stage("s", "s");

        try (Root other = decomposing.open()) {
            other.place("s", path("\u00e9"));

            assertThat(other.list(null)).extracting(DiskContract::text).containsOnly("\u00e9");
        }
        assertThat(machine.everything()).containsOnlyKeys(path("e\u0301"));
    }
}
