package dev.lanyard.delta.patch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lanyard.delta.Instruction;
import dev.lanyard.delta.MalformedException;
import dev.lanyard.delta.form.Form;
import dev.lanyard.delta.testing.Contents;
import dev.lanyard.delta.testing.Deltas;
import dev.lanyard.delta.testing.Seeds;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/** Basis + delta = target, or an error before anything is done. */
final class PatcherTest {
    private final byte[] basis = Contents.random(Seeds.of(1), 300_000);
    private final byte[] target = new byte[1_000_000];

    private Patcher patcher(long targetBytesMax) {
        return new Patcher(
                Contents.basis(basis),
                basis.length,
                targetBytesMax,
                (bytes, offset) -> bytes.get(target, (int) offset, bytes.remaining()));
    }

    @Test
    void copiesAndLiteralsInOrder() throws IOException {
        Patcher patcher = patcher(target.length);

        patcher.take(new Instruction.Copy(1000, 299_000));
        patcher.take(new Instruction.Literal(ByteBuffer.wrap(new byte[] {1, 2, 3})));
        patcher.take(new Instruction.Copy(0, 1));

        assertThat(patcher.targetBytes()).isEqualTo(299_004);
        assertThat(Contents.part(target, 0, 299_004))
                .isEqualTo(
                        Contents.joined(
                                Contents.part(basis, 1000, 300_000),
                                new byte[] {1, 2, 3},
                                Contents.part(basis, 0, 1)));
    }

    @ParameterizedTest
    @ValueSource(longs = {300_000, Long.MAX_VALUE - 1})
    @DisplayName("D47: a copy beyond the basis")
    void d47_copyBeyondTheBasis(long length) {
        assertThatThrownBy(() -> patcher(Long.MAX_VALUE).take(new Instruction.Copy(1, length)))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("of 300000 in the basis");
    }

    @Test
    @DisplayName("D47: a delta that would fill the disk")
    void d47_moreThanTheTargetMayHave() throws IOException {
        Patcher patcher = patcher(500_000);
        patcher.take(new Instruction.Copy(0, 300_000));

        assertThatThrownBy(() -> patcher.take(new Instruction.Copy(0, 200_001)))
                .isInstanceOf(MalformedException.class)
                .hasMessage("200001 bytes at 300000 of the target (expected at most 500000)");
        assertThat(patcher.targetBytes()).isEqualTo(300_000);
        patcher.take(new Instruction.Copy(0, 200_000));
    }

    @Test
    @DisplayName("D40: a basis that shrinks while it is read is an ordinary failure")
    void d40_shrunkBasis() {
        Patcher patcher = new Patcher((_, _) -> -1, 1000, 1000, (_, _) -> {});

        assertThatThrownBy(() -> patcher.take(new Instruction.Copy(10, 20)))
                .isInstanceOf(IOException.class)
                .isNotInstanceOf(MalformedException.class)
                .hasMessageContaining("ended at byte 10");
    }

    @Test
    void copiesThatTheFileSystemMakesAreNotReadAndItsRestIs() throws IOException {
        long[] copied = new long[3];
        Patched out =
                new Patched() {
                    @Override
                    public void write(ByteBuffer bytes, long offset) {
                        bytes.get(target, (int) offset, bytes.remaining());
                    }

                    @Override
                    public long copy(long basisOffset, long targetOffset, long lengthBytes) {
                        copied[0] = basisOffset;
                        copied[1] = targetOffset;
                        copied[2] = lengthBytes;
                        return 4096;
                    }
                };
        Patcher patcher = new Patcher(Contents.basis(basis), basis.length, target.length, out);
        patcher.take(new Instruction.Literal(ByteBuffer.wrap(new byte[] {1})));

        patcher.take(new Instruction.Copy(100, 5000));

        assertThat(copied).containsExactly(100, 1, 5000);
        assertThat(Contents.part(target, 0, 4097))
                .isEqualTo(Contents.joined(new byte[] {1}, new byte[4096]));
        assertThat(Contents.part(target, 4097, 5001)).isEqualTo(Contents.part(basis, 4196, 5100));
        assertThat(patcher.targetBytes()).isEqualTo(5001);
    }

    @Test
    @DisplayName("D40: a file with holes that shrinks at its end or gets a hole there")
    void d40_sparseTails() throws IOException {
        byte[] old = new byte[200_000];
        System.arraycopy(Contents.random(Seeds.of(2), 5000), 0, old, 100_000, 5000);
        for (int length : new int[] {0, 1, 99_999, 102_500, 150_000, 200_000, 300_001}) {
            byte[] now = Arrays.copyOf(old, length);
            List<Instruction> found = Deltas.instructions(Deltas.signature(old), now);
            byte[] delta = Deltas.written(Form.LANYARD, found);
            assertThat(Deltas.patched(old, delta, length)).isEqualTo(now);
        }
    }
}
