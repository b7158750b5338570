package dev.lanyard.discovery.mdns;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lanyard.discovery.BeaconKey;

import org.junit.jupiter.api.Test;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Random;

class TextRecordTest {
    private static final byte[] SEALED = sealed();

    private static byte[] sealed() {
        byte[] sealed = new byte[BeaconKey.SEALED_BYTES];
        new Random(1).nextBytes(sealed);
        return sealed;
    }

    private static byte[] record(String... strings) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (String each : strings) {
            out.write(each.length());
            out.writeBytes(each.getBytes(StandardCharsets.ISO_8859_1));
        }
        return out.toByteArray();
    }

    private static String ours() {
        return new String(TextRecord.of(SEALED), 1, 80, StandardCharsets.ISO_8859_1);
    }

    @Test
    void whatWasPutInComesOut() {
        assertThat(TextRecord.of(SEALED)).hasSize(81);
        assertThat(ours()).matches("b=[A-Za-z0-9_-]{78}");
        assertThat(TextRecord.sealedIn(TextRecord.of(SEALED))).contains(SEALED);
    }

    @Test
    void whatElseIsInTheRecordDoesNotMatter() {
        byte[] more = record("", "txtvers=1", "b", "b=short", ours(), "c=3");

        assertThat(TextRecord.sealedIn(more)).contains(SEALED);
    }

    @Test
    void whatCannotBeABeaconIsNone() {
        assertThat(TextRecord.sealedIn(new byte[0])).isEmpty();
        assertThat(TextRecord.sealedIn(new byte[] {0})).isEmpty();
        assertThat(TextRecord.sealedIn(record("b=" + "!".repeat(78)))).isEmpty();
        assertThat(TextRecord.sealedIn(record("b=" + "A".repeat(77)))).isEmpty();
        assertThat(TextRecord.sealedIn(record("b=" + "A".repeat(79)))).isEmpty();
        assertThat(TextRecord.sealedIn(record(ours().replace("b=", "c=")))).isEmpty();
    }

    @Test
    void aRecordThatIsCutAnywhereHoldsNone() {
        byte[] whole = TextRecord.of(SEALED);
        for (int length = 0; length < whole.length; length++) {
            assertThat(TextRecord.sealedIn(java.util.Arrays.copyOf(whole, length))).isEmpty();
        }
    }

    @Test
    void noBytesMakeItFail() {
        Random random = new Random(2);
        for (int run = 0; run < 20_000; run++) {
            byte[] bytes = TextRecord.of(SEALED);
            for (int change = 0; change < 3; change++) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            TextRecord.sealedIn(bytes)
                    .ifPresent(found -> assertThat(found).hasSize(BeaconKey.SEALED_BYTES));
        }
    }
}
