package dev.lanyard.node.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lanyard.node.core.ignore.IgnoreRules;
import dev.lanyard.node.core.index.Held;
import dev.lanyard.node.core.index.Row;
import dev.lanyard.protocol.Entry;
import dev.lanyard.protocol.RelativePath;
import dev.lanyard.protocol.message.Message;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.time.Instant;
import java.util.List;
import java.util.Objects;

/** What others made of a path while it was ignored is heard before the path is found anew. */
class FoundAnewTest {
    private static final RelativePath FILE = RelativePath.of("f");

    private final World world = new World(1, 2);
    private final World.Node a = world.nodes.getFirst();
    private final World.Node b = world.nodes.getLast();

    @BeforeEach
    void bothHaveItAndAIgnoresIt() {
        a.tree.write(FILE, "old", Instant.EPOCH);
        settle();
        world.disconnectAll();
        a.tree.write(IgnoreRules.FILE, "f\n", Instant.EPOCH);
        run();
        assertThat(a.index.row(FILE)).isNull();
    }

    private void settle() {
        assertThat(world.settle(1_000)).as("settles: %s", world.busy()).isTrue();
    }

    private void run() {
        assertThat(world.run(1_000)).as("settles: %s", world.busy()).isTrue();
    }

    /** It is not ignored any more, and no scan that knows it has begun. */
    private void ignoreItNoMore() {
        world.connect(a, b);
        a.step(100);
        a.tree.write(IgnoreRules.FILE, "g\n", Instant.EPOCH);
        for (int round = 0; a.engine.rules().ignoresAnyKind(FILE); round++) {
            assertThat(round).isLessThan(100);
            a.step(100);
            while (a.engine.rules().ignoresAnyKind(FILE) && !a.effects.isEmpty()) {
                a.run(a.effects.removeFirst());
            }
            a.reports.forEach(a.events::addAll);
            a.reports.clear();
        }
    }

    private void hearOf(RelativePath path) {
        Entry known = known(b, path);
        SessionId session = a.links.getFirst().here;
        a.events.add(new Event.Received(session, new Message.Announce(List.of(known))));
        a.step(100);
        assertThat(known(a, path)).isEqualTo(known);
    }

    private static Entry known(World.Node node, RelativePath path) {
        Row row = Objects.requireNonNull(node.index.row(path));
        return Objects.requireNonNull(row.known());
    }

    /** The highest number that a version of a's has. */
    private long made() {
        return a.engine.seen().counter(a.engine.replica());
    }

    @Test
    void aDeletionRemovesWhatNobodyHasChanged() {
        b.tree.removeAll(FILE);
        run();
        Entry deletion = known(b, FILE);

        ignoreItNoMore();
        hearOf(FILE);
        settle();

        assertThat(known(b, FILE)).isEqualTo(deletion);
        assertThat(a.index.row(FILE)).isEqualTo(new Row(FILE, deletion, new Held(deletion, null)));
        assertThat(a.tree.nodes).doesNotContainKey(FILE);
        assertThat(a.tree.versions).containsExactly("old");
        assertThat(a.index.former(FILE)).isNull();
    }

    @Test
    void anEditReplacesWhatNobodyHasChanged() {
        b.tree.write(FILE, "new", Instant.EPOCH.plusSeconds(1));
        run();
        Entry edit = known(b, FILE);
        long madeBefore = made();

        ignoreItNoMore();
        hearOf(FILE);
        settle();

        assertThat(known(a, FILE)).isEqualTo(edit);
        assertThat(a.tree.contentsAt(FILE)).containsExactly("new");
        assertThat(made()).as("its rules only").isEqualTo(madeBefore + 1);
        assertThat(a.index.former(FILE)).isNull();
    }

    @Test
    void aDeletionDoesNotRemoveWhatWasEditedMeanwhile() {
        b.tree.removeAll(FILE);
        a.tree.write(FILE, "edited", Instant.EPOCH.plusSeconds(10));
        run();

        ignoreItNoMore();
        hearOf(FILE);
        settle();

        assertThat(a.tree.contentsAt(FILE)).containsExactly("edited");
        assertThat(b.tree.contentsAt(FILE)).containsExactly("edited");
        assertThat(a.index.former(FILE)).isNull();
    }

    @Test
    void whatWasDeletedOnBothSidesIsForgotten() {
        b.tree.removeAll(FILE);
        a.tree.removeAll(FILE);
        run();
        Entry deletion = known(b, FILE);

        ignoreItNoMore();
        hearOf(FILE);
        settle();

        assertThat(a.index.row(FILE)).isEqualTo(new Row(FILE, deletion, new Held(deletion, null)));
        assertThat(a.index.former(FILE)).isNull();
    }

