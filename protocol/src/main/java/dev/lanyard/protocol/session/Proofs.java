package dev.lanyard.protocol.session;

import dev.lanyard.protocol.message.Secret;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * How each side shows that it has the share key, without showing the key.
 *
 * <pre>
 * HMAC-SHA-256(session key, "lanyard proof" | role u8 | protocol version u32 |
 *              nonce of the dialler 32 | nonce of the acceptor 32 |
 *              SHA-256 of the dialler's certificate 32 | of the acceptor's 32 | TLS exporter 32)
 * </pre>
 *
 * The certificates and the exporter (RFC 9266) bind the proof to this connection, so that one who
 * stands between cannot pass it on; the role keeps a proof from being sent back to its author; the
 * nonces keep an old one from being used again.
 */
final class Proofs {
    private static final byte[] LABEL = "lanyard proof".getBytes(StandardCharsets.US_ASCII);

    private static final byte DIALLER = 0;
    private static final byte ACCEPTOR = 1;

    private Proofs() {}

    static Secret of(
            Channel channel,
            Secret key,
            Role author,
            int version,
            Secret diallerNonce,
            Secret acceptorNonce) {
        boolean dialled = channel.role() == Role.DIALLER;
        ByteBuffer said = ByteBuffer.allocate(LABEL.length + 1 + 4 + 5 * Secret.LENGTH);
        said.put(LABEL).put(author == Role.DIALLER ? DIALLER : ACCEPTOR).putInt(version);
        said.put(diallerNonce.bytes()).put(acceptorNonce.bytes());
        said.put((dialled ? channel.ownCertificate() : channel.peerCertificate()).bytes());
        said.put((dialled ? channel.peerCertificate() : channel.ownCertificate()).bytes());
        said.put(channel.exporter().bytes());
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key.bytes(), "HmacSHA256"));
            return new Secret(mac.doFinal(said.array()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java runtime has HmacSHA256", e);
        }
    }
}
