package dev.lanyard.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lanyard.protocol.testing.Seeded;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

class KeyRingTest {
    private static final Instant NOW = Instant.parse("2026-05-01T10:00:00Z");
    private static final NodeId ANN = new NodeId(1, 0, 0, 0);
    private static final NodeId BOB = new NodeId(2, 0, 0, 0);
    private static final NodeId CAROL = new NodeId(3, 0, 0, 0);
    private static final ShareKey FIRST = key(1);
    private static final ShareKey SECOND = key(2);
    private static final ShareKey THIRD = key(3);

    private static ShareKey key(int number) {
        byte[] bytes = new byte[ShareKey.LENGTH];
        bytes[0] = (byte) number;
        return ShareKey.of(bytes);
    }

    private static KeyRing changedByAnn() {
        return KeyRing.of(FIRST).changed(SECOND, ANN, Set.of(BOB), NOW);
    }

    private static List<FormerKey> former(Instant until, IntStream numbers) {
        return numbers.mapToObj(number -> new FormerKey(key(number), until)).toList();
    }

    private static List<ShareKey> keys(KeyRing ring) {
        return ring.former().stream().map(FormerKey::key).toList();
    }

    @Test
    void whoIsListedIsAwaitedUntilItHasShownThePresentKey() {
        KeyRing ring = changedByAnn();

        assertThat(ring.awaited()).containsExactly(BOB);
        assertThat(ring.toProve(BOB)).containsExactly(FIRST, SECOND);
        assertThat(ring.toAccept(BOB)).containsExactly(SECOND, FIRST);
        assertThat(ring.shownBy(BOB).at(NOW)).isEqualTo(KeyRing.of(SECOND));
    }

    @Test
    void whoIsNotListedSeesThePresentKeyOnly() {
        KeyRing ring = changedByAnn();

        assertThat(ring.toProve(CAROL)).containsExactly(SECOND);
        assertThat(ring.toAccept(CAROL)).containsExactly(SECOND);
        assertThat(ring.shownBy(CAROL)).isEqualTo(ring);
    }

    @Test
    void aFormerKeyIsWorthNothingAfterThirtyDays() {
        KeyRing ring = changedByAnn();

        assertThat(ring.at(NOW.plus(KeyRing.KEPT).minusMillis(1))).isEqualTo(ring);
        assertThat(ring.at(NOW.plus(KeyRing.KEPT))).isEqualTo(KeyRing.of(SECOND));
    }

    @Test
    void whoeverHasAFormerKeyTakesThePresentOneAndAwaitsWhoIsListed() {
        KeyRing bob = KeyRing.of(FIRST).taking(changedByAnn(), BOB, ANN, NOW);

        assertThat(bob.present()).isEqualTo(SECOND);
        assertThat(bob.listed()).containsExactlyInAnyOrder(ANN, BOB);
        assertThat(bob.at(NOW)).as("both have it").isEqualTo(KeyRing.of(SECOND));
    }

    @Test
    void whoHearsOfItLaterDoesNotKeepItLonger() {
        Instant later = NOW.plus(Duration.ofDays(20));

        KeyRing bob = KeyRing.of(FIRST).taking(changedByAnn(), BOB, ANN, later);

        assertThat(bob.former()).containsExactly(new FormerKey(FIRST, NOW.plus(KeyRing.KEPT)));
    }

    @Test
    void nobodyIsToldToKeepAFormerKeyForLongerThanThirtyDays() {
        KeyRing told =
                new KeyRing(
                        SECOND,
                        former(NOW.plus(KeyRing.KEPT).plusSeconds(1), IntStream.of(1, 3)),
                        Set.of(BOB),
                        Set.of());

        assertThat(KeyRing.of(FIRST).taking(told, BOB, ANN, NOW).former())
                .isEqualTo(former(NOW.plus(KeyRing.KEPT), IntStream.of(1, 3)));
    }

    @Test
    void whatDoesNotComeOfThePresentKeyIsNotTaken() {
        KeyRing ann = changedByAnn();
        KeyRing bob = KeyRing.of(FIRST).changed(THIRD, BOB, Set.of(ANN, CAROL), NOW);
        KeyRing over = changedByAnn().at(NOW.plus(KeyRing.KEPT));

        assertThat(ann.taking(bob, ANN, BOB, NOW)).isEqualTo(ann);
        assertThat(bob.taking(ann, BOB, ANN, NOW)).isEqualTo(bob);
        assertThat(ann.isApartFrom(bob)).isTrue();
        assertThat(bob.isApartFrom(ann)).isTrue();
        assertThat(KeyRing.of(FIRST).taking(over, BOB, ANN, NOW)).isEqualTo(KeyRing.of(FIRST));
        assertThat(KeyRing.of(FIRST).isApartFrom(over)).isTrue();
    }

