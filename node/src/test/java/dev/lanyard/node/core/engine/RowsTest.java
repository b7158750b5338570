package dev.lanyard.node.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lanyard.node.core.index.FileStat;
import dev.lanyard.node.core.index.Row;
import dev.lanyard.protocol.Bucket;
import dev.lanyard.protocol.NodeId;
import dev.lanyard.protocol.RelativePath;
import dev.lanyard.protocol.ReplicaId;
import dev.lanyard.protocol.VersionVector;
import dev.lanyard.protocol.message.Message;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;

/** Rows of the scenarios that only chosen orders of arrival reach. */
class RowsTest {
    private static final Instant EARLY = Instant.parse("2025-12-31T00:00:00Z");
    private static final RelativePath FILE = RelativePath.of("d/f");

    private final World world = new World(1, 3);
    private final World.Node a = world.nodes.get(0);
    private final World.Node b = world.nodes.get(1);
    private final World.Node c = world.nodes.get(2);

    private void settle() {
        assertThat(world.settle(1_000)).as("settles: %s", world.busy()).isTrue();
        assertThat(World.shown(b)).isEqualTo(World.shown(a));
        assertThat(World.shown(c)).isEqualTo(World.shown(a));
    }

    @ParameterizedTest(name = "they meet in the order {0}{1} {2}{3} {4}{5}")
    @CsvSource({
        "0,1,1,2,0,2",
        "0,1,0,2,1,2",
        "1,2,0,1,0,2",
        "1,2,0,2,0,1",
        "0,2,0,1,1,2",
        "0,2,1,2,0,1"
    })
    @DisplayName("S21: two edits and a deletion made apart have one winner, whoever meets whom")
    void s21_oneWinnerInEveryOrder(int p, int q, int r, int s, int t, int u) {
        a.tree.write(FILE, "old", EARLY);
        settle();
        world.disconnectAll();
        a.tree.write(FILE, "of a", EARLY.plusSeconds(1));
        b.tree.write(FILE, "of b", EARLY.plusSeconds(2));
        c.tree.removeAll(FILE);
        world.nodes.forEach(this::look);

        for (int[] meeting : List.of(new int[] {p, q}, new int[] {r, s}, new int[] {t, u})) {
            world.connect(world.nodes.get(meeting[0]), world.nodes.get(meeting[1]));
            assertThat(world.run(300)).as("comes to an end").isTrue();
            world.disconnectAll();
        }
        settle();

        assertThat(a.tree.nodes.get(FILE)).extracting(FakeTree.Node::content).isEqualTo("of b");
        assertThat(a.tree.versions).contains("of a");
        assertThat(world.silence()).isZero();
    }

    private void look(World.Node node) {
        world.disconnectAll();
        assertThat(world.run(300)).as("%d has looked", node.number).isTrue();
    }

    @Test
    @DisplayName("S28: what is local stays as it is whatever others say of the same versions")
    void s28_localFactsStay() {
        a.tree.write(FILE, "text", EARLY);
        b.tree.write(RelativePath.of("g"), "more", EARLY);
        settle();
        List<Row> before = b.index.page(null, true, 100);

        world.disconnectAll();
        a.loseState(); // It finds all anew, and tells.
        settle();
        b.restart();
        settle();

        assertThat(b.index.page(null, true, 100))
                .extracting(RowsTest::stat)
                .containsExactlyElementsOf(before.stream().map(RowsTest::stat).toList());
        assertThat(world.silence()).isZero();
    }

    private static @Nullable FileStat stat(Row row) {
        return Objects.requireNonNull(row.held()).stat();
    }

    @Test
    @DisplayName("S21: who was apart finds each of many differences, and all of them")
    void manyDifferencesAreFound() {
        for (int i = 0; i < 200; i++) {
            a.tree.write(RelativePath.of("f" + i), "text " + i, EARLY);
        }
        settle();
        world.disconnectAll();
        for (int i = 0; i < 200; i += 2) {
            a.tree.write(RelativePath.of("f" + i), "other " + i, EARLY.plusSeconds(1));
        }
        look(a);

        settle();

        assertThat(b.tree.nodes.get(RelativePath.of("f100")))
                .extracting(FakeTree.Node::content)
                .isEqualTo("other 100");
        assertThat(world.silence()).isZero();
    }

    @Test
    @DisplayName("D20: what is applied is told to be there when it is durable, and not before")
    void d20_haveItWhenItIsDurable() {
        settle();
        a.tree.write(FILE, "text", EARLY);

        assertThat(saysThatItHas(_ -> {})).isFalse();
        assertThat(b.tree.nodes).containsKey(FILE);
        assertThat(saysThatItHas(World.Node::flush)).isTrue();
    }

