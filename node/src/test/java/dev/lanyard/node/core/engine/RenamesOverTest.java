package dev.lanyard.node.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lanyard.node.core.index.Row;
import dev.lanyard.protocol.Entry;
import dev.lanyard.protocol.RelativePath;
import dev.lanyard.protocol.message.Message;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;
import java.util.Objects;

/** A file is renamed over another one, and so it is on the other replica. */
class RenamesOverTest {
    private static final RelativePath A = RelativePath.of("a");
    private static final RelativePath B = RelativePath.of("d/b");

    private final World world = new World(1, 2);
    private final World.Node here = world.nodes.getFirst();
    private final World.Node there = world.nodes.getLast();

    @BeforeEach
    void sync() {
        here.tree.write(A, "one", here.wallClock());
        here.tree.write(B, "two", here.wallClock());
        settle();
    }

    @Test
    @DisplayName("P7: one step, the inode is kept, what was replaced is in versions")
    void oneStep() {
        long inode = inode(A);

        here.tree.rename(A, B);
        settle();

        assertThat(there.tree.renamesOver).isOne();
        assertThat(inode(B)).isEqualTo(inode);
        assertThat(there.tree.versions).containsExactly("two");
        assertThat(there.staged).as("contents that were brought here").isEqualTo(2);
    }

    @Test
    @DisplayName("D28: an edit of what is replaced, that was not heard of, is kept")
    void whatIsReplacedWasEdited() {
        world.disconnectAll();
        here.tree.rename(A, B);
        there.tree.write(B, "edited", there.wallClock());
        settle();

        assertThat(world.nodes)
                .as("the later edit is in place or kept")
                .allMatch(node -> node.tree.nodes.get(A) == null)
                .anyMatch(
                        node ->
                                node.tree.versions.contains("edited")
                                        || content(node, B).equals("edited"))
                .anyMatch(
                        node ->
                                node.tree.versions.contains("one")
                                        || content(node, B).equals("one"));
    }

    @Test
    @DisplayName("D28: an edit follows the file that was renamed over another one")
    void anEditFollows() {
        world.disconnectAll();
        here.tree.rename(A, B);
        there.tree.write(A, "edited", there.wallClock());
        settle();

        assertThat(content(here, B)).isEqualTo("edited");
        assertThat(here.tree.nodes).doesNotContainKey(A);
    }

    @Test
    @DisplayName("D28: an edit does not follow what was edited before it was renamed: both stay")
    void whatWasRenamedWasEditedBefore() {
        RelativePath elsewhere = RelativePath.of("c");
        world.disconnectAll();
        here.tree.write(A, "edited before", here.wallClock());
        world.run(500);
        here.tree.rename(A, elsewhere);
        world.run(500);
        world.sleep(1); // The later edit wins at the old name.
        there.tree.write(A, "edited", there.wallClock());
        settle();

        assertThat(world.nodes)
                .allSatisfy(
                        node -> {
                            assertThat(content(node, elsewhere)).isEqualTo("edited before");
                            assertThat(content(node, A)).isEqualTo("edited");
                        });
    }

