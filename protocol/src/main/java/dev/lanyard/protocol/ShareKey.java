package dev.lanyard.protocol;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;

import javax.crypto.KDF;
import javax.crypto.spec.HKDFParameterSpec;

/**
 * The secret of a share: 256 random bits. Whoever holds it takes part. Never used itself: what
 * proves it and what signs beacons are derived from it, each under a name of its own, so that
 * neither tells anything about the other.
 */
public final class ShareKey {
    /*
     * The text is base32 (RFC 4648): 52 characters of key, the last of which ends in four zero
     * bits, then 8 check characters, in ten groups of six.
     *
     * The check is the code of Bitcoin's output descriptors (BIP 380, P. Wuille): a BCH code over
     * GF(32) with 8 check symbols. It finds every error in up to four characters, so every typo and
     * every two characters that were swapped, however far apart; more are missed once in 2^40. A
     * hash of the same length would miss some single typos, if very few.
     */

    /** How many bytes a key has. */
    public static final int LENGTH = 32;

    private static final String ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    private static final int KEY_CHARS = 52;
    private static final int CHECK_CHARS = 8;
    private static final int TEXT_CHARS = KEY_CHARS + CHECK_CHARS;
    private static final int GROUP_CHARS = 6;
    private static final long[] GENERATOR = {
        0xf5dee51989L, 0xa9fdca3312L, 0x1bab10e32dL, 0x3706b1677aL, 0x644d626ffdL
    };

    private final byte[] bytes;

    private ShareKey(byte[] bytes) {
        this.bytes = bytes;
    }

    /** Draws a new key. */
    public static ShareKey generate(SecureRandom random) {
        byte[] bytes = new byte[LENGTH];
        random.nextBytes(bytes);
        return new ShareKey(bytes);
    }

    /** The key of these bytes, which are copied. @throws IllegalArgumentException unless 32 */
    public static ShareKey of(byte[] bytes) {
        Bytes32.checkLength("share key", bytes);
        return new ShareKey(bytes.clone());
    }

    /**
     * Reads what {@link #text} wrote. Case, dashes and white space do not matter.
     *
     * @throws IllegalArgumentException if it is not the text of a key; the message says in what
     *     way, for people, and does not repeat it
     */
    public static ShareKey parse(String text) {
        int[] symbols = new int[TEXT_CHARS];
        int count = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '-' || Character.isWhitespace(c)) {
                continue;
            }
            int symbol = ALPHABET.indexOf(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
            if (symbol < 0) {
                throw new IllegalArgumentException(
                        "share key: character %d is not one of A-Z and 2-7".formatted(count + 1));
            }
            if (count < TEXT_CHARS) {
                symbols[count] = symbol;
            }
            count++;
        }
        if (count != TEXT_CHARS) {
            throw new IllegalArgumentException(
                    "share key of %d characters (expected %d)".formatted(count, TEXT_CHARS));
        }
        if (remainder(symbols, TEXT_CHARS) != 0 || symbols[KEY_CHARS - 1] % 16 != 0) {
            throw new IllegalArgumentException(
                    "share key: the check characters do not fit, so it is mistyped");
        }
        return new ShareKey(unpack(symbols));
    }

    /** The key as people write it: upper case, in groups divided by dashes. A secret. */
    public String text() {
        int[] symbols = pack(bytes);
        long check = remainder(symbols, TEXT_CHARS);
        for (int i = 0; i < CHECK_CHARS; i++) {
            symbols[KEY_CHARS + i] = (int) (check >>> (5 * (CHECK_CHARS - 1 - i))) & 31;
        }
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < TEXT_CHARS; i++) {
            if (i > 0 && i % GROUP_CHARS == 0) {
                text.append('-');
            }
            text.append(ALPHABET.charAt(symbols[i]));
        }
        return text.toString();
    }

    /** The 32 bytes, in an array of their own. A secret. */
    public byte[] bytes() {
        return bytes.clone();
    }

    /** What beacons are signed with, 32 bytes. */
    public byte[] beaconKey() {
        return derive("lanyard 1 beacon");
    }

    /** What is proven when a session begins, 32 bytes. */
    public byte[] sessionKey() {
        return derive("lanyard 1 session");
    }

    private byte[] derive(String purpose) {
        try {
            HKDFParameterSpec parameters =
                    HKDFParameterSpec.ofExtract()
                            .addIKM(bytes)
                            .thenExpand(purpose.getBytes(StandardCharsets.US_ASCII), LENGTH);
            return KDF.getInstance("HKDF-SHA256").deriveData(parameters);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java runtime since 25 has HKDF-SHA256", e);
        }
    }

    /** The remainder of the first {@code count} symbols, which is 0 when their check fits. */
    private static long remainder(int[] symbols, int count) {
        long remainder = 1;
        for (int i = 0; i < count; i++) {
            int top = (int) (remainder >>> 35);
            remainder = (remainder & 0x7ffffffffL) << 5 ^ symbols[i];
            for (int bit = 0; bit < GENERATOR.length; bit++) {
                if ((top >>> bit & 1) != 0) {
                    remainder ^= GENERATOR[bit];
                }
            }
        }
        return remainder ^ 1;
    }

    /** The symbols of the key, and zeroes where the check will be. */
    private static int[] pack(byte[] bytes) {
        int[] symbols = new int[TEXT_CHARS];
        for (int bit = 0; bit < 8 * LENGTH; bit++) {
            int value = bytes[bit / 8] >>> (7 - bit % 8) & 1;
            symbols[bit / 5] |= value << (4 - bit % 5);
        }
        return symbols;
    }

    private static byte[] unpack(int[] symbols) {
        byte[] bytes = new byte[LENGTH];
        for (int bit = 0; bit < 8 * LENGTH; bit++) {
            int value = symbols[bit / 5] >>> (4 - bit % 5) & 1;
            bytes[bit / 8] |= (byte) (value << (7 - bit % 8));
        }
        return bytes;
    }

    /** Compares in constant time. */
    @Override
    public boolean equals(Object other) {
        return other instanceof ShareKey key && MessageDigest.isEqual(bytes, key.bytes);
    }

    @Override
    public int hashCode() {
        return 0; // Reveals nothing; nobody keeps keys in hash tables.
    }

    /** Does not show the key; {@link #text} does. */
    @Override
    public String toString() {
        return "ShareKey";
    }
}
