package dev.lanyard.protocol;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/**
 * Makes the certificate that TLS asks for: X.509 v3 (RFC 5280), signed by the key that it holds.
 * Nobody reads anything in it but the key; its dates are not looked at, for clocks may be wrong.
 */
final class SelfSignedCertificate {
    /*
     * Certificate = SEQUENCE { tbs, algorithm, BIT STRING signature }
     * tbs         = SEQUENCE { [0] version 2, serial, algorithm, issuer, validity, subject, key }
     *
     * Written by hand, since the JDK reads certificates and makes none.
     */
    private static final int INTEGER = 0x02;
    private static final int BIT_STRING = 0x03;
    private static final int OBJECT_ID = 0x06;
    private static final int UTF8_STRING = 0x0c;
    private static final int GENERALIZED_TIME = 0x18;
    private static final int SEQUENCE = 0x30;
    private static final int SET = 0x31;
    private static final int VERSION = 0xa0;

    private static final byte[] ECDSA_WITH_SHA256 = {
        0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 0x04, 0x03, 0x02
    };
    private static final byte[] COMMON_NAME = {0x55, 0x04, 0x03};
    private static final String SUBJECT = "lanyard";
    private static final int SERIAL_BITS = 120;
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMddHHmmss'Z'").withZone(ZoneOffset.UTC);

    private SelfSignedCertificate() {}

    static X509Certificate make(KeyPair keys, SecureRandom random, Instant now)
            throws GeneralSecurityException {
        byte[] algorithm = node(SEQUENCE, node(OBJECT_ID, ECDSA_WITH_SHA256));
        byte[] name =
                node(
                        SEQUENCE,
                        node(
                                SET,
                                node(
                                        SEQUENCE,
                                        node(OBJECT_ID, COMMON_NAME),
                                        node(UTF8_STRING, ascii(SUBJECT)))));
        byte[] validity =
                node(
                        SEQUENCE,
                        node(GENERALIZED_TIME, ascii(TIME.format(now))),
                        // The value that RFC 5280 gives for "has no end".
                        node(GENERALIZED_TIME, ascii("99991231235959Z")));
        byte[] tbs =
                node(
                        SEQUENCE,
                        node(VERSION, node(INTEGER, new byte[] {2})),
                        node(INTEGER, new BigInteger(SERIAL_BITS, random).setBit(0).toByteArray()),
                        algorithm,
                        name,
                        validity,
                        name,
                        keys.getPublic().getEncoded());
        byte[] certificate =
                node(SEQUENCE, tbs, algorithm, node(BIT_STRING, new byte[1], sign(keys, tbs)));
        return read(certificate);
    }

    /** The certificate of these DER bytes. */
    static X509Certificate read(byte[] der) throws GeneralSecurityException {
        return (X509Certificate)
                CertificateFactory.getInstance("X.509")
                        .generateCertificate(new ByteArrayInputStream(der));
    }

    private static byte[] sign(KeyPair keys, byte[] bytes) throws GeneralSecurityException {
        Signature signature = Signature.getInstance("SHA256withECDSA");
        signature.initSign(keys.getPrivate());
        signature.update(bytes);
        return signature.sign();
    }

    /** Tag, length and content as DER has them; contents are below 64 KiB. */
    private static byte[] node(int tag, byte[]... parts) {
        int length = 0;
        for (byte[] part : parts) {
            length += part.length;
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream(length + 4);
        out.write(tag);
        if (length >= 0x100) {
            out.write(0x82);
            out.write(length >>> 8);
        } else if (length >= 0x80) {
            out.write(0x81);
        }
        out.write(length & 0xff);
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