    @Test
    void whatIsIgnoredAgainBeforeItIsFoundIsRemovedInTheEnd() {
        b.tree.removeAll(FILE);
        run();
        Entry deletion = known(b, FILE);
        ignoreItNoMore();
        hearOf(FILE);

        world.disconnectAll();
        a.tree.write(IgnoreRules.FILE, "f\n", Instant.EPOCH); // No scan has told anything yet.
        run();
        assertThat(a.index.row(FILE)).isNull();
        a.tree.write(IgnoreRules.FILE, "g\n", Instant.EPOCH);
        settle();

        assertThat(known(b, FILE)).isEqualTo(deletion);
        assertThat(a.tree.nodes).doesNotContainKey(FILE);
    }

    @Test
    void whatIsOlderAndWasFoundAfterTheFormerEntryWasHeardDoesNotWin() {
        world.disconnectAll();
        a.tree.write(IgnoreRules.FILE, "g\n", Instant.EPOCH);
        run();
        b.tree.write(FILE, "new", Instant.EPOCH.plusSeconds(1));
        run();
        Entry edit = known(b, FILE);
        world.connect(a, b);
        a.step(100);
        hearOf(FILE); // What a holds is to be replaced, and is ignored before that is done.
        world.disconnectAll();
        a.tree.write(IgnoreRules.FILE, "f\n", Instant.EPOCH);
        run();
        assertThat(a.tree.contentsAt(FILE)).containsExactly("old");
        assertThat(a.index.former(FILE)).isEqualTo(edit);

        ignoreItNoMore();
        hearOf(FILE);
        settle();

        assertThat(known(b, FILE)).isEqualTo(edit);
        assertThat(a.tree.contentsAt(FILE)).containsExactly("new");
    }

    @Test
    void whatWasToBeRemoved() {
        world.disconnectAll();
        a.tree.write(IgnoreRules.FILE, "g\n", Instant.EPOCH);
        run();
        b.tree.removeAll(FILE);
        run();
        Entry deletion = known(b, FILE);
        world.connect(a, b);
        a.step(100);
        hearOf(FILE);
        world.disconnectAll();
        a.tree.write(IgnoreRules.FILE, "f\n", Instant.EPOCH);
        a.applies.clear();
        run();
        assertThat(a.tree.contentsAt(FILE)).containsExactly("old");

        a.tree.write(IgnoreRules.FILE, "g\n", Instant.EPOCH);
        settle();

        assertThat(known(b, FILE)).isEqualTo(deletion);
        assertThat(a.tree.contentsAt(FILE)).isEmpty();
    }

    @Test
    void whatIsMadeLaterWhereNothingWasFoundIsNew() {
        a.tree.removeAll(FILE);
        b.tree.removeAll(FILE);
        run();
        a.tree.write(IgnoreRules.FILE, "g\n", Instant.EPOCH);
        run();
        settle();
        assertThat(known(a, FILE)).isInstanceOf(Entry.Tombstone.class);

        a.tree.write(FILE, "old", Instant.EPOCH);
        settle();

        assertThat(b.tree.contentsAt(FILE)).containsExactly("old");
    }

    @Test
    void whatIsOlderAndWasFoundAfterOurOwnVersionWasHeardOfWins() {
        a.tree.write(FILE, "other", Instant.EPOCH.minusSeconds(10));
        ignoreItNoMore();
        hearOf(FILE);
        settle();

        assertThat(b.tree.contentsAt(FILE)).containsExactly("other");
    }

    @Test
    void whatWasNeverChangedHereIsNotListedAsSuch() {
        a.tree.write(IgnoreRules.FILE, "g\n", Instant.EPOCH);
        b.tree.write(FILE, "of the other one", b.wallClock());
        settle();
        a.restartAs(Message.Mode.RECEIVE_ONLY);
        settle();
        world.disconnectAll();
        b.tree.removeAll(FILE);
        run();
        world.connect(a, b);
        a.step(100);
        hearOf(FILE);
        a.applies.clear();

        a.tree.write(IgnoreRules.FILE, "f\n", a.wallClock());
        run();
        a.tree.write(IgnoreRules.FILE, "g\n#\n", a.wallClock());
        settle();

        assertThat(a.tree.contentsAt(FILE)).isEmpty();
    }

    @Test
    void whatNobodyIsToldOfStaysSo() {
        a.tree.write(IgnoreRules.FILE, "g\n", Instant.EPOCH);
        settle();
        a.restartAs(Message.Mode.RECEIVE_ONLY);
        settle();
        a.tree.write(FILE, "of this one alone", a.wallClock());
        settle();
        b.tree.removeAll(FILE);
        settle();
        assertThat(a.tree.contentsAt(FILE)).containsExactly("of this one alone");

        for (String rule : List.of("f\n", "g\n#\n")) {
            b.tree.write(IgnoreRules.FILE, rule, b.wallClock());
            settle();
        }

        assertThat(b.tree.contentsAt(FILE)).isEmpty();
    }
}
