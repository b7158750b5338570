package dev.lanyard.it;

import dev.lanyard.protocol.NodeIdentity;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Instant;

import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/** A node of another version of the protocol: it greets as all do, and names another number. */
final class OldPeer implements AutoCloseable {
    static final int VERSION = 3;

    private static final Logger LOG = LoggerFactory.getLogger(OldPeer.class);

    private static final int HEADER_BYTES = 8;

    /** In a Hello: an array of two, of which the version is the first. */
    private static final int VERSION_OFFSET = 1;

    private final SSLServerSocket server;

    OldPeer() throws IOException, GeneralSecurityException {
        NodeIdentity identity = NodeIdentity.generate(new SecureRandom(), Instant.now());
        KeyStore keys = KeyStore.getInstance("PKCS12");
        keys.load(null, null);
        keys.setKeyEntry(
                "node",
                identity.privateKey(),
                new char[0],
                new Certificate[] {identity.certificate()});
        KeyManagerFactory own =
                KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        own.init(keys, new char[0]);
        SSLContext tls = SSLContext.getInstance("TLSv1.3");
        tls.init(own.getKeyManagers(), new TrustManager[] {new Trusting()}, null);
        server =
                (SSLServerSocket)
                        tls.getServerSocketFactory()
                                .createServerSocket(0, 50, InetAddress.getLoopbackAddress());
        server.setNeedClientAuth(true);
        Thread.ofVirtual().start(this::serve);
    }

    InetSocketAddress address() {
        return (InetSocketAddress) server.getLocalSocketAddress();
    }

    private void serve() {
        while (!server.isClosed()) {
            try (Socket peer = server.accept()) {
                greet(peer);
            } catch (IOException e) {
                LOG.atDebug().setCause(e).log("one left in the middle; the next one may come");
            }
        }
    }

    private static void greet(Socket peer) throws IOException {
        DataInputStream in = new DataInputStream(peer.getInputStream());
        byte[] header = in.readNBytes(HEADER_BYTES);
        byte[] body = in.readNBytes(header[3]); // A Hello is short.
        body[VERSION_OFFSET] = VERSION;
        peer.getOutputStream().write(header);
        peer.getOutputStream().write(body);
        peer.getOutputStream().flush();
        in.readAllBytes(); // Until the other one has said why it goes.
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static final class Trusting implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