    @Test
    void whoeverIsBehindChangesNothingAndIsNotApart() {
        KeyRing ann = changedByAnn();
        KeyRing bob = KeyRing.of(FIRST);

        assertThat(ann.taking(bob, ANN, BOB, NOW)).isEqualTo(ann);
        assertThat(ann.isApartFrom(bob)).isFalse();
        assertThat(bob.isApartFrom(ann)).isFalse();
    }

    @Test
    void aKeyThatWasLeftIsNotTakenBack() {
        KeyRing back =
                new KeyRing(
                        FIRST,
                        former(NOW.plus(KeyRing.KEPT), IntStream.of(2)),
                        Set.of(ANN, CAROL),
                        Set.of());

        assertThat(changedByAnn().taking(back, ANN, CAROL, NOW)).isEqualTo(changedByAnn());
    }

    @Test
    void whoTellsOfThePresentKeyHasShownIt() {
        KeyRing bob =
                KeyRing.of(FIRST)
                        .changed(SECOND, ANN, Set.of(BOB, CAROL), NOW)
                        .taking(changedByAnn(), ANN, BOB, NOW);

        assertThat(bob.awaited()).containsExactly(CAROL);
    }

    @Test
    void ofManyFormerKeysThoseThatAreOverFirstAreDroppedButNeverTheLast() {
        KeyRing ring = KeyRing.of(key(100));
        for (int i = 1; i <= 20; i++) {
            // A clock that goes back all the time: the last one is over first.
            ring = ring.changed(key(i), ANN, Set.of(BOB), NOW.minusSeconds(i));
        }

        assertThat(ring.former()).hasSize(KeyRing.FORMER_MAX);
        assertThat(keys(ring).getFirst()).isEqualTo(key(19));
        assertThat(keys(ring)).contains(key(100), key(1)).doesNotContain(key(18));
    }

    @Test
    void whatIsToldDisplacesNoFormerKeyThatWasKnown() {
        Instant until = NOW.plus(KeyRing.KEPT);
        KeyRing own =
                new KeyRing(FIRST, former(until, IntStream.range(10, 24)), Set.of(ANN), Set.of());
        KeyRing told =
                new KeyRing(
                        SECOND,
                        former(until, IntStream.concat(IntStream.range(30, 45), IntStream.of(1))),
                        Set.of(ANN),
                        Set.of());

        KeyRing taken = own.taking(told, ANN, BOB, NOW);

        List<ShareKey> expected = new ArrayList<>(List.of(FIRST));
        expected.addAll(keys(own));
        expected.add(key(30));
        assertThat(keys(taken)).isEqualTo(expected);
    }

    @Test
    void noKeyIsThereTwiceAndNothingIsThereWithoutBound() {
        List<FormerKey> first = former(NOW, IntStream.of(1));
        Set<NodeId> many = new HashSet<>();
        for (int i = 0; i <= KeyRing.NODES_MAX; i++) {
            many.add(new NodeId(i, 0, 0, 0));
        }

        assertThatThrownBy(() -> new KeyRing(FIRST, first, Set.of(), Set.of()))
                .hasMessage("the present key is a former one");
        assertThatThrownBy(
                        () ->
                                new KeyRing(
                                        SECOND,
                                        former(NOW, IntStream.of(1, 1)),
                                        Set.of(),
                                        Set.of()))
                .hasMessage("a former key is there twice");
        assertThatThrownBy(
                        () ->
                                new KeyRing(
                                        SECOND,
                                        former(NOW, IntStream.range(10, 27)),
                                        Set.of(),
                                        Set.of()))
                .hasMessage("17 former keys (expected at most 16)");
        assertThatThrownBy(() -> new KeyRing(SECOND, first, many, Set.of()))
                .hasMessage("257 listed nodes (expected at most 256)");
    }

    @Seeded(runs = 300)
    void allWhoStayComeToTheKeyOfWhoeverChangesIt(RandomGenerator random) {
        World world = new World(random, 3 + random.nextInt(3));
        world.live(random.nextInt(40), false);

        world.settle();

        assertThat(world.nodes)
                .allSatisfy(
                        node ->
                                assertThat(node.ring.present().equals(world.ann().ring.present()))
                                        .isEqualTo(!world.out.contains(node.id)));
    }

    @Seeded(runs = 1_000)
    void whoIsShutOutMovesNobodyWhoHasHeardOfItAndHearsNoKeyOfTheirs(RandomGenerator random) {
        World world = new World(random, 4);
        world.shutOut(world.nodes.getLast());

        world.live(10 + random.nextInt(40), true); // Each step asserts.

        assertThat(Collections.disjoint(world.known, world.fresh)).isTrue();
    }

    /**
     * The nodes of a share, which meet or do not. The first one alone changes the key. Whoever was
     * shut out is a member of its own mind, with all keys that it had or made.
     */
    private static final class World {
        final RandomGenerator random;
        final List<Node> nodes = new ArrayList<>();
        final Set<NodeId> out = new HashSet<>();

