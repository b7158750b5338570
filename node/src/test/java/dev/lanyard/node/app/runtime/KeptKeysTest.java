package dev.lanyard.node.app.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.lanyard.discovery.Beacon;
import dev.lanyard.discovery.BeaconKey;
import dev.lanyard.protocol.KeyRing;
import dev.lanyard.protocol.NodeId;
import dev.lanyard.protocol.ShareKey;
import dev.lanyard.protocol.message.Message.HandOver;
import dev.lanyard.protocol.message.Secret;
import dev.lanyard.protocol.session.ProofKeys;
import dev.lanyard.protocol.session.Role;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The keys of a node that runs. */
final class KeptKeysTest {
    private static final NodeId ANN = new NodeId(1, 0, 0, 0);
    private static final NodeId BOB = new NodeId(2, 0, 0, 0);
    private static final NodeId CAROL = new NodeId(3, 0, 0, 0);

    @TempDir private Path state;

    private final SecureRandom random = new SecureRandom();
    private final ShareKey first = ShareKey.generate(random);
    private final ShareKey second = ShareKey.generate(random);
    private final List<Set<NodeId>> changes = new ArrayList<>();
    private final List<KeptKeys> made = new ArrayList<>();
    private Instant now = Instant.parse("2026-05-01T10:00:00Z");

    private KeptKeys keys(NodeId self, KeyRing ring) {
        KeptKeys keys = new KeptKeys(state, ring, self, () -> now, changes::add);
        made.add(keys);
        return keys;
    }

    /** What is still to be written must not come back into a directory that is deleted. */
    @AfterEach
    void close() {
        made.forEach(KeptKeys::close);
    }

    private KeyRing changed() {
        return KeyRing.of(first).changed(second, ANN, Set.of(BOB), now);
    }

    private static Secret secret(ShareKey key) {
        return new Secret(key.sessionKey());
    }

    @Test
    void anAwaitedPeerIsShownTheFormerKeyAndThenTheOthersInTurn() {
        KeptKeys keys = keys(ANN, changed());

        assertThat(keys.with(BOB, Role.DIALLER).own()).isEqualTo(secret(first));
        assertThat(keys.refused(BOB)).isTrue();
        assertThat(keys.with(BOB, Role.DIALLER).own()).isEqualTo(secret(second));
        assertThat(keys.refused(BOB)).as("all were tried").isFalse();
        assertThat(keys.with(BOB, Role.DIALLER).own()).isEqualTo(secret(first));
    }

    @Test
    void nobodyElseIsShownOrTakenWithTheFormerKey() {
        KeptKeys keys = keys(ANN, changed());

        for (Role role : Role.values()) {
            assertThat(keys.with(CAROL, role)).isEqualTo(ProofKeys.only(secret(second)));
        }
        assertThat(keys.refused(CAROL)).isFalse();
        assertThat(keys.with(BOB, Role.ACCEPTOR).former()).containsExactly(secret(first));
    }

    @Test
    void afterThirtyDaysWhoIsListedIsOutToo() {
        KeptKeys keys = keys(ANN, changed());

        now = now.plus(KeyRing.KEPT);

        assertThat(keys.with(BOB, Role.ACCEPTOR)).isEqualTo(ProofKeys.only(secret(second)));
        assertThat(keys.with(BOB, Role.DIALLER)).isEqualTo(ProofKeys.only(secret(second)));
        await().until(() -> !Files.exists(state.resolve("former-keys")));
        await().until(() -> Files.exists(state.resolve("share.key")));
    }

    @Test
    void theFormerKeysAreForgottenWhenNobodyIsAwaited() throws Exception {
        KeptKeys keys = keys(ANN, KeyRing.of(first));
        keys.change(_ -> changed(), Set.of(BOB));
        assertThat(state.resolve("former-keys")).exists();
        assertThat(keys.beacons().former()).hasSize(1);

        keys.shown(BOB, secret(second));

        assertThat(keys.with(BOB, Role.ACCEPTOR).former()).isEmpty();
        assertThat(keys.beacons().former()).isEmpty();
        await().until(() -> !Files.exists(state.resolve("former-keys")));
    }

    @Test
    void whatIsTakenIsKeptAndTold() throws Exception {
        KeptKeys keys = keys(BOB, KeyRing.of(first));

        assertThat(keys.take(ANN, HandOver.of(changed(), now))).isTrue();

        assertThat(keys.with(ANN, Role.DIALLER)).isEqualTo(ProofKeys.only(secret(second)));
        assertThat(state.resolve("share.key")).hasContent(second.text());
        assertThat(changes).containsExactly(Set.of(ANN, BOB));
    }

