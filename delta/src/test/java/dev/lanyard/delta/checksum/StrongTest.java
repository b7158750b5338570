package dev.lanyard.delta.checksum;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lanyard.delta.testing.Contents;
import dev.lanyard.delta.testing.Deltas;
import dev.lanyard.delta.testing.Seeds;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.random.RandomGenerator;

/** The strong checksum is what its comment says. */
final class StrongTest {
    private static final BigInteger P = BigInteger.ONE.shiftLeft(61).subtract(BigInteger.ONE);
    private static final BigInteger WORD = BigInteger.ONE.shiftLeft(64);

    private final RandomGenerator random = Seeds.of(1);

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 1023, 1024, 1025, 2048, 5000, 65536})
    void isWhatIsWritten(int length) throws Exception {
        byte[] bytes = Contents.random(random, length + 3);

        assertThat(sum(Deltas.SEED, bytes, 3, length))
                .containsExactly(slow(bytes, 3, length, 0), slow(bytes, 3, length, 1));
    }

    @Test
    void extremeWordsDoNotOverflow() throws Exception {
        byte[] bytes = new byte[4096];
        Arrays.fill(bytes, (byte) -1);

        assertThat(sum(Deltas.SEED, bytes, 0, 4096))
                .containsExactly(slow(bytes, 0, 4096, 0), slow(bytes, 0, 4096, 1));
    }

    @Test
    void goldenSums() {
        byte[] bytes = "Nothing is lost.".repeat(200).getBytes(StandardCharsets.US_ASCII);
        long[] sum = sum(Deltas.SEED, bytes, 0, bytes.length);

        HexFormat hex = HexFormat.of();
        assertThat(hex.toHexDigits(sum[0]) + " " + hex.toHexDigits(sum[1]))
                .isEqualTo("1eb93a85e3d6cb35 1eaa0d5d9891b11c");
    }

    @Test
    void everyBitAndTheLengthAndTheSeedCount() {
        byte[] bytes = Contents.random(random, 3000);
        long[] sum = sum(Deltas.SEED, bytes, 0, bytes.length);
        for (int bit = 0; bit < 8 * bytes.length; bit += 7) {
            byte[] other = bytes.clone();
            other[bit / 8] ^= (byte) (1 << bit % 8);
            long[] changed = sum(Deltas.SEED, other, 0, other.length);
            assertThat(changed[0]).isNotEqualTo(sum[0]);
            assertThat(changed[1]).isNotEqualTo(sum[1]);
        }
        byte[] longer = Arrays.copyOf(bytes, bytes.length + 1);
        assertThat(sum(Deltas.SEED, longer, 0, longer.length)).isNotEqualTo(sum);
        assertThat(sum(new byte[16], bytes, 0, bytes.length)).isNotEqualTo(sum);
    }

    private static long[] sum(byte[] seed, byte[] bytes, int from, int length) {
        long[] sum = new long[2];
        new Strong(seed).sum(bytes, from, length, sum, 0);
        return sum;
    }

    /** In the words of the comment, with numbers that have no end. */
    private static long slow(byte[] bytes, int from, int length, int lane) throws Exception {
        BigInteger x =
                key(256 + lane)
                        .and(BigInteger.ONE.shiftLeft(60).subtract(BigInteger.ONE))
                        .add(BigInteger.ONE);
        BigInteger v = BigInteger.valueOf(length);
        for (int at = 0; at < length; at += 1024) {
            byte[] chunk =
                    Arrays.copyOf(
                            Arrays.copyOfRange(
                                    bytes, from + at, Math.min(from + at + 1024, from + length)),
                            1024);
            ByteBuffer words = ByteBuffer.wrap(chunk).order(ByteOrder.LITTLE_ENDIAN);
            BigInteger low = BigInteger.ZERO;
            BigInteger high = BigInteger.ZERO;
            for (int i = 0; i < 128; i += 2) {
                BigInteger a = unsigned(words.getLong()).add(key(128 * lane + i)).mod(WORD);
                BigInteger b = unsigned(words.getLong()).add(key(128 * lane + i + 1)).mod(WORD);
                BigInteger[] halves = a.multiply(b).divideAndRemainder(WORD);
                high = high.add(halves[0]);
                low = low.add(halves[1]);
            }
            BigInteger all = high.mod(WORD).multiply(WORD).add(low.mod(WORD));
            BigInteger piece = BigInteger.ONE.shiftLeft(60);
            for (int i = 0; i < 3; i++) {
                v = v.multiply(x).add(all.mod(piece)).mod(P);
                all = all.divide(piece);
            }
        }
        return v.longValueExact();
    }

    private static BigInteger key(int number) throws Exception {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        digest.update(Deltas.SEED);
        digest.update(ByteBuffer.allocate(4).putInt(number / 4).array());
        return unsigned(
                ByteBuffer.wrap(digest.digest())
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .getLong(number % 4 * 8));
    }

    private static BigInteger unsigned(long word) {
        return new BigInteger(Long.toUnsignedString(word));
    }
}
