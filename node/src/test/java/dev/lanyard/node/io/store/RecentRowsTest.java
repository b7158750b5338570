package dev.lanyard.node.io.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lanyard.protocol.RelativePath;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class RecentRowsTest {
    private static RelativePath path(int number) {
        return RelativePath.of("path %03d".formatted(number)); // Of eight bytes each.
    }

    @Test
    void theRowsUsedLastStay() {
        RecentRows recent = new RecentRows(3, 1_000);

        for (int number = 0; number < 4; number++) {
            recent.put(path(number), null);
            assertThat(recent.get(path(0))).isNull(); // Used again each time.
        }

        assertThat(recent.size()).isEqualTo(3);
        assertThat(recent.has(path(0))).isTrue();
        assertThat(recent.has(path(1))).isFalse();
        assertThat(recent.has(path(3))).isTrue();
    }

    @Test
    @DisplayName("D47: long paths do not fill memory with rows that were used once")
    void longPathsAreBoundedByTheirLength() {
        RecentRows recent = new RecentRows(1_000, 80);

        for (int number = 0; number < 100; number++) {
            recent.put(path(number), null);
            recent.put(path(number), null);
        }

        assertThat(recent.size()).isEqualTo(10);
        assertThat(recent.has(path(99))).isTrue();
        assertThat(recent.has(path(89))).isFalse();
    }
}
