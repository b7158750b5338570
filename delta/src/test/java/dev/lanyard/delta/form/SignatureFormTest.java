package dev.lanyard.delta.form;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lanyard.delta.MalformedException;
import dev.lanyard.delta.Signature;
import dev.lanyard.delta.testing.Contents;
import dev.lanyard.delta.testing.Deltas;
import dev.lanyard.delta.testing.Seeds;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.random.RandomGenerator;

/** The form of signatures: what is written, and what is read whatever somebody wrote. */
final class SignatureFormTest {
    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    @Test
    void goldenBytes() throws IOException {
        byte[] basis = "Nothing is lost.".repeat(200).getBytes(StandardCharsets.US_ASCII);

        assertThat(HEX.formatHex(written(Deltas.signature(basis))))
                .isEqualTo(
                        "6C795301" // magic
                                + "0B" // 2 KiB
                                + "0000000000000C80" // 3200 bytes
                                + "30313233343536373839616263646566" // seed
                                // of the first block: weak, anchor, strong
                                + "6EB8A82E18E05758"
                                + "00000B"
                                + "01ECBB91C15DEFA502FE5DFA85D40B63"
                                // of the last
                                + "0000000000000000"
                                + "000000"
                                + "134721B3B1412A041CA631A3F4F58E71");
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("dev.lanyard.delta.testing.Seeds#some")
    void whatIsWrittenIsRead(long seed) throws IOException {
        RandomGenerator random = Seeds.of(seed);
        Signature signature =
                Deltas.signature(Contents.any(random, random.nextInt(1 << random.nextInt(23))));

        byte[] written = written(signature);

        assertThat(written).hasSize((int) SignatureForm.encodedBytes(signature));
        assertThat(SignatureForm.read(ByteBuffer.wrap(written))).isEqualTo(signature);
    }

    @Test
    void whatIsCutOffOrLongerIsNoticed() throws IOException {
        byte[] written = written(Deltas.signature(new byte[5000]));
        for (int length = 0; length <= written.length + 1; length++) {
            if (length != written.length) {
                ByteBuffer bytes = ByteBuffer.wrap(Arrays.copyOf(written, length));
                assertThatThrownBy(() -> SignatureForm.read(bytes))
                        .isInstanceOf(MalformedException.class);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "no signature, 00000000 0B 0000000000000000",
        "no signature, 72730147 0B 0000000000000000", // rdiff's.
        "blocks of 2^0 bytes, 6C795301 00 0000000000000001",
        "blocks of 2^10 bytes, 6C795301 0A 0000000000000001",
        "blocks of 2^21 bytes, 6C795301 15 0000000000000001",
        "blocks of 2^-1 bytes, 6C795301 FF 0000000000000001",
        "more than 2^63 bytes, 6C795301 0B FFFFFFFFFFFFFFFF",
        "0 bytes of sums (expected 27 for 1 blocks), 6C795301 0B 0000000000000001",
        "(expected 452984832 for 16777216 blocks), 6C795301 0B 7FFFFFFFFFFFFFFF",
    })
    @DisplayName("D47: what nobody could have written is refused, and nothing is allocated for it")
    void d47_malformed(String message, String hex) {
        byte[] head = HEX.parseHex(hex.replace(" ", ""));

        assertThatThrownBy(() -> SignatureForm.read(ByteBuffer.wrap(Arrays.copyOf(head, 29))))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining(message);
    }

    @Test
    @DisplayName("D47: an anchor outside of its block is refused")
    void d47_anchor() throws IOException {
        byte[] written = written(Deltas.signature(new byte[5000]));
        written[29 + 27 + 9] = 0x07;
        written[29 + 27 + 10] = (byte) 0xC0;
        assertThat(SignatureForm.read(ByteBuffer.wrap(written)).anchor(1)).isEqualTo(1984);
        written[29 + 27 + 10]++;

        assertThatThrownBy(() -> SignatureForm.read(ByteBuffer.wrap(written)))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("anchor at 1985 of block 1 (expected 0-1984)");
    }

    static byte[] written(Signature signature) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        SignatureForm.write(
                signature,
                buffer -> {
                    byte[] piece = new byte[buffer.remaining()];
                    buffer.get(piece);
                    bytes.writeBytes(piece);
                });
        return bytes.toByteArray();
    }
}