    /** Whether b says that it has something, while its disk does {@code flush} now and then. */
    private boolean saysThatItHas(Consumer<World.Node> flush) {
        boolean has = false;
        for (int round = 0; round < 50; round++) {
            for (World.Node node : world.nodes) {
                node.step(100);
                while (!node.effects.isEmpty()) {
                    node.run(node.effects.removeFirst());
                }
                node.reports.forEach(node.events::addAll);
                node.reports.clear();
                node.apply();
                (node == b ? flush : (Consumer<World.Node>) World.Node::flush).accept(node);
                for (World.Link link : node.links) {
                    has |=
                            node == b
                                    && link.outgoing.stream()
                                            .anyMatch(Message.Have.class::isInstance);
                    link.outgoing.forEach(
                            said -> link.other.events.add(new Event.Received(link.there, said)));
                    link.outgoing.clear();
                }
            }
        }
        return has;
    }

    @Test
    void whoOnlyPretendsToCompareIsNotWaitedForForEver() {
        a.tree.write(FILE, "text", EARLY);
        settle();
        SessionId hostile = new SessionId(999);
        a.links.add(new World.Link(hostile, c, new SessionId(998)));
        a.events.add(
                new Event.SessionOpened(
                        hostile,
                        new Event.PeerGreeting(
                                new NodeId(0, 0, 0, 9),
                                new ReplicaId(9),
                                "mallory",
                                Message.Mode.TWO_WAY,
                                VersionVector.empty(),
                                false)));
        c.tree.removeAll(FILE);
        int minutes = 0;
        for (; minutes < 12 && a.tree.nodes.containsKey(FILE); minutes++) {
            for (int i = 0; i < 2; i++) {
                List<Bucket> asked = minutes + i == 0 ? List.of(Bucket.ROOT) : List.of();
                a.events.add(new Event.Received(hostile, new Message.SummaryAsk(99, asked)));
                world.run(5);
                world.later(Duration.ofSeconds(30));
            }
        }

        assertThat(a.tree.nodes).doesNotContainKey(FILE);
        assertThat(minutes).isGreaterThan(5);
    }

    @Test
    @DisplayName("D49: that a peer names a directory and nothing in it deletes nothing")
    void d49_absenceIsNoDeletion() {
        a.tree.write(FILE, "text", EARLY);
        settle();
        world.disconnectAll();
        b.loseState();
        b.tree.removeAll(FILE);
        b.tree.chmod(RelativePath.of("d"), 0700);
        settle();

        assertThat(a.tree.nodes).containsKey(FILE);
        assertThat(b.tree.nodes.get(FILE)).extracting(FakeTree.Node::content).isEqualTo("text");
    }

    @Test
    @DisplayName("S29: what waits for its content to move goes when a user takes the new path")
    void s29_newPathIsTaken() {
        RelativePath to = RelativePath.of("g");
        a.tree.write(FILE, "moved", EARLY);
        a.tree.write(to, "replaced", EARLY);
        settle();
        b.beforeApply =
                () -> {
                    b.tree.write(to, "taken", b.wallClock());
                    b.beforeApply = () -> {};
                };

        a.tree.rename(FILE, to);
        settle();

        assertThat(b.tree.nodes).doesNotContainKey(FILE);
        assertThat(b.tree.nodes.get(to)).extracting(FakeTree.Node::content).isEqualTo("taken");
    }

    @Test
    @DisplayName("S12 S13: what was found in the way is looked at, though no watch told of it")
    void s12_whatIsInTheWayIsLookedAt() {
        a.tree.write(FILE, "of a", EARLY);
        b.beforeApply =
                () -> {
                    b.tree.write(FILE, "of b", b.wallClock());
                    b.tree.dirt.clear();
                    b.beforeApply = () -> {};
                };
        settle();

        assertThat(a.tree.nodes.get(FILE)).extracting(FakeTree.Node::content).isEqualTo("of b");
    }

    @Test
    @DisplayName("P7: a directory that is renamed is renamed as one everywhere, with what is in it")
    void p07_aRenamedDirectoryIsOneStep() {
        world.nodes.forEach(node -> node.tree.tellsAbsencesLast = true);
        for (String path : List.of("d/x", "d/y", "d/s/t")) {
            a.tree.write(RelativePath.of(path), path, EARLY);
        }
        a.tree.link(RelativePath.of("d/s/link"), "nowhere", EARLY);
        settle();

        a.tree.rename(RelativePath.of("d"), RelativePath.of("e"));
        settle();

        for (World.Node node : List.of(b, c)) {
            assertThat(node.tree.directoryRenames).isOne();
            assertThat(node.tree.renames).isZero();
            assertThat(node.tree.versions).isEmpty();
        }
    }

    @Test
    @DisplayName(
            "D28: what was made meanwhile in a directory that others rename is there afterwards")
    void d28_whatIsMadeInARenamedDirectoryStays() {
        world.nodes.forEach(node -> node.tree.tellsAbsencesLast = true);
        a.tree.write(FILE, "old", EARLY);
        settle();

        a.tree.rename(RelativePath.of("d"), RelativePath.of("e"));
        b.tree.write(RelativePath.of("d/new"), "of b", EARLY);
        c.tree.write(FILE, "edited by c", EARLY.plusSeconds(9));
        settle();

        assertThat(a.tree.contentsAt(RelativePath.of("e"))).contains("edited by c");
        assertThat(World.shown(a).values()).anyMatch(shown -> shown.contains("of b"));
    }
}
