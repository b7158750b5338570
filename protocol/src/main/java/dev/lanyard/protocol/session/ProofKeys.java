package dev.lanyard.protocol.session;

import dev.lanyard.protocol.message.Secret;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * What may be proven in one session: what the present key of the share gives for proofs, and what
 * former keys do.
 *
 * @param present what the present key gives
 * @param former what a peer that has not heard of the present key may prove; empty where the peer
 *     is not to get that
 * @param own what we prove if we dial
 */
public record ProofKeys(Secret present, List<Secret> former, Secret own) {
    /** Copies the list. */
    public ProofKeys {
        former = List.copyOf(former);
    }

    /** The present key, and no other. */
    public static ProofKeys only(Secret present) {
        return new ProofKeys(present, List.of(), present);
    }

    /** Whether a session with this key only hands over the present one. */
    boolean isFormer(Secret key) {
        return !key.equals(present);
    }

    /**
     * The key by which the other end has made its proof.
     *
     * @param chosen the key that was chosen before; null if the other end chooses
     * @param proofOf what the other end proves with a key
     */
    Optional<Secret> provenBy(Secret mac, @Nullable Secret chosen, UnaryOperator<Secret> proofOf) {
        Stream<Secret> keys =
                chosen != null
                        ? Stream.of(chosen)
                        : Stream.concat(Stream.of(present), former.stream());
        return keys.filter(key -> proofOf.apply(key).equals(mac)).findFirst();
    }
}
