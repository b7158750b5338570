package dev.lanyard.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lanyard.node.app.control.NodeControl.Cause;
import dev.lanyard.node.app.control.NodeControl.Named;
import dev.lanyard.node.app.control.NodeControl.NewKey;
import dev.lanyard.node.app.control.NodeControl.Peer;
import dev.lanyard.protocol.NodeIdentity;
import dev.lanyard.protocol.ReplicaId;
import dev.lanyard.protocol.ShareKey;
import dev.lanyard.protocol.VersionVector;
import dev.lanyard.protocol.message.Message;
import dev.lanyard.protocol.transport.RawPeer;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/** A share that gets a new key. */
class NewKeyTest {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Duration REFUSED_WITHIN = Duration.ofSeconds(15);

    @TempDir private Path base;
    private Share share;
    private Share.Node ann;
    private Share.Node bob;
    private Share.Node carol;

    @BeforeEach
    void meet() throws Exception {
        share = new Share(base);
        ann = share.node("ann").start();
        bob = share.node("bob").start();
        carol = share.node("carol").start();
        share.connected();
    }

    @AfterEach
    void close() {
        share.close();
    }

    private static NewKey newKey(Share.Node node, String... without) throws IOException {
        NewKey made = node.control().newKey(List.of(without));
        assertThat(made.refusal()).isEmpty();
        return made;
    }

    private static String keyOf(Share.Node node) throws IOException {
        return Files.readString(node.state.resolve("share.key")).strip();
    }

    private static void awaitConnected(Share.Node one, Share.Node other) {
        await().atMost(Share.PATIENCE)
                .untilAsserted(
                        () -> {
                            assertThat(connected(one)).contains(other.name);
                            assertThat(connected(other)).contains(one.name);
                        });
    }

    private static List<String> connected(Share.Node node) throws Exception {
        return node.control().peers().stream().filter(Peer::connected).map(Peer::name).toList();
    }

    private static void awaitOut(Share.Node node) {
        await().atMost(Share.PATIENCE)
                .untilAsserted(
                        () ->
                                assertThat(node.control().peers())
                                        .noneMatch(Peer::connected)
                                        .anyMatch(peer -> peer.cause() == Cause.WRONG_KEY));
    }

    private static void awaitSame(Share.Node one, Share.Node other) {
        await().atMost(Share.PATIENCE)
                .untilAsserted(() -> assertThat(keyOf(one)).isEqualTo(keyOf(other)));
    }

    /** Waits until nobody is awaited, so that the former keys are forgotten. */
    private static void awaitSettled(Share.Node node) {
        await().atMost(Share.PATIENCE)
                .until(() -> !Files.exists(node.state.resolve("former-keys")));
    }

    @Test
    @DisplayName("whoever is shut out by a new key is out at once, and the others go on")
    void whoIsShutOut() throws Exception {
        NewKey made = newKey(ann, "carol");

        assertThat(made.gets()).extracting(Named::name).containsExactly("bob");
        assertThat(made.without()).extracting(Named::name).containsExactly("carol");
        assertThat(keyOf(ann)).isEqualTo(made.key()).isNotEqualTo(share.key().text());
        awaitSame(ann, bob); // The session under the former key lasts until then.
        awaitConnected(ann, bob);
        assertThat(keyOf(bob)).isEqualTo(made.key());
        ann.write("of ann", "for bob");
        bob.write("of bob", "for ann");
        await().atMost(Share.PATIENCE).until(() -> bob.has("of ann") && ann.has("of bob"));
        carol.write("of carol", "for nobody");
        awaitOut(carol);
        assertThat(keyOf(carol)).isEqualTo(share.key().text());
        assertThat(connected(ann)).containsExactly("bob");
        assertThat(connected(bob)).containsExactly("ann");
        assertThat(ann.has("of carol") || bob.has("of carol")).isFalse();
        assertThat(carol.has("of ann") || carol.has("of bob")).isFalse();
        awaitSettled(ann);
        awaitSettled(bob);
        for (Share.Node node : List.of(ann, bob)) {
            assertThat(node.control().peers()).extracting(Peer::name).doesNotContain("carol");
        }
    }

