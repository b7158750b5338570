package dev.lanyard.node.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lanyard.protocol.RelativePath;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A replica on a file system that folds case, beside one that does not. */
class ClashesTest {
    private final World world = World.folding(1, 2);
    private final World.Node exact = world.nodes.getFirst();
    private final World.Node folding = world.nodes.getLast();

    @BeforeEach
    void sync() {
        exact.tree.write(path("Dir/x"), "one", exact.wallClock());
        exact.tree.write(path("Dir/sub/y"), "two", exact.wallClock());
        exact.tree.write(path("File"), "three", exact.wallClock());
        settle();
        assertEqual();
    }

    @Test
    @DisplayName("D23 S3: a file whose name changes in case only is renamed")
    void fileIsRenamed() {
        exact.tree.rename(path("File"), path("FILE"));
        settle();

        assertEqual();
        assertThat(folding.tree.renames).isOne();
        assertThat(folding.tree.versions).isEmpty();
    }

    @Test
    @DisplayName("S3 S4: a directory whose name changes in case only, with all that is in it")
    void directoryIsRenamed() {
        exact.tree.rename(path("Dir"), path("dir"));
        settle();

        assertEqual();
        assertThat(folding.tree.nodes).containsKeys(path("dir/x"), path("dir/sub/y"));
    }

    @Test
    @DisplayName("S3: the same where case is folded")
    void renamesMadeWhereCaseIsFolded() {
        folding.tree.rename(path("File"), path("FILE"));
        folding.tree.rename(path("Dir"), path("dir"));
        settle();

        assertEqual();
        assertThat(exact.tree.nodes).containsKeys(path("FILE"), path("dir/x"));
        assertThat(exact.tree.nodes).doesNotContainKeys(path("File"), path("Dir"));
    }

    @Test
    @DisplayName(
            "D24: the second name is listed, fetched never, and arrives when the first is gone")
    void secondNameArrivesWhenTheFirstIsGone() {
        exact.tree.write(path("dir/x"), "other", exact.wallClock());
        exact.tree.write(path("file"), "another", exact.wallClock());
        settle();

        assertThat(world.impossible(folding)).containsOnly("dir", "file");
        assertThat(folding.tree.nodes).containsKeys(path("Dir/x"), path("File"));
        assertThat(exact.tree.nodes).hasSize(8);
        assertThat(folding.staged).as("contents that were brought here").isEqualTo(3);

        exact.tree.rename(path("File"), path("elsewhere"));
        exact.tree.removeAll(path("Dir"));
        settle();

        assertThat(world.impossible(folding)).isEmpty();
        assertEqual();
    }

    @Test
    @DisplayName("D24: a name that waits is not missed when the other is renamed here")
    void otherNameIsRenamedHere() {
        exact.tree.write(path("file"), "another", exact.wallClock());
        settle();

        folding.tree.rename(path("File"), path("elsewhere"));
        settle();

        assertThat(world.impossible(folding)).isEmpty();
        assertThat(folding.tree.nodes).containsKeys(path("file"), path("elsewhere"));
        assertEqual();
    }

    @Test
    @DisplayName("D24: what is in a directory that cannot be here is not listed beside that")
    void onlyTheTopmostIsListed() {
        exact.tree.write(path("Dir/X"), "other", exact.wallClock());
        settle();
        assertThat(world.impossible(folding)).containsOnly("Dir/X");

        world.disconnectAll();
        folding.tree.removeAll(path("Dir"));
        folding.tree.write(path("dir"), "a file", folding.wallClock());
        settle();

        assertThat(exact.tree.nodes).containsKeys(path("Dir/X"), path("dir"));
        assertThat(folding.tree.nodes).containsKey(path("dir"));
        assertThat(world.impossible(folding)).containsOnly("Dir");
    }

    private static RelativePath path(String path) {
        return RelativePath.of(path);
    }

    private void settle() {
        assertThat(world.settle(500)).as("settles: %s", world.busy()).isTrue();
    }

    private void assertEqual() {
        assertThat(World.shown(folding)).isEqualTo(World.shown(exact));
        assertThat(world.impossible(folding)).isEmpty();
    }
}
