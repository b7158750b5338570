package dev.lanyard.node.core.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.lanyard.protocol.ReplicaId;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;

final class OwnCounterTest {
    private static final ReplicaId ANN = new ReplicaId(0xA);

    private final InMemoryIndex index = new InMemoryIndex();

    @BeforeEach
    void beginReplica() {
        Identity.begin(ANN, "machine", 4711).write(index);
        index.commit();
    }

    @Test
    void beginsWithOneAndCountsOn() {
        OwnCounter counter = counter();

        assertThat(counter.last()).isZero();
        assertThat(counter.next()).isEqualTo(1);
        assertThat(counter.next()).isEqualTo(2);
        assertThat(counter.last()).isEqualTo(2);
        assertThat(counter.replica()).isEqualTo(ANN);
    }

    @Test
    void reservesABlockInTheTransactionOfItsFirstCounter() {
        OwnCounter counter = counter();
        counter.next();
        long reserved = counter.mark().counter();
        assertThat(stored().reserved()).isEqualTo(reserved).isGreaterThan(1);

        while (counter.last() < reserved) {
            counter.next();
        }
        assertThat(counter.mark().counter()).isEqualTo(reserved);
        counter.next();

        assertThat(counter.mark().counter()).isGreaterThan(reserved);
        assertThat(stored().mark()).isEqualTo(counter.mark());
    }

    @Test
    void goesOnBehindTheBlockAfterARestart() {
        OwnCounter counter = counter();
        counter.next();
        index.commit();
        long reserved = counter.mark().counter();

        OwnCounter restarted = counter();

        assertThat(restarted.last()).isEqualTo(reserved);
        assertThat(restarted.next()).isEqualTo(reserved + 1);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void neverHandsOutAgainWhatWasCommittedWhateverCrashes(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Set<Long> committed = new HashSet<>();
        Set<Long> uncommitted = new HashSet<>();
        OwnCounter counter = counter();
        for (int step = 0; step < 20_000; step++) {
            long next = counter.next();
            assertThat(committed.contains(next)).isFalse();
            assertThat(uncommitted.add(next)).isTrue();
            int event = random.nextInt(1_000);
            if (event < 100) {
                index.commit();
                committed.addAll(uncommitted);
                uncommitted.clear();
            } else if (event == 100) {
                index.crash();
                uncommitted.clear();
                counter = counter();
            }
        }
    }

    @Test
    void anIndexWithoutStateHasNoIdentity() {
        assertThat(Identity.read(new InMemoryIndex())).isNull();
    }

    @Test
    void refusesToReadAnIdentityThatItDidNotWrite() {
        index.putText("identity.replica", "not hexadecimal.");

        assertThatIllegalArgumentException().isThrownBy(() -> Identity.read(index));
    }

    @Test
    void aMarkIsReadAsItWasWrittenAndNoPartOfItIs() {
        HighWaterMark mark = new HighWaterMark(new ReplicaId(-1), 123_456);

        assertThat(HighWaterMark.parse(mark.text())).contains(mark);
        for (int length = 0; length < mark.text().length(); length++) {
            assertThat(HighWaterMark.parse(mark.text().substring(0, length))).isEmpty();
        }
        assertThat(HighWaterMark.parse(mark.text() + " ")).isEmpty();
    }

    private OwnCounter counter() {
        return new OwnCounter(index, stored());
    }

    private Identity stored() {
        return Objects.requireNonNull(Identity.read(index));
    }
}
