package dev.lanyard.protocol.transport;

import dev.lanyard.protocol.NodeId;
import dev.lanyard.protocol.NodeIdentity;
import dev.lanyard.protocol.message.Secret;
import dev.lanyard.protocol.session.Channel;
import dev.lanyard.protocol.session.Role;

import org.jspecify.annotations.Nullable;

import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;

import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * TLS 1.3 with a self-signed certificate on both sides. TLS shows only that each end has the key of
 * its certificate; that it is invited is shown by the proof of the share key, which is bound to
 * both certificates.
 */
final class Encryption {
    private static final String ALIAS = "node";
    private static final String PROTOCOL = "TLSv1.3";
    private static final String EXPORTER_LABEL = "EXPORTER-lanyard-session";

    /** The faster one first: 128 bits are as far out of reach as 256. */
    private static final List<String> CIPHERS =
            List.of(
                    "TLS_AES_128_GCM_SHA256",
                    "TLS_AES_256_GCM_SHA384",
                    "TLS_CHACHA20_POLY1305_SHA256");

    /**
     * A server hands out no tickets for sessions that would last longer than the seven days that
     * RFC 8446 allows: so that each connection proves anew what it is.
     */
    private static final int NO_TICKET_SECONDS = 8 * 24 * 60 * 60;

    private Encryption() {}

    static SSLContext context(NodeIdentity identity, SecureRandom random) {
        try {
            SSLContext context = SSLContext.getInstance(PROTOCOL);
            context.init(
                    new KeyManager[] {new OwnKey(identity)},
                    new TrustManager[] {new SelfSigned()},
                    random);
            context.getServerSessionContext().setSessionTimeout(NO_TICKET_SECONDS);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java runtime has TLS 1.3", e);
        }
    }

    /** An engine without a peer's name, so that the dialler never asks to resume a session. */
    static SSLEngine engine(SSLContext context, Role role) {
        SSLEngine engine = context.createSSLEngine();
        engine.setUseClientMode(role == Role.DIALLER);
        engine.setNeedClientAuth(role == Role.ACCEPTOR);
        engine.setEnabledProtocols(new String[] {PROTOCOL});
        engine.setEnabledCipherSuites(CIPHERS.toArray(String[]::new));
        return engine;
    }

    /**
     * What a session has to know of the connection that {@code tls} made.
     *
     * @param nonce 32 random bytes that were never used before
     */
    static Channel describe(
            Role role, NodeIdentity identity, SSLSession tls, ShareKeys keys, Secret nonce)
            throws GeneralSecurityException, SSLException {
        X509Certificate certificate = (X509Certificate) tls.getPeerCertificates()[0];
        byte[] exporter =
                ((ExtendedSSLSession) tls)
                        .exportKeyingMaterialData(EXPORTER_LABEL, new byte[0], Secret.LENGTH);
        NodeId peer = NodeIdentity.nodeId(certificate);
        return new Channel(
                role,
                identity.nodeId(),
                peer,
                digest(identity.certificate()),
                digest(certificate),
                new Secret(exporter),
                keys.with(peer, role),
                nonce);
    }

    private static Secret digest(X509Certificate certificate) throws GeneralSecurityException {
        return new Secret(MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded()));
    }

    /** Has one key, and gives it for every question. */
    private static final class OwnKey extends X509ExtendedKeyManager {
        private final NodeIdentity identity;

        OwnKey(NodeIdentity identity) {
            this.identity = identity;
        }

        @Override
        public String[] getClientAliases(String type, Principal @Nullable [] issuers) {
            return new String[] {ALIAS};
        }

        @Override
        public String chooseClientAlias(
                String[] types, Principal @Nullable [] issuers, @Nullable Socket socket) {
            return ALIAS;
        }

        @Override
        public String chooseEngineClientAlias(
                String[] types, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
            return ALIAS;
        }

        @Override
        public String[] getServerAliases(String type, Principal @Nullable [] issuers) {
            return new String[] {ALIAS};
        }

        @Override
        public String chooseServerAlias(
                String type, Principal @Nullable [] issuers, @Nullable Socket socket) {
            return ALIAS;
        }

        @Override
        public @Nullable String chooseEngineServerAlias(
                String type, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
            return type.startsWith("EC") ? ALIAS : null;
        }

        @Override
        public X509Certificate[] getCertificateChain(String alias) {
            return new X509Certificate[] {identity.certificate()};
        }

        @Override
        public PrivateKey getPrivateKey(String alias) {
            return identity.privateKey();
        }
    }

    /** Takes any one certificate that is signed by its own key. */
    private static final class SelfSigned extends X509ExtendedTrustManager {
        private static void check(X509Certificate[] chain) throws CertificateException {
            if (chain.length != 1) {
                throw new CertificateException(
                        "%d certificates (expected 1)".formatted(chain.length));
            }
            try {
                NodeIdentity.check(chain[0]);
            } catch (GeneralSecurityException e) {
                throw new CertificateException("certificate of the peer: " + e.getMessage(), e);
            }
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type)
                throws CertificateException {
            check(chain);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type)
                throws CertificateException {
            check(chain);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
                throws CertificateException {
            check(chain);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
                throws CertificateException {
            check(chain);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
                throws CertificateException {
            check(chain);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
                throws CertificateException {
            check(chain);
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
