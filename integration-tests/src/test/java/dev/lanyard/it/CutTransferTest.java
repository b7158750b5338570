package dev.lanyard.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Random;

/** Real nodes, and large files whose way is cut before they are there. */
class CutTransferTest {
    private static final int LARGE = 96 << 20;

    @TempDir private Path base;

    /** A new content of {@code file}, complete at once. */
    private void replace(Path file) throws IOException {
        byte[] large = new byte[LARGE];
        new Random(17).nextBytes(large);
        Path made = Files.write(base.resolve("made"), large);
        Files.move(made, file, StandardCopyOption.ATOMIC_MOVE);
    }

    private static void untilPassed(Relay relay, long bytes) {
        await().atMost(Share.PATIENCE)
                .pollInterval(Duration.ofMillis(2))
                .until(() -> relay.bytes() > bytes);
    }

    @Test
    @DisplayName("D17: a sender that is gone in the middle leaves the old file; it arrives later")
    void d17_theSenderIsGone() throws Exception {
        try (Share share = new Share(base)) {
            Share.Node a = share.node("a").start();
            a.write("f", "old");
            try (Relay relay = new Relay(a.listening())) {
                Share.Node b = share.node("b");
                b.dial(relay.address());
                b.start();
                share.settle();
                relay.holdAt(LARGE / 2);
                replace(a.path("f"));
                untilPassed(relay, LARGE / 2);

                relay.pull();
                a.stop();
                relay.holdNothing();
                relay.plug();
                await().atMost(Share.PATIENCE).until(() -> b.status().peersConnected() == 0);
                assertThat(b.read("f")).isEqualTo("old");
                assertThat(Trees.staged(b.folder))
                        .as("nothing but what can be gone on with")
                        .allMatch(each -> each.getFileName().toString().startsWith("p-"));

                a.start();
                share.settle();
                assertThat(Files.mismatch(a.path("f"), b.path("f"))).isEqualTo(-1);
                assertThat(b.keeps("old")).isTrue();
                assertThat(Trees.staged(b.folder)).isEmpty();
            }
        }
    }

    @Test
    @DisplayName("P4: a large file whose receiver stops at 90 % goes on there")
    void p04_theReceiverStops() throws Exception {
        try (Share share = new Share(base)) {
            Share.Node a = share.node("a").start();
            try (Relay relay = new Relay(a.listening())) {
                Share.Node b = share.node("b");
                b.dial(relay.address());
                b.start();
                relay.holdAt(LARGE / 10 * 9);
                replace(a.path("f"));
                untilPassed(relay, LARGE / 10 * 9);
                b.stop();
                relay.holdNothing();
                assertThat(b.has("f")).isFalse();
                long sent = relay.bytes();

                b.start();
                share.settle();

                assertThat(relay.bytes() - sent).as("sent again").isLessThan(LARGE / 5);
                assertThat(Files.mismatch(a.path("f"), b.path("f"))).isEqualTo(-1);
                assertThat(Trees.staged(b.folder)).isEmpty();
            }
        }
    }
}
