package dev.lanyard.delta.form;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lanyard.delta.Instruction;
import dev.lanyard.delta.MalformedException;
import dev.lanyard.delta.Signature;
import dev.lanyard.delta.match.Matcher;
import dev.lanyard.delta.patch.Patcher;
import dev.lanyard.delta.testing.Contents;
import dev.lanyard.delta.testing.Deltas;
import dev.lanyard.delta.testing.Seeds;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.EnumSet;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Good signatures and deltas, damaged in every way, are understood or refused, and nothing else
 * happens. A long run: -Dseeds=1000000. (Jazzer instruments all tests beside it, so it would need a
 * module of its own.)
 */
final class FuzzTest {
    private static final int MUTANTS = 40;
    private static final int TARGET_BYTES_MAX = 100_000;

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("dev.lanyard.delta.testing.Seeds#some")
    @DisplayName("D47: damaged signatures")
    void d47_signatures(long seed) throws IOException {
        RandomGenerator random = Seeds.of(seed);
        byte[] basis = Contents.any(random, random.nextInt(20_000));
        byte[] target = Contents.edited(random, basis);
        byte[] good = SignatureFormTest.written(Deltas.signature(basis));
        for (int i = 0; i < MUTANTS; i++) {
            byte[] mutant = damaged(random, good);
            try {
                Signature signature = SignatureForm.read(ByteBuffer.wrap(mutant));
                long[] bytes = new long[1];
                new Matcher(signature)
                        .match(
                                Contents.target(target),
                                Long.MAX_VALUE,
                                each -> {
                                    bytes[0] += each.lengthBytes();
                                    assertThat(
                                                    each instanceof Instruction.Copy copy
                                                            && copy.basisEnd()
                                                                    > signature.lengthBytes())
                                            .isFalse();
                                });
                assertThat(bytes[0]).isEqualTo(target.length);
            } catch (MalformedException e) {
                assertThat(e.getMessage()).isNotEmpty();
            }
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("dev.lanyard.delta.testing.Seeds#some")
    @DisplayName("D47: damaged deltas")
    void d47_deltas(long seed) throws IOException {
        RandomGenerator random = Seeds.of(seed);
        byte[] basis = Contents.any(random, random.nextInt(20_000));
        List<Instruction> found =
                Deltas.instructions(Deltas.signature(basis), Contents.edited(random, basis));
        for (Form form : Form.values()) {
            byte[] good = Deltas.written(form, found);
            for (int i = 0; i < MUTANTS; i++) {
                tryDelta(random, damaged(random, good), basis);
            }
        }
    }

    private static void tryDelta(RandomGenerator random, byte[] delta, byte[] basis)
            throws IOException {
        long[] written = new long[1];
        Patcher patcher =
                new Patcher(
                        Contents.basis(basis),
                        basis.length,
                        TARGET_BYTES_MAX,
                        (bytes, offset) -> {
                            assertThat(offset).isEqualTo(written[0]);
                            written[0] += bytes.remaining();
                            bytes.position(bytes.limit());
                        });
        DeltaReader reader = new DeltaReader(EnumSet.allOf(Form.class), patcher);
        try {
            int at = 0;
            while (at < delta.length) {
                int length = Math.min(delta.length - at, 1 + random.nextInt(delta.length));
                reader.update(ByteBuffer.wrap(delta, at, length));
                at += length;
            }
            assertThat(reader.finish()).isEqualTo(written[0]);
        } catch (MalformedException e) {
            assertThat(e.getMessage()).isNotEmpty();
        }
        assertThat(written[0]).isLessThanOrEqualTo(TARGET_BYTES_MAX);
    }

    private static byte[] damaged(RandomGenerator random, byte[] good) {
        byte[] bytes = good.clone();
        for (int i = random.nextInt(4); i >= 0; i--) {
            int at =
                    bytes.length == 0
                            ? 0
                            : random.nextInt(
                                    random.nextBoolean()
                                            ? bytes.length
                                            : Math.min(bytes.length, 40));
            bytes =
                    switch (random.nextInt(6)) {
                        case 0 -> Contents.part(bytes, 0, at);
                        case 1 ->
                                Contents.joined(
                                        Contents.part(bytes, 0, at),
                                        Contents.random(random, random.nextInt(12)),
                                        Contents.part(bytes, at, bytes.length));
                        case 2 ->
                                Contents.joined(
                                        Contents.part(bytes, 0, at),
                                        Contents.part(
                                                bytes,
                                                Math.min(bytes.length, at + random.nextInt(40)),
                                                bytes.length));
                        case 3 -> Contents.joined(bytes, Contents.part(bytes, at, bytes.length));
                        default -> changed(random, bytes, at);
                    };
        }
        return bytes;
    }

    private static byte[] changed(RandomGenerator random, byte[] bytes, int at) {
        byte[] values = {0, 1, -1, 0x7F, -128, 0x41, 0x55, (byte) random.nextInt(256)};
        byte[] other = bytes.clone();
        if (at < other.length) {
            other[at] = values[random.nextInt(values.length)];
        }
        return other;
    }
}
