package dev.lanyard.node.core.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lanyard.node.core.mirror.Guard.Verdict;

import org.junit.jupiter.api.Test;

class GuardTest {
    @Test
    void holdsBackWhatASourceThatIsNotMountedWouldDelete() {
        assertThat(new Guard(3, 3, true, true).verdict()).isEqualTo(Verdict.SOURCE_EMPTY);
        assertThat(new Guard(3, 2, false, false).verdict()).isEqualTo(Verdict.OTHER_SOURCE);
        assertThat(new Guard(50, 26, false, true).verdict()).isEqualTo(Verdict.TOO_MANY);
    }

    @Test
    void letsPassWhatPeopleDo() {
        assertThat(new Guard(0, 0, true, true).verdict()).isEqualTo(Verdict.FREE);
        assertThat(new Guard(49, 48, false, true).verdict()).isEqualTo(Verdict.FREE);
        assertThat(new Guard(50, 25, false, true).verdict()).isEqualTo(Verdict.FREE);
        assertThat(new Guard(50, 5, false, false).verdict()).isEqualTo(Verdict.FREE);
    }
}
