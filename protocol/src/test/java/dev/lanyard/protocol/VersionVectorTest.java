package dev.lanyard.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lanyard.protocol.testing.RandomEntries;
import dev.lanyard.protocol.testing.Seeded;

import org.junit.jupiter.api.Test;

import java.util.HashMap;
import java.util.Map;
import java.util.random.RandomGenerator;

class VersionVectorTest {
    private static final ReplicaId ANN = new ReplicaId(1);
    private static final ReplicaId BOB = new ReplicaId(-1);

    @Test
    void saysWhetherOneHadSeenTheOther() {
        VersionVector first = VersionVector.empty().with(ANN, 1);

        assertThat(first.relationTo(first)).isEqualTo(Relation.SAME);
        assertThat(first.with(BOB, 1).relationTo(first)).isEqualTo(Relation.AFTER);
        assertThat(first.relationTo(first.with(ANN, 2))).isEqualTo(Relation.BEFORE);
        assertThat(first.with(BOB, 1).relationTo(first.with(ANN, 2)))
                .isEqualTo(Relation.CONCURRENT);
    }

    @Test
    void countersOnlyGrow() {
        VersionVector vector = VersionVector.empty().with(ANN, 5);

        assertThatThrownBy(() -> vector.with(ANN, 5)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> vector.with(BOB, 0)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void isKeptInOrder() {
        assertThat(VersionVector.empty().with(BOB, 2).with(ANN, 1))
                .hasToString("{0000000000000001=1, ffffffffffffffff=2}");
        assertThatThrownBy(() -> VersionVector.ofSorted(new long[] {-1, 1}, new long[] {1, 1}))
                .hasMessageContaining("not in order");
        assertThatThrownBy(() -> VersionVector.ofSorted(new long[] {1, 1}, new long[] {1, 1}))
                .hasMessageContaining("not in order");
        assertThatThrownBy(() -> VersionVector.ofSorted(new long[] {1}, new long[] {0}))
                .hasMessageContaining("counter 0");
    }

    @Seeded(runs = 1_000)
    void agreesWithASlowMap(RandomGenerator random) {
        RandomEntries entries = new RandomEntries(random);
        VersionVector one = entries.version(entries.replica());
        VersionVector other = random.nextInt(8) == 0 ? one : entries.version(entries.replica());
        Map<ReplicaId, Long> oneMap = map(one);
        Map<ReplicaId, Long> otherMap = map(other);

        assertThat(one.relationTo(other)).isEqualTo(relation(oneMap, otherMap));
        Map<ReplicaId, Long> joined = new HashMap<>(oneMap);
        otherMap.forEach((replica, counter) -> joined.merge(replica, counter, Math::max));
        assertThat(map(one.join(other))).isEqualTo(joined);
        assertThat(one.join(other)).isEqualTo(other.join(one));
        assertThat(one.compareTo(other) == 0).isEqualTo(oneMap.equals(otherMap));
        assertThat(one.equals(other)).isEqualTo(oneMap.equals(otherMap));
        for (int i = 0; i < 4; i++) {
            ReplicaId replica = entries.replica();
            assertThat(one.counter(replica)).isEqualTo(oneMap.getOrDefault(replica, 0L));
        }
    }

    private static Relation relation(Map<ReplicaId, Long> one, Map<ReplicaId, Long> other) {
        boolean oneHasMore = hasMore(one, other);
        boolean otherHasMore = hasMore(other, one);
        if (oneHasMore && otherHasMore) {
            return Relation.CONCURRENT;
        }
        return oneHasMore ? Relation.AFTER : otherHasMore ? Relation.BEFORE : Relation.SAME;
    }

    private static boolean hasMore(Map<ReplicaId, Long> one, Map<ReplicaId, Long> other) {
        return one.entrySet().stream()
                .anyMatch(entry -> entry.getValue() > other.getOrDefault(entry.getKey(), 0L));
    }

    private static Map<ReplicaId, Long> map(VersionVector vector) {
        Map<ReplicaId, Long> map = new HashMap<>();
        for (int i = 0; i < vector.size(); i++) {
            map.put(vector.replica(i), vector.counterAt(i));
        }
        return map;
    }
}