    @Test
    @DisplayName("whoever was off gets the new key when it comes back, and who is out does not")
    void whoWasOff() throws Exception {
        bob.stop();
        carol.stop();
        NewKey made = newKey(ann, "carol");
        ann.write("since", "then");

        carol.start();
        bob.start();

        await().atMost(Share.PATIENCE).until(() -> bob.has("since"));
        assertThat(keyOf(bob)).isEqualTo(made.key());
        awaitOut(carol);
        assertThat(keyOf(carol)).isEqualTo(share.key().text());
        assertThat(carol.has("since")).isFalse();
        awaitSettled(ann);
    }

    @Test
    @DisplayName("a node that the maker of a new key cannot reach gets it from another one")
    void fromAnotherOne() throws Exception {
        carol.stop();
        NewKey made = newKey(ann);
        awaitSame(ann, bob);
        awaitConnected(ann, bob);
        ann.stop();

        carol.start();

        awaitConnected(bob, carol);
        assertThat(keyOf(carol)).isEqualTo(made.key());
    }

    @Test
    @DisplayName("whoever is out and changes the key where nobody heard of that moves nobody else")
    void aForgedChange() throws Exception {
        carol.stop();
        bob.stop();
        NewKey byAnn = newKey(ann, "carol");
        ann.stop();
        bob.start();
        carol.start();
        awaitConnected(bob, carol);
        NewKey byCarol = newKey(carol);
        awaitSame(bob, carol);

        ann.dial(bob.listening());
        ann.start();

        awaitApart(ann);
        awaitApart(bob);
        assertThat(keyOf(ann)).isEqualTo(byAnn.key());
        assertThat(keyOf(bob)).isEqualTo(byCarol.key());
        assertThat(connected(ann)).isEmpty();
        carol.stop();
        bob.stop();
        Files.delete(bob.state.resolve("former-keys"));
        Files.writeString(bob.state.resolve("share.key"), byAnn.key());
        bob.start();
        awaitConnected(ann, bob);
    }

    private static void awaitApart(Share.Node node) {
        await().atMost(Share.PATIENCE)
                .untilAsserted(
                        () ->
                                assertThat(node.control().peers())
                                        .filteredOn(peer -> !peer.connected())
                                        .anySatisfy(
                                                peer -> {
                                                    assertThat(peer.cause())
                                                            .isEqualTo(Cause.WRONG_KEY);
                                                    assertThat(peer.trouble())
                                                            .contains("two of them");
                                                }));
    }

    @Test
    @DisplayName("a newcomer that is started with the new key takes part")
    void aNewcomer() throws Exception {
        NewKey made = newKey(ann, "carol");
        awaitConnected(ann, bob);
        carol.stop();

        Share.Node dave = share.node("dave", ShareKey.parse(made.key())).start();

        awaitConnected(dave, ann);
        awaitConnected(dave, bob);
    }

    @Test
    @DisplayName("a stranger with the former key hears neither a proof nor the new key")
    void aStrangerWithTheFormerKey() throws Exception {
        bob.stop(); // Somebody is awaited, so the former key still opens something.
        newKey(ann, "carol");
        NodeIdentity identity = NodeIdentity.generate(RANDOM, Instant.now());
        AtomicBoolean joined = new AtomicBoolean(true);
        try (RawPeer stranger = RawPeer.dial(ann.listening(), identity)) {
            Thread joining =
                    Thread.ofVirtual()
                            .start(
                                    () -> {
                                        try {
                                            stranger.join(share.key(), greeting());
                                            joined.set(true);
                                        } catch (IOException | InterruptedException refused) {
                                            joined.set(false);
                                        }
                                    });
            assertThat(stranger.isEnded(REFUSED_WITHIN)).isTrue();
            joining.interrupt();
            joining.join();
            assertThat(joined).isFalse();
            assertThat(stranger.unheard()).isEmpty();
        }
        assertThat(Files.readString(ann.state.resolve("former-keys"))).contains(share.key().text());
    }

    private static Message.Greeting greeting() {
        return new Message.Greeting(
                new ReplicaId(1), "stranger", Message.Mode.TWO_WAY, VersionVector.empty());
    }

    @Test
    @DisplayName("a peer that nobody knows changes nothing, nor do two of one name")
    void whoIsNotKnown() throws Exception {
        share.node("carol", Files.createDirectory(base.resolve("second"))).start();
        share.connected();

        for (String without : List.of("dave", "carol")) {
            NewKey refused = ann.control().newKey(List.of("bob", without));
            assertThat(refused.refusal())
                    .containsAnyOf("no peer is known as dave", "several peers are called carol");
            assertThat(refused.key()).isEmpty();
        }
        assertThat(keyOf(ann)).isEqualTo(share.key().text());
    }
}
