package dev.lanyard.node.core.content;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lanyard.node.core.content.Ways.Basis;
import dev.lanyard.node.core.content.Ways.Wanted;

import org.junit.jupiter.api.Test;

class WaysTest {
    private static final long MIB = 1 << 20;
    private static final long SIZE = 128 * MIB;
    private static final Rates GIGABIT = new Rates(110e6, 800e6);
    private static final Rates LOOPBACK = new Rates(700e6, 800e6);

    private static Basis held(boolean isHere, long deltaBytes, boolean wasNamed) {
        return new Basis(SIZE, isHere, deltaBytes, 110_000, true, wasNamed);
    }

    @Test
    void takesAllOfWhatHasNoBasis() {
        assertThat(Ways.choose(new Wanted(SIZE, 0, null), GIGABIT)).isEqualTo(Way.WHOLE);
    }

    @Test
    void takesTheDeltaThatIsHereHoweverFastTheLink() {
        Wanted wanted = new Wanted(SIZE, 0, held(true, 2_000, false));

        assertThat(Ways.choose(wanted, GIGABIT)).isEqualTo(Way.DELTA_HERE);
        assertThat(Ways.choose(wanted, new Rates(5e9, 800e6))).isEqualTo(Way.DELTA_HERE);
    }

    @Test
    void goesOnWithWhatIsNearlyThere() {
        Wanted wanted = new Wanted(SIZE, SIZE - MIB, held(true, 2_000, false));

        assertThat(Ways.choose(wanted, GIGABIT)).isEqualTo(Way.WHOLE);
        assertThat(Ways.choose(new Wanted(SIZE, MIB, held(true, 2_000, false)), GIGABIT))
                .isEqualTo(Way.DELTA_HERE);
    }

    @Test
    void asksForADeltaThatThePeerHasToldOf() {
        Wanted small = new Wanted(SIZE, 0, held(false, MIB, false));
        Wanted nearlyAll = new Wanted(SIZE, 0, held(false, SIZE - MIB, false));

        assertThat(Ways.choose(small, LOOPBACK)).isEqualTo(Way.DELTA_BY_NAME);
        assertThat(Ways.choose(nearlyAll, LOOPBACK)).isEqualTo(Way.WHOLE);
    }

    @Test
    void asksByNameAndThenBySignature() {
        assertThat(Ways.choose(new Wanted(SIZE, 0, held(false, Basis.NONE, false)), GIGABIT))
                .isEqualTo(Way.DELTA_BY_NAME);
        assertThat(Ways.choose(new Wanted(SIZE, 0, held(false, Basis.NONE, true)), GIGABIT))
                .isEqualTo(Way.DELTA_BY_SIGNATURE);
    }

    @Test
    void doesNotReadOnBothSidesForALinkThatIsAsFastAsTheDisk() {
        assertThat(Ways.choose(new Wanted(SIZE, 0, held(false, Basis.NONE, false)), LOOPBACK))
                .isEqualTo(Way.WHOLE);
    }

    @Test
    void doesNotAskForSmallOnes() {
        Wanted small = new Wanted(200_000, 0, new Basis(200_000, false, 500, 900, true, false));

        assertThat(Ways.choose(small, GIGABIT)).isEqualTo(Way.WHOLE);
    }

    @Test
    void doesNotAskForWhatIsMostlyNewForItsLength() {
        Basis short_ = new Basis(MIB, false, Basis.NONE, 10_000, true, false);

        assertThat(Ways.choose(new Wanted(100 * MIB, 0, short_), GIGABIT)).isEqualTo(Way.WHOLE);
    }

    @Test
    void aBasisThatMustBeReadFirstMustBeWorthIt() {
        Rates slowDisk = new Rates(110e6, 400e6);
        Basis signed = new Basis(SIZE, false, Basis.NONE, 110_000, true, true);
        Basis unsigned = new Basis(SIZE, false, Basis.NONE, 110_000, false, true);

        assertThat(Ways.choose(new Wanted(SIZE, 0, signed), slowDisk))
                .isEqualTo(Way.DELTA_BY_SIGNATURE);
        assertThat(Ways.choose(new Wanted(SIZE, 0, unsigned), new Rates(110e6, 300e6)))
                .isEqualTo(Way.WHOLE);
    }

    @Test
    void ratesFollowWhatIsMeasuredAndNotWhatIsTooSmallToTell() {
        Rates rates = Rates.ASSUMED;

        assertThat(rates.received(1_000, 1)).isEqualTo(rates);
        assertThat(rates.worked(100 * MIB, 0)).isEqualTo(rates);
        Rates slower = rates;
        for (int i = 0; i < 50; i++) {
            slower = slower.received(10 * MIB, 1).worked(100 * MIB, 1);
        }
        assertThat(slower.linkBytesPerSecond()).isBetween(10e6, 11e6);
        assertThat(slower.diskBytesPerSecond()).isBetween(100e6, 110e6);
    }
}