    @Test
    void ofTwoKeysOfOneShareNeitherIsTaken() throws Exception {
        KeptKeys keys = keys(BOB, KeyRing.of(first));
        keys.change(
                ring -> ring.changed(ShareKey.generate(random), BOB, Set.of(ANN), now), Set.of());
        KeyRing before = keys.ring();

        assertThat(keys.take(ANN, HandOver.of(changed(), now))).isFalse();

        assertThat(keys.ring()).isEqualTo(before);
        assertThat(state.resolve("share.key")).hasContent(before.present().text());
        assertThat(changes).hasSize(1);
    }

    @Test
    void whoHasProvenAKeyThatIsAFormerOneByNowHasShownNothing() throws Exception {
        KeptKeys keys = keys(ANN, KeyRing.of(first));
        Secret proven = keys.with(BOB, Role.ACCEPTOR).present();
        assertThat(keys.shown(BOB, proven)).isTrue();

        keys.change(_ -> changed(), Set.of());

        assertThat(keys.shown(BOB, proven)).isFalse();
        assertThat(keys.ring().awaited()).containsExactly(BOB);
        assertThat(keys.shown(BOB, secret(second))).isTrue();
        assertThat(keys.ring()).isEqualTo(KeyRing.of(second));
    }

    @Test
    void whatCountedWhenASessionBeganGivesNothingWhenItCountsNoMore() throws Exception {
        KeptKeys keys = keys(ANN, changed());
        Secret proven = keys.with(BOB, Role.ACCEPTOR).former().getFirst();
        assertThat(keys.handOver(BOB, proven)).contains(HandOver.of(changed(), now));
        assertThat(keys.handOver(BOB, secret(second))).as("no former key").isEmpty();
        assertThat(keys.handOver(CAROL, proven)).as("not listed").isEmpty();

        keys.change(
                ring -> ring.changed(ShareKey.generate(random), ANN, Set.of(CAROL), now), Set.of());
        assertThat(keys.handOver(BOB, proven)).as("listed no more").isEmpty();
        assertThat(keys.handOver(CAROL, proven)).isPresent();

        now = now.plus(KeyRing.KEPT);
        assertThat(keys.handOver(CAROL, proven)).as("its time is over").isEmpty();
    }

    @Test
    void whatIsKnownAlreadyIsToldToNobody() throws Exception {
        KeptKeys keys = keys(BOB, KeyRing.of(first));
        keys.take(ANN, HandOver.of(changed(), now));

        keys.take(ANN, HandOver.of(changed(), now));

        assertThat(changes).hasSize(1);
    }

    @Test
    void whatCannotBeKeptChangesNothing() throws Exception {
        KeptKeys keys = keys(BOB, KeyRing.of(first));
        Files.createDirectory(state.resolve("former-keys"));
        Files.writeString(state.resolve("former-keys/in the way"), "");
        KeyRing awaitsCarol = KeyRing.of(first).changed(second, ANN, Set.of(BOB, CAROL), now);
        HandOver told = HandOver.of(awaitsCarol, now);

        assertThatThrownBy(() -> keys.take(ANN, told)).isInstanceOf(IOException.class);

        assertThat(keys.ring()).isEqualTo(KeyRing.of(first));
        assertThat(state.resolve("share.key")).as("not before the former keys").doesNotExist();
        assertThat(changes).isEmpty();
    }

    @Test
    void beaconsOfFormerKeysAreOpenedAndSealedAsLongAsSomebodyIsAwaited() {
        KeptKeys keys = keys(ANN, changed());
        Beacon beacon = new Beacon(Beacon.Kind.ANNOUNCE, 5, 1, 2, 3);
        byte[] sealed = BeaconKey.of(first.beaconKey()).seal(beacon);

        assertThat(keys.beacons().open(sealed)).isEqualTo(new BeaconKey.Opened.Ours(beacon));
        assertThat(keys.beacons().all().getLast().seal(beacon)).isEqualTo(sealed);
        assertThat(keys(ANN, KeyRing.of(second)).beacons().open(sealed))
                .isInstanceOf(BeaconKey.Opened.Foreign.class);
    }

    @Test
    void beaconsOfFormerKeysAreNothingOnceTheirTimeIsOver() {
        KeptKeys keys = keys(ANN, changed());
        assertThat(keys.beacons().all()).hasSize(2);

        now = now.plus(KeyRing.KEPT);

        assertThat(keys.beacons().all()).hasSize(1);
    }

    @Test
    void nothingIsWrittenOnceItIsClosed() {
        KeptKeys keys = keys(ANN, changed());

        keys.close();

        assertThatThrownBy(() -> keys.change(ring -> ring, Set.of()))
                .isInstanceOf(IOException.class);
        assertThat(state).isEmptyDirectory();
    }
}
