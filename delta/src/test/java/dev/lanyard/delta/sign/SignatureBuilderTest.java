package dev.lanyard.delta.sign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lanyard.delta.Basis;
import dev.lanyard.delta.Signature;
import dev.lanyard.delta.testing.Contents;
import dev.lanyard.delta.testing.Deltas;
import dev.lanyard.delta.testing.Seeds;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.random.RandomGenerator;

/** A signature is the same however the bytes come. */
final class SignatureBuilderTest {
    private static final int SEGMENT = SignatureBuilder.SEGMENT_BYTES;

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("dev.lanyard.delta.testing.Seeds#some")
    void piecesMakeNoDifference(long seed) {
        RandomGenerator random = Seeds.of(seed);
        byte[] basis = Contents.any(random, random.nextInt(600_000));
        Signature whole = Deltas.signature(basis);

        SignatureBuilder builder = new SignatureBuilder(basis.length, Deltas.SEED);
        int at = 0;
        while (at < basis.length) {
            int length = Math.min(basis.length - at, random.nextInt(1 + random.nextInt(100_000)));
            ByteBuffer piece =
                    random.nextBoolean()
                            ? ByteBuffer.allocateDirect(length).put(basis, at, length).flip()
                            : ByteBuffer.wrap(basis, at, length);
            builder.update(piece);
            assertThat(piece.hasRemaining()).isFalse();
            at += length;
            assertThat(builder.takenBytes()).isEqualTo(at);
        }

        assertThat(builder.finish()).isEqualTo(whole);
    }

    @Test
    void segmentsMakeNoDifference() throws IOException {
        byte[] basis = Contents.lines(Seeds.of(1), 5 * SEGMENT + 12_345);
        Signature whole = Deltas.signature(basis);

        SignatureBuilder builder = new SignatureBuilder(basis.length, Deltas.SEED);
        for (int at = 0; at < basis.length; at += SEGMENT) {
            int length = Math.min(SEGMENT, basis.length - at);
            builder.add(
                    builder.part(
                            at % 2 == 0
                                    ? ByteBuffer.wrap(basis, at, length)
                                    : ByteBuffer.allocateDirect(length)
                                            .put(basis, at, length)
                                            .flip()));
        }
        assertThat(builder.finish()).isEqualTo(whole);

        try (ExecutorService executor = Executors.newFixedThreadPool(3)) {
            assertThat(Signer.sign(Contents.basis(basis), basis.length, Deltas.SEED, executor, 3))
                    .isEqualTo(whole);
        }
    }

    @Test
    void theSecretMakesNoDifference() {
        byte[] basis = Contents.lines(Seeds.of(1), 600_000);
        SignatureBuilder builder = new SignatureBuilder(basis.length, Deltas.SEED, 12_345);

        builder.update(ByteBuffer.wrap(basis));

        assertThat(builder.finish()).isEqualTo(Deltas.signature(basis));
    }

    @Test
    void tellsWhichBlocksThatItHasTakenAreInPlace() {
        byte[] before = Contents.random(Seeds.of(1), 5 * 2048 + 100);
        byte[] after = Contents.joined(before, new byte[10]);
        after[2048]++;
        Signature old = Deltas.signature(before);
        SignatureBuilder builder = new SignatureBuilder(after.length, Deltas.SEED);

        builder.add(builder.part(ByteBuffer.wrap(after, 0, 4 * 2048)));

        assertThat(builder.hasBlockOf(old, 0)).isTrue();
        assertThat(builder.hasBlockOf(old, 1)).as("edited").isFalse();
        assertThat(builder.hasBlockOf(old, 3)).isTrue();
        assertThat(builder.hasBlockOf(old, 4)).as("not taken yet").isFalse();
        builder.add(builder.part(ByteBuffer.wrap(after, 4 * 2048, 2048 + 110)));
        assertThat(builder.hasBlockOf(old, 4)).isTrue();
        assertThat(builder.hasBlockOf(old, 5)).as("longer").isFalse();
    }

    @Test
    void aBasisThatShrinksIsAnOrdinaryFailure() {
        byte[] basis = new byte[3 * SEGMENT];

        try (ExecutorService executor = Executors.newFixedThreadPool(2)) {
            assertThatThrownBy(
                            () ->
                                    Signer.sign(
                                            Contents.basis(basis),
                                            basis.length + 1,
                                            Deltas.SEED,
                                            executor,
                                            2))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("ended at byte " + basis.length);
        }
    }

    @Test
    void nothingIsUnderWayAfterAFailure() {
        AtomicBoolean over = new AtomicBoolean();
        Basis broken =
                (_, offset) -> {
                    assertThat(over).isFalse();
                    throw new IOException("unreadable at " + offset);
                };

        try (ExecutorService executor = Executors.newFixedThreadPool(2)) {
            assertThatThrownBy(() -> Signer.sign(broken, 100L * SEGMENT, Deltas.SEED, executor, 2))
                    .hasMessage("unreadable at 0");
            over.set(true);
        }
    }

    @Test
    void theNumberOfBytesIsKept() {
        SignatureBuilder builder = new SignatureBuilder(10, Deltas.SEED);
        builder.update(ByteBuffer.allocate(9));
        assertThatThrownBy(builder::finish)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("9 bytes (expected 10)");
        assertThatThrownBy(() -> builder.add(builder.part(ByteBuffer.allocate(1))))
                .isInstanceOf(IllegalStateException.class);

        SignatureBuilder grown = new SignatureBuilder(10, Deltas.SEED);
        grown.update(ByteBuffer.allocate(100_000));
        assertThatThrownBy(grown::finish).hasMessage("100000 bytes (expected 10)");
    }

    @ParameterizedTest
    @CsvSource({
        "0, 2048",
        "1, 2048",
        "65536, 2048",
        "1048576, 4096",
        "1073741824, 131072",
        "5368709120, 262144",
        "68719476736, 1048576",
        "9223372036854775807, 1048576"
    })
    void blocksAreNearTheRootOfSixteenTimesTheLength(long length, int blockBytes) {
        assertThat(Signature.blockBytesFor(length)).isEqualTo(blockBytes);
    }

    @Test
    void whatIsBehindTheLastBlockThatIsToldOfIsNotMatched() {
        assertThat(Signature.blockCount(Long.MAX_VALUE, 1 << 20)).isEqualTo(Signature.BLOCKS_MAX);
    }

    @Test
    void equalBlocksAreKnownByTheSameWindowAndOthersByTheirOwn() {
        byte[] heading = Contents.random(Seeds.of(1), 1024);
        byte[] one = Contents.joined(heading, Contents.random(Seeds.of(2), 1024));
        byte[] other = Contents.joined(heading, Contents.random(Seeds.of(3), 1024));

        Signature signature = Deltas.signature(Contents.joined(one, other, one));

        assertThat(signature.block(2).weak()).isEqualTo(signature.block(0).weak());
        assertThat(signature.block(1).weak() >>> 16).isNotEqualTo(signature.block(0).weak() >>> 16);
    }
}
