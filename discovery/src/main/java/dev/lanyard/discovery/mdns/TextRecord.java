package dev.lanyard.discovery.mdns;

import dev.lanyard.discovery.BeaconKey;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;

/**
 * A sealed beacon as the TXT record of a service, as RFC 6763 wants it: a sequence of strings, each
 * with its length before it, which are keys with values. Ours is {@code b}, in base64url without
 * padding, so that any tool can show it and publish it.
 */
final class TextRecord {
    private static final byte[] KEY = "b=".getBytes(StandardCharsets.US_ASCII);

    /** So many characters a sealed beacon has. */
    private static final int VALUE_BYTES = (BeaconKey.SEALED_BYTES * 4 + 2) / 3;

    private TextRecord() {}

    /** The record that holds this beacon and nothing else. */
    static byte[] of(byte[] sealed) {
        byte[] value = Base64.getUrlEncoder().withoutPadding().encode(sealed);
        byte[] record = new byte[1 + KEY.length + value.length];
        record[0] = (byte) (KEY.length + value.length);
        System.arraycopy(KEY, 0, record, 1, KEY.length);
        System.arraycopy(value, 0, record, 1 + KEY.length, value.length);
        return record;
    }

    /**
     * The beacon in a record, whatever the bytes are; empty if there is none that could be ours.
     */
    static Optional<byte[]> sealedIn(byte[] record) {
        int at = 0;
        while (at < record.length) {
            int from = at + 1;
            int to = from + Byte.toUnsignedInt(record[at]);
            if (to > record.length) {
                return Optional.empty();
            }
            if (to - from == KEY.length + VALUE_BYTES
                    && Arrays.equals(KEY, 0, KEY.length, record, from, from + KEY.length)) {
                return decoded(Arrays.copyOfRange(record, from + KEY.length, to));
            }
            at = to;
        }
        return Optional.empty();
    }

    private static Optional<byte[]> decoded(byte[] value) {
        try {
            return Optional.of(Base64.getUrlDecoder().decode(value));
        } catch (IllegalArgumentException notBase64) {
            return Optional.empty();
        }
    }
}
