package dev.lanyard.protocol;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.Base64;

/**
 * What a node proves itself with: a key pair on the curve P-256, and a certificate that it signed
 * itself. Made once and kept in the state directory; whoever has its bytes can speak as this node.
 */
public final class NodeIdentity {
    private static final String KEY_LABEL = "PRIVATE KEY";
    private static final String CERTIFICATE_LABEL = "CERTIFICATE";
    private static final int LINE_CHARS = 64;

    private final PrivateKey privateKey;
    private final X509Certificate certificate;
    private final NodeId nodeId;

    private NodeIdentity(PrivateKey privateKey, X509Certificate certificate) {
        this.privateKey = privateKey;
        this.certificate = certificate;
        this.nodeId = nodeId(certificate);
    }

    /** Draws a new identity; {@code now} is the wall clock. Takes a few milliseconds. */
    public static NodeIdentity generate(SecureRandom random, Instant now) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"), random);
            KeyPair keys = generator.generateKeyPair();
            return new NodeIdentity(
                    keys.getPrivate(), SelfSignedCertificate.make(keys, random, now));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java runtime has ECDSA on P-256", e);
        }
    }

    /**
     * Reads what {@link #encode} wrote.
     *
     * @throws IllegalArgumentException if it is anything else, or if key and certificate do not
     *     belong together
     */
    public static NodeIdentity decode(byte[] pem) {
        String text = new String(pem, StandardCharsets.US_ASCII);
        try {
            PrivateKey key =
                    KeyFactory.getInstance("EC")
                            .generatePrivate(new PKCS8EncodedKeySpec(block(text, KEY_LABEL)));
            X509Certificate certificate =
                    SelfSignedCertificate.read(block(text, CERTIFICATE_LABEL));
            checkTogether(key, certificate.getPublicKey());
            return new NodeIdentity(key, certificate);
        } catch (GeneralSecurityException malformed) {
            throw new IllegalArgumentException(
                    "node identity: %s".formatted(malformed.getMessage()), malformed);
        }
    }

    /** The id of the node whose certificate this is: the SHA-256 of its public key. */
    public static NodeId nodeId(X509Certificate certificate) {
        return NodeId.of(EntryDigest.sha256(certificate.getPublicKey().getEncoded()));
    }

    /**
     * Checks a certificate that a peer shows: signed by its own key, which is on the curve P-256.
     *
     * @throws GeneralSecurityException if it is not so
     */
    public static void check(X509Certificate certificate) throws GeneralSecurityException {
        if (!(certificate.getPublicKey() instanceof ECPublicKey key)
                || key.getParams().getCurve().getField().getFieldSize() != 256) {
            throw new GeneralSecurityException(
                    "certificate with a %s key (expected EC on P-256)"
                            .formatted(certificate.getPublicKey().getAlgorithm()));
        }
        certificate.verify(key);
    }

    /** The key and the certificate as PEM. A secret: the file that holds it has mode 0600. */
    public byte[] encode() {
        try {
            String pem =
                    block(KEY_LABEL, privateKey.getEncoded())
                            + block(CERTIFICATE_LABEL, certificate.getEncoded());
            return pem.getBytes(StandardCharsets.US_ASCII);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a certificate that was read can be written", e);
        }
    }

    /** What others know the node by. */
    public NodeId nodeId() {
        return nodeId;
    }

    /** What TLS shows. */
    public X509Certificate certificate() {
        return certificate;
    }

    /** What TLS signs with. */
    public PrivateKey privateKey() {
        return privateKey;
    }

    private static void checkTogether(PrivateKey privateKey, PublicKey publicKey)
            throws GeneralSecurityException {
        byte[] challenge = publicKey.getEncoded();
        Signature signature = Signature.getInstance("SHA256withECDSA");
        signature.initSign(privateKey);
        signature.update(challenge);
        byte[] signed = signature.sign();
        signature.initVerify(publicKey);
        signature.update(challenge);
        if (!signature.verify(signed)) {
            throw new GeneralSecurityException("the key is not that of the certificate");
        }
    }

    private static String block(String label, byte[] der) {
        String lines = Base64.getMimeEncoder(LINE_CHARS, new byte[] {'\n'}).encodeToString(der);
        return "-----BEGIN %s-----\n%s\n-----END %s-----\n".formatted(label, lines, label);
    }

    private static byte[] block(String pem, String label) {
        String head = "-----BEGIN %s-----".formatted(label);
        int begin = pem.indexOf(head);
        int end = pem.indexOf("-----END %s-----".formatted(label));
        if (begin < 0 || end < begin + head.length()) {
            throw new IllegalArgumentException("node identity without a " + label);
        }
        return Base64.getMimeDecoder().decode(pem.substring(begin + head.length(), end));
    }

    /** The node id; nothing of the key. */
    @Override
    public String toString() {
        return nodeId.toString();
    }
}
