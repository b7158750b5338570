package dev.lanyard.delta.checksum;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lanyard.delta.Signature;
import dev.lanyard.delta.testing.Contents;
import dev.lanyard.delta.testing.Seeds;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/** Rolling gives what summing each window gives. */
final class GearTest {
    @ParameterizedTest(name = "seed {0}")
    @MethodSource("dev.lanyard.delta.testing.Seeds#some")
    void searchesFindEveryGreatWindow(long seed) {
        RandomGenerator random = Seeds.of(seed);
        byte[] bytes = Contents.any(random, 64 + random.nextInt(5000));
        long least = random.nextLong();
        Sieve known = new Sieve(3);
        for (int i = 0; i < 3; i++) {
            known.add(Gear.of(bytes, random.nextInt(bytes.length - 63)));
        }
        List<Integer> great = new ArrayList<>();
        List<Integer> greatAndKnown = new ArrayList<>();
        for (int i = 63; i < bytes.length; i++) {
            long sum = Gear.of(bytes, i - 63);
            if (sum >= least) {
                great.add(i);
                if (known.mayHave(sum)) {
                    greatAndKnown.add(i);
                }
            }
        }

        assertThat(found(bytes, least, null)).isEqualTo(great);
        assertThat(found(bytes, least, known)).isEqualTo(greatAndKnown);
    }

    private static List<Integer> found(byte[] bytes, long least, @Nullable Sieve known) {
        List<Integer> found = new ArrayList<>();
        Gear gear = new Gear();
        gear.begin(bytes, 0);
        int at = 63;
        while (at < bytes.length) {
            at =
                    known == null
                            ? gear.next(bytes, at, bytes.length, least)
                            : gear.nextKnown(bytes, at, bytes.length, least, known);
            if (at < bytes.length) {
                assertThat(gear.sum()).isEqualTo(Gear.of(bytes, at - 63));
                found.add(at++);
            }
        }
        return found;
    }

    @Test
    void windowsOfOneByteValueAreGreatForBlocksOfAnySize() {
        for (int value = 0; value < 256; value++) {
            byte[] run = new byte[64];
            Arrays.fill(run, (byte) value);
            assertThat(Gear.of(run, 0)).isEqualTo(Gear.ofUniform((byte) value));
            for (int size = Signature.BLOCK_BYTES_MIN;
                    size <= Signature.BLOCK_BYTES_MAX;
                    size *= 2) {
                assertThat(Gear.of(run, 0)).isGreaterThanOrEqualTo(Gear.great(size));
            }
        }
    }

    @Test
    void greatWindowsAreAsRareAsTheyShouldBe() {
        byte[] bytes = Contents.random(Seeds.of(3), 1 << 22);

        assertThat(found(bytes, Gear.great(1 << 17), null)).hasSizeBetween(1800, 2300);
        assertThat(found(bytes, Gear.great(1 << 11), null)).hasSizeBetween(32_000, 33_600);
    }

    @Test
    void theGreatestBelowABound() {
        byte[] bytes = Contents.random(Seeds.of(4), 3000);
        long bound = Long.MAX_VALUE;
        Gear gear = new Gear();
        for (int i = 0; i < 5; i++) {
            int at = gear.greatestBelow(bytes, 10, 2048, bound);
            long greatest = Long.MIN_VALUE;
            for (int begin = 0; begin <= 2048 - 64; begin++) {
                long sum = Gear.of(bytes, 10 + begin);
                greatest = sum < bound ? Math.max(greatest, sum) : greatest;
            }
            assertThat(gear.sum()).isEqualTo(greatest);
            assertThat(Gear.of(bytes, 10 + at)).isEqualTo(greatest);
            bound = greatest;
        }
        assertThat(gear.greatestBelow(new byte[100], 0, 100, Gear.ofUniform((byte) 0)))
                .isEqualTo(-1);
    }
}
