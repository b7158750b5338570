package dev.lanyard.delta.match;

import static dev.lanyard.delta.testing.Contents.joined;
import static dev.lanyard.delta.testing.Contents.part;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lanyard.delta.Basis;
import dev.lanyard.delta.Instruction;
import dev.lanyard.delta.Signature;
import dev.lanyard.delta.Target;
import dev.lanyard.delta.checksum.TreeHash;
import dev.lanyard.delta.form.Form;
import dev.lanyard.delta.match.Matcher.Outcome;
import dev.lanyard.delta.sign.SignatureBuilder;
import dev.lanyard.delta.sign.Signer;
import dev.lanyard.delta.testing.Contents;
import dev.lanyard.delta.testing.Deltas;
import dev.lanyard.delta.testing.Seeds;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.random.RandomGenerator;

/** What a matcher finds makes the target, and no block of the basis is left in a literal. */
final class MatcherTest {
    private static final long SECRET = 7;
    private static final int BLOCK = Signature.BLOCK_BYTES_MIN;
    private static final long ANY = Long.MAX_VALUE;

    private final RandomGenerator random = Seeds.of(7);

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("dev.lanyard.delta.testing.Seeds#many")
    void everyBlockIsFoundWhateverTheEdit(long seed) throws IOException {
        RandomGenerator random = Seeds.of(seed);
        byte[] basis = Contents.any(random, random.nextInt(25 * BLOCK));
        byte[] target = Contents.edited(random, basis);

        List<Instruction> found = matched(basis, target);

        assertThat(Deltas.missed(basis, BLOCK, found)).as("a block in a literal").isEqualTo(-1);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("dev.lanyard.delta.testing.Seeds#some")
    void segmentsAreJoinedWithoutLoss(long seed) throws IOException {
        RandomGenerator random = Seeds.of(seed);
        byte[] basis = Contents.any(random, random.nextInt(25 * BLOCK));
        byte[] target = Contents.edited(random, basis);
        Matcher matcher = new Matcher(Deltas.signature(basis), 4L * BLOCK, SECRET);
        List<Instruction> found = new ArrayList<>();
        try (ExecutorService executor = Executors.newFixedThreadPool(3)) {
            matcher.match(
                    Contents.target(target),
                    target.length,
                    ANY,
                    each -> Deltas.add(found, each),
                    executor,
                    3);
        }

        assertMakes(basis, found, target);
        assertThat(Deltas.missed(basis, BLOCK, found)).as("a block in a literal").isEqualTo(-1);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("dev.lanyard.delta.testing.Seeds#many")
    void whatIsKnownToBeInPlaceMakesNoDifference(long seed) throws IOException {
        RandomGenerator random = Seeds.of(seed);
        byte[] basis = Contents.any(random, random.nextInt(25 * BLOCK));
        byte[] target = Contents.edited(random, basis);
        Signature signature = Deltas.signature(basis);
        SignatureBuilder summed = new SignatureBuilder(target.length, Deltas.SEED);
        summed.update(ByteBuffer.wrap(target));
        List<Instruction> found = new ArrayList<>();

        Outcome outcome =
                new Matcher(signature, SECRET)
                        .match(
                                Contents.target(target),
                                block -> summed.hasBlockOf(signature, block),
                                ANY,
                                each -> Deltas.add(found, each));

        assertThat(found).isEqualTo(matched(basis, target));
        long literal = Deltas.literalBytes(found);
        assertThat(outcome).isEqualTo(new Outcome.Matched(target.length - literal, literal));
    }

    @Test
    void whatIsKnownToBeInPlaceIsNotRead() throws IOException {
        byte[] basis = Contents.random(random, 2000 * BLOCK);
        byte[] target = basis.clone();
        target[1000 * BLOCK + 5]++;
        long[] read = new long[1];
        Target counted =
                (to, offset) -> {
                    int count = Contents.target(target).read(to, offset);
                    read[0] += count;
                    return count;
                };
        Signature signature = Deltas.signature(basis);
        int blockBytes = signature.blockBytes();
        int changed = 1000 * BLOCK / blockBytes;

        Outcome outcome =
                new Matcher(signature, SECRET)
                        .match(counted, block -> block != changed, ANY, _ -> {});

        assertThat(outcome).isEqualTo(new Outcome.Matched(target.length - blockBytes, blockBytes));
        assertThat(read[0]).isLessThan(target.length / 8);
    }

    @Test
    void whatWasShiftedAsAWholeIsOneCopyAlsoFromSegments() throws IOException {
        byte[] basis = Contents.random(random, 64 * BLOCK);
        byte[] target = joined(Contents.random(random, 100), basis);
        List<Instruction> found = new ArrayList<>();

        Outcome outcome;
        try (ExecutorService executor = Executors.newFixedThreadPool(2)) {
            outcome =
                    new Matcher(Deltas.signature(basis), 4L * BLOCK, SECRET)
                            .match(
                                    Contents.target(target),
                                    target.length,
                                    ANY,
                                    each -> Deltas.add(found, each),
                                    executor,
                                    2);
        }

        assertThat(found).hasSize(2).last().isEqualTo(new Instruction.Copy(0, basis.length));
        assertThat(outcome).isEqualTo(new Outcome.Matched(basis.length, 100));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 63, 64, BLOCK - 1, BLOCK, BLOCK + 1, 2 * BLOCK, 2 * BLOCK + 1})
    void lengthsAroundABlock(int length) throws IOException {
        byte[] basis = Contents.random(random, length);
        for (byte[] more : List.of(new byte[0], new byte[1], Contents.random(random, BLOCK))) {
            assertThat(Deltas.literalBytes(matched(basis, joined(basis, more))))
                    .isEqualTo(more.length);
            List<Instruction> shifted = matched(basis, joined(more, basis));
            assertThat(Deltas.literalBytes(shifted)).isLessThanOrEqualTo(more.length);
            matched(joined(basis, more), basis);
        }
        assertThat(matched(basis, new byte[0])).isEmpty();
    }

    @Test
    void anEmptyBasisGivesLiterals() throws IOException {
        byte[] target = Contents.random(random, 3 * BLOCK);

        assertThat(Deltas.literalBytes(matched(new byte[0], target))).isEqualTo(target.length);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, BLOCK - 1, BLOCK, BLOCK + 1})
    void periodicContents(int period) throws IOException {
        byte[] basis = Contents.periodic(random, 60 * BLOCK, period);
        byte[] other = Contents.random(random, 10);
        byte[] target =
                joined(
                        other,
                        part(basis, 0, 20 * BLOCK),
                        other,
                        part(basis, 20 * BLOCK + 5, basis.length));

        List<Instruction> found = matched(basis, target);

        assertThat(Deltas.literalBytes(found)).isLessThan(2 * BLOCK + 2 * other.length);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 65, 255})
    void runsOfOneByte(int value) throws IOException {
        byte[] basis = new byte[50 * BLOCK];
        Arrays.fill(basis, (byte) value);
        byte[] target = joined(Contents.random(random, 11), basis, Contents.random(random, 13));

        List<Instruction> found = matched(basis, target);

        assertThat(found).hasSize(3);
        assertThat(Deltas.literalBytes(found)).isEqualTo(24);
    }

    @Test
    @DisplayName("a block of one byte value but for its first byte")
    void nearlyOneByte() throws IOException {
        byte[] basis = new byte[BLOCK];
        for (int first = 1; first < 256; first++) {
            basis[0] = (byte) first;
            assertThat(Deltas.literalBytes(matched(basis, joined(new byte[3000], basis))))
                    .isEqualTo(3000);
        }
    }

    @Test
    void blocksThatShareMostOfTheirWindowsAreFound() throws IOException {
        byte[] licence = Contents.random(random, BLOCK - 100);
        byte[] basis = new byte[0];
        for (int i = 0; i < 60; i++) {
            basis = joined(basis, licence, Contents.random(random, 100));
        }
        byte[] target = joined(Contents.random(random, 17), basis);

        assertThat(Deltas.literalBytes(matched(basis, target))).isEqualTo(17);
    }

    @Test
    void equalBlocksAreOneCopyWhereTheyFollowEachOther() throws IOException {
        byte[] block = Contents.random(random, BLOCK);
        byte[] basis = joined(block, block, block, block, block);
        byte[] target = joined(new byte[] {1}, basis, new byte[] {2}, basis);

        assertThat(matched(basis, target)).hasSize(4);
    }

    @Test
    void theTargetIsReadOnceInOrder() throws IOException {
        byte[] basis = Contents.random(random, 900 * BLOCK);
        byte[] target = joined(Contents.random(random, 600 * BLOCK), basis);
        Target stream =
                new Target() {
                    private long at;

                    @Override
                    public int read(ByteBuffer to, long offset) throws IOException {
                        assertThat(offset).isEqualTo(at);
                        int count = Contents.target(target).read(to, offset);
                        at += Math.max(0, count);
                        return count;
                    }
                };
        List<Instruction> found = new ArrayList<>();

        new Matcher(Deltas.signature(basis), SECRET)
                .match(stream, ANY, each -> Deltas.add(found, each));

        assertMakes(basis, found, target);
        assertThat(Deltas.literalBytes(found)).isEqualTo(600L * BLOCK);
    }

    @Test
    void itGivesUpWhereTooLittleMatches() throws IOException {
        Signature signature = Deltas.signature(Contents.random(random, 100 * BLOCK));
        byte[] target = Contents.random(random, 1000 * BLOCK);
        Matcher matcher = new Matcher(signature, 16L * BLOCK, SECRET);
        long[] given = new long[1];
        Instruction.Sink sink = each -> given[0] += each.lengthBytes();

        assertThat(matcher.match(Contents.target(target), 5 * BLOCK, sink))
                .isInstanceOf(Outcome.Abandoned.class);
        assertThat(given[0]).isLessThanOrEqualTo(5 * BLOCK);
        try (ExecutorService executor = Executors.newFixedThreadPool(2)) {
            for (int max : new int[] {5 * BLOCK, 100 * BLOCK}) {
                given[0] = 0;
                Target whole = Contents.target(target);
                assertThat(matcher.match(whole, target.length, max, sink, executor, 2))
                        .isInstanceOf(Outcome.Abandoned.class);
                assertThat(given[0]).isLessThanOrEqualTo(max);
            }
        }
    }

    @Test
    void exactlyTheLiteralsThatMayBe() throws IOException {
        byte[] basis = Contents.random(random, 10 * BLOCK);
        byte[] target = joined(Contents.random(random, 77), basis);
        Matcher matcher = new Matcher(Deltas.signature(basis), SECRET);

        assertThat(matcher.match(Contents.target(target), 77, _ -> {}))
                .isEqualTo(new Outcome.Matched(basis.length, 77));
        assertThat(matcher.match(Contents.target(target), 76, _ -> {}))
                .isInstanceOf(Outcome.Abandoned.class);
    }

    @Test
    void aTargetThatShrinksIsAnOrdinaryFailure() {
        byte[] target = Contents.random(random, 100 * BLOCK);
        Matcher matcher = new Matcher(Deltas.signature(target), 4L * BLOCK, SECRET);

        try (ExecutorService executor = Executors.newFixedThreadPool(2)) {
            assertThatThrownBy(
                            () ->
                                    matcher.match(
                                            Contents.target(target),
                                            target.length + 1L,
                                            ANY,
                                            _ -> {},
                                            executor,
                                            2))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("ended at byte " + target.length);
        }
    }

    @Test
    void aFailureOfTheTargetComesThroughFromEveryThread() {
        Matcher matcher = new Matcher(Deltas.signature(new byte[100 * BLOCK]), 4L * BLOCK, SECRET);
        Target broken =
                (to, offset) -> {
                    throw new IOException("unreadable at " + offset);
                };

        try (ExecutorService executor = Executors.newFixedThreadPool(2)) {
            assertThatThrownBy(() -> matcher.match(broken, 100L * BLOCK, ANY, _ -> {}, executor, 2))
                    .isInstanceOf(IOException.class)
                    .hasMessage("unreadable at 0");
        }
    }

    @Test
    @DisplayName("D41: one byte at the front of a file that has more than 2^31 bytes")
    void d41_moreThanTwoToThe31Bytes() throws IOException {
        long length = (1L << 31) + (300 << 20); // As large as the row says: SparseTest.
        byte[] pattern = Contents.random(random, 8 << 20);
        Basis basis = (to, offset) -> repeated(pattern, to, offset, length);
        Target target =
                (to, offset) ->
                        offset == 0 ? oneByte(to) : repeated(pattern, to, offset - 1, length);
        List<Instruction> found = new ArrayList<>();

        try (ExecutorService executor = Executors.newFixedThreadPool(2)) {
            Signature signature = Signer.sign(basis, length, Deltas.SEED, executor, 2);
            new Matcher(signature, SECRET)
                    .match(target, length + 1, ANY, each -> Deltas.add(found, each), executor, 2);
        }

        assertThat(found.getFirst()).isInstanceOf(Instruction.Literal.class);
        assertThat(Deltas.literalBytes(found)).isOne();
        assertThat(found.stream().mapToLong(Instruction::lengthBytes).sum()).isEqualTo(length + 1);
    }

    private static int oneByte(ByteBuffer to) {
        to.put((byte) 77);
        return 1;
    }

    private static int repeated(byte[] pattern, ByteBuffer to, long offset, long length) {
        if (offset >= length) {
            return -1;
        }
        int from = (int) (offset % pattern.length);
        int count =
                (int) Math.min(Math.min(to.remaining(), pattern.length - from), length - offset);
        to.put(pattern, from, count);
        return count;
    }

    @Test
    @DisplayName("D42: an image of zeros and a little noise costs no more than any other")
    void d42_zerosAndNoise() throws IOException {
        int length = 24 << 20;
        byte[] noisy = new byte[length];
        for (int i = 0; i < length / 20_000; i++) {
            noisy[random.nextInt(length)] = (byte) random.nextInt(256);
        }
        byte[] other = Contents.random(random, length);

        long usual = fastest(Contents.random(random, length), other);
        long same = fastest(noisy, joined(new byte[] {7}, noisy));
        long unlike = fastest(other, noisy);

        assertThat(same).isLessThan(2 * usual);
        assertThat(unlike).isLessThan(2 * usual);
    }

    /** The time of the processor that a match takes, in nanoseconds. */
    private static long fastest(byte[] basis, byte[] target) throws IOException {
        Matcher matcher = new Matcher(Deltas.signature(basis), SECRET);
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long fastest = Long.MAX_VALUE;
        for (int i = 0; i < 6; i++) {
            long start = threads.getCurrentThreadCpuTime();
            matcher.match(Contents.target(target), ANY, _ -> {});
            fastest = Math.min(fastest, threads.getCurrentThreadCpuTime() - start);
        }
        return fastest;
    }

    @Test
    @DisplayName("D43: sums that lie make a wrong target, and its content hash says so")
    void d43_collidingSums() throws IOException {
        byte[] basis = Contents.random(random, 20 * BLOCK);
        byte[] target = Contents.random(random, 20 * BLOCK);
        Signature forged = Deltas.signature(target); // Says that the basis has what it has not.

        List<Instruction> found = Deltas.instructions(forged, target);

        assertThat(Deltas.literalBytes(found)).isZero();
        byte[] delta = Deltas.written(Form.LANYARD, found);
        byte[] patched = Deltas.patched(basis, delta, target.length);
        assertThat(TreeHash.of(patched)).isNotEqualTo(TreeHash.of(target));
    }

    @Test
    void sumsMadeToBeTriedInVainCostLittle() throws IOException {
        // Every place of the target fits the windows of every block, and no block is there.
        Signature honest = Deltas.signature(new byte[4096 * BLOCK]);
        int count = honest.blockCount();
        long[] weak = new long[count];
        long[] strong = new long[2 * count];
        for (int i = 0; i < count; i++) {
            weak[i] = honest.weak(0);
            strong[2 * i] = i;
        }
        Signature hostile =
                new Signature(
                        honest.lengthBytes(),
                        honest.blockBytes(),
                        honest.seed(),
                        weak,
                        new int[count],
                        strong);
        byte[] target = new byte[64 << 20];
        for (int i = 0; i < target.length; i += honest.blockBytes() + 70) {
            target[i] = 1;
        }
        long[] literal = new long[1];

        new Matcher(hostile, SECRET)
                .match(Contents.target(target), ANY, each -> literal[0] += each.lengthBytes());

        assertThat(literal[0]).isEqualTo(target.length);
    }

    private static List<Instruction> matched(byte[] basis, byte[] target) throws IOException {
        List<Instruction> found = Deltas.instructions(Deltas.signature(basis), target);
        assertMakes(basis, found, target);
        return found;
    }

    private static void assertMakes(byte[] basis, List<Instruction> found, byte[] target)
            throws IOException {
        for (Form form : Form.values()) {
            byte[] delta = Deltas.written(form, found);
            assertThat(Deltas.patched(basis, delta, target.length)).isEqualTo(target);
        }
    }
}
