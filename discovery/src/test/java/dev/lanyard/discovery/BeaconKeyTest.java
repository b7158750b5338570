package dev.lanyard.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lanyard.discovery.Beacon.Kind;
import dev.lanyard.discovery.BeaconKey.Opened;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

class BeaconKeyTest {
    private static final byte[] KEY_BYTES = keyBytes(0);
    private static final BeaconKey KEY = BeaconKey.of(KEY_BYTES);
    private static final Beacon BEACON =
            new Beacon(Kind.ANNOUNCE, 1, 22000, 0x0123456789abcdefL, 0xfedcba9876543210L);

    @ParameterizedTest
    @CsvSource({
        "ANNOUNCE, 1, 22000, 0123456789abcdef, fedcba9876543210,"
                + "4c4e5901010000010123456789abcdeffedcba987654321055f0"
                + "a82358ef349036140f268d43fb4cbe58f7411a0906d0b3f1d92df8a9116106e1",
        "REPLY, 65535, 65535, 8000000000000000, 0000000000000000,"
                + "4c4e59010200ffff80000000000000000000000000000000ffff"
                + "c1daa2c01f046d173a86176a46274bd2de15de778f8eb5391ea8a4e1e7ecd7b7",
        "GOODBYE, 1, 22000, 0123456789abcdef, fedcba9876543211,"
                + "4c4e5901030000010123456789abcdeffedcba987654321155f0"
                + "ccd41205ffc90fe4b614c4f25cdebefe1b9f84a4bfdecf9920dba38afe8ee1b8"
    })
    void theBytesOfABeaconAreTheseForEver(
            Kind kind, int version, int port, String startNonce, String nonce, String golden) {
        Beacon beacon =
                new Beacon(
                        kind,
                        version,
                        port,
                        HexFormat.fromHexDigitsToLong(startNonce),
                        HexFormat.fromHexDigitsToLong(nonce));

        assertThat(HexFormat.of().formatHex(KEY.seal(beacon))).isEqualTo(golden);
        assertThat(KEY.open(HexFormat.of().parseHex(golden))).isEqualTo(new Opened.Ours(beacon));
    }

    @Test
    void aBeaconOfAnotherShareIsForeign() {
        BeaconKey other = BeaconKey.of(keyBytes(1));

        assertThat(other.open(KEY.seal(BEACON))).isEqualTo(new Opened.Foreign());
    }

    @Test
    void aBeaconWithAnyBitChangedIsNotOurs() {
        byte[] sealed = KEY.seal(BEACON);

        for (int bit = 0; bit < sealed.length * Byte.SIZE; bit++) {
            byte[] changed = sealed.clone();
            changed[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
            assertThat(KEY.open(changed)).as("bit %d", bit).isNotInstanceOf(Opened.Ours.class);
        }
    }

    @Test
    void aDatagramOfAnyOtherLengthIsGarbage() {
        byte[] sealed = KEY.seal(BEACON);

        for (int length = 0; length < 2 * sealed.length; length++) {
            if (length != sealed.length) {
                assertThat(KEY.open(Arrays.copyOf(sealed, length)))
                        .as("%d bytes", length)
                        .isEqualTo(new Opened.Garbage());
            }
        }
    }

    @Test
    void randomBytesAreGarbage() {
        Random random = new Random(1);
        byte[] bytes = new byte[BeaconKey.SEALED_BYTES];

        for (int run = 0; run < 1000; run++) {
            random.nextBytes(bytes);
            assertThat(KEY.open(bytes)).isEqualTo(new Opened.Garbage());
        }
    }

    @ParameterizedTest
    @CsvSource({"4, 0", "4, 4", "4, -1", "5, 1"})
    void aProvenBeaconWithAnUnknownKindOrFlagIsGarbage(int offset, byte value) throws Exception {
        byte[] sealed = KEY.seal(BEACON);
        sealed[offset] = value;

        assertThat(KEY.open(signed(sealed))).isEqualTo(new Opened.Garbage());
    }

    @Test
    void aProvenBeaconWithoutAPortIsGarbage() throws Exception {
        byte[] sealed = KEY.seal(BEACON);
        ByteBuffer.wrap(sealed).putShort(24, (short) 0);

        assertThat(KEY.open(signed(sealed))).isEqualTo(new Opened.Garbage());
    }

    @Test
    void aKeyOfAnotherLengthIsRefused() {
        assertThatThrownBy(() -> BeaconKey.of(new byte[16]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("beacon key of 16 bytes (expected 32)");
    }

    private static byte[] signed(byte[] sealed) throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(KEY_BYTES, "HmacSHA256"));
        mac.update(sealed, 0, 26);
        mac.doFinal(sealed, 26);
        return sealed;
    }

    private static byte[] keyBytes(int first) {
        byte[] bytes = new byte[BeaconKey.KEY_BYTES];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (first + i);
        }
        return bytes;
    }
}
