package dev.lanyard.delta.checksum;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.math.BigInteger;
import java.util.stream.LongStream;

/** The table of sums, also of those that somebody chose. */
final class SumTableTest {
    private static final int SUMS = 1 << 12;
    private static final long KNOWN = 0xD6E8FEB86659FD93L;
    private static final long SECRET = 0x0123456789ABCDEFL;

    @Test
    void findsWhatWasPut() {
        SumTable table = new SumTable(SUMS, SECRET);
        for (int i = 0; i < SUMS; i++) {
            table.put((long) i << Weak.EDGE_BITS, i);
        }

        for (int i = 0; i < SUMS; i++) {
            assertThat(table.find((long) i << Weak.EDGE_BITS)).isEqualTo(i);
        }
        assertThat(table.find((long) SUMS << Weak.EDGE_BITS)).isEqualTo(SumTable.NONE);
    }

    /** Sums that all want the first slot of a table whose multiplier their maker knows. */
    @Test
    void sumsThatWereChosenMakeNoQueueWithoutTheSecret() {
        BigInteger modulus = BigInteger.ONE.shiftLeft(Long.SIZE - Weak.EDGE_BITS);
        long inverse = BigInteger.valueOf(KNOWN).modInverse(modulus).longValue();
        long[] chosen =
                LongStream.range(0, SUMS).map(i -> (i * inverse) << Weak.EDGE_BITS).toArray();

        assertThat(stepsMax(KNOWN, chosen)).isEqualTo(SUMS - 1);
        assertThat(stepsMax(SECRET, chosen)).isLessThan(100);
    }

    private static int stepsMax(long secret, long[] sums) {
        SumTable table = new SumTable(sums.length, secret);
        for (int i = 0; i < sums.length; i++) {
            table.put(sums[i], i);
        }
        return LongStream.of(sums).mapToInt(table::steps).max().orElseThrow();
    }
}
