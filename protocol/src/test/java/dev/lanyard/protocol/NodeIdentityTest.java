package dev.lanyard.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Arrays;

class NodeIdentityTest {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Instant NOW = Instant.parse("2026-11-20T10:00:00Z");

    private final NodeIdentity identity = NodeIdentity.generate(RANDOM, NOW);

    @Test
    void signsItsOwnCertificate() throws GeneralSecurityException {
        NodeIdentity.check(identity.certificate());

        assertThat(identity.certificate().getNotBefore().toInstant()).isEqualTo(NOW);
        assertThat(identity.certificate().getNotAfter().toInstant())
                .isEqualTo("9999-12-31T23:59:59Z");
    }

    @Test
    void isNamedByItsPublicKey() throws GeneralSecurityException {
        byte[] key = identity.certificate().getPublicKey().getEncoded();

        assertThat(identity.nodeId().bytes())
                .isEqualTo(MessageDigest.getInstance("SHA-256").digest(key));
        assertThat(NodeIdentity.generate(RANDOM, NOW).nodeId()).isNotEqualTo(identity.nodeId());
        assertThat(identity).hasToString(identity.nodeId().toString());
    }

    @Test
    void comesBackFromItsBytes() {
        NodeIdentity read = NodeIdentity.decode(identity.encode());

        assertThat(read.nodeId()).isEqualTo(identity.nodeId());
        assertThat(read.certificate()).isEqualTo(identity.certificate());
        assertThat(read.privateKey()).isEqualTo(identity.privateKey());
    }

    @Test
    void refusesAKeyAndACertificateOfDifferentNodes() {
        String own = new String(identity.encode(), StandardCharsets.US_ASCII);
        NodeIdentity stranger = NodeIdentity.generate(RANDOM, NOW);
        String other = new String(stranger.encode(), StandardCharsets.US_ASCII);
        String certificate = "-----BEGIN CERTIFICATE-----";
        String mixed =
                own.substring(0, own.indexOf(certificate))
                        + other.substring(other.indexOf(certificate));

        assertThatThrownBy(() -> NodeIdentity.decode(mixed.getBytes(StandardCharsets.US_ASCII)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("not that of the certificate");
    }

    @Test
    void refusesWhatIsCut() {
        byte[] bytes = identity.encode();
        for (int length = 0; length < bytes.length - 2; length += 7) {
            byte[] cut = Arrays.copyOf(bytes, length);
            assertThatThrownBy(() -> NodeIdentity.decode(cut))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }
}
