package dev.lanyard.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lanyard.node.io.disk.FaultyDisk;
import dev.lanyard.node.io.disk.FaultyDisk.Call;
import dev.lanyard.node.io.disk.FaultyDisk.Operation;
import dev.lanyard.protocol.RelativePath;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;

/** Real nodes, and a user who writes just when a node is about to change the same path. */
class LastMomentTest extends TwoNodesFixture {
    private static final String MINE = "written on b at the last moment";

    private volatile boolean isSaved;

    /** How a user makes a file what it is to be. */
    enum Way {
        IN_PLACE {
            @Override
            void save(Path file) throws IOException {
                Files.writeString(file, MINE);
            }
        },
        BY_RENAME {
            @Override
            void save(Path file) throws IOException {
                Path beside = file.resolveSibling("beside");
                Files.writeString(beside, MINE);
                Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE);
            }
        };

        abstract void save(Path file) throws IOException;
    }

    /**
     * The user of B saves {@code file} before the first change that the node makes at {@code at}.
     */
    private void save(Way way, String file, String at, Operation... changes) {
        RelativePath path = RelativePath.of(at);
        Predicate<Call> changing =
                call ->
                        Set.of(changes).contains(call.operation())
                                && Objects.equals(call.path(), path);
        b.disk.before(
                FaultyDisk.nth(1, changing),
                () -> {
                    way.save(b.path(file));
                    isSaved = true;
                });
    }

    private void settle() throws Exception {
        share.settle();
        assertThat(isSaved).as("the user of B came before the node").isTrue();
    }

    private boolean isKept(String text) throws Exception {
        return a.keeps(text) || b.keeps(text);
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName(
            "S12: what is edited just before the deletion of another is done stays, everywhere")
    void s12_editedJustBeforeItIsDeleted(Way way) throws Exception {
        a.write("f", "old").write("other", "old");
        share.settle();
        save(way, "f", "f", Operation.TAKE);

        a.delete("f");
        settle();

        assertThat(a.read("f")).isEqualTo(MINE);
        assertThat(b.read("f")).isEqualTo(MINE);
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("S12: of an edit and another's that is just put in its place none is lost")
    void s12_editedJustBeforeItIsReplaced(Way way) throws Exception {
        a.write("f", "old");
        share.settle();
        save(way, "f", "f", Operation.EXCHANGE, Operation.REPLACE);

        a.write("f", "written on a");
        settle();

        String winner = a.read("f");
        assertThat(winner).isIn(MINE, "written on a");
        assertThat(isKept(winner.equals(MINE) ? "written on a" : MINE)).isTrue();
        assertThat(a.conflicts().size() + b.conflicts().size()).as("listed").isOne();
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("S12 D28: what is edited just before it is renamed for another is not lost")
    void s12_editedJustBeforeItIsRenamed(Way way) throws Exception {
        a.write("f", "old");
        share.settle();
        save(way, "f", "g", Operation.RENAME, Operation.PLACE);

        Files.move(a.path("f"), a.path("g"));
        settle();

        assertThat(b.has("g")).isTrue();
        assertThat(a.read(a.has("f") ? "f" : "g")).isEqualTo(MINE);
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("S13: what is made just before another's file of that name arrives is not lost")
    void s13_madeJustBeforeAnotherArrives(Way way) throws Exception {
        save(way, "f", "f", Operation.PLACE);

        a.write("f", "written on a");
        settle();

        String winner = a.read("f");
        assertThat(winner).isIn(MINE, "written on a");
        assertThat(isKept(winner.equals(MINE) ? "written on a" : MINE)).isTrue();
        assertThat(a.conflicts().size() + b.conflicts().size()).as("listed").isOne();
    }
}
