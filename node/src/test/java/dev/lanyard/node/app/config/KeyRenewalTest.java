package dev.lanyard.node.app.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.lanyard.node.app.config.PeerMemory.Met;
import dev.lanyard.protocol.KeyRing;
import dev.lanyard.protocol.NodeId;
import dev.lanyard.protocol.ShareKey;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Who gets a new share key, and a change of the key while no node runs. */
final class KeyRenewalTest {
    private static final Instant NOW = Instant.parse("2026-05-01T10:00:00Z");

    @TempDir private Path temporary;

    private final SecureRandom random = new SecureRandom();

    private static NodeId node(int number) {
        return new NodeId(number, 0, 0, number);
    }

    private static Met met(int number, String name) {
        return new Met(node(number).toString(), name, "10.0.0." + number + ":1", NOW);
    }

    private Path state() throws StartFailure {
        Path state = temporary.resolve("state");
        ShareKeyFile.readOrMake(state, random);
        PeerMemory memory = PeerMemory.in(state.resolve("peers"));
        memory.met(met(1, "bob"));
        memory.met(met(2, "carol"));
        memory.met(met(3, "carol"));
        return state;
    }

    private void refused(List<String> without, String why) throws StartFailure {
        Path state = state();
        ShareKey before = ShareKeyFile.readOrMake(state, random);

        assertThatExceptionOfType(StartFailure.class)
                .isThrownBy(() -> KeyRenewal.whileNoNodeRuns(state, without, random, NOW))
                .withMessageContaining(why)
                .satisfies(it -> assertThat(it.kind()).isEqualTo(StartFailure.Kind.USAGE));

        assertThat(ShareKeyFile.readOrMake(state, random)).isEqualTo(before);
        assertThat(PeerMemory.in(state.resolve("peers")).all()).hasSize(3);
    }

    @Test
    void allWhoWereMetGetItButThoseWhoAreNamed() throws Exception {
        Path state = state();
        ShareKey before = ShareKeyFile.readOrMake(state, random);

        KeyRenewal renewal =
                KeyRenewal.whileNoNodeRuns(
                        state, List.of(node(2).toString().substring(0, 16)), random, NOW);

        KeyRing ring = KeyRingFile.readOrMake(state, random);
        assertThat(ring.present()).isEqualTo(renewal.key()).isNotEqualTo(before);
        assertThat(ring.isFormer(before)).isTrue();
        assertThat(ring.awaited()).containsExactlyInAnyOrder(node(1), node(3));
        assertThat(ring.lists(node(2))).isFalse();
        assertThat(renewal.until()).isEqualTo(NOW.plus(KeyRing.KEPT));
        assertThat(PeerMemory.in(state.resolve("peers")).all())
                .extracting(Met::node)
                .containsExactly(node(1).toString(), node(3).toString());
    }

    @Test
    void whoIsNotKnownIsNotShutOut() throws Exception {
        refused(List.of("bob", "dave"), "no peer is known as dave");
    }

    @Test
    void whoIsCalledAsAnotherIsNotShutOut() throws Exception {
        refused(List.of("carol"), "several peers are called carol");
    }

    @Test
    void anIdCountsBeforeANameThatLooksLikeIt() throws Exception {
        Met named = new Met(node(2).toString(), node(1).toString(), "", NOW);

        Listing listing = Listing.of(List.of(met(1, "bob"), named), List.of(node(1).toString()));

        assertThat(listing.without()).containsExactly(met(1, "bob"));
        assertThat(listing.listed()).containsExactly(named);
    }

    @Test
    void aKeyThatCannotBeKeptIsNotChanged() throws Exception {
        Path state = state();
        ShareKey before = ShareKeyFile.readOrMake(state, random);
        Path inTheWay =
                Files.createDirectory(state.resolve("share.key." + ProcessHandle.current().pid()));
        Files.createFile(inTheWay.resolve("keeps it"));

        assertThatExceptionOfType(StartFailure.class)
                .isThrownBy(() -> KeyRenewal.whileNoNodeRuns(state, List.of(), random, NOW))
                .withMessageContaining("the key is not changed");

        assertThat(ShareKeyFile.read(state)).contains(before);
        assertThat(state.resolve("former-keys")).doesNotExist();
    }

    @Test
    void nothingIsChangedWhileANodeUsesTheState() throws Exception {
        Path state = state();
        try (StateDirectory used = StateDirectory.claimAlone(state)) {
            assertThat(used.path()).isEqualTo(state);
            assertThatExceptionOfType(StartFailure.class)
                    .isThrownBy(() -> KeyRenewal.whileNoNodeRuns(state, List.of(), random, NOW))
                    .withMessageContaining("uses the state directory");
        }
    }

    @Test
    void ofVeryManyThoseWhoWereMetLastGetIt() throws Exception {
        List<Met> many = new ArrayList<>();
        for (int i = 1; i <= 300; i++) {
            many.add(new Met(node(i).toString(), "n" + i, "", NOW.plusSeconds(i)));
        }

        Listing listing = Listing.of(many, List.of("n300"));

        assertThat(listing.listed()).hasSize(255).last().isEqualTo(many.get(44));
        assertThat(listing.without()).containsExactly(many.getLast());
        assertThat(listing.unlisted()).hasSize(44);
    }
}
