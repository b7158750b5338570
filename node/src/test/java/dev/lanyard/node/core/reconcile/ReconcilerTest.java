package dev.lanyard.node.core.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lanyard.node.core.reconcile.Action.Adopt;
import dev.lanyard.node.core.reconcile.Action.AdoptAndKeep;
import dev.lanyard.node.core.reconcile.Action.Ignore;
import dev.lanyard.node.core.reconcile.Action.Refuse;
import dev.lanyard.protocol.ContentHash;
import dev.lanyard.protocol.Entry;
import dev.lanyard.protocol.RelativePath;
import dev.lanyard.protocol.ReplicaId;
import dev.lanyard.protocol.Stamp;
import dev.lanyard.protocol.VersionVector;

import org.junit.jupiter.api.Test;

import java.time.Instant;

class ReconcilerTest {
    private static final RelativePath PATH = RelativePath.of("notes.txt");
    private static final Instant TEN = Instant.parse("2026-11-20T10:00:00Z");
    private static final Instant LATER = TEN.plusSeconds(1);
    private static final ReplicaId ANN = new ReplicaId(0xA);
    private static final ReplicaId BOB = new ReplicaId(0xB);
    private static final VersionVector OF_ANN = VersionVector.empty().with(ANN, 1);
    private static final VersionVector OF_BOB = VersionVector.empty().with(BOB, 1);
    private static final VersionVector OF_BOB_AFTER_ANN = OF_ANN.with(BOB, 1);

    /** An edit of Ann. */
    private static final Entry KNOWN = file(1, OF_ANN, ANN, TEN);

    @Test
    void whatIsNotKnownIsAdopted() {
        Entry heard = file(1, OF_BOB, BOB, TEN);

        assertThat(Reconciler.reconcile(null, heard)).isEqualTo(new Adopt(heard));
    }

    @Test
    void anEditThatHasSeenOursIsAdopted() {
        Entry heard = file(2, OF_BOB_AFTER_ANN, BOB, LATER);

        assertThat(Reconciler.reconcile(KNOWN, heard)).isEqualTo(new Adopt(heard));
    }

    @Test
    void keepsTheLoserOfConcurrentEdits() {
        Entry heard = file(2, OF_BOB, BOB, LATER);

        assertThat(Reconciler.reconcile(KNOWN, heard)).isEqualTo(new AdoptAndKeep(heard, KNOWN));
        assertThat(Reconciler.reconcile(heard, KNOWN)).isEqualTo(new Ignore());
    }

    @Test
    void equalContentsAreNoConflict() {
        Entry heard = file(1, OF_BOB, BOB, LATER);

        assertThat(Reconciler.reconcile(KNOWN, heard)).isEqualTo(new Adopt(heard));
    }

    @Test
    void keepsTheLoserWhereTwoMadeTheSameVersion() {
        Entry heard = file(2, OF_ANN, ANN, LATER);

        assertThat(Reconciler.reconcile(KNOWN, heard)).isEqualTo(new AdoptAndKeep(heard, KNOWN));
    }

    @Test
    void anEditBeatsADeletionThatHasNotSeenIt() {
        Entry deletion = new Entry.Tombstone(PATH, null, null, OF_BOB, new Stamp(TEN), BOB);

        assertThat(Reconciler.reconcile(KNOWN, deletion)).isEqualTo(new Ignore());
        assertThat(Reconciler.reconcile(deletion, KNOWN))
                .isEqualTo(new AdoptAndKeep(KNOWN, deletion));
    }

    @Test
    void refusesALaterVersionWithALesserKey() {
        Entry heard = file(2, OF_BOB_AFTER_ANN, BOB, TEN.minusSeconds(1));

        assertThat(Reconciler.reconcile(KNOWN, heard)).isInstanceOf(Refuse.class);
    }

    private static Entry file(long content, VersionVector version, ReplicaId author, Instant at) {
        ContentHash hash = new ContentHash(content, 0, 0, 0);
        return new Entry.File(PATH, 1, TEN, 0644, hash, version, new Stamp(at), author);
    }
}
