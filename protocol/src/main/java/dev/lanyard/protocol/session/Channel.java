package dev.lanyard.protocol.session;

import dev.lanyard.protocol.NodeId;
import dev.lanyard.protocol.message.Secret;

/**
 * What a session has to know of the encrypted connection under it.
 *
 * @param role which end we are
 * @param self who we are; {@code peer} whose key the other end has
 * @param ownCertificate SHA-256 of our certificate; {@code peerCertificate} of the other end's
 * @param exporter keying material that only the two ends of this connection can derive
 * @param keys what may be proven
 * @param nonce 32 random bytes that were never used before
 */
public record Channel(
        Role role,
        NodeId self,
        NodeId peer,
        Secret ownCertificate,
        Secret peerCertificate,
        Secret exporter,
        ProofKeys keys,
        Secret nonce) {}
