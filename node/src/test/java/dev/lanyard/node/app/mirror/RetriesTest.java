package dev.lanyard.node.app.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lanyard.protocol.RelativePath;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

class RetriesTest {
    private static final RelativePath ONE = RelativePath.of("one");
    private static final RelativePath TWO = RelativePath.of("two");

    private final Retries retries = new Retries();

    private static long at(Duration time) {
        return time.toNanos();
    }

    private static Map<Optional<RelativePath>, String> failed(RelativePath... paths) {
        Map<Optional<RelativePath>, String> failed = new HashMap<>();
        for (RelativePath each : paths) {
            failed.put(Optional.of(each), "no space left");
        }
        return failed;
    }

    @Test
    void triesLaterEachTimeAndAtLastInEvenSteps() {
        retries.lookedAtAll(failed(ONE), 0);
        Duration now = Retries.FIRST;
        Duration pause = Retries.FIRST;
        for (int i = 0; i < 12; i++) {
            assertThat(retries.due(at(now) - 1)).isEmpty();
            assertThat(retries.nanosToDue(at(now) - 1)).isEqualTo(1);
            assertThat(retries.due(at(now))).containsExactly(Optional.of(ONE));
            retries.looked(List.of(ONE), failed(ONE), at(now));
            pause = pause.multipliedBy(2);
            pause = pause.compareTo(Retries.LAST) > 0 ? Retries.LAST : pause;
            now = now.plus(pause);
        }
        assertThat(pause).isEqualTo(Retries.LAST);
    }

    @Test
    void forgetsWhatWentWell() {
        retries.lookedAtAll(failed(ONE, TWO), 0);
        retries.looked(List.of(ONE), Map.of(), 1);
        assertThat(retries.due(at(Retries.FIRST))).containsExactly(Optional.of(TWO));

        retries.lookedAtAll(Map.of(), 2);
        assertThat(retries.nanosToDue(3)).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void tellsTheSameOnlyOnce() {
        assertThat(retries.isNews(Optional.of(ONE), "no space left")).isTrue();
        retries.lookedAtAll(failed(ONE), 0);
        assertThat(retries.isNews(Optional.of(ONE), "no space left")).isFalse();
        assertThat(retries.isNews(Optional.of(ONE), "permission denied")).isTrue();
        assertThat(retries.isNews(Optional.of(TWO), "no space left")).isTrue();
    }

    @Test
    void looksAtEverythingWhereTooMuchFailed() {
        RelativePath[] many = new RelativePath[5_000];
        for (int i = 0; i < many.length; i++) {
            many[i] = RelativePath.of("f" + i);
        }
        retries.lookedAtAll(failed(many), 0);

        assertThat(retries.due(at(Retries.FIRST))).containsExactly(Optional.empty());
        assertThat(retries.isNews(Optional.of(many[7]), "no space left")).isFalse();

        retries.lookedAtAll(failed(many), at(Retries.FIRST));
        assertThat(retries.due(at(Retries.FIRST.multipliedBy(3)) - 1)).isEmpty();

        retries.lookedAtAll(Map.of(), at(Retries.FIRST.multipliedBy(3)));
        assertThat(retries.nanosToDue(0)).isEqualTo(Long.MAX_VALUE);
    }
}
