package dev.lanyard.node.core.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lanyard.node.core.index.FileStat;
import dev.lanyard.node.core.index.Held;
import dev.lanyard.protocol.ContentHash;
import dev.lanyard.protocol.Entry;
import dev.lanyard.protocol.RelativePath;
import dev.lanyard.protocol.ReplicaId;
import dev.lanyard.protocol.Stamp;
import dev.lanyard.protocol.VersionVector;

import org.junit.jupiter.api.Test;

import java.time.Instant;

class PlannerTest {
    private static final RelativePath PATH = RelativePath.of("notes.txt");
    private static final Instant TEN = Instant.parse("2026-11-20T10:00:00Z");
    private static final ReplicaId BOB = new ReplicaId(0xB);
    private static final VersionVector OF_ANN = VersionVector.empty().with(new ReplicaId(0xA), 1);
    private static final VersionVector OF_BOB = VersionVector.empty().with(BOB, 1);
    private static final VersionVector OF_BOB_AFTER_ANN = OF_ANN.with(BOB, 1);
    private static final Staged STAGED = new Staged("f-1");
    private static final Held HELD =
            new Held(file(1, OF_ANN), new FileStat(1, TEN, TEN, 0644, 1, 1));

    @Test
    void whatItsSuccessorHasSeenIsNoConflict() {
        Entry.File target = file(2, OF_BOB_AFTER_ANN);

        assertThat(Planner.step(target, HELD, STAGED, false))
                .isEqualTo(new Step.PlaceFile(target, STAGED, HELD, Keep.REPLACED));
    }

    @Test
    void theLoserOfConcurrentEditsIsAConflict() {
        Entry.File target = file(2, OF_BOB);

        assertThat(Planner.step(target, HELD, STAGED, false))
                .isEqualTo(new Step.PlaceFile(target, STAGED, HELD, Keep.CONFLICT));
    }

    @Test
    void equalContentsAreNoConflict() {
        Entry.File target = file(1, OF_BOB);

        assertThat(Planner.step(target, HELD, null, false))
                .isEqualTo(new Step.SetAttributes(target, HELD));
        assertThat(Planner.step(target, HELD, STAGED, false))
                .isEqualTo(new Step.PlaceFile(target, STAGED, HELD, Keep.REPLACED));
    }

    @Test
    void aDeletionThatHasSeenTheFileIsNoConflict() {
        Entry.Tombstone seen = tombstone(OF_BOB_AFTER_ANN);
        Entry.Tombstone unseen = tombstone(OF_BOB);

        assertThat(Planner.step(seen, HELD, null, false))
                .isEqualTo(new Step.Remove(seen, HELD, Keep.DELETED));
        assertThat(Planner.step(unseen, HELD, null, false))
                .isEqualTo(new Step.Remove(unseen, HELD, Keep.CONFLICT));
    }

    @Test
    void anotherContentMustBeStaged() {
        assertThatThrownBy(() -> Planner.step(file(2, OF_BOB), HELD, null, false))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("notes.txt: no content is staged");
    }

    private static Entry.File file(long content, VersionVector version) {
        ReplicaId author = version.counter(BOB) > 0 ? BOB : version.replica(0);
        ContentHash hash = new ContentHash(content, 0, 0, 0);
        return new Entry.File(PATH, 1, TEN, 0644, hash, version, new Stamp(TEN), author);
    }

    private static Entry.Tombstone tombstone(VersionVector version) {
        return new Entry.Tombstone(PATH, null, null, version, new Stamp(TEN.plusNanos(1)), BOB);
    }
}
