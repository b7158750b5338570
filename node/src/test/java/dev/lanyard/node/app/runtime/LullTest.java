package dev.lanyard.node.app.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lanyard.node.app.control.FakeNode;
import dev.lanyard.node.app.control.NodeControl.Status;
import dev.lanyard.node.core.engine.Effect.Phase;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.time.Duration;

/** When housekeeping may go on. */
class LullTest {
    private final Lull lull = new Lull();

    private static Status status(Phase phase, long fetchedBytes, long toFetchBytes) {
        return FakeNode.status(phase, Duration.ZERO, fetchedBytes, toFetchBytes);
    }

    @Test
    void aNodeThatHasAllIsIdleAtOnce() {
        assertThat(lull.isNow(FakeNode.idle())).isTrue();
    }

    @Test
    void aNodeThatCatchesUpIsNotIdle() {
        assertThat(lull.isNow(status(Phase.SYNCING, 10, 90))).isFalse();
        assertThat(lull.isNow(status(Phase.SYNCING, 20, 80))).isFalse();
        assertThat(lull.isNow(status(Phase.SYNCING, 20, 70))).isFalse();
    }

    @Test
    void aNodeThatCannotGoOnIsIdle() {
        assertThat(lull.isNow(status(Phase.SYNCING, 10, 90))).isFalse();
        assertThat(lull.isNow(status(Phase.SYNCING, 10, 90))).isTrue();
        assertThat(lull.isNow(status(Phase.SYNCING, 11, 90))).isFalse();
    }

    @ParameterizedTest
    @EnumSource(names = {"SCANNING", "ROOT_LOST"})
    void aNodeThatDoesNotKnowItsFolderIsNotIdle(Phase phase) {
        assertThat(lull.isNow(status(phase, 0, 0))).isFalse();
        assertThat(lull.isNow(status(phase, 0, 0))).isFalse();
    }
}
