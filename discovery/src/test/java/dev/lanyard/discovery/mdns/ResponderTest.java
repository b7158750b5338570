package dev.lanyard.discovery.mdns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lanyard.discovery.BeaconKey;
import dev.lanyard.discovery.mdns.Responder.Opener;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.net.InetAddress;

class ResponderTest {
    private static final InterfaceAddress OWN =
            new InterfaceAddress("eth7", 7, InetAddress.ofLiteral("192.0.2.1"));

    private static Responder started(Opener opener) {
        byte[] first = new byte[BeaconKey.SEALED_BYTES];
        Responder responder = new Responder(OWN, "ann", 4_000, (_, _) -> {}, first, opener);
        responder.start();
        return responder;
    }

    @Test
    void anErrorInItsOwnThreadIsAFault() {
        try (Responder responder =
                started(
                        (_, _, _, _) -> {
                            throw new NoClassDefFoundError("javax/jmdns/Gone");
                        })) {
            await().until(() -> responder.fault().isPresent());

            assertThat(responder.fault().orElseThrow().reason())
                    .contains("ended", "javax/jmdns/Gone");
        }
    }

    @Test
    void saysThatTooMuchIsAnnounced() {
        try (Responder responder =
                started(
                        (_, _, _, full) -> {
                            full.run();
                            throw new IOException("closed");
                        })) {
            await().until(() -> responder.fault().isPresent());

            assertThat(responder.fault().orElseThrow().reason()).contains("too much is announced");
        }
    }
}
