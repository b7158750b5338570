package dev.lanyard.node.app.config;

import static dev.lanyard.node.app.config.Places.shown;

import dev.lanyard.node.app.config.PeerMemory.Met;
import dev.lanyard.protocol.KeyRing;
import dev.lanyard.protocol.NodeId;
import dev.lanyard.protocol.ShareKey;

import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;

/**
 * A new key that a share was given.
 *
 * @param key the key
 * @param listing who gets it
 * @param until how long those who get it have time to come
 */
public record KeyRenewal(ShareKey key, Listing listing, Instant until) {
    /** A new key for a share, drawn now. */
    public static KeyRenewal draw(Listing listing, SecureRandom random, Instant now) {
        return new KeyRenewal(ShareKey.generate(random), listing, now.plus(KeyRing.KEPT));
    }

    /** The keys that {@code self} has after it. */
    public KeyRing in(KeyRing before, NodeId self, Instant now) {
        return before.changed(key, self, Listing.ids(listing.listed()), now);
    }

    /**
     * Gives the share of a state directory a new key, while no node runs on it.
     *
     * @param without what the peers are called that do not get it; they are forgotten
     * @param random a source that cannot be guessed
     * @throws StartFailure if a node uses the state directory, one of the peers is not known, or
     *     the key cannot be kept; nothing has changed then
     */
    public static KeyRenewal whileNoNodeRuns(
            Path stateDirectory, List<String> without, SecureRandom random, Instant now)
            throws StartFailure {
        try (StateDirectory state = StateDirectory.claimAlone(stateDirectory)) {
            PeerMemory memory = PeerMemory.in(state.peers());
            KeyRenewal renewal = draw(Listing.of(memory.all(), without), random, now);
            KeyRing before = state.shareKeys(random);
            NodeId self = state.identity(false, random, now).nodeId();
            KeyRingFile.store(stateDirectory, renewal.in(before, self, now).at(now));
            // Whoever is out must not be listed by the next change.
            List<Met> staying = renewal.listing.listed();
            memory.all().stream()
                    .filter(each -> !staying.contains(each))
                    .map(Met::node)
                    .forEach(memory::forget);
            return renewal;
        } catch (IOException e) {
            throw notKept(stateDirectory, e);
        }
    }

    /** What to say of a new key that could not be kept. */
    public static StartFailure notKept(Path stateDirectory, IOException why) {
        return new StartFailure(
                StartFailure.Kind.FAILED,
                "the new key cannot be kept in %s (%s); the key is not changed"
                        .formatted(shown(stateDirectory), Places.reason(why)),
                "look at its permissions, and at the space there",
                why);
    }
}
