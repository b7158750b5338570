package dev.lanyard.delta.form;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lanyard.delta.Instruction;
import dev.lanyard.delta.MalformedException;
import dev.lanyard.delta.testing.Contents;
import dev.lanyard.delta.testing.Deltas;
import dev.lanyard.delta.testing.Seeds;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.random.RandomGenerator;

/** Both forms of deltas: what is written, and what is read whatever somebody wrote. */
final class DeltaFormTest {
    private static final HexFormat HEX = HexFormat.of().withUpperCase();
    private static final List<Instruction> SAMPLE =
            List.of(
                    new Instruction.Copy(0, 300),
                    literal("abc"),
                    new Instruction.Copy(300, 1),
                    new Instruction.Copy(5, 70_000),
                    literal("x".repeat(65)),
                    new Instruction.Copy(0x1_0000_0000L, 0x10000));

    @Test
    void goldenBytesOfOurs() throws IOException {
        assertThat(HEX.formatHex(Deltas.written(Form.LANYARD, SAMPLE)))
                .isEqualTo(
                        "6C794401" // magic
                                + "D90400" // copy 300, there
                                + "06616263" // literal
                                + "0300" // copy 1, there
                                + "E1C508CF04" // copy 70 000, 296 back
                                + "8201"
                                + "78".repeat(65)
                                + "818008"
                                + "96BAF7FF1F" // copy 65 536 from 2^32 - 70 005 on
                                + "00"
                                + "E1A508");
    }

    @Test
    void goldenBytesOfRdiff() throws IOException {
        assertThat(HEX.formatHex(Deltas.written(Form.RDIFF, SAMPLE)))
                .isEqualTo(
                        "72730236" // magic
                                + "46"
                                + "00"
                                + "012C"
                                + "03616263"
                                + "49"
                                + "012C"
                                + "01"
                                + "47"
                                + "05"
                                + "00011170"
                                + "4141"
                                + "78".repeat(65)
                                + "53"
                                + "0000000100000000"
                                + "00010000"
                                + "00");
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("dev.lanyard.delta.testing.Seeds#many")
    void whatIsWrittenIsRead(long seed) throws IOException {
        RandomGenerator random = Seeds.of(seed);
        List<Instruction> written = instructions(random);
        for (Form form : Form.values()) {
            byte[] delta = Deltas.written(form, written);
            List<Instruction> read = new ArrayList<>();
            DeltaReader reader = new DeltaReader(EnumSet.of(form), each -> Deltas.add(read, each));
            int at = 0;
            while (at < delta.length) {
                int length = Math.min(delta.length - at, 1 + random.nextInt(20));
                reader.update(ByteBuffer.wrap(delta, at, length));
                at += length;
            }
            assertThat(reader.finish())
                    .isEqualTo(written.stream().mapToLong(Instruction::lengthBytes).sum());
            assertThat(read).isEqualTo(written);
        }
    }

    private static List<Instruction> instructions(RandomGenerator random) {
        List<Instruction> all = new ArrayList<>();
        for (int i = random.nextInt(20); i > 0; i--) {
            if (random.nextBoolean()) {
                long length = 1 + random.nextLong(1L << random.nextInt(40));
                all.add(new Instruction.Copy(random.nextLong(1L << random.nextInt(62)), length));
            } else {
                int length = 1 + random.nextInt(1 << random.nextInt(12));
                byte[] bytes = Contents.random(random, length);
                Deltas.add(all, new Instruction.Literal(ByteBuffer.wrap(bytes)));
            }
        }
        return all;
    }

    @ParameterizedTest
    @EnumSource
    void whatIsCutOffIsNoticedWherever(Form form) throws IOException {
        byte[] delta = Deltas.written(form, SAMPLE);
        for (int length = 0; length < delta.length; length++) {
            DeltaReader reader = new DeltaReader(EnumSet.allOf(Form.class), _ -> {});
            reader.update(ByteBuffer.wrap(delta, 0, length));
            assertThatThrownBy(reader::finish)
                    .isInstanceOf(MalformedException.class)
                    .hasMessageStartingWith("the delta is cut off");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "no delta, 00000000",
        "no delta, 6C795301",
        "no delta, 72730136", // The magic of a signature of rdiff.
        "copy of 0 bytes, 6C794401 01",
        "longer than it needs, 6C794401 8000",
        "more than 9 bytes, 6C794401 FFFFFFFFFFFFFFFFFF01",
        "copy of 1 bytes at -1, 6C794401 03 01",
        "copy of 4611686018427387903 bytes at, 6C794401 FFFFFFFFFFFFFFFF7F FEFFFFFFFFFFFFFF7F FFFFFFFFFFFFFFFF7F FEFFFFFFFFFFFFFF7F",
        "target of 0 bytes (expected 1), 6C794401 0001",
        "bytes behind the end, 6C794401 0000 00",
        "step 55, 72730236 55",
        "step FF, 72730236 FF",
        "literal of 0 bytes, 72730236 4100",
        "literal of 18446744073709551615 bytes, 72730236 44FFFFFFFFFFFFFFFF",
        "copy of 0 bytes at 7, 72730236 450700",
        "copy of 1 bytes at 18446744073709551615, 72730236 51 FFFFFFFFFFFFFFFF 01",
        "copy of 1 bytes at 9223372036854775807, 72730236 51 7FFFFFFFFFFFFFFF 01",
        "copy of 9223372036854775808 bytes at 0, 72730236 48 00 8000000000000000",
        "more than 2^63 bytes, 72730236 48 00 7FFFFFFFFFFFFFFF 48 00 7FFFFFFFFFFFFFFF",
        "bytes behind the end, 72730236 00 00",
    })
    @DisplayName("D47: what nobody could have written is refused")
    void d47_malformed(String message, String hex) {
        byte[] delta = HEX.parseHex(hex.replace(" ", ""));
        DeltaReader reader = new DeltaReader(EnumSet.allOf(Form.class), _ -> {});

        assertThatThrownBy(() -> reader.update(ByteBuffer.wrap(delta)))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining(message);
    }

    @Test
    void onlyTheFormsThatAreAskedForAreRead() throws IOException {
        byte[] delta = Deltas.written(Form.RDIFF, SAMPLE);
        DeltaReader reader = new DeltaReader(EnumSet.of(Form.LANYARD), _ -> {});

        assertThatThrownBy(() -> reader.update(ByteBuffer.wrap(delta)))
                .isInstanceOf(MalformedException.class);
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("D47: ten million instructions take no more memory than ten")
    void d47_manyInstructions(Form form) throws IOException {
        long[] copied = new long[1];
        DeltaReader reader =
                new DeltaReader(EnumSet.of(form), each -> copied[0] += each.lengthBytes());
        byte[] head = Deltas.written(form, List.of());
        reader.update(ByteBuffer.wrap(head, 0, 4));
        byte[] copy = form == Form.RDIFF ? HEX.parseHex("450001") : HEX.parseHex("0300");
        byte[] many = new byte[copy.length * 10_000];
        for (int i = 0; i < many.length; i++) {
            many[i] = copy[i % copy.length];
        }

        for (int i = 0; i < 1000; i++) {
            reader.update(ByteBuffer.wrap(many));
        }

        assertThat(copied[0]).isEqualTo(10_000_000);
    }

    private static Instruction literal(String text) {
        return new Instruction.Literal(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)));
    }
}