    @Test
    @DisplayName("D28: what was made where a third machine had deleted does not follow a rename")
    void whatIsMadeOverADeletionDoesNotFollow() {
        RelativePath elsewhere = RelativePath.of("c");
        World three = new World(1, 3);
        World.Node renamer = three.nodes.get(0);
        World.Node deleter = three.nodes.get(1);
        World.Node maker = three.nodes.get(2);
        renamer.tree.write(A, "one", renamer.wallClock());
        assertThat(three.settle(500)).isTrue();
        three.disconnectAll();
        renamer.tree.rename(A, elsewhere);
        deleter.tree.removeAll(A);
        three.connect(deleter, maker);
        three.run(500);
        maker.tree.write(A, "another", maker.wallClock());
        three.run(500);
        assertThat(three.settle(500)).isTrue();

        for (World.Node each : three.nodes) {
            assertThat(content(each, A)).isEqualTo("another");
            assertThat(content(each, elsewhere)).isEqualTo("one");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @DisplayName("D28 S12: nobody waits for an edit that was overwritten before it could follow")
    void whatWasToFollowIsKnownAfterARestart(boolean restarts) {
        RelativePath elsewhere = RelativePath.of("c");
        world.disconnectAll();
        there.tree.rename(A, elsewhere);
        here.tree.write(A, "edited", here.wallClock());
        world.run(500);
        world.connect(here, there);
        here.events.add(
                new Event.Received(
                        here.links.getFirst().here,
                        new Message.Announce(List.of(known(there, elsewhere), known(there, A)))));
        here.step(10);
        assertThat(known(here, elsewhere)).isInstanceOf(Entry.File.class);
        here.tree.write(A, "overwritten", here.wallClock());

        if (restarts) {
            here.goOn();
        }
        settle();

        assertThat(content(there, A)).isEqualTo("overwritten");
        assertThat(content(there, elsewhere)).as("what was edited here").isEqualTo("nothing");
        assertThat(here.index.text("edits.followed")).isEmpty();
    }

    private static Entry known(World.Node node, RelativePath path) {
        Row row = Objects.requireNonNull(node.index.row(path));
        return Objects.requireNonNull(row.known());
    }

    @ParameterizedTest
    @DisplayName(
            "D28: what is made at the old name of what both renamed replaces nothing that is not listed")
    @ValueSource(booleans = {true, false})
    void whatIsMadeWhereBothRenamedItFrom(boolean newNameIsLookedAtFirst) {
        RelativePath elsewhere = RelativePath.of("c");
        world.disconnectAll();
        here.tree.rename(A, elsewhere);
        there.tree.rename(A, elsewhere);
        there.tree.write(A, "made anew", there.wallClock());
        if (newNameIsLookedAtFirst) {
            there.tree.dirt.removeFirst();
        }
        settle();

        assertThat(world.nodes)
                .as("one is in place, or listed: who renamed it has not replaced it")
                .anyMatch(
                        node ->
                                node.tree.conflicts.contains("one")
                                        || content(node, elsewhere).equals("one"));
    }

    @Test
    @DisplayName("D28: the same where somebody else has renamed it once more")
    void whatIsMadeWhereItWasRenamedFromTwice() {
        RelativePath elsewhere = RelativePath.of("c");
        RelativePath farther = RelativePath.of("e");
        world.disconnectAll();
        here.tree.rename(A, elsewhere);
        world.run(500);
        here.tree.rename(elsewhere, farther);
        world.run(500);
        there.tree.rename(A, elsewhere);
        there.tree.write(A, "made anew", there.wallClock());
        settle();

        assertThat(world.nodes)
                .anyMatch(
                        node ->
                                node.tree.conflicts.contains("one")
                                        || content(node, farther).equals("one"));
    }

    @Test
    @DisplayName("D28: what an edit that follows has replaced, by its own author, is not listed")
    void whatWasEditedIsNotListed() {
        RelativePath elsewhere = RelativePath.of("c");
        world.disconnectAll();
        here.tree.rename(A, elsewhere);
        there.tree.removeAll(A);
        there.tree.write(A, "edited", there.wallClock());
        settle();

        assertThat(content(here, elsewhere)).isEqualTo("edited");
        assertThat(world.nodes).allMatch(node -> node.tree.conflicts.isEmpty());
    }

    @ParameterizedTest
    @DisplayName(
            "D28: the same where a third replica drops the rename before the editor heard of it")
    @ValueSource(booleans = {true, false})
    void anEditFollowsByWayOfAThird(boolean thirdDials) {
        World three = new World(1, 3);
        World.Node renamer = three.nodes.get(0);
        World.Node third = three.nodes.get(1);
        World.Node editor = three.nodes.get(2);
        renamer.tree.write(A, "one", renamer.wallClock());
        assertThat(three.settle(500)).isTrue();
        three.disconnectAll();
        renamer.tree.rename(A, B.parent().orElseThrow());
        editor.tree.write(A, "edited", editor.wallClock());
        for (World.Node each : List.of(editor, renamer)) {
            three.disconnectAll();
            three.connect(thirdDials ? third : each, thirdDials ? each : third);
            three.run(500);
        }
        assertThat(three.settle(500)).isTrue();

        for (World.Node each : three.nodes) {
            assertThat(content(each, B.parent().orElseThrow())).isEqualTo("edited");
            assertThat(each.tree.nodes).doesNotContainKey(A);
        }
    }

    @Test
    void theSecondNameOfOneFileIsNotRenamedOverTheFirst() {
        // Given what takes the place of its own other name, as far as inodes tell.
        FakeTree.Node one = Objects.requireNonNull(there.tree.nodes.get(A));
        FakeTree.Node two = Objects.requireNonNull(there.tree.nodes.get(B));
        there.tree.nodes.put(
                B,
                new FakeTree.Node(
                        two.kind(), two.content(), two.mode(), two.mtime(), one.inode(), 77));
        there.tree.chmod(B, 0600);
        settle();

        here.tree.rename(A, B);
        settle();

        assertThat(there.tree.renamesOver).isZero();
        assertThat(content(there, B)).isEqualTo("one");
    }

    private static String content(World.Node node, RelativePath path) {
        FakeTree.Node file = node.tree.nodes.get(path);
        return file == null ? "nothing" : file.content();
    }

    private long inode(RelativePath path) {
        return Objects.requireNonNull(there.tree.nodes.get(path)).inode();
    }

    private void settle() {
        assertThat(world.settle(500)).as("settles: %s", world.busy()).isTrue();
        assertThat(World.shown(there)).isEqualTo(World.shown(here));
    }
}
