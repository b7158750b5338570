package dev.lanyard.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lanyard.protocol.testing.Seeded;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Locale;
import java.util.random.RandomGenerator;

class ShareKeyTest {
    private static final String ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    private static ShareKey key(RandomGenerator random) {
        byte[] bytes = new byte[ShareKey.LENGTH];
        random.nextBytes(bytes);
        return ShareKey.of(bytes);
    }

    @Test
    void isWrittenInGroupsOfSix() {
        assertThat(ShareKey.generate(new SecureRandom()).text())
                .matches("([A-Z2-7]{6}-){9}[A-Z2-7]{6}");
    }

    @Test
    void hasThisTextAndTheseSubkeys() {
        byte[] bytes = new byte[ShareKey.LENGTH];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) i;
        }
        ShareKey key = ShareKey.of(bytes);

        assertThat(key.text())
                .isEqualTo("AAAQEA-YEAUDA-OCAJBI-FQYDIO-B4IBCE-QTCQKR-MFYYDE-NBWHA5-DYPQOB-KDAWSL");
        assertThat(HexFormat.of().formatHex(key.beaconKey()))
                .isEqualTo("5ea677e2abaeeab2559d85a21f9cf0a1f00e1809d8058da265921461f4c5980b");
        assertThat(HexFormat.of().formatHex(key.sessionKey()))
                .isEqualTo("ffc54f79380e2a0e25767b32af78f5fe3254793726386fe9c63f25b91722127c");
    }

    @Seeded(runs = 200)
    void isReadAsPeopleWriteIt(RandomGenerator random) {
        ShareKey key = key(random);
        String text = key.text();

        assertThat(ShareKey.parse(text)).isEqualTo(key);
        assertThat(ShareKey.parse(text.toLowerCase(Locale.ROOT).replace("-", ""))).isEqualTo(key);
        assertThat(ShareKey.parse("  " + text.replace("-", " \t") + "\n")).isEqualTo(key);
    }

    @Seeded(runs = 3)
    void findsEveryTypoAndEverySwap(RandomGenerator random) {
        String text = key(random).text().replace("-", "");
        for (int i = 0; i < text.length(); i++) {
            for (int symbol = 0; symbol < ALPHABET.length(); symbol++) {
                char c = ALPHABET.charAt(symbol);
                if (c != text.charAt(i)) {
                    assertMistyped(text.substring(0, i) + c + text.substring(i + 1));
                }
            }
            for (int j = i + 1; j < text.length(); j++) {
                if (text.charAt(i) != text.charAt(j)) {
                    StringBuilder swapped = new StringBuilder(text);
                    swapped.setCharAt(i, text.charAt(j));
                    swapped.setCharAt(j, text.charAt(i));
                    assertMistyped(swapped.toString());
                }
            }
        }
    }

    private static void assertMistyped(String text) {
        assertThatThrownBy(() -> ShareKey.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("mistyped");
    }

    @Seeded(runs = 2_000)
    void findsUpToFourTyposAnywhere(RandomGenerator random) {
        StringBuilder text = new StringBuilder(key(random).text().replace("-", ""));
        String right = text.toString();
        for (int i = 0; i < 4; i++) {
            text.setCharAt(random.nextInt(text.length()), ALPHABET.charAt(random.nextInt(32)));
        }
        if (!text.toString().equals(right)) {
            assertMistyped(text.toString());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "ABC", "-", "0", "AAAAAA-1", "ÄAAAAA", "AAAA=", "ı"})
    void refusesAnythingElseWithAReason(String text) {
        assertThatThrownBy(() -> ShareKey.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("share key");
    }

    @Test
    void refusesOneCharacterTooManyOrTooFew() {
        String text = ShareKey.generate(new SecureRandom()).text();

        assertThatThrownBy(() -> ShareKey.parse(text + "A")).hasMessageContaining("61 characters");
        assertThatThrownBy(() -> ShareKey.parse(text.substring(1)))
                .hasMessageContaining("59 characters");
    }

    @Test
    void showsItselfToNobody() {
        ShareKey key = ShareKey.generate(new SecureRandom());

        assertThat(key.toString()).isEqualTo("ShareKey");
        assertThat(key.beaconKey()).isNotEqualTo(key.sessionKey());
    }
}
