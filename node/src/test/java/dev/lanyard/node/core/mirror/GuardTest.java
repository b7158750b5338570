package dev.lanyard.node.core.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lanyard.node.core.mirror.Guard.Verdict;

import org.junit.jupiter.api.Test;

class GuardTest {
    @Test
    void holdsBackWhatASourceThatIsNotMountedWouldDelete() {
        assertThat(new Guard(3, 3, true, true, 0).verdict()).isEqualTo(Verdict.SOURCE_EMPTY);
        assertThat(new Guard(3, 2, false, false, 0).verdict()).isEqualTo(Verdict.OTHER_SOURCE);
        assertThat(new Guard(50, 26, false, true, 0).verdict()).isEqualTo(Verdict.TOO_MANY);
    }

    @Test
    void letsPassWhatPeopleDo() {
        assertThat(new Guard(0, 0, true, true, 0).verdict()).isEqualTo(Verdict.FREE);
        assertThat(new Guard(49, 48, false, true, 0).verdict()).isEqualTo(Verdict.FREE);
        assertThat(new Guard(50, 25, false, true, 0).verdict()).isEqualTo(Verdict.FREE);
        assertThat(new Guard(50, 5, false, false, 0).verdict()).isEqualTo(Verdict.FREE);
    }

    @Test
    void addsUpBurstsThatFollowEachOther() {
        assertThat(new Guard(60, 10, false, true, 40).verdict()).isEqualTo(Verdict.FREE);
        assertThat(new Guard(60, 11, false, true, 40).verdict()).isEqualTo(Verdict.TOO_MANY);
        assertThat(new Guard(2, 1, false, true, 98).verdict()).isEqualTo(Verdict.TOO_MANY);
        assertThat(new Guard(2, 0, false, true, 98).verdict()).isEqualTo(Verdict.FREE);
        assertThat(new Guard(10, 1, false, true, 30).verdict()).isEqualTo(Verdict.FREE);
    }

    @Test
    void forgetsWhatWasDeletedLongAgo() {
        Lately lately = new Lately();
        long window = Lately.WINDOW.toNanos();
        lately.deleted(3, 0);
        lately.deleted(0, 1);
        lately.deleted(4, window / 2);

        assertThat(lately.count(window - 1)).isEqualTo(7);
        assertThat(lately.count(window)).isEqualTo(4);
        assertThat(lately.count(2 * window)).isZero();
    }
}
