package dev.lanyard.protocol.fuzz;

import dev.lanyard.protocol.NodeIdentity;
import dev.lanyard.protocol.codec.FrameDecoder;
import dev.lanyard.protocol.message.Message;

import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Arrays;

/**
 * What a node reads of who has proven nothing yet, besides what {@link SessionFuzz} tries: where
 * the first byte is odd, any bytes that are shown as a certificate, which is refused or names a
 * node; else any bytes that come as frames, of which none is longer than a stranger may send.
 */
public final class HandshakeFuzz {
    private static final int HEADER_BYTES = 8;

    private HandshakeFuzz() {}

    /** Tries one; whatever it throws is a finding. By this name fuzzers find it. */
    public static void fuzzerTestOneInput(byte[] bytes) throws GeneralSecurityException {
        if (bytes.length == 0) {
            return;
        }
        byte[] rest = Arrays.copyOfRange(bytes, 1, bytes.length);
        if ((bytes[0] & 1) != 0) {
            certificate(rest);
        } else {
            frames(rest);
        }
    }

    private static void certificate(byte[] der) throws CertificateException {
        CertificateFactory factory = CertificateFactory.getInstance("X.509");
        try {
            var certificate =
                    (X509Certificate) factory.generateCertificate(new ByteArrayInputStream(der));
            NodeIdentity.check(certificate);
            if (NodeIdentity.nodeId(certificate).toString().isEmpty()) {
                throw new AssertionError("a certificate of nobody");
            }
        } catch (GeneralSecurityException refused) {
            return;
        }
    }

    private static void frames(byte[] bytes) {
        int most = HEADER_BYTES + FrameDecoder.UNPROVEN_FRAME_BYTES_MAX;
        for (Message message : Reading.ofStranger(bytes)) {
            int length = Reading.frame(message).length;
            if (length > most) {
                throw new AssertionError("a stranger said %d bytes: %s".formatted(length, message));
            }
        }
    }
}