        /** What the first node drew. */
        final List<ShareKey> fresh = new ArrayList<>();

        /** What the one who was shut out has, or was told. */
        final List<ShareKey> known = new ArrayList<>(List.of(FIRST, SECOND, THIRD));

        private static final class Node {
            final NodeId id;
            KeyRing ring = KeyRing.of(FIRST);

            Node(NodeId id) {
                this.id = id;
            }

            void hear(KeyRing told, NodeId from) {
                ring = ring.taking(told, id, from, NOW).at(NOW);
            }

            void seeShown(NodeId peer) {
                ring = ring.shownBy(peer).at(NOW);
            }
        }

        World(RandomGenerator random, int count) {
            this.random = random;
            for (int i = 0; i < count; i++) {
                nodes.add(new Node(new NodeId(i + 1, 0, 0, 0)));
            }
        }

        Node ann() {
            return nodes.getFirst();
        }

        void shutOut(Node node) {
            out.add(node.id);
            change();
        }

        private void change() {
            Set<NodeId> listed = new HashSet<>();
            nodes.stream().map(node -> node.id).forEach(listed::add);
            listed.removeAll(out);
            fresh.add(key(100 + fresh.size()));
            ann().ring = ann().ring.changed(fresh.getLast(), ann().id, listed, NOW).at(NOW);
        }

        void live(int moves, boolean isAttacked) {
            for (int i = 0; i < moves; i++) {
                if (isAttacked && random.nextInt(2) == 0) {
                    attack(nodes.get(random.nextInt(nodes.size() - 1)));
                } else if (random.nextInt(6) == 0 && fresh.size() < KeyRing.FORMER_MAX) {
                    if (!isAttacked && random.nextInt(4) == 0) {
                        shutOut(nodes.get(1 + random.nextInt(nodes.size() - 1)));
                    } else {
                        change();
                    }
                } else {
                    meet(isAttacked);
                }
            }
        }

        /** They meet until that changes nothing any more. */
        void settle() {
            if (!out.isEmpty()) {
                change(); // What who is out had got before is left behind.
            }
            for (int i = 0; i < 5; i++) {
                for (Node one : nodes) {
                    nodes.stream().filter(other -> other != one).forEach(other -> meet(one, other));
                }
            }
        }

        private void meet(boolean isAttacked) {
            int count = isAttacked ? nodes.size() - 1 : nodes.size();
            Node one = nodes.get(random.nextInt(count));
            Node other = nodes.get(random.nextInt(count));
            if (one != other) {
                meet(one, other);
            }
        }

        /** What the sessions of two nodes come to, of which the first dials. */
        private static void meet(Node dialler, Node acceptor) {
            for (ShareKey key : dialler.ring.toProve(acceptor.id)) {
                if (acceptor.ring.toAccept(dialler.id).contains(key)) {
                    talk(dialler, acceptor, key);
                    return;
                }
            }
        }

        private static void talk(Node dialler, Node acceptor, ShareKey key) {
            KeyRing dialled = dialler.ring;
            KeyRing accepted = acceptor.ring;
            if (key.equals(accepted.present())) {
                acceptor.seeShown(dialler.id);
            } else {
                dialler.hear(accepted, acceptor.id);
            }
            if (key.equals(dialled.present())) {
                dialler.seeShown(acceptor.id);
            } else {
                acceptor.hear(dialled, dialler.id);
            }
        }

        /** Whoever is out proves whatever it can, and tells whatever it likes. */
        private void attack(Node victim) {
            NodeId carol = nodes.getLast().id;
            KeyRing before = victim.ring;
            KeyRing forged = forged();
            for (ShareKey key : known.stream().filter(before.toAccept(carol)::contains).toList()) {
                victim.hear(forged, carol);
                if (before.isFormer(key)) {
                    known.add(before.present());
                }
            }
            if (fresh.contains(before.present())) {
                victim.hear(forged, carol); // Even if it had come that far.
                assertThat(victim.ring).isEqualTo(before);
                assertThat(victim.ring.lists(carol)).isFalse();
            }
        }

        private KeyRing forged() {
            List<ShareKey> keys = new ArrayList<>(known.stream().distinct().toList());
            Collections.shuffle(keys, new Random(random.nextLong()));
            List<FormerKey> former =
                    keys.stream()
                            .skip(1)
                            .limit(random.nextInt(keys.size()))
                            .map(key -> new FormerKey(key, NOW.plus(KeyRing.KEPT)))
                            .toList();
            Set<NodeId> listed = new HashSet<>();
            nodes.stream().filter(_ -> random.nextInt(4) > 0).forEach(node -> listed.add(node.id));
            return new KeyRing(keys.getFirst(), former, listed, listed);
        }
    }
}
