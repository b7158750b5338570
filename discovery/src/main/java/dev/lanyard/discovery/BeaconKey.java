package dev.lanyard.discovery;

import dev.lanyard.discovery.Beacon.Kind;

import org.jspecify.annotations.Nullable;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Seals beacons and opens them. The key is derived from the share key for this purpose alone.
 *
 * <p>A sealed beacon has {@value #SEALED_BYTES} bytes, integers in network order:
 *
 * <pre>
 *  0            4      5      6            8             16          24      26             58
 * +------------+------+------+------------+-------------+-----------+-------+--------------+
 * | "LNY", 1   | kind | 0    | protocol   | start nonce | nonce     | port  | HMAC-SHA-256 |
 * | (layout 1) | 1..3 |      | version    |             |           |       | of the rest  |
 * +------------+------+------+------------+-------------+-----------+-------+--------------+
 * </pre>
 *
 * Kind 1 is announce, 2 reply, 3 goodbye. A layout that ever differs takes another fourth byte, and
 * is garbage to who does not know it. Immutable and thread-safe.
 */
public final class BeaconKey {
    /** How many bytes a key has. */
    public static final int KEY_BYTES = 32;

    /** How many bytes a sealed beacon has, always. */
    public static final int SEALED_BYTES = 58;

    private static final String ALGORITHM = "HmacSHA256";
    private static final int LAYOUT = 'L' << 24 | 'N' << 16 | 'Y' << 8 | 1;
    private static final int SIGNED_BYTES = 26;
    private static final int MAC_BYTES = SEALED_BYTES - SIGNED_BYTES;

    private final SecretKeySpec key;

    private BeaconKey(SecretKeySpec key) {
        this.key = key;
    }

    /** The key with these bytes, which are copied. @throws IllegalArgumentException unless 32 */
    public static BeaconKey of(byte[] bytes) {
        if (bytes.length != KEY_BYTES) {
            throw new IllegalArgumentException(
                    "beacon key of %d bytes (expected %d)".formatted(bytes.length, KEY_BYTES));
        }
        return new BeaconKey(new SecretKeySpec(bytes, ALGORITHM));
    }

    /** The bytes of {@code beacon} with its proof; a new array. */
    public byte[] seal(Beacon beacon) {
        byte[] sealed = new byte[SEALED_BYTES];
        ByteBuffer.wrap(sealed)
                .putInt(LAYOUT)
                .put(codeOf(beacon.kind()))
                .put((byte) 0)
                .putShort((short) beacon.protocolVersion())
                .putLong(beacon.startNonce())
                .putLong(beacon.nonce())
                .putShort((short) beacon.port());
        System.arraycopy(macOf(sealed), 0, sealed, SIGNED_BYTES, MAC_BYTES);
        return sealed;
    }

    /** What the bytes are, whatever they are; never throws. */
    public Opened open(byte[] sealed) {
        if (sealed.length != SEALED_BYTES) {
            return new Opened.Garbage();
        }
        ByteBuffer in = ByteBuffer.wrap(sealed);
        if (in.getInt() != LAYOUT) {
            return new Opened.Garbage();
        }
        byte[] mac = new byte[MAC_BYTES];
        in.get(SIGNED_BYTES, mac);
        if (!MessageDigest.isEqual(mac, macOf(sealed))) {
            return new Opened.Foreign();
        }
        Kind kind = kindOf(in.get());
        byte zero = in.get();
        int protocolVersion = Short.toUnsignedInt(in.getShort());
        long startNonce = in.getLong();
        long nonce = in.getLong();
        int port = Short.toUnsignedInt(in.getShort());
        if (kind == null || zero != 0 || port == 0) {
            return new Opened.Garbage();
        }
        return new Opened.Ours(new Beacon(kind, protocolVersion, port, startNonce, nonce));
    }

    /** What a datagram turned out to be. */
    public sealed interface Opened {
        /** A beacon of our share. */
        record Ours(Beacon beacon) implements Opened {}

        /** A beacon whose proof is not made with our key: of another share, or forged. */
        record Foreign() implements Opened {}

        /** No beacon at all, or one of a layout that we do not know. */
        record Garbage() implements Opened {}
    }

    private static byte codeOf(Kind kind) {
        return switch (kind) {
            case ANNOUNCE -> 1;
            case REPLY -> 2;
            case GOODBYE -> 3;
        };
    }

    private static @Nullable Kind kindOf(byte code) {
        for (Kind kind : Kind.values()) {
            if (codeOf(kind) == code) {
                return kind;
            }
        }
        return null;
    }

    private byte[] macOf(byte[] sealed) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            mac.update(sealed, 0, SIGNED_BYTES);
            return mac.doFinal();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(ALGORITHM + " is part of every Java platform", e);
        }
    }
}
