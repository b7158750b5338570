package dev.lanyard.node.core.index;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lanyard.node.core.index.Continuity.Continue;
import dev.lanyard.node.core.index.Continuity.NewIdentity;
import dev.lanyard.node.core.index.Continuity.Reason;
import dev.lanyard.protocol.ReplicaId;
import dev.lanyard.protocol.VersionVector;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

final class ContinuityTest {
    private static final ReplicaId ANN = new ReplicaId(0xA);
    private static final ReplicaId BOB = new ReplicaId(0xB);
    private static final Identity STORED = new Identity(ANN, 20_000, "machine", 4711);
    private static final HighWaterMark MARK = STORED.mark();

    @Test
    void goesOnWhereAllFits() {
        assertThat(Continuity.atStart(STORED, "machine", 4711, MARK)).isEqualTo(new Continue());
    }

    @Test
    void goesOnWhereTheFolderHasNotBeenToldOfTheLastBlock() {
        HighWaterMark older = new HighWaterMark(ANN, 10_000);

        assertThat(Continuity.atStart(STORED, "machine", 4711, older)).isEqualTo(new Continue());
    }

    @Test
    @DisplayName("D4: without a state a replica draws a new id")
    void d4_drawsAnIdWithoutState() {
        assertThat(Continuity.atStart(null, "machine", 4711, MARK))
                .isEqualTo(new NewIdentity(Reason.NO_STATE));
    }

    @Test
    void drawsAnIdForAStateOfAnotherMachine() {
        assertThat(Continuity.atStart(STORED, "clone", 4711, MARK))
                .isEqualTo(new NewIdentity(Reason.OTHER_MACHINE));
    }

    @Test
    void drawsAnIdForAStateThatWasCopied() {
        assertThat(Continuity.atStart(STORED, "machine", 4712, MARK))
                .isEqualTo(new NewIdentity(Reason.COPIED_STATE));
    }

    @Test
    @DisplayName("D5: a state that is older than the folder says makes a new id")
    void d5_drawsAnIdForAStateThatIsOlderThanTheFolder() {
        HighWaterMark newer = new HighWaterMark(ANN, 30_000);

        assertThat(Continuity.atStart(STORED, "machine", 4711, newer))
                .isEqualTo(new NewIdentity(Reason.STATE_BEHIND_FOLDER));
    }

    @Test
    @DisplayName("D5: a state from before the last id makes a new id")
    void d5_drawsAnIdForAStateFromBeforeTheLastId() {
        HighWaterMark other = new HighWaterMark(BOB, 10);

        assertThat(Continuity.atStart(STORED, "machine", 4711, other))
                .isEqualTo(new NewIdentity(Reason.OTHER_MARK));
    }

    @Test
    void drawsAnIdForAFolderWithoutMark() {
        assertThat(Continuity.atStart(STORED, "machine", 4711, null))
                .isEqualTo(new NewIdentity(Reason.NO_MARK));
    }

    @Test
    @DisplayName("D5: a replica of which a peer has seen more draws a new id")
    void d5_drawsAnIdWhenAPeerHasSeenMoreOfIt() {
        InMemoryIndex index = new InMemoryIndex();
        STORED.write(index);
        OwnCounter own = new OwnCounter(index, STORED);

        assertThat(atGreeting(own, seen(ANN, 20_000))).isEqualTo(new Continue());
        assertThat(atGreeting(own, seen(ANN, 20_001)))
                .isEqualTo(new NewIdentity(Reason.STATE_BEHIND_PEER));
        assertThat(atGreeting(own, seen(BOB, 99_999))).isEqualTo(new Continue());
        own.next();
        assertThat(atGreeting(own, seen(ANN, 20_001))).isEqualTo(new Continue());
    }

    private static Continuity atGreeting(OwnCounter own, VersionVector seen) {
        return Continuity.atGreeting(own.replica(), own.last(), seen);
    }

    private static VersionVector seen(ReplicaId replica, long counter) {
        return VersionVector.empty().with(replica, counter);
    }
}
